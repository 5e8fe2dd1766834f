// SPDX-License-Identifier: Apache-2.0

import Wire

extension ToolReport {
  /// Reads what arrives from a tool, in whatever pieces: its report, and between its lines those of
  /// its log (`log=LEVEL text`).
  public struct Reader {
    /// A line for the log.
    public struct Line: Equatable, Sendable {
      /// Its severity.
      public let level: LogLevel
      /// What it says.
      public let text: Text
    }

    /// What has been reported so far.
    public let report = ToolReport()
    private var unfinished: [UInt8] = []

    /// The longest line, in bytes; what is longer is dropped.
    static let lineLimit = 65_536

    /// Nothing has arrived yet.
    public init() {}

    /// Takes in some bytes, none at the end; the lines for the log that are complete by now.
    ///
    /// What is neither is what a library or a crash has to say; it is logged as `debug`.
    public mutating func take(_ bytes: [UInt8]) -> [Line] {
      var lines: [Line] = []
      unfinished += bytes
      if bytes.isEmpty, !unfinished.isEmpty { unfinished.append(UInt8(ascii: "\n")) }
      guard let end = unfinished.lastIndex(of: UInt8(ascii: "\n")) else {
        if unfinished.count > Self.lineLimit { unfinished = [] }
        return []
      }
      for line in Array(unfinished[..<end]).pieces(separatedBy: UInt8(ascii: "\n")) {
        if let line = take(line) { lines.append(line) }
      }
      unfinished.removeSubrange(...end)
      return lines
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> Line? {
      guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { return Self.noise(line) }
      let value = line[(sign + 1)...]
      switch Array(line[..<sign]) {
      case "log": return Self.logged(value) ?? Self.noise(line)
      case "address": report.address = IPAddress(value)
      case "registered": report.registered = Array(value).words.compactMap { IPAddress($0) }
      case "ttl": report.lifetime = value.decimalValue
      case "word": report.word = Array(value)
      case "claim": report.isClaim = value.elementsEqual([UInt8(ascii: "1")])
      case "too": report.sentToo = IPAddress(value)
      case "retry-after": report.retryAfter = value.decimalValue
      case "value": report.values.append(Array(value))
      case "reason": report.reason = Array(value)
      case "then": report.goesOn = true
      default: return Self.noise(line)
      }
      return nil
    }

    private static func logged(_ value: ArraySlice<UInt8>) -> Line? {
      guard let blank = value.firstIndex(of: UInt8(ascii: " ")),
        let level = value[..<blank].decimalValue.flatMap({ LogLevel(rawValue: $0) })
      else { return nil }
      return Line(level: level, text: Text(Array(value[(blank + 1)...])))
    }

    private static func noise(_ line: ArraySlice<UInt8>) -> Line? {
      line.isEmpty ? nil : Line(level: .debug, text: Text(Array(line)))
    }
  }
}
