// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
  /// The bytes as UTF-8 without control characters but LF and tab: what a server or script sends
  /// must not command somebody's terminal. All else is shown as `\\xNN`.
  public var printable: [UInt8] {
    if allSatisfy({ $0 >= 32 && $0 < 127 || $0 == 10 || $0 == 9 }) { return self }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var rest = self[...]
    while !rest.isEmpty {
      let found = rest.firstCharacter
      let part = rest.prefix(found?.length ?? 1)
      rest = rest.dropFirst(part.count)
      // U+0080 to U+009F steer terminals, too, and so do their single bytes, which are no UTF-8.
      if let scalar = found?.scalar,
        scalar == 10 || scalar == 9 || (scalar >= 32 && !(127..<160).contains(scalar))
      {
        result += part
      } else {
        for byte in part {
          result.append(literal: "\\x")
          result.append((byte >> 4).hexDigit)
          result.append(byte.hexDigit)
        }
      }
    }
    return result
  }

  /// At most so many bytes of UTF-8, the last three of them dots if something is missing.
  public func cut(to limit: Int) -> [UInt8] {
    guard count > limit else { return self }
    var end = limit - 3
    while end > 0, self[end] & 0xc0 == 0x80 { end -= 1 }
    return self[..<end] + [UInt8]("...")
  }
}

extension ArraySlice<UInt8> {
  /// The UTF-8 character at the beginning (RFC 3629) and how many bytes it has; nil = it is none.
  public var firstCharacter: (scalar: UInt32, length: Int)? {
    guard let first else { return nil }
    if first < 0x80 { return (UInt32(first), 1) }
    let length = (~first).leadingZeroBitCount
    guard length > 1, length < 5, count >= length else { return nil }
    var scalar = UInt32(first & (0x7f >> UInt8(length)))
    for byte in self[(startIndex + 1)..<(startIndex + length)] {
      guard byte & 0xc0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3f)
    }
    // Neither a longer form than needed, nor a surrogate, nor beyond U+10FFFF.
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard scalar >= least, scalar < 0x110000, scalar >> 11 != 0x1b else { return nil }
    return (scalar, length)
  }
}
