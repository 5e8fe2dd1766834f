// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  /// The bytes as one word of a POSIX shell, in single quotes: any byte but NUL survives.
  public var shellQuoted: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + 2)
    result.append(shellQuoted: self)
    return result
  }

  /// Appends bytes as one word of a POSIX shell.
  public mutating func append(shellQuoted word: [UInt8]) {
    append(UInt8(ascii: "'"))
    for byte in word {
      if byte == UInt8(ascii: "'") { append(literal: "'\\'") }
      append(byte)
    }
    append(UInt8(ascii: "'"))
  }

  /// The words of a command line: blanks separate them, quotes and backslashes keep blanks in them
  /// as in a shell. Nothing is expanded, and no character is an operator.
  public var shellWords: [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var isEscaped = false
    for byte in self {
      if isEscaped {
        word = (word ?? []) + [byte]
        isEscaped = false
      } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
        isEscaped = true
      } else if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        word = word ?? []
      } else if quote == nil, byte.isSpace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? []) + [byte]
      }
    }
    if let word { words.append(word) }
    return words
  }
}
