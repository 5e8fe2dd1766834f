// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
  /// 0-9.
  public var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// A-Z and a-z.
  public var isLetter: Bool {
    let folded = self | 0x20
    return folded >= UInt8(ascii: "a") && folded <= UInt8(ascii: "z")
  }

  /// Blank or tab.
  public var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// Blank, tab, LF, VT, FF or CR: `isspace` of the C locale.
  public var isSpace: Bool { self == UInt8(ascii: " ") || (self >= 9 && self <= 13) }

  /// 0-31 and 127.
  public var isControl: Bool { self < 32 || self == 127 }

  /// The byte with A-Z made a-z.
  public var lowercased: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }

  /// 0-15 for a hexadecimal digit of either case.
  public var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The lower-case hexadecimal digit of the low four bits.
  public var hexDigit: UInt8 {
    let value = self & 15
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
