// SPDX-License-Identifier: Apache-2.0

import Wire

/// A question to the gateway: which is your address outside (RFC 6886 §3.2)?
enum NATPMP {
  /// Version 0, opcode 0.
  static let request: [UInt8] = [0, 0]

  /// What bytes mean as the answer. There is no number that joins the two: what counts is that it
  /// comes from the gateway.
  static func verdict(_ bytes: [UInt8]) -> DatagramQuery.Verdict {
    guard bytes.count >= 4, bytes[0] == 0 || bytes[0] == 2, bytes[1] == 128 else { return .junk }
    if bytes[0] == 0, bytes.number16(at: 2) == 0 {
      return bytes.count == 12 ? .answer(Array(bytes[8...])) : .junk
    }
    return .problem(
      bytes[3] == 3
        ? "NAT-PMP: the gateway has no address itself" : "NAT-PMP: the gateway does not allow it")
  }
}
