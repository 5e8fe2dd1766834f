// SPDX-License-Identifier: Apache-2.0

import Wire

/// A named value of a section: one string, or a list of them.
public struct UCIOption: Equatable, Sendable {
  /// The two kinds of values.
  public enum Value: Equatable, Sendable {
    /// What the last `option` line said; never empty.
    case option([UInt8])
    /// What the `list` lines said, in order.
    case list([[UInt8]])
  }

  /// Letters, digits and `_`.
  public internal(set) var name: [UInt8]
  /// One string or a list.
  public internal(set) var value: Value
  /// The line of the file that set it last; 0 when a delta did.
  public internal(set) var line: Int
}

/// A section: a type, a name, and options in the order of the file.
///
/// What it has is in one place, which sections share until one of them changes: they are handed on all the time.
public struct UCISection: Equatable, @unchecked Sendable {
  private struct Parts: Equatable {
    var type: [UInt8]
    var name: [UInt8]
    var isAnonymous: Bool
    var line: Int
    var options: [UCIOption] = []
  }

  private final class Content {
    var parts: Parts

    init(_ parts: Parts) { self.parts = parts }
  }

  private var content: Content

  private var parts: Parts {
    get { content.parts }
    _modify {
      own()
      yield &content.parts
    }
  }

  init(type: [UInt8], name: [UInt8], isAnonymous: Bool, line: Int) {
    content = Content(Parts(type: type, name: name, isAnonymous: isAnonymous, line: line))
  }

  /// Before it is changed.
  @inline(never)
  private mutating func own() {
    if !isKnownUniquelyReferenced(&content) { content = Content(content.parts) }
  }

  /// Whether they say the same in the same place.
  public static func == (left: UCISection, right: UCISection) -> Bool { left.parts == right.parts }

  /// Printable ASCII, such as `service`.
  public var type: [UInt8] {
    get { parts.type }
    set { parts.type = newValue }
  }
  /// The name in the file, or the generated `cfg025996` of an anonymous section.
  public internal(set) var name: [UInt8] {
    get { parts.name }
    set { parts.name = newValue }
  }
  /// Whether the name is generated.
  public internal(set) var isAnonymous: Bool {
    get { parts.isAnonymous }
    set { parts.isAnonymous = newValue }
  }
  /// The line of its first `config`; 0 when a delta added it.
  public var line: Int {
    get { parts.line }
    set { parts.line = newValue }
  }
  /// The options and lists, in order.
  public internal(set) var options: [UCIOption] {
    get { parts.options }
    _modify { yield &parts.options }
  }

  /// The value of an option; nil when there is none of that name, or a list.
  @inline(never)
  public func option(_ name: [UInt8]) -> [UInt8]? {
    guard let index = index(of: name), case .option(let value) = options[index].value
    else { return nil }
    return value
  }

  /// The value of an option; nil when there is none of that name, or a list.
  public func option(_ name: Literal) -> [UInt8]? { option([UInt8](name)) }

  /// The items of a list; nil when there is none of that name, or an option.
  @inline(never)
  public func list(_ name: [UInt8]) -> [[UInt8]]? {
    guard let index = index(of: name), case .list(let items) = options[index].value
    else { return nil }
    return items
  }

  /// The items of a list; nil when there is none of that name, or an option.
  public func list(_ name: Literal) -> [[UInt8]]? { list([UInt8](name)) }

  /// The line that set an option or list last; nil when there is none, 0 when a delta did.
  public func line(of name: [UInt8]) -> Int? { index(of: name).map { options[$0].line } }

  func index(of name: [UInt8]) -> Int? { options.firstIndex { $0.name == name } }

  /// Does what an `option` line says: a repeated option keeps its place, and an empty value leaves
  /// what is there.
  @inline(never)
  public mutating func set(_ name: [UInt8], to value: [UInt8], line: Int) {
    guard !value.isEmpty else { return }
    if let found = index(of: name) {
      options[found].value = .option(value)
      options[found].line = line
    } else {
      options.append(UCIOption(name: name, value: .option(value), line: line))
    }
  }

  /// Does what a `list` line says: a string of the same name becomes the first item.
  mutating func add(_ item: [UInt8], to name: [UInt8], line: Int) {
    guard let found = index(of: name) else {
      options.append(UCIOption(name: name, value: .list([item]), line: line))
      return
    }
    var items: [[UInt8]]
    switch options[found].value {
    case .option(let first): items = [first]
    case .list(let earlier): items = earlier
    }
    // Given up here so that the append below need not copy: lists can be thousands of lines long.
    options[found].value = .list([])
    items.append(item)
    options[found].value = .list(items)
    options[found].line = line
  }
}

extension UCISection {
  /// A section that is in no file, and has no options yet.
  public init(type: Literal, name: Literal) {
    self.init(type: [UInt8](type), name: [UInt8](name), isAnonymous: false, line: 0)
  }

  /// Puts an option behind the others, be there one of its name or not.
  @inline(never)
  public mutating func append(_ option: UCIOption) { options.append(option) }

  /// The same.
  public mutating func append(_ name: [UInt8], _ value: [UInt8], line: Int) {
    append(UCIOption(name: name, value: .option(value), line: line))
  }

  /// Takes an option away by its place.
  public mutating func remove(at index: Int) { options.remove(at: index) }

  /// The same under another name.
  @inline(never)
  public func renamed(_ name: [UInt8]) -> UCISection {
    var section = self
    (section.name, section.isAnonymous) = (name, false)
    return section
  }

  /// Takes an option or list away, and puts a value in its place unless that is empty.
  public mutating func replace(_ name: Literal, with value: [UInt8]) {
    replace([UInt8](name), with: value)
  }

  /// The same.
  @inline(never)
  public mutating func replace(_ name: [UInt8], with value: [UInt8]) {
    options.removeAll { $0.name == name }
    set(name, to: value, line: 0)
  }
}
