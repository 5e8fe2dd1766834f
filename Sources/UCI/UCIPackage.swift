// SPDX-License-Identifier: Apache-2.0

import Wire

/// A UCI configuration file as a value: sections in order.
public struct UCIPackage: Equatable, Sendable {
  /// The most bytes a file may have.
  public static let byteLimit = 4 << 20

  /// The name of the file, such as `ddns`.
  public let name: [UInt8]
  /// The sections, in order.
  public internal(set) var sections: [UCISection] = []

  /// A package without sections, which is what an empty or absent file holds.
  public init(name: [UInt8]) { self.name = name }

  /// The first section of that name, a generated name included.
  public func section(named name: [UInt8]) -> UCISection? {
    sectionIndex(named: name).map { sections[$0] }
  }

  /// The first section of that name, a generated name included.
  public func section(named name: Literal) -> UCISection? { section(named: [UInt8](name)) }

  /// The section a user means by a name or by `@type[n]`.
  ///
  /// n counts from 0 over all sections of the type, named ones too; a negative one counts from the
  /// end. Without a type, `@[n]` counts all sections.
  public func section(at reference: [UInt8]) -> UCISection? {
    guard reference.first == UInt8(ascii: "@") else { return section(named: reference) }
    guard let open = reference.firstIndex(of: UInt8(ascii: "[")),
      reference.last == UInt8(ascii: "]"),
      let number = Self.number(reference[(open + 1)...].dropLast())
    else { return nil }
    let type = Array(reference[1..<open])
    let all = type.isEmpty ? sections : sections(ofType: type)
    let index = number < 0 ? all.count + number : number
    return all.indices.contains(index) ? all[index] : nil
  }

  /// The sections of a type, in order.
  public func sections(ofType type: [UInt8]) -> [UCISection] {
    sections.filter { $0.type == type }
  }

  /// The sections of a type, in order.
  public func sections(ofType type: Literal) -> [UCISection] {
    sections(ofType: [UInt8](type))
  }

  /// Puts others in the place of each section.
  public mutating func replaceSections(_ others: (UCISection) -> [UCISection]) {
    sections = sections.flatMap(others)
  }

  /// Puts another section in the place of one.
  public mutating func replace(_ name: [UInt8], with section: UCISection) {
    if let index = sectionIndex(named: name) { sections[index] = section }
  }

  func sectionIndex(named name: [UInt8]) -> Int? { sections.firstIndex { $0.name == name } }

  /// A decimal number with an optional minus; nil when it is none or too large to be an index.
  static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    let isNegative = digits.first == UInt8(ascii: "-")
    guard let value = digits.dropFirst(isNegative ? 1 : 0).decimalValue, value <= 0xffff
    else { return nil }
    return isNegative ? -Int(value) : Int(value)
  }
}
