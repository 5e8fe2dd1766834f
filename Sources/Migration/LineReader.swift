// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Cuts a line of ddclient's.
private struct PairReader {
  let bytes: [UInt8]
  private var place = 0
  /// Whether the next line belongs to this one: a `\\` is all that is left.
  private(set) var isLonger = false

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var peek: UInt8 { place < bytes.count ? bytes[place] : 0 }

  /// Goes to the next pair or word; false where there is none, but perhaps a comment.
  @inline(never) mutating func findNext() -> Bool {
    while place < bytes.count, peek.isSpace || peek == UInt8(ascii: ",") { place += 1 }
    isLonger =
      peek == UInt8(ascii: "\\") && bytes.part(from: place + 1, to: bytes.count).bare.isEmpty
    return place < bytes.count && !isLonger && peek != UInt8(ascii: "#")
  }

  /// A name and its `=`; empty, and nothing taken, where none is.
  @inline(never) mutating func takeName() -> [UInt8] {
    let start = place
    while peek.isLetter || peek.isDigit || peek.isOne(of: "_-") { place += 1 }
    if peek == UInt8(ascii: "=") {
      place += 1
      return bytes.part(from: start, to: place - 1)
    }
    place = start
    return []
  }

  /// The bytes up to a blank.
  @inline(never) mutating func takeWord() -> [UInt8] {
    let start = place
    while place < bytes.count, !peek.isSpace { place += 1 }
    return bytes.part(from: start, to: place)
  }

  /// A value, which ends at a blank or a comma; one of a password at a blank only.
  @inline(never) mutating func takeValue(of name: [UInt8]) -> [UInt8] {
    var value: [UInt8] = []
    var quote: UInt8 = 0
    let isPassword = name.has("password")
    if isPassword, peek != UInt8(ascii: "'") { return takeWord() }
    while place < bytes.count, quote != 0 || !peek.isOne(of: " \t,#") {
      let byte = peek
      place += 1
      if byte == quote {
        quote = 0
      } else if quote == 0, byte.isOne(of: "'\"") {
        quote = byte
      } else if byte == UInt8(ascii: "\\"), !isPassword {
        if place < bytes.count { value.append(peek) }
        place += 1
      } else {
        value.append(byte)
      }
    }
    return value
  }
}

/// Reads files that are made of lines.
struct LineReader {
  private let file: ForeignFile
  /// What the lines of ddclient's before this one say that belong to it: pairs, and then words.
  private var settings = UCISection(type: "host", name: "")
  private var words: [[UInt8]] = []
  /// The names of YAML above the line, each with its indentation in place of a line.
  private var path = UCISection(type: "", name: "")

  /// Reads all lines into a file.
  @inline(never) static func read(_ bytes: [UInt8], of client: Client, into file: ForeignFile) {
    var reader = LineReader(file: file)
    for line in bytes.lines {
      file.line += 1
      let text = [UInt8](line)
      switch client {
      case .ddclient: reader.takePairs(text)
      case .ddnsGo: reader.takeIndented(text)
      default: reader.takeSetting(text.bare)
      }
    }
    reader.endPairs()
    if client == .ddnsGo { file.spread() }
  }

  private init(file: ForeignFile) { self.file = file }

  /// Reads what ddclient reads: `name=value` separated by commas or blanks, and behind them perhaps hosts,
  /// for which they hold, and what was said before.
  @inline(never) private mutating func takePairs(_ line: [UInt8]) {
    if line.first == UInt8(ascii: "#") { return }
    var reader = PairReader(bytes: line)
    if settings.options.isEmpty && words.isEmpty { settings.line = file.line }
    while reader.findNext() {
      let name = words.isEmpty ? reader.takeName() : []
      if name.isEmpty {
        takeWord(reader.takeWord())
      } else {
        settings.add(name, reader.takeValue(of: name), file.line)
      }
    }
    if !reader.isLonger { endPairs() }
  }

  /// Notes a word; it belongs to the one in front of it if that ends in a comma.
  @inline(never) private mutating func takeWord(_ word: [UInt8]) {
    if let last = words.last, last.last == UInt8(ascii: ",") {
      words[words.count - 1] = last + word
    } else {
      words.append(word)
    }
  }

  /// Ends a line of ddclient's.
  @inline(never) private mutating func endPairs() {
    var hasHost = !words.isEmpty
    for option in settings.options {
      if option.name == "host" {
        hasHost = true
      } else if words.isEmpty {
        file.common.add([option])
      }
    }
    if hasHost {
      for (index, word) in words.enumerated() where index < 3 {
        let name: Literal = index == 0 ? "host" : index == 1 ? "login" : "password"
        settings.add([UInt8](name), word, settings.line)
      }
      file.blocks.append(file.whole(settings.renamed(words.first ?? [])))
    }
    settings = UCISection(type: "host", name: "")
    words = []
  }

  /// Reads `[sections]` with `name = value`, or `name: value`, on lines of their own.
  @inline(never) private func takeSetting(_ text: [UInt8]) {
    let first = text.first ?? UInt8(ascii: "#")
    if first == UInt8(ascii: "[") {
      file.begin([UInt8]("section"), text.replacing("[", by: "").replacing("]", by: ""))
    } else if !first.isOne(of: "#;") {
      file.add(
        text.part(before: "=:").bare.lowercased, text.part(after: "=:").bare, inBlock: true)
    }
  }

  /// Reads the YAML that ddns-go writes: maps in maps, and lists of texts. A name has those above it in
  /// front, with dots; a block is what the list `dnsconf` has.
  @inline(never) private mutating func takeIndented(_ line: [UInt8]) {
    var indent = 0
    while indent < line.count, line[indent] == UInt8(ascii: " ") { indent += 1 }
    var rest = line.part(from: indent, to: line.count)
    if (rest.first ?? UInt8(ascii: "#")) == UInt8(ascii: "#") { return }
    let isItem = rest.hasPrefix("- ")
    while let last = path.options.last, last.line > indent || last.line == indent && !isItem {
      path.remove(at: path.options.count - 1)
    }
    if isItem {
      if path.options.count == 1, path.options[0].name == "dnsconf" {
        file.begin([UInt8]("dnsconf"), [])
      }
      rest = rest.part(from: 2, to: rest.count)
      indent += 2
    }
    var isInBlock = false
    var name: [UInt8] = []
    for part in path.options {
      if part.name == "dnsconf" {
        isInBlock = true
      } else {
        name += part.name
        name.append(UInt8(ascii: "."))
      }
    }
    let key = rest.part(before: ":")
    var value = rest.part(after: ":")
    if key.count < rest.count, value.isEmpty || value.first == UInt8(ascii: " ") {
      path.add(key, [], indent)
      name += key
      value = Self.scalar(value.bare)
      if value.isEmpty { return }
    } else {
      name = name.part(from: 0, to: name.count - 1)
      value = Self.scalar(rest.bare)
    }
    file.add(name, value, inBlock: isInBlock)
  }

  /// A text of YAML without its quotes.
  @inline(never) private static func scalar(_ text: [UInt8]) -> [UInt8] {
    guard let quote = text.first, quote.isOne(of: "'\""), text.count > 1 else {
      return text == "[]" ? [] : text
    }
    let inner = text.part(from: 1, to: text.count - 1)
    if quote == UInt8(ascii: "'") { return inner.replacing("''", by: "'") }
    var result: [UInt8] = []
    var isEscaped = false
    for byte in inner {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        result.append(isEscaped && byte == UInt8(ascii: "n") ? 10 : byte)
        isEscaped = false
      }
    }
    return result
  }
}
