// SPDX-License-Identifier: Apache-2.0

import Wire

/// Cuts UCI text into keywords and arguments, line by line (contract 1.4 items 1-5).
///
/// A quoted value or a backslash makes the line longer by the next one of the file; a comment or an
/// attached `;` makes it end early. So there are two marks: where the visible line ends, and where
/// the next one of the file begins.
struct UCILexer {
  /// Where a token begins, both counted from 1.
  struct Place: Equatable {
    let line: Int
    let byte: Int
  }

  /// An argument without its quotes. Empty is both `''` and none at all, as in libuci.
  struct Token {
    let bytes: [UInt8]
    let place: Place
  }

  /// How the comments of an excerpt begin that say which line follows. They count only in a text that
  /// begins with one: elsewhere a comment is a comment.
  static let mark: Literal = "#@"

  private let bytes: [UInt8]
  private let isExcerpt: Bool
  private var position = 0
  private var lineEnd = 0
  private var nextLine = 0
  private var lineStart = 0
  private var lineNumber = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isExcerpt = bytes.hasPrefix(Self.mark)
  }

  /// The place of the next byte.
  var place: Place { Place(line: lineNumber, byte: position - lineStart + 1) }

  /// Whether nothing of the line is left.
  var isAtLineEnd: Bool { position >= lineEnd }

  /// Goes to the next line, whatever is left of this one; false at the end of the file.
  mutating func startLine() -> Bool {
    guard nextLine < bytes.count else { return false }
    position = nextLine
    lineStart = nextLine
    lineNumber += 1
    var end = nextLine
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    nextLine = min(end + 1, bytes.count)
    lineEnd = nextLine
    return true
  }

  /// Whether the line, which has just begun, says which one of the file follows.
  mutating func takeMark() -> Bool {
    guard isExcerpt, bytes[lineStart..<lineEnd].hasPrefix(Self.mark) else { return false }
    let digits = bytes[lineStart..<lineEnd].dropFirst(Self.mark.bytes.count).dropLast()
    guard let line = digits.decimalValue, line < 1 << 30 else { return false }
    lineNumber = Int(line) - 1
    return true
  }

  /// The next keyword of the line: what stands before a blank or tab. Nil when nothing or a comment
  /// is left; empty when the line ends after a `;`, which libuci takes for a wrong keyword.
  mutating func keyword() -> Token? {
    if position == lineStart { skipSpace() }
    while let byte = peek, byte.isBlank { position += 1 }
    guard let first = peek, first != UInt8(ascii: "#") else { return nil }
    let start = place
    let from = position
    while let byte = peek, !byte.isBlank { position += 1 }
    let word = bytes[from..<position]
    // Alone on its line it has the line end in it; without that the message reads better.
    guard !isAtLineEnd else { return Token(bytes: Array(word.trimmed), place: start) }
    position += 1
    return Token(bytes: Array(word), place: start)
  }

  /// The next argument of the line; empty when there is none, or a `;` in its place.
  mutating func argument() throws(UCIError) -> Token {
    skipSpace()
    let start = place
    if peek == UInt8(ascii: ";") {
      position += 1
      return Token(bytes: [], place: start)
    }
    return Token(bytes: try string(), place: start)
  }

  private var peek: UInt8? { position < lineEnd ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte.isSpace { position += 1 }
  }

  /// Adjacent bare and quoted pieces up to white space, which is taken too.
  private mutating func string() throws(UCIError) -> [UInt8] {
    var result: [UInt8] = []
    var isBare = true
    while let byte = peek, !byte.isSpace {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        isBare = false
        try quoted(by: byte, into: &result)
      case UInt8(ascii: "\\"):
        isBare = false
        if let escaped = escape() { result.append(escaped) }
      case UInt8(ascii: "#"):
        lineEnd = position
      case UInt8(ascii: ";"):
        // libuci loses the rest of the line here, but not after a piece that quotes or escapes
        // shortened; there the `;` is found again and separates.
        if isBare { lineEnd = position }
        return result
      default:
        let from = position
        repeat { position += 1 } while peek.map { $0.isSpace || $0.isOne(of: "'\"\\#;") } == false
        result += bytes[from..<position]
      }
    }
    if !isAtLineEnd { position += 1 }
    return result
  }

  private mutating func quoted(by quote: UInt8, into result: inout [UInt8]) throws(UCIError) {
    let start = place
    position += 1
    while true {
      guard let byte = peek else {
        guard startLine() else {
          throw UCIError(.unterminatedQuote, line: start.line, byte: start.byte)
        }
        continue
      }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        if let escaped = escape() { result.append(escaped) }
        continue
      }
      if byte == quote {
        position += 1
        return
      }
      let from = position
      repeat { position += 1 } while peek.map { $0 == quote || $0 == UInt8(ascii: "\\") } == false
      result += bytes[from..<position]
    }
  }

  /// The byte a backslash protects; nil when it stands before a line end and the line goes on.
  private mutating func escape() -> UInt8? {
    position += 1
    let isCRLF = bytes[position..<lineEnd].elementsEqual([13, 10])
    guard let byte = peek, byte != UInt8(ascii: "\n"), !isCRLF else {
      position = lineEnd
      _ = startLine()
      return nil
    }
    position += 1
    return byte
  }
}
