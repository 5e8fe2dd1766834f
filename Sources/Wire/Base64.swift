// SPDX-License-Identifier: Apache-2.0

/// Base 64 with padding (RFC 4648 §4).
public enum Base64 {
  private static let alphabet: Literal =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

  /// The encoding of any bytes.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let group =
        UInt32(bytes[index]) << 16
        | (left > 1 ? UInt32(bytes[index + 1]) << 8 : 0)
        | (left > 2 ? UInt32(bytes[index + 2]) : 0)
      for digit in 0..<4 {
        let value = Int(group >> UInt32(18 - 6 * digit)) & 63
        result.append(digit <= left ? alphabet.bytes[value] : UInt8(ascii: "="))
      }
      index += 3
    }
    return result
  }

  /// The bytes behind an encoding; nil for a foreign character, wrong length or padding.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var result: [UInt8] = []
    var group: UInt32 = 0
    var padding = 0
    for (index, byte) in text.enumerated() {
      var value: UInt32 = 0
      if byte == UInt8(ascii: "="), index >= text.count - 2 {
        padding += 1
      } else if padding == 0, let digit = digitValue(byte) {
        value = digit
      } else {
        return nil
      }
      group = group << 6 | value
      if index % 4 == 3 {
        for shift in [16, 8, 0] as [UInt32] {
          result.append(UInt8(truncatingIfNeeded: group >> shift))
        }
        group = 0
      }
    }
    result.removeLast(padding)
    return result
  }

  private static func digitValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
