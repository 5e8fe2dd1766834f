// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of URL parts (RFC 3986 §2.1).
public enum Percent {
  /// Encodes every byte but the unreserved ones `A-Z a-z 0-9 - _ . ~`.
  ///
  /// Hexadecimal digits are lower case, as ddns-scripts writes them (contract 2.3); unlike it, each
  /// byte is encoded as what it is.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    encode(bytes) { isUnreserved($0) }
  }

  /// The same with upper-case digits, as RFC 3986 §2.1 wants them: signatures are made of it.
  public static func encodeUpperCase(_ bytes: [UInt8]) -> [UInt8] {
    encode(bytes, isUpperCase: true) { isUnreserved($0) }
  }

  /// Encodes only what cannot stand in a request line: controls, blank, and bytes over 126.
  ///
  /// For text that is already URL syntax, such as `[PARAMOPT]` or a URL an administrator typed.
  public static func encodeUnprintable(_ bytes: [UInt8]) -> [UInt8] {
    encode(bytes) { $0 > 32 && $0 < 127 }
  }

  /// Replaces each `%xx`; a `%` without two digits after it stays.
  public static func decode(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func encode(
    _ bytes: [UInt8], isUpperCase: Bool = false, keeping keep: (UInt8) -> Bool
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if keep(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        for digit in [(byte >> 4).hexDigit, byte.hexDigit] {
          result.append(isUpperCase && digit.isLetter ? digit - 32 : digit)
        }
      }
    }
    return result
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"): true
    default: byte.isDigit || byte.isLetter
    }
  }
}
