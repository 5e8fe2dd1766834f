// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension ForeignFile {
  /// Reads what ddclient reads: `name=value` separated by commas or blanks, and behind them perhaps hosts,
  /// for which they hold, and what was said before.
  init(pairs bytes: [UInt8]) {
    var settings = UCISection(type: "host", name: "")
    var words: [[UInt8]] = []
    for (index, line) in bytes.lines.enumerated() where line.first != UInt8(ascii: "#") {
      var reader = ByteReader(Array(line))
      if settings.options.isEmpty && words.isEmpty { settings.line = index + 1 }
      var isLonger = false
      while true {
        _ = reader.take { $0.isSpace || $0 == UInt8(ascii: ",") }
        guard let first = reader.peek, first != UInt8(ascii: "#") else { break }
        let rest = reader.bytes[reader.offset...]
        if rest.trimmed.elementsEqual([UInt8(ascii: "\\")]) {
          isLonger = true
          break
        }
        let name = rest.prefix { $0.isLetter || $0.isDigit || $0.isOne(of: "_-") }
        if words.isEmpty, !name.isEmpty, name.endIndex < rest.endIndex,
          rest[name.endIndex] == UInt8(ascii: "=")
        {
          _ = reader.take(name.count + 1)
          let value = Self.value(&reader, of: Array(name))
          settings.append(Array(name), value, line: index + 1)
        } else {
          let word = Array(reader.take { !$0.isSpace })
          if let last = words.last, last.last == UInt8(ascii: ",") {
            words[words.count - 1] = last + word
          } else {
            words.append(word)
          }
        }
      }
      if isLonger { continue }
      finish(&settings, words)
      words = []
    }
    if !settings.options.isEmpty || !words.isEmpty { finish(&settings, words) }
  }

  /// A value of ddclient's, which ends at a blank or a comma; one of a password at a blank only.
  private static func value(_ reader: inout ByteReader, of name: [UInt8]) -> [UInt8] {
    var value: [UInt8] = []
    var quote: UInt8 = 0
    let isPassword = name.firstIndex(of: [UInt8]("password")) != nil
    if isPassword, reader.peek != UInt8(ascii: "'") { return Array(reader.take { !$0.isSpace }) }
    while let byte = reader.peek, quote != 0 || !byte.isOne(of: " \t,#") {
      _ = reader.next()
      if byte == quote {
        quote = 0
      } else if quote == 0, byte.isOne(of: "'\"") {
        quote = byte
      } else if byte == UInt8(ascii: "\\"), !isPassword {
        if let next = reader.next() { value.append(next) }
      } else {
        value.append(byte)
      }
    }
    return value
  }

  /// Ends a line of ddclient's.
  private mutating func finish(_ settings: inout UCISection, _ words: [[UInt8]]) {
    let line = settings.line
    for option in settings.options where words.isEmpty && option.name != "host" {
      common.append(option)
    }
    if !words.isEmpty || settings.options.contains(where: { $0.name == "host" }) {
      for (word, name) in zip(words, ["host", "login", "password"] as [StaticString]) {
        settings.append([UInt8](name), word, line: line)
      }
      var block = common.renamed(words.first ?? [])
      (block.type, block.line) = (settings.type, line)
      for option in settings.options { block.append(option) }
      blocks.append(block)
    }
    settings = UCISection(type: "host", name: "")
  }

  /// Reads `[sections]` with `name = value`, or `name: value`, on lines of their own.
  init(sections bytes: [UInt8]) {
    for (index, line) in bytes.lines.enumerated() {
      let text = Array(line.trimmed)
      guard let first = text.first, !first.isOne(of: "#;") else { continue }
      if first == UInt8(ascii: "[") {
        var block = UCISection(type: "section", name: "").renamed(
          text.filter { !$0.isOne(of: "[]") })
        block.line = index + 1
        blocks.append(block)
      } else {
        let name = text.prefix { !$0.isOne(of: "=:") }
        let value = text[name.count...].dropFirst()
        add(name.trimmed.lowercased, Array(value.trimmed), line: index + 1, inBlock: true)
      }
    }
  }

  /// Reads the YAML that ddns-go writes: maps in maps, and lists of texts. A name has those above it in
  /// front, with dots; a block is what the list `dnsconf` has.
  init(indented bytes: [UInt8]) {
    // The names above, each with its indentation in place of a line.
    var path = UCISection(type: "", name: "")
    for (index, line) in bytes.lines.enumerated() {
      var rest = Array(line)[...]
      var indent = rest.prefix { $0 == UInt8(ascii: " ") }.count
      rest = rest.dropFirst(indent)
      guard let first = rest.first, first != UInt8(ascii: "#") else { continue }
      let isItem = rest.hasPrefix("- ")
      while let last = path.options.last, last.line > indent || last.line == indent && !isItem {
        path.remove(at: path.options.count - 1)
      }
      if isItem {
        if path.options.count == 1, path.options[0].name == "dnsconf" {
          blocks.append(UCISection(type: "dnsconf", name: ""))
          blocks[blocks.count - 1].line = index + 1
        }
        rest = rest.dropFirst(2)
        indent += 2
      }
      var isInBlock = false
      var name: [UInt8] = []
      for part in path.options {
        if part.name == "dnsconf" {
          isInBlock = true
        } else {
          name += part.name + [UInt8(ascii: ".")]
        }
      }
      let key = rest.prefix { $0 != UInt8(ascii: ":") }
      let value = rest.dropFirst(key.count + 1)
      if key.count < rest.count, value.isEmpty || value.first == UInt8(ascii: " ") {
        path.append(Array(key), [], line: indent)
        let text = Self.scalar(Array(value.trimmed))
        if !text.isEmpty { add(name + Array(key), text, line: index + 1, inBlock: isInBlock) }
      } else {
        add(
          Array(name.dropLast()), Self.scalar(Array(rest.trimmed)), line: index + 1,
          inBlock: isInBlock)
      }
    }
    spread()
  }

  /// A text of YAML without its quotes.
  private static func scalar(_ text: [UInt8]) -> [UInt8] {
    guard let quote = text.first, quote.isOne(of: "'\""), text.count > 1 else {
      return text == "[]" ? [] : text
    }
    let inner = Array(text[1..<(text.count - 1)])
    if quote == UInt8(ascii: "'") { return inner.replacing([quote, quote], with: [quote]) }
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
