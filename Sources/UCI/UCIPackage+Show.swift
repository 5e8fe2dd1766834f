// SPDX-License-Identifier: Apache-2.0

import Wire

extension UCIPackage {
  /// The bytes that `uci show` prints for the package.
  ///
  /// - Parameter extended: Anonymous sections as `@service[0]`, as `uci show` has it; false prints
  ///   their generated names, as `uci -X show` does.
  public func show(extended: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    var tally = TypeTally()
    for section in sections {
      let position = tally.next(of: section.type)
      let text: Text = "@\(section.type)[\(position)]"
      let reference = extended && section.isAnonymous ? text.bytes : section.name
      let path = name + [UInt8(ascii: ".")] + reference
      result += path + [UInt8(ascii: "=")] + section.type + [UInt8(ascii: "\n")]
      for option in section.options {
        result += path + [UInt8(ascii: ".")] + option.name + [UInt8(ascii: "=")]
        Self.append(option.value, to: &result)
        result.append(UInt8(ascii: "\n"))
      }
    }
    return result
  }

  /// The statements that `uci -n export` prints, which a shell can run: one for each section, option
  /// and item, with generated names for anonymous sections.
  public func export() -> [UInt8] {
    var result = [UInt8]("package ") + name.shellQuoted + [UInt8(ascii: "\n")]
    func add(_ word: Literal, _ name: [UInt8], _ value: [UInt8]) {
      result.append(literal: word)
      result.append(shellQuoted: name)
      result.append(UInt8(ascii: " "))
      result.append(shellQuoted: value)
      result.append(UInt8(ascii: "\n"))
    }
    for section in sections {
      // A type is a plain word, as `uci export` writes it, unless it needs quotes.
      let type = UCIName.isName(section.type) ? section.type : section.type.shellQuoted
      add("config ", type, section.name)
      for option in section.options {
        switch option.value {
        case .option(let text): add("option ", option.name, text)
        case .list(let items): for item in items { add("list ", option.name, item) }
        }
      }
    }
    return result
  }

  /// A section as UCI text: what `parse` reads. Comments say which line of the file follows, so that a
  /// message about the section names that; texts of several sections can be joined.
  public static func excerpt(of section: UCISection) -> [UInt8] {
    var result: [UInt8] = []
    var next = -1
    func add(_ word: Literal, _ name: [UInt8], _ value: [UInt8], line: Int) {
      if line != next { result += Text("\(UCILexer.mark)\(line)\n").bytes }
      result.append(literal: word)
      result += name
      result.append(UInt8(ascii: " "))
      result.append(shellQuoted: value)
      result.append(UInt8(ascii: "\n"))
      next = line + 1 + value.count { $0 == UInt8(ascii: "\n") }
    }
    // A type is a plain word, as `uci export` writes it, unless it needs quotes.
    let type = UCIName.isName(section.type) ? section.type : section.type.shellQuoted
    add("config ", type, section.name, line: section.line)
    for option in section.options {
      switch option.value {
      case .option(let text): add("option ", option.name, text, line: option.line)
      case .list(let items):
        for item in items { add("list ", option.name, item, line: option.line) }
      }
    }
    return result.copied
  }

  private static func append(_ value: UCIOption.Value, to result: inout [UInt8]) {
    switch value {
    case .option(let text): result.append(shellQuoted: text)
    case .list(let items):
      for (index, item) in items.enumerated() {
        if index > 0 { result.append(UInt8(ascii: " ")) }
        result.append(shellQuoted: item)
      }
    }
  }
}

extension UCISection {
  /// The section as a person writes it into the file.
  public func written() -> [UInt8] {
    var text: Text = "config \(type) \(name.shellQuoted)\n"
    for option in options {
      switch option.value {
      case .option(let value): text += "\toption \(option.name) \(value.shellQuoted)\n"
      case .list(let items):
        for item in items { text += "\tlist \(option.name) \(item.shellQuoted)\n" }
      }
    }
    return text.bytes
  }
}

/// How many sections of each type there were so far.
private struct TypeTally {
  private var types: [[UInt8]] = []
  private var counts: [Int] = []

  /// The position of the next section of a type among its like, from 0.
  mutating func next(of type: [UInt8]) -> Int {
    guard let index = types.firstIndex(of: type) else {
      types.append(type)
      counts.append(1)
      return 0
    }
    counts[index] += 1
    return counts[index] - 1
  }
}
