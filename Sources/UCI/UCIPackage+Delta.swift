// SPDX-License-Identifier: Apache-2.0

import Wire

extension UCIPackage {
  /// Applies the changes of a delta file: `/tmp/.uci/ddns` first, which is what `uci set` on a
  /// console leaves there, then `/var/state/ddns`.
  ///
  /// A line is a prefix, `package.section[.option]`, and a value in quotes after `=`. A line that
  /// is malformed, for another package, or about something that does not exist is skipped, as
  /// libuci does; a file over `byteLimit` is cut there.
  public mutating func apply(delta bytes: [UInt8]) {
    var lexer = UCILexer(Array(bytes.prefix(Self.byteLimit)))
    while lexer.startLine() {
      do throws(UCIError) {
        let token = try lexer.argument()
        guard lexer.isAtLineEnd, let change = Change(token.bytes) else { continue }
        if change.package == name { apply(change) }
      } catch {
        // The only fault is a quote that is never closed, and it has eaten the rest.
        return
      }
    }
  }

  private mutating func apply(_ change: Change) {
    let found = sectionIndex(named: change.section)
    switch change.command {
    case .set: set(change, in: found, isAnonymous: false)
    case .add: set(change, in: found, isAnonymous: true)
    case .delete: if let found { delete(change, in: found) }
    case .rename: if let found { rename(change, in: found) }
    case .reorder: if let found { reorder(change, from: found) }
    case .listAdd:
      guard let found, let option = change.option else { return }
      sections[found].add(change.value ?? [], to: option, line: 0)
    case .listRemove:
      guard let found, let option = change.option,
        let index = sections[found].index(of: option),
        case .list(let items) = sections[found].options[index].value
      else { return }
      sections[found].options[index].value = .list(items.filter { $0 != change.value })
      sections[found].options[index].line = 0
    }
  }

  private mutating func set(_ change: Change, in found: Int?, isAnonymous: Bool) {
    let value = change.value ?? []
    if let option = change.option {
      guard let found else { return }
      if value.isEmpty {
        if let index = sections[found].index(of: option) {
          sections[found].options.remove(at: index)
        }
      } else {
        sections[found].set(option, to: value, line: 0)
      }
    } else if value.isEmpty {
      if let found { sections.remove(at: found) }
    } else if !UCIName.isType(value) {
      return
    } else if let found {
      // libuci makes a new section for a type of another length, and that one is named.
      if isAnonymous || sections[found].type.count != value.count {
        sections[found].isAnonymous = isAnonymous
      }
      sections[found].type = value
    } else {
      sections.append(
        UCISection(type: value, name: change.section, isAnonymous: isAnonymous, line: 0))
    }
  }

  private mutating func delete(_ change: Change, in found: Int) {
    guard let option = change.option else {
      sections.remove(at: found)
      return
    }
    guard let index = sections[found].index(of: option) else { return }
    guard let value = change.value, !value.isEmpty,
      case .list(var items) = sections[found].options[index].value
    else {
      sections[found].options.remove(at: index)
      return
    }
    // `uci delete ddns.x.list=2` removes the third item only.
    guard let item = Self.leadingNumber(value), items.indices.contains(item) else { return }
    items.remove(at: item)
    sections[found].options[index].value = .list(items)
  }

  private mutating func rename(_ change: Change, in found: Int) {
    guard let name = change.value, UCIName.isName(name) else { return }
    if let option = change.option {
      guard let index = sections[found].index(of: option) else { return }
      sections[found].options[index].name = name
    } else {
      sections[found].name = name
      sections[found].isAnonymous = false
    }
  }

  private mutating func reorder(_ change: Change, from found: Int) {
    guard change.option == nil, let value = change.value else { return }
    let section = sections.remove(at: found)
    // What is no number, or does not fit into an int, is the first place.
    let place = Self.leadingNumber(value) ?? 0
    sections.insert(section, at: min(max(place, 0), sections.count))
  }

  /// The number a text begins with, after white space and a sign, as strtol and scanf read it; nil
  /// for none, and for one of more than 31 bits.
  private static func leadingNumber(_ text: [UInt8]) -> Int? {
    var digits = text.drop { $0.isSpace }
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    guard let value = digits.prefix(while: { $0.isDigit }).decimalValue, value <= Int32.max
    else { return nil }
    return isNegative ? -Int(value) : Int(value)
  }
}

/// One line of a delta file.
private struct Change {
  enum Command {
    case set, add, delete, rename, reorder, listAdd, listRemove
  }

  let command: Command
  let package: [UInt8]
  let section: [UInt8]
  let option: [UInt8]?
  let value: [UInt8]?

  /// Parses a line without its quotes; nil when it is malformed.
  init?(_ line: [UInt8]) {
    command = Self.command(line.first)
    let text = command == .set ? line[...] : line.dropFirst()
    let equals = text.firstIndex(of: UInt8(ascii: "="))
    value = equals.map { Array(text[($0 + 1)...]) }
    let path = Array(text[..<(equals ?? text.endIndex)]).pieces(separatedBy: UInt8(ascii: "."))
    guard path.count == 2 || path.count == 3 else { return nil }
    package = Array(path[0])
    section = Array(path[1])
    option = path.count == 3 ? Array(path[2]) : nil
    guard UCIName.isName(section), option.map({ UCIName.isName($0) }) ?? true,
      command == .delete || value != nil, value?.allSatisfy(Self.isText) ?? true
    else { return nil }
  }

  /// Whether a value may have a byte: a line with any other control character is malformed.
  private static func isText(_ byte: UInt8) -> Bool { byte >= 32 || [9, 10, 13].contains(byte) }

  private static func command(_ prefix: UInt8?) -> Command {
    switch prefix {
    case UInt8(ascii: "+"): .add
    case UInt8(ascii: "-"): .delete
    case UInt8(ascii: "@"): .rename
    case UInt8(ascii: "^"): .reorder
    case UInt8(ascii: "|"): .listAdd
    case UInt8(ascii: "~"): .listRemove
    default: .set
    }
  }
}
