// SPDX-License-Identifier: Apache-2.0

import Wire

/// The severity of a log line, with OpenWrt's numbers and tags (contract 7.3).
public enum LogLevel: Int64, Equatable, Sendable {
  /// Only scripts say this.
  case emergency = 0
  /// And this.
  case alert = 1
  /// The section ends for a reason that needs a person.
  case critical = 2
  /// Something failed.
  case error = 3
  /// Something is odd, or failed and will be tried again.
  case warning = 4
  /// Worth knowing once: start and end.
  case notice = 5
  /// What goes on.
  case info = 6
  /// How it goes on.
  case debug = 7

  private var tag: Literal {
    switch self {
    case .emergency: "EMERG"
    case .alert: "ALERT"
    case .critical: " CRIT"
    case .error: "ERROR"
    case .warning: " WARN"
    case .notice: " note"
    case .info: " info"
    case .debug: "     "
    }
  }

  /// A line of the log file: ` HHMMSS  WARN : text`. Further lines of the text have no prefix.
  public func line(time: [UInt8], _ text: Text) -> Text { " \(time) \(tag) : \(text)\n" }

  /// Whether the line goes to syslog under `use_syslog`. The last line before a section gives up
  /// always does, a debug line never (contract 7.4).
  public func isForSyslog(_ setting: Int64, isFinal: Bool) -> Bool {
    if self == .debug { return false }
    return isFinal || (setting != 0 && setting <= 7 - rawValue)
  }

  /// A datagram for /dev/log: facility user, the time logd cuts off, tag and text in one line.
  public func datagram(date: [UInt8], process: Int32, section: [UInt8], _ text: Text) -> [UInt8] {
    var flat: [UInt8] = []
    for byte in text.bytes where byte != UInt8(ascii: "\n") {
      flat.append(byte == UInt8(ascii: "\t") ? UInt8(ascii: " ") : byte)
    }
    let head: Text = "<\(8 + rawValue)>\(date) ddns-scripts[\(process)]: \(section): "
    return Array((head.bytes + flat).prefix(1023))
  }
}

/// Keeps the end of a log.
public enum LogFile {
  /// How many lines it has; one without its end counts when it is ended.
  public static func lineCount(_ bytes: [UInt8]) -> Int64 {
    bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  /// The last `count` lines; nil when there are no more than that.
  public static func truncated(_ bytes: [UInt8], toLines count: Int64) -> [UInt8]? {
    var left = count
    var index = bytes.count
    if bytes.last == UInt8(ascii: "\n") { index -= 1 }
    while index > 0 {
      index -= 1
      if bytes[index] == UInt8(ascii: "\n") {
        left -= 1
        if left <= 0 { return Array(bytes[(index + 1)...]) }
      }
    }
    return nil
  }
}
