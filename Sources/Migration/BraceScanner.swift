// SPDX-License-Identifier: Apache-2.0

import Wire

/// Cuts the language of inadyn 2 (libConfuse) into words and signs.
struct BraceScanner {
  /// A word, or one of `= { } ( ) ,`; `+=` is `=`.
  enum Token: Equatable {
    case word([UInt8])
    case sign(UInt8)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var lineHere = 1
  /// The line on which what was taken last begins.
  private(set) var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ ahead: Int = 0) -> UInt8 {
    position + ahead < bytes.count ? bytes[position + ahead] : 0
  }

  private var isAtEnd: Bool { position >= bytes.count }

  private mutating func step() {
    if byte() == UInt8(ascii: "\n") { lineHere += 1 }
    position += 1
  }

  /// The next token; nil at the end.
  mutating func next() throws(MigrationError) -> Token? {
    try skip()
    line = lineHere
    guard !isAtEnd else { return nil }
    let first = byte()
    if first == UInt8(ascii: "+"), byte(1) == UInt8(ascii: "=") { position += 1 }
    if byte().isOne(of: "={}(),") {
      position += 1
      return .sign(bytes[position - 1])
    }
    if first.isOne(of: "\"'") { return .word(try quoted(by: first)) }
    let start = position
    while !isAtEnd, !byte().isSpace, !byte().isOne(of: "={}(),\"'#") {
      if byte() == UInt8(ascii: "+"), byte(1) == UInt8(ascii: "=") { break }
      position += 1
    }
    // A lone sign that begins nothing.
    if position == start { position += 1 }
    return .word(Array(bytes[start..<position]))
  }

  /// Goes over blanks and comments.
  private mutating func skip() throws(MigrationError) {
    while !isAtEnd {
      if byte().isSpace {
        step()
      } else if byte() == UInt8(ascii: "#") || byte() == UInt8(ascii: "/") && byte(1) == byte() {
        while !isAtEnd, byte() != UInt8(ascii: "\n") { position += 1 }
      } else if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        line = lineHere
        position += 2
        while byte() != UInt8(ascii: "*") || byte(1) != UInt8(ascii: "/") {
          guard !isAtEnd else { throw MigrationError(line: line, "this comment never ends") }
          step()
        }
        position += 2
      } else {
        return
      }
    }
  }

  private mutating func quoted(by quote: UInt8) throws(MigrationError) -> [UInt8] {
    var word: [UInt8] = []
    position += 1
    while byte() != quote || isAtEnd {
      guard !isAtEnd else { throw MigrationError(line: line, "this quote is never closed") }
      if byte() == UInt8(ascii: "\\"), position + 1 < bytes.count {
        position += 1
        append(escaped: quote, to: &word)
      } else {
        word.append(byte())
      }
      step()
    }
    position += 1
    return word
  }

  /// Appends what the byte behind a backslash stands for.
  private mutating func append(escaped quote: UInt8, to word: inout [UInt8]) {
    let next = byte()
    if next == UInt8(ascii: "\n") { return }
    if quote == UInt8(ascii: "'") {
      if next != quote, next != UInt8(ascii: "\\") { word.append(UInt8(ascii: "\\")) }
      word.append(next)
      return
    }
    switch next {
    case UInt8(ascii: "n"): word.append(10)
    case UInt8(ascii: "t"): word.append(9)
    case UInt8(ascii: "r"): word.append(13)
    case UInt8(ascii: "x"):
      var value: UInt8 = 0
      var digits = 0
      while digits < 2, let digit = byte(1).hexValue {
        (value, digits) = (value << 4 | digit, digits + 1)
        position += 1
      }
      word.append(value)
    default: word.append(next)
    }
  }
}

extension ForeignFile {
  /// Reads what inadyn 2 reads: settings, and blocks of them in braces.
  init(braces bytes: [UInt8]) throws(MigrationError) {
    var scanner = BraceScanner(bytes)
    var isInBlock = false
    while let token = try scanner.next() {
      let line = scanner.line
      if token == .sign(UInt8(ascii: "}")), isInBlock {
        isInBlock = false
        continue
      }
      guard case .word(let key) = token, let next = try scanner.next() else {
        throw MigrationError(line: line, "this is not how a setting begins")
      }
      switch next {
      case .sign(UInt8(ascii: "=")):
        guard let value = try scanner.next() else {
          throw MigrationError(line: line, "a setting without a value")
        }
        if case .word(let word) = value {
          add(key, word, line: scanner.line, inBlock: isInBlock)
        } else {
          try takeList(key, &scanner, isInBlock)
        }
      case .sign(UInt8(ascii: "(")): try takeList(key, &scanner, isInBlock)
      case .word(let title) where !isInBlock:
        guard try scanner.next() == .sign(UInt8(ascii: "{")) else {
          throw MigrationError(line: line, "no '{' behind the name of the provider")
        }
        blocks.append(Block(kind: key, title: title, line: line))
        isInBlock = true
      default: throw MigrationError(line: line, "this is no setting")
      }
    }
    if isInBlock { throw MigrationError(line: scanner.line, "a '}' is missing at the end") }
  }

  /// The words up to the closing brace or parenthesis, a setting each.
  private mutating func takeList(
    _ key: [UInt8], _ scanner: inout BraceScanner, _ isInBlock: Bool
  ) throws(MigrationError) {
    while let token = try scanner.next() {
      switch token {
      case .word(let word): add(key, word, line: scanner.line, inBlock: isInBlock)
      case .sign(UInt8(ascii: ",")): continue
      default: return
      }
    }
  }
}
