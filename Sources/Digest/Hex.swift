// SPDX-License-Identifier: Apache-2.0

import Wire

/// Bytes as hexadecimal digits.
public enum Hex {
  /// Two lower-case digits for each byte.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append((byte >> 4).hexDigit)
      text.append(byte.hexDigit)
    }
    return text
  }

  /// The bytes behind digits of either case; nil for an odd count or any other character.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    for index in stride(from: 0, to: text.count, by: 2) {
      guard let high = text[index].hexValue, let low = text[index + 1].hexValue else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
