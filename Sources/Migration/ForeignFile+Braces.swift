// SPDX-License-Identifier: Apache-2.0

import Wire

/// Cuts the language of inadyn 2 (libConfuse) into words and signs.
private struct BraceScanner {
  /// What `next` gives for a word.
  static let word = UInt8(ascii: "w")

  private let bytes: [UInt8]
  private var position = 0
  private var lineHere = 1
  /// The line on which what was taken last begins.
  private(set) var line = 1
  /// The last word.
  private(set) var word: [UInt8] = []
  /// The line of a quote or a comment that the file ends in; 0 for none.
  private(set) var cutLine = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  @inline(never) private func byte(_ ahead: Int = 0) -> UInt8 {
    position + ahead < bytes.count ? bytes[position + ahead] : 0
  }

  @inline(never) private mutating func step() {
    if byte() == UInt8(ascii: "\n") { lineHere += 1 }
    position += 1
    if position >= bytes.count { cutLine = line }
  }

  /// The next sign of `= { } ( ) ,`, or `word`; 0 at the end. `+=` is `=`.
  mutating func next() -> UInt8 {
    skip()
    line = lineHere
    if position >= bytes.count { return 0 }
    if byte() == UInt8(ascii: "+"), byte(1) == UInt8(ascii: "=") { position += 1 }
    let first = byte()
    if first.isOne(of: "={}(),") {
      position += 1
      return first
    }
    word = []
    if first.isOne(of: "\"'") {
      takeQuoted(by: first)
    } else {
      repeat {
        word.append(byte())
        position += 1
      } while position < bytes.count && !byte().isSpace && !byte().isOne(of: "={}(),\"'#")
    }
    return Self.word
  }

  /// Goes over blanks and comments.
  @inline(never) private mutating func skip() {
    while position < bytes.count {
      if byte() == UInt8(ascii: "#") || byte() == UInt8(ascii: "/") && byte(1) == byte() {
        while position < bytes.count, byte() != UInt8(ascii: "\n") { position += 1 }
      } else if byte() == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        line = lineHere
        position += 2
        repeat {
          step()
        } while cutLine == 0
          && (byte() != UInt8(ascii: "/") || bytes[position - 1] != UInt8(ascii: "*"))
        position += 1
      } else if byte().isSpace {
        step()
        cutLine = 0
      } else {
        return
      }
    }
  }

  @inline(never) private mutating func takeQuoted(by quote: UInt8) {
    step()
    while cutLine == 0, byte() != quote {
      if byte() == UInt8(ascii: "\\") {
        position += 1
        let next = byte()
        let isBare = quote == UInt8(ascii: "'")
        if isBare, next != quote, next != UInt8(ascii: "\\"), next != UInt8(ascii: "\n") {
          word.append(UInt8(ascii: "\\"))
        }
        switch isBare ? 0 : next {
        case UInt8(ascii: "n"): word.append(10)
        case UInt8(ascii: "t"): word.append(9)
        case UInt8(ascii: "x"):
          guard let high = byte(1).hexValue, let low = byte(2).hexValue else { break }
          word.append(high << 4 | low)
          position += 2
        default: if next != UInt8(ascii: "\n") { word.append(next) }
        }
      } else {
        word.append(byte())
      }
      step()
    }
    position += 1
  }
}

extension ForeignFile {
  /// Reads what inadyn 2 reads: settings, and blocks of them in braces, into which other files may be included.
  @inline(never) func read(braces bytes: [UInt8], _ files: OtherFiles) {
    read(bytes, files)
    spread()
  }

  /// Reads a file, or within a block what one says that is included.
  @inline(never) private func read(_ bytes: [UInt8], _ files: OtherFiles) {
    var scanner = BraceScanner(bytes)
    var isInBlock = isIncluded
    while problemLine == 0 {
      let sign = scanner.next()
      move(to: scanner)
      if scanner.cutLine > 0 { fail(scanner.cutLine, "this quote or comment never ends") }
      if sign == 0 { break }
      if sign == UInt8(ascii: "}"), isInBlock, !isIncluded {
        isInBlock = false
        continue
      }
      let key = scanner.word
      switch sign == BraceScanner.word ? scanner.next() : 0 {
      case UInt8(ascii: "="):
        if scanner.next() == BraceScanner.word {
          move(to: scanner)
          add(key, scanner.word, inBlock: isInBlock)
        } else {
          takeList(key, &scanner, isInBlock)
        }
      case UInt8(ascii: "("):
        if isInBlock, key == [UInt8]("include"), scanner.next() == BraceScanner.word,
          !include(scanner.word, from: files, { read($0, files) })
        {
          add(key, scanner.word, inBlock: true)
        }
        takeList(key, &scanner, isInBlock)
      case BraceScanner.word where !isInBlock:
        isInBlock = true
        begin(key, scanner.word)
        if scanner.next() != UInt8(ascii: "{") {
          fail(line, "no '{' behind the name of the provider")
        }
      default: fail(scanner.line, "this is no setting")
      }
    }
    if isInBlock, !isIncluded { fail(scanner.line, "a '}' is missing at the end") }
  }

  @inline(never) private func move(to scanner: BraceScanner) {
    if !isIncluded { line = scanner.line }
  }

  /// The words up to the closing brace or parenthesis, a setting each.
  @inline(never) private func takeList(
    _ key: [UInt8], _ scanner: inout BraceScanner, _ isInBlock: Bool
  ) {
    while true {
      let sign = scanner.next()
      move(to: scanner)
      if sign == BraceScanner.word {
        add(key, scanner.word, inBlock: isInBlock)
      } else if sign != UInt8(ascii: ",") {
        return
      }
    }
  }
}
