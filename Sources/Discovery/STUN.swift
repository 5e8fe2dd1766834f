// SPDX-License-Identifier: Apache-2.0

import Wire

/// A question to a STUN server: from which address do you see me (RFC 8489)?
enum STUN {
  /// A Binding request without attributes: type, length, cookie, transaction.
  static func request(_ id: [UInt8]) -> [UInt8] { [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + id }

  /// What bytes mean as the answer to a request.
  static func verdict(_ bytes: [UInt8], on request: [UInt8]) -> DatagramQuery.Verdict {
    guard bytes.count >= 20, bytes.agrees(with: request, at: 4, 4, count: 16) else { return .junk }
    let end = 20 + bytes.number16(at: 2)
    guard end <= bytes.count, bytes[0] == 1 else { return .junk }
    if bytes[1] == 0x11 { return .problem("the STUN server reports an error") }
    guard bytes[1] == 1 else { return .junk }
    // Where the address is, how long, and whether the cookie and the transaction are in it.
    var (place, count, isMasked) = (0, 0, false)
    var start = 20
    while start + 4 <= end {
      let (type, length) = (bytes.number16(at: start), bytes.number16(at: start + 2))
      guard start + 4 + length <= end else { return .junk }
      // MAPPED-ADDRESS and XOR-MAPPED-ADDRESS, the second with the number of drafts, too: a zero, the
      // family, the port, the address.
      if type == 0x0001 || type | 0x8000 == 0x8020 {
        guard length == 8 && bytes[start + 5] == 1 || length == 20 && bytes[start + 5] == 2 else {
          return .junk
        }
        if type != 1, isMasked,
          count != length - 4 || !bytes.agrees(with: bytes, at: place, start + 8, count: count)
        {
          return .problem("the STUN server gives two addresses")
        }
        if type != 1 || place == 0 { (place, count, isMasked) = (start + 8, length - 4, type != 1) }
      }
      start += (4 + length + 3) & ~3
    }
    if place == 0 { return .problem("the STUN server gives no address") }
    var octets = Array(bytes[place..<(place + count)])
    if isMasked { for index in octets.indices { octets[index] ^= bytes[4 + index] } }
    return .answer(octets)
  }
}
