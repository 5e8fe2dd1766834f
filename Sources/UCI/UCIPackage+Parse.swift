// SPDX-License-Identifier: Apache-2.0

import Wire

extension UCIPackage {
  /// Parses a file as strictly as `uci show` does: the first fault refuses all of it.
  ///
  /// A section header with a bad name is such a fault. libuci's tolerant mode would skip the header
  /// and give its options to the section before, which destroys that one.
  public static func parse(_ bytes: [UInt8], name: [UInt8]) throws(UCIError) -> UCIPackage {
    guard bytes.count <= byteLimit else { throw UCIError(.tooLarge, line: 1, byte: 1) }
    var parser = UCIParser(bytes, name: name)
    while parser.lexer.startLine() {
      if !parser.lexer.takeMark() { try parser.parseLine() }
    }
    return parser.package
  }
}

/// The commands of a file, applied to a package one after the other.
private struct UCIParser {
  var package: UCIPackage
  var lexer: UCILexer
  /// The open section.
  private var current: Int?
  /// The sections, sorted by name: there may be thousands.
  private var sorted: [Int] = []

  init(_ bytes: [UInt8], name: [UInt8]) {
    package = UCIPackage(name: name)
    lexer = UCILexer(bytes)
  }

  /// Where a section of that name is among those that are sorted, or would be.
  private func place(of name: [UInt8]) -> Int {
    sorted.indices.end(of: { package.sections[sorted[$0]].name.lexicographicallyPrecedes(name) })
  }

  /// Parses the commands of a line, which `;` separates.
  mutating func parseLine() throws(UCIError) {
    while let keyword = lexer.keyword() {
      switch keyword.bytes {
      case "package", "p": try parsePackage(keyword.place)
      case "config", "c": try parseConfig(keyword.place)
      case "option", "o": try parseOption(keyword.place, isList: false)
      case "list", "l": try parseOption(keyword.place, isList: true)
      default: throw Self.error(.unknownKeyword(keyword.bytes), keyword.place)
      }
    }
  }

  private mutating func parsePackage(_ place: UCILexer.Place) throws(UCIError) {
    let name = try lexer.argument()
    guard !name.bytes.isEmpty else { throw Self.error(.missingPackageName, place) }
    guard UCIName.isPackage(name.bytes) else {
      throw Self.error(.badPackageName(name.bytes), name.place)
    }
    // The name of the file is what counts.
    try endCommand()
  }

  private mutating func parseConfig(_ start: UCILexer.Place) throws(UCIError) {
    let type = try lexer.argument()
    guard !type.bytes.isEmpty else { throw Self.error(.missingType, start) }
    guard UCIName.isType(type.bytes) else { throw Self.error(.badType(type.bytes), type.place) }
    let name = try lexer.argument()
    guard name.bytes.isEmpty || UCIName.isName(name.bytes) else {
      throw Self.error(.badSectionName(name.bytes), name.place)
    }
    try endCommand()
    let count = package.sections.count
    let isAnonymous = name.bytes.isEmpty
    let full =
      isAnonymous ? UCIName.generated(position: count + 1, type: type.bytes) : name.bytes
    let place = place(of: full)
    let found = sorted.indices.contains(place) ? sorted[place] : count
    let isKnown = found < count && package.sections[found].name == full
    if !isAnonymous, isKnown {
      let earlier = package.sections[found]
      guard earlier.type == type.bytes else {
        throw Self.error(
          .typeDiffers(section: name.bytes, earlierLine: earlier.line), name.place)
      }
      current = found
      return
    }
    package.sections.append(
      UCISection(type: type.bytes, name: full, isAnonymous: isAnonymous, line: start.line))
    if !isKnown { sorted.insert(count, at: place) }
    current = count
  }

  private mutating func parseOption(
    _ place: UCILexer.Place, isList: Bool
  ) throws(UCIError) {
    guard let current else { throw Self.error(.optionBeforeSection, place) }
    let name = try lexer.argument()
    guard !name.bytes.isEmpty else { throw Self.error(.missingOptionName, place) }
    guard UCIName.isName(name.bytes) else {
      throw Self.error(.badOptionName(name.bytes), name.place)
    }
    let value = try lexer.argument()
    try endCommand()
    if isList {
      package.sections[current].add(value.bytes, to: name.bytes, line: place.line)
    } else {
      package.sections[current].set(name.bytes, to: value.bytes, line: place.line)
    }
  }

  private mutating func endCommand() throws(UCIError) {
    let extra = try lexer.argument()
    guard extra.bytes.isEmpty else { throw Self.error(.tooManyArguments, extra.place) }
  }

  private static func error(_ kind: UCIError.Kind, _ place: UCILexer.Place) -> UCIError {
    UCIError(kind, line: place.line, byte: place.byte)
  }
}
