// SPDX-License-Identifier: Apache-2.0

// Byte strings that compare with, and are switched over by, literals.

extension [UInt8] {
  /// A copy that takes no more room than it needs, and shares none: what is kept of much that goes, and
  /// was allocated with it, would keep the pages of all of it.
  public var copied: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { place, filled in
      filled = place.initialize(fromContentsOf: self)
    }
  }

  /// Copies the bytes of a literal.
  public init(_ literal: Literal) { self = Array(literal.bytes) }

  /// Whether these are exactly the literal's bytes.
  public static func == (left: [UInt8], right: Literal) -> Bool {
    var place = right.start
    for byte in left {
      guard byte == place.pointee, byte != 0 else { return false }
      place += 1
    }
    return place.pointee == 0
  }

  /// Whether these are not the literal's bytes.
  public static func != (left: [UInt8], right: Literal) -> Bool { !(left == right) }

  /// Makes `case "word":` work in a switch over bytes.
  public static func ~= (pattern: Literal, value: [UInt8]) -> Bool { value == pattern }

  /// Appends the bytes of a literal.
  public mutating func append(literal: Literal) { append(contentsOf: literal.bytes) }

  /// Appends a number in decimal.
  public mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    repeat {
      append(UInt8(ascii: "0"))
      rest /= 10
    } while rest > 0
    rest = value.magnitude
    var place = count - 1
    while rest > 0 {
      self[place] += UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      place -= 1
    }
  }
}

extension UInt8 {
  /// Whether it is one of the literal's bytes.
  public func isOne(of literal: Literal) -> Bool {
    var place = literal.start
    while place.pointee != 0 {
      if place.pointee == self { return true }
      place += 1
    }
    return false
  }
}

extension Collection<UInt8> {
  /// Whether the bytes begin with the literal.
  public func hasPrefix(_ literal: Literal) -> Bool { starts(with: literal.bytes) }

  /// Whether the bytes are the literal's, ASCII case ignored.
  public func equalsIgnoringCase(_ literal: Literal) -> Bool {
    elementsEqual(literal.bytes) { $0.lowercased == $1.lowercased }
  }

  /// The bytes without leading and trailing blanks, tabs, CR and LF.
  public var trimmed: SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isSpace { rest = rest.dropFirst() }
    var end = rest.endIndex
    var index = rest.startIndex
    var lastInk = rest.startIndex
    while index != rest.endIndex {
      let next = rest.index(after: index)
      if !rest[index].isSpace { lastInk = next }
      index = next
    }
    end = lastInk
    return rest[..<end]
  }

  /// The value of a string of decimal digits; nil when empty, too large or anything else is in it.
  public var decimalValue: Int64? {
    guard !isEmpty else { return nil }
    var value: Int64 = 0
    for byte in self {
      guard byte.isDigit else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  /// The bytes with A-Z made a-z.
  public var lowercased: [UInt8] { map { $0.lowercased } }
}

extension [UInt8] {
  /// The pieces between separators; adjacent separators give empty pieces.
  public func pieces(separatedBy separator: UInt8) -> [ArraySlice<UInt8>] {
    split(separator: separator, omittingEmptySubsequences: false)
  }

  /// The runs of bytes between blanks, tabs, CR and LF.
  public var words: [ArraySlice<UInt8>] { split(whereSeparator: { $0.isSpace }) }

  /// The lines, without their LF or CRLF. A final line end does not make an empty line.
  public var lines: [ArraySlice<UInt8>] {
    var lines = pieces(separatedBy: UInt8(ascii: "\n"))
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
  }

  /// Where `needle` first occurs at or after `start`; nil when it does not or is empty.
  public func firstIndex(of needle: [UInt8], from start: Int = 0) -> Int? {
    guard !needle.isEmpty, count >= needle.count, start >= 0 else { return nil }
    var index = start
    while index <= count - needle.count {
      if self[index] == needle[0], self[index..<(index + needle.count)].elementsEqual(needle) {
        return index
      }
      index += 1
    }
    return nil
  }

  /// The bytes with every occurrence of `needle` replaced; an empty needle changes nothing.
  public func replacing(_ needle: [UInt8], with replacement: [UInt8]) -> [UInt8] {
    guard var found = firstIndex(of: needle) else { return self }
    var result: [UInt8] = []
    var rest = 0
    while true {
      result += self[rest..<found]
      result += replacement
      rest = found + needle.count
      guard let next = firstIndex(of: needle, from: rest) else { break }
      found = next
    }
    return result + self[rest...]
  }
}
