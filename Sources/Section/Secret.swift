// SPDX-License-Identifier: Apache-2.0

import Wire

/// A value that may go into a request and nowhere else.
public struct Secret: Equatable, Sendable {
  /// The value, for an encoder only.
  public let revealed: [UInt8]

  /// Wraps a value.
  public init(_ value: [UInt8]) { revealed = value }

  /// Whether there is a value at all.
  public var isEmpty: Bool { revealed.isEmpty }
}

extension Text.Interpolation {
  /// A secret shows itself as `***`.
  public mutating func appendInterpolation(_ value: Secret) {
    appendInterpolation("***" as StaticString)
  }
}

/// Takes secrets out of text by their value, in every encoding a request or an echo may have them.
///
/// Each byte of a secret may show as it is, percent-encoded, escaped as in JSON or HTML, all of
/// them in either case and mixed. Besides there is base 64 of the whole.
public struct Redactor: Sendable {
  /// Shorter values are no secrets, and hiding each of their letters would hide everything else.
  public static let shortestSecret = 3

  private var needles: [[UInt8]] = []

  /// Hides nothing.
  public init() {}

  /// Hides a secret.
  public mutating func add(_ secret: Secret) {
    guard secret.revealed.count >= Self.shortestSecret else { return }
    needles += [secret.revealed, Base64.encode(secret.revealed)]
  }

  /// Hides the value of an `Authorization: Basic` field.
  public mutating func add(username: [UInt8], password: Secret) {
    guard !password.isEmpty else { return }
    needles.append(Base64.encode(username + [UInt8(ascii: ":")] + password.revealed))
  }

  /// The text with each secret shown as `***`.
  @inline(never)
  public func redact(_ text: [UInt8]) -> [UInt8] {
    if needles.isEmpty { return text }
    var result: [UInt8] = []
    var hiddenUntil = 0
    for index in text.indices {
      // Also inside of another: of two that overlap nothing is left.
      var end = 0
      for needle in needles { end = max(end, Self.end(of: needle[...], in: text[index...]) ?? 0) }
      if index >= hiddenUntil { result += end > 0 ? [UInt8]("***") : [text[index]] }
      hiddenUntil = max(hiddenUntil, end)
    }
    return result
  }

  /// Where a secret ends that the text begins with, in any encoding; nil = it does not.
  private static func end(of secret: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Int? {
    var (secret, text) = (secret, text)
    while let wanted = secret.first {
      guard let first = text.first else { return nil }
      if let escape = Escape(text) {
        for bytes in escape.meanings where secret.starts(with: bytes) {
          let rest = end(of: secret.dropFirst(bytes.count), in: text.dropFirst(escape.length))
          if let rest { return rest }
        }
      }
      guard first == wanted else { return nil }
      secret = secret.dropFirst()
      text = text.dropFirst()
    }
    return text.startIndex
  }
}

/// Something that stands for another character: `%41`, `+`, `\n`, `\u0041`, `&amp;`, `&#65;`.
private struct Escape {
  /// The bytes it may stand for: as one byte, and as a character in UTF-8.
  private(set) var meanings: [[UInt8]] = []
  /// How many bytes it takes.
  private(set) var length = 0

  init?(_ text: ArraySlice<UInt8>) {
    let tail = text.dropFirst()
    switch text.first {
    case UInt8(ascii: "+"): set(32, 1)
    case UInt8(ascii: "%"):
      guard let value = Self.number(tail.prefix(2), digits: 2) else { return nil }
      set(value, 3)
    case UInt8(ascii: "\\"): readJSON(tail)
    case UInt8(ascii: "&"): readHTML(tail)
    default: return nil
    }
    if length == 0 { return nil }
  }

  private mutating func readJSON(_ tail: ArraySlice<UInt8>) {
    switch tail.first {
    case UInt8(ascii: "b"): set(8, 2)
    case UInt8(ascii: "t"): set(9, 2)
    case UInt8(ascii: "n"): set(10, 2)
    case UInt8(ascii: "f"): set(12, 2)
    case UInt8(ascii: "r"): set(13, 2)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "'"):
      set(UInt32(tail.first ?? 0), 2)
    case UInt8(ascii: "u"):
      guard let high = Self.number(tail.dropFirst().prefix(4), digits: 4) else { return }
      let next = tail.dropFirst(5)
      // Two surrogates are one character (RFC 8259 §7).
      if high >> 10 == 0x36, next.starts(with: [UInt8]("\\u")),
        let low = Self.number(next.dropFirst(2).prefix(4), digits: 4), low >> 10 == 0x37
      {
        set(0x10000 + (high & 0x3ff) << 10 + low & 0x3ff, 12)
      } else {
        set(high, 6)
      }
    default: break
    }
  }

  private mutating func readHTML(_ tail: ArraySlice<UInt8>) {
    guard let end = tail.prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return }
    let name = Array(tail[..<end])
    let length = name.count + 2
    switch name {
    case "amp": set(38, length)
    case "lt": set(60, length)
    case "gt": set(62, length)
    case "quot": set(34, length)
    case "apos": set(39, length)
    default:
      guard name.first == UInt8(ascii: "#") else { return }
      let isHex = name.count > 1 && name[1] | 0x20 == UInt8(ascii: "x")
      let digits = name.dropFirst(isHex ? 2 : 1)
      let value =
        isHex
        ? Self.number(digits, digits: digits.count)
        : digits.decimalValue.flatMap { UInt32(exactly: $0) }
      if let value { set(value, length) }
    }
  }

  private mutating func set(_ value: UInt32, _ length: Int) {
    self.length = length
    if value < 256 { meanings.append([UInt8(value)]) }
    guard value >= 128, value < 0x110000 else { return }
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(value >> shift & 0x3f) }
    if value < 0x800 {
      meanings.append([0xc0 | UInt8(value >> 6), tail(0)])
    } else if value < 0x10000 {
      meanings.append([0xe0 | UInt8(value >> 12), tail(6), tail(0)])
    } else {
      meanings.append([0xf0 | UInt8(value >> 18), tail(12), tail(6), tail(0)])
    }
  }

  private static func number(_ text: ArraySlice<UInt8>, digits: Int) -> UInt32? {
    guard digits > 0, digits <= 8, text.count == digits else { return nil }
    var value: UInt32 = 0
    for byte in text {
      guard let digit = byte.hexValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
