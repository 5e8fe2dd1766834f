// SPDX-License-Identifier: Apache-2.0

import Wire

/// What names may be made of (contract 1.4 item 8).
public enum UCIName {
  /// Sections and options: one or more of letters, digits and `_`.
  public static func isName(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  /// Packages: one or more of letters, digits, `_` and `-`.
  static func isPackage(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy {
        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  /// Section types: one or more of printable ASCII, no blank.
  static func isType(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 > 32 && $0 < 127 }
  }

  /// The name of an anonymous section: its position, and DJB2 of its type in 16 bits.
  static func generated(position: Int, type: [UInt8]) -> [UInt8] {
    var hash: UInt16 = 5381
    for byte in type { hash = (hash &* 33) &+ UInt16(byte) }
    var result = [UInt8]("cfg")
    var shift = 4
    while position >> shift > 15 { shift += 4 }
    while shift >= 0 {
      result.append(UInt8(truncatingIfNeeded: position >> shift).hexDigit)
      shift -= 4
    }
    for shift in [12, 8, 4, 0] as [UInt16] {
      result.append(UInt8(truncatingIfNeeded: hash >> shift).hexDigit)
    }
    return result
  }
}
