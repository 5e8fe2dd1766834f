// SPDX-License-Identifier: Apache-2.0

import Wire

/// A question to a STUN server: from which address do you see me (RFC 8489)?
enum STUN {
  /// A Binding request without attributes: type, length, cookie, transaction.
  static func request(_ id: [UInt8]) -> [UInt8] { [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + id }

  /// What bytes mean as the answer to a request.
  static func verdict(_ bytes: [UInt8], on request: [UInt8]) -> DatagramQuery.Verdict {
    guard bytes.count >= 20, bytes.agrees(with: request, from: 4, to: 20) else { return .junk }
    let end = 20 + bytes.number16(at: 2)
    guard end <= bytes.count, bytes[0] == 1 else { return .junk }
    guard bytes[1] == 1 else {
      return bytes[1] == 0x11 ? .problem("the STUN server reports an error") : .junk
    }
    var mapped: [UInt8] = []
    var xored: [UInt8] = []
    var start = 20
    while start + 4 <= end {
      let (type, length) = (bytes.number16(at: start), bytes.number16(at: start + 2))
      guard start + 4 + length <= end else { return .junk }
      if type == 0x0001 || type == 0x0020 || type == 0x8020 {
        // MAPPED-ADDRESS and XOR-MAPPED-ADDRESS, whose second number is the one of drafts: a zero, the
        // family, the port, the address.
        guard length == 8 && bytes[start + 5] == 1 || length == 20 && bytes[start + 5] == 2 else {
          return .junk
        }
        var octets = Array(bytes[(start + 8)..<(start + 4 + length)])
        if type == 0x0001 {
          mapped = octets
        } else {
          for index in octets.indices { octets[index] ^= bytes[4 + index] }
          guard xored.isEmpty || xored == octets else {
            return .problem("the STUN server gives two addresses")
          }
          xored = octets
        }
      }
      start += (4 + length + 3) & ~3
    }
    let found = xored.isEmpty ? mapped : xored
    return found.isEmpty ? .problem("the STUN server gives no address") : .answer(found)
  }
}
