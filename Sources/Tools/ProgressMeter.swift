// SPDX-License-Identifier: Apache-2.0

import Wire

/// The progress meter of curl, which goes to standard error whenever nobody has turned it off.
enum ProgressMeter {
  /// The text without the lines, or parts of lines, that the meter has written.
  static func removed(from text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "%")) || text.contains(13) else { return text }
    let lines = text.pieces(separatedBy: UInt8(ascii: "\n")).compactMap { stripped(from: $0) }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  /// What is in a line besides the meter: all of it for most lines, nil when there is nothing else.
  private static func stripped(from line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    // It writes one row over the other, and what comes next right behind the last.
    let pieces = Array(line).pieces(separatedBy: 13)
    guard let last = pieces.last, let first = pieces.first(where: { !$0.trimmed.isEmpty }) else {
      return line
    }
    for heading in ["% Total    % Received", "Dload  Upload   Total"] as [Literal] {
      guard let start = Array(first).firstIndex(of: [UInt8](heading)) else { continue }
      let before = first.prefix(start)
      return before.trimmed.isEmpty ? nil : before
    }
    guard let rest = rest(ofRow: last.trimmed.isEmpty ? first : last) else { return line }
    return rest.trimmed.isEmpty ? nil : rest
  }

  /// What follows the twelve fields of a row, of which the ninth to eleventh are times.
  private static func rest(ofRow piece: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let marks = [UInt8](".:-kMGTP")
    var rest = piece
    for field in 1...12 {
      rest = rest.drop { $0.isBlank }
      let word = rest.prefix { $0.isDigit || marks.contains($0) }
      let isTime = word.contains(UInt8(ascii: ":"))
      guard !word.isEmpty, isTime == (9...11).contains(field) else { return nil }
      rest = rest.dropFirst(word.count)
    }
    return rest
  }
}
