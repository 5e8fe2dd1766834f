// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Reads the options of a section as values, each as its row says, and notes what is wrong.
final class OptionReader {
  let section: UCISection
  private let scope: OptionTable.Scope
  /// What is wrong so far. Such an option has its default.
  private(set) var problems: [ConfigError] = []

  init(_ section: UCISection, _ scope: OptionTable.Scope) {
    self.section = section
    self.scope = scope
  }

  /// The row of an option of ours. A name without one is a mistake that no test lets pass.
  @inline(never)
  private func row(_ name: Literal) -> OptionRow {
    OptionTable.row(name, scope) ?? OptionRow(unlisted: name)
  }

  /// What is in the file: the option, or else the one of the old name.
  @inline(never)
  private func option(_ row: OptionRow) -> UCIOption? {
    var old: UCIOption?
    for option in section.options {
      guard option.name.count > 1, let first = option.name.first,
        row.mayBe(option.name, from: first), let place = row.place(of: option.name)
      else { continue }
      if place == 0 { return option }
      old = option
    }
    return old
  }

  /// Whether an option is in the file.
  func isSet(_ name: Literal) -> Bool { option(row(name)) != nil }

  /// The text of an option; nil when it is absent and has no default.
  @inline(never)  // smaller: it is called from everywhere
  func text(_ name: Literal) -> [UInt8]? {
    let row = row(name)
    if let option = option(row) { return row.value(of: option) }
    return row.fallback.bytes.isEmpty ? nil : [UInt8](row.fallback)
  }

  /// libuci's booleans, and as in ddns-scripts any number that is not 0.
  @inline(never)
  func flag(_ name: Literal) -> Bool {
    let value = text(name) ?? []
    if let flag = OptionRow.flag(value) { return flag }
    complain(name, "is '\(value)': use 1 or 0")
    return row(name).fallback.bytes.first == UInt8(ascii: "1")
  }

  /// A count of zero or more; nil when there is neither one nor a default.
  @inline(never)
  func number(_ name: Literal) -> Int64? {
    guard let value = text(name) else { return nil }
    if let number = value.decimalValue { return number }
    complain(name, "is '\(value)': use a number of 0 or more")
    return [UInt8](row(name).fallback).decimalValue
  }

  /// A time in seconds from a number and its unit. The default is in the default unit; nil when
  /// there is none.
  func seconds(_ name: Literal, unit: Literal) -> Int64? {
    guard let count = number(name) else { return nil }
    return Schedule.seconds(count, isSet(name) ? text(unit) ?? [] : [UInt8](row(unit).fallback))
  }

  /// An absolute path without `..` and without slashes at its end.
  func directory(_ name: Literal) -> [UInt8] {
    var path = text(name) ?? []
    let up: [UInt8] = [46, 46]
    if path.first != UInt8(ascii: "/")
      || path.firstIndex(of: up) != nil
        && path.pieces(separatedBy: UInt8(ascii: "/")).contains(up[...])
    {
      complain(name, "is '\(path)': use an absolute path without '..'")
      path = [UInt8](row(name).fallback)
    }
    while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
    return path
  }

  /// Notes what is wrong with an option, by the name it has in the file.
  func complain(_ name: Literal, _ words: Text) {
    let used = option(row(name))?.name ?? [UInt8](name)
    note(name, "option '\(used)' \(words)")
  }

  /// Notes what is wrong, with the line of the option to blame, or else of the section.
  func note(_ name: Literal, _ words: Text) {
    problems.append(ConfigError(line: option(row(name))?.line ?? section.line, words))
  }
}

extension OptionRow {
  /// What a word means as yes or no; nil when it means neither.
  static func flag(_ word: [UInt8]) -> Bool? {
    UCIBoolean.parse(word) ?? word.decimalValue.map { $0 != 0 }
  }
}
