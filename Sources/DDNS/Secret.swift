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
public struct Redactor: Sendable {
  /// Shorter values are no secrets, and hiding each of their letters would hide everything else.
  public static let shortestSecret = 3

  private var needles: [[UInt8]] = []

  /// Hides nothing.
  public init() {}

  /// Hides a secret as it is, percent-encoded in either case, in base 64 and inside JSON.
  public mutating func add(_ secret: Secret) {
    let raw = secret.revealed
    guard raw.count >= Self.shortestSecret else { return }
    let percent = Percent.encode(raw)
    add(raw)
    add(percent)
    add(Self.upperCaseHex(percent))
    add(Base64.encode(raw))
    add(Self.json(raw))
  }

  /// Hides the value of an `Authorization: Basic` field.
  public mutating func add(username: [UInt8], password: Secret) {
    guard !password.isEmpty else { return }
    add(Base64.encode(username + [UInt8(ascii: ":")] + password.revealed))
  }

  /// The text with each secret shown as `***`.
  public func redact(_ text: [UInt8]) -> [UInt8] {
    needles.reduce(text) { $0.replacing($1, with: [UInt8]("***")) }
  }

  private mutating func add(_ needle: [UInt8]) {
    guard !needles.contains(needle) else { return }
    // Longest first: a short form must not leave the rest of a longer one behind.
    let place = needles.firstIndex { $0.count < needle.count } ?? needles.count
    needles.insert(needle, at: place)
  }

  private static func upperCaseHex(_ percent: [UInt8]) -> [UInt8] {
    var result = percent
    var index = 0
    while index < result.count {
      if result[index] == UInt8(ascii: "%"), index + 2 < result.count {
        for digit in (index + 1)...(index + 2) where result[digit].isLetter {
          result[digit] &= 0xdf
        }
        index += 2
      }
      index += 1
    }
    return result
  }

  private static func json(_ raw: [UInt8]) -> [UInt8] {
    raw.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
      case 8: [UInt8]("\\b")
      case 9: [UInt8]("\\t")
      case 10: [UInt8]("\\n")
      case 12: [UInt8]("\\f")
      case 13: [UInt8]("\\r")
      case 0..<32: [UInt8]("\\u00") + [(byte >> 4).hexDigit, byte.hexDigit]
      default: [byte]
      }
    }
  }
}
