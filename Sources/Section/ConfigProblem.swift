// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// What is wrong with the configuration, and on which line.
public struct ConfigProblem: Error, Equatable, Sendable {
  /// The line of the file; 0 when no line is to blame.
  public let line: Int
  /// What is wrong and what to write instead; without secrets.
  public let words: Text

  /// A problem on a line.
  public init(line: Int, _ words: Text) {
    self.line = line
    self.words = words
  }
}

/// Reads the options of a UCI section as values, each with its default.
struct OptionReader {
  let section: UCISection

  /// The text of an option, of a list its first item; nil when it is absent.
  @inline(never)  // smaller: it is called from everywhere
  func text(_ name: StaticString) -> [UInt8]? { section.option(name) ?? section.list(name)?.first }

  /// The text of the first option that is set: the new name of an option before its old one.
  func text(_ names: StaticString...) -> [UInt8]? {
    for name in names { if let value = text(name) { return value } }
    return nil
  }

  /// libuci's booleans, and as in ddns-scripts any number that is not 0.
  func flag(_ name: StaticString, default fallback: Bool = false) throws(ConfigProblem) -> Bool {
    guard let value = text(name) else { return fallback }
    if let flag = UCIBoolean.parse(value) { return flag }
    if let number = value.decimalValue { return number != 0 }
    throw problem(name, "is '\(value)': use 1 or 0")
  }

  /// A count of zero or more from the first option that is set; nil when none is.
  func number(_ names: StaticString...) throws(ConfigProblem) -> Int64? {
    for name in names {
      guard let value = text(name) else { continue }
      if let number = value.decimalValue { return number }
      throw problem(name, "is '\(value)': use a number of 0 or more")
    }
    return nil
  }

  /// A time in seconds from a number and its unit; nil when the number is absent.
  func seconds(
    _ name: StaticString, unit: StaticString, default fallback: StaticString
  ) throws(ConfigProblem) -> Int64? {
    guard let count = try number(name) else { return nil }
    return Schedule.seconds(count, text(unit) ?? [UInt8](fallback))
  }

  /// A problem of one option, with its line.
  func problem(_ name: StaticString, _ words: Text) -> ConfigProblem {
    ConfigProblem(
      line: section.line(of: [UInt8](name)) ?? section.line, "option '\(name)' \(words)")
  }
}
