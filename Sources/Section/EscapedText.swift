// SPDX-License-Identifier: Apache-2.0

import Wire

/// A text whose characters may be written as `%41`, `+`, `&#65;`, `&amp;`, `\n`, `\u0041` or `\303`,
/// and the characters of these escapes in the same way once more.
struct EscapedText {
  /// One way to read what stands at a place.
  struct Character {
    /// Any one character but an ASCII letter or digit: those are never written by name.
    static let named = UInt32.max

    /// The byte or the Unicode scalar.
    var value: UInt32
    /// Where the next character begins.
    var end: Int

    var byte: UInt8? { UInt8(exactly: value) }
  }

  let text: [UInt8]
  /// How often a byte has been looked at.
  private(set) var steps = 0

  init(_ text: [UInt8]) { self.text = text }

  /// Whether an escape may begin with the byte.
  static func isLead(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "&")
      || byte == UInt8(ascii: "+")
  }

  /// Every way to read what stands at a place, with so many escapes inside each other.
  ///
  /// That bounds the work: a digit or letter is read in one way only, and what a backslash is
  /// before in as many as there are with one escape less.
  mutating func characters(at index: Int, depth: Int) -> [Character] {
    steps += 1
    guard index < text.count else { return [] }
    let byte = text[index]
    guard depth > 0, Self.isLead(byte) else {
      return [Character(value: UInt32(byte), end: index + 1)]
    }
    let depth = depth - 1
    var all = characters(at: index, depth: depth)
    for lead in all {
      var meant: Character?
      switch lead.byte {
      case UInt8(ascii: "+"): meant = Character(value: 32, end: lead.end)
      case UInt8(ascii: "%"): meant = number(at: lead.end, 2...2, base: 16, depth)
      case UInt8(ascii: "&"): meant = reference(at: lead.end, depth)
      case UInt8(ascii: "\\"):
        for next in characters(at: lead.end, depth: depth) {
          guard let byte = next.byte, byte.isLetter || byte.isDigit else {
            all.append(next)
            continue
          }
          meant = letter(byte, from: lead.end, to: next.end, depth)
        }
      default: break
      }
      if let meant { all.append(meant) }
    }
    return all
  }

  /// What a letter or digit means behind a backslash, in JSON, C and shells.
  private mutating func letter(
    _ byte: UInt8, from start: Int, to end: Int, _ depth: Int
  ) -> Character? {
    switch byte {
    case UInt8(ascii: "u"):
      guard let high = number(at: end, 4...4, base: 16, depth) else { return nil }
      // Two surrogates are one character (RFC 8259 §7).
      if high.value >> 10 == 0x36, let back = self.end(of: "\\", at: high.end, depth),
        let mark = self.end(of: "u", at: back, depth),
        let low = number(at: mark, 4...4, base: 16, depth), low.value >> 10 == 0x37
      {
        let value = 0x10000 + (high.value & 0x3ff) << 10 + low.value & 0x3ff
        return Character(value: value, end: low.end)
      }
      return high
    case UInt8(ascii: "x"): return number(at: end, 2...2, base: 16, depth)
    case UInt8(ascii: "e"), UInt8(ascii: "E"): return Character(value: 27, end: end)
    default:
      let named: Literal = "abtnvfr"  // 7 to 13
      if let place = named.bytes.firstIndex(of: byte) {
        return Character(value: UInt32(7 + place), end: end)
      }
      return number(at: start, 3...3, base: 8, depth)
    }
  }

  /// What stands between `&` and `;`.
  private mutating func reference(at start: Int, _ depth: Int) -> Character? {
    var found: Character?
    if let digits = end(of: "#", at: start, depth) {
      let hex = end(of: "x", at: digits, depth) ?? end(of: "X", at: digits, depth)
      found = number(at: hex ?? digits, 1...8, base: hex == nil ? 10 : 16, depth)
    } else {
      var name: [UInt8] = []
      var end = start
      while name.count < 10, let next = first(at: end, depth, { $0.isLetter || $0.isDigit }) {
        name.append(next.byte ?? 0)
        end = next.end
      }
      found = Character(value: name == "amp" ? 38 : Character.named, end: end)
    }
    guard let found, let end = end(of: ";", at: found.end, depth) else { return nil }
    return Character(value: found.value, end: end)
  }

  private mutating func number(
    at start: Int, _ digits: ClosedRange<Int>, base: UInt8, _ depth: Int
  ) -> Character? {
    var found = Character(value: 0, end: start)
    for count in 0..<digits.upperBound {
      guard let next = first(at: found.end, depth, { $0.hexValue ?? base < base }) else {
        return count < digits.lowerBound ? nil : found
      }
      let digit = next.byte?.hexValue ?? 0
      found = Character(value: found.value &* UInt32(base) &+ UInt32(digit), end: next.end)
    }
    return found
  }

  private mutating func end(of wanted: Unicode.Scalar, at index: Int, _ depth: Int) -> Int? {
    first(at: index, depth) { $0 == UInt8(ascii: wanted) }?.end
  }

  @inline(never)
  private mutating func first(
    at index: Int, _ depth: Int, _ isWanted: (UInt8) -> Bool
  ) -> Character? {
    for character in characters(at: index, depth: depth) {
      if let byte = character.byte, isWanted(byte) { return character }
    }
    return nil
  }
}
