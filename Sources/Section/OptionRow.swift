// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// One option of the configuration: everything about it but what it does.
public struct OptionRow: Sendable {
  /// What its value is.
  public enum Kind: UInt8, Sendable {
    /// Yes or no.
    case flag
    /// A count of zero or more.
    case number
    /// A count in the unit that another option names.
    case interval
    /// Any text.
    case text
    /// Text, or a list whose items are joined by commas.
    case list
    /// An address of a page, or a template of one.
    case url
    /// A file or a directory.
    case path
    /// A directory, from the root and without `..`.
    case directory
    /// Addresses of pages, as a list or with blanks between.
    case urls
    /// A program and its arguments.
    case command
    /// Text that nobody gets to see.
    case secret
    /// Where the value of another option is, which is named before the last `_`; such options share a
    /// row.
    case elsewhere
    /// A host and its port, perhaps after credentials that nobody gets to see.
    case proxy
    /// Something that only update scripts of ddns-scripts look at, or nothing at all any more.
    case foreign
  }

  /// Whom a change of it concerns.
  public enum Concern: UInt8, Sendable {
    /// The router alone: what a provider has answered would be answered again.
    case router
    /// The provider: it is in the request, or in what the request is about.
    case request
    /// The provider, too: how the request gets there may decide what is answered.
    case way
  }

  /// The name, then perhaps an old one that counts when the first is not set. Options that are elsewhere,
  /// and foreign ones, share a row.
  public let names: Literal
  /// The number of bytes of the names: all rows are asked for each option.
  private let length: UInt16
  private let kindCode: UInt8
  private let concernCode: UInt8
  /// The value of an option that is not set; empty when there is none, or it depends on others.
  public let fallback: Literal

  /// A row. `help` begins its description in ddns-config(5), and is for the readers of the table.
  init(
    _ names: StaticString, _ kind: Kind, _ fallback: Literal, _ concern: Concern,
    _ help: Literal
  ) {
    self.names = Literal(stringLiteral: names)
    length = UInt16(truncatingIfNeeded: names.utf8CodeUnitCount)
    // Numbers, for the compiler makes no constants of enumerations.
    kindCode = kind.rawValue
    concernCode = concern.rawValue
    self.fallback = fallback
  }

  /// A row of an option whose default is no fixed value, but can be described.
  init(
    _ names: StaticString, _ kind: Kind, described: Literal, _ concern: Concern,
    _ help: Literal
  ) {
    self.init(names, kind, "", concern, help)
  }

  /// A row of a text that is in no table.
  init(unlisted name: Literal) {
    (names, length) = (name, UInt16(truncatingIfNeeded: name.count))
    (kindCode, concernCode, fallback) = (Kind.text.rawValue, Concern.router.rawValue, "")
  }

  /// What its value is.
  public var kind: Kind { Kind(rawValue: kindCode) ?? .text }

  /// Whom a change of it concerns.
  public var concern: Concern { Concern(rawValue: concernCode) ?? .router }

  /// Whether it is there to hold a secret.
  public var isSecret: Bool { kind == .secret || kind == .proxy }

  private var bytes: UnsafeBufferPointer<UInt8> { names.bytes(length) }

  /// Whether a name may be one of the row's, going by its first letter and its length. All rows are asked
  /// for each option. A name stands at one of the ends, unless there are more than two.
  @inline(__always)
  func mayBe(_ name: [UInt8], from first: UInt8) -> Bool {
    let names = bytes
    let rest = names.count - name.count
    if rest == 0 { return names[0] == first }
    if rest < 0 { return false }
    // Names of values that are elsewhere end alike.
    return names[name.count] == 32 && names[0] == first
      || names[rest - 1] == 32 && names[rest] == first
      || kindCode == Kind.elsewhere.rawValue && names[names.count - 2] == name[name.count - 2]
      || kindCode == Kind.foreign.rawValue
  }

  /// How many names go before this one in the row; nil when it is none of them.
  @inline(never)
  func place(of name: [UInt8]) -> Int? {
    var (place, start) = (0, 0)
    let names = bytes
    for index in 0...names.count where index == names.count || names[index] == 32 {
      // All options are looked up, most rows have other names: first what costs least.
      if index - start == name.count, names[start..<index].elementsEqual(name) { return place }
      (place, start) = (place + 1, index + 1)
    }
    return nil
  }

  /// What an option of this row says; of a list the first item counts, unless it is one of lists.
  func value(of option: UCIOption) -> [UInt8] {
    switch option.value {
    case .option(let value): value
    case .list(let items):
      switch kind {
      case .list: Array(items.joined(separator: [UInt8(ascii: ",")]))
      case .urls: Array(items.joined(separator: [UInt8(ascii: " ")]))
      default: items.first ?? []
      }
    }
  }
}
