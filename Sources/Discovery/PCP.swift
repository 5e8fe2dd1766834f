// SPDX-License-Identifier: Apache-2.0

import Wire

/// A question to the gateway by way of a short-lived mapping of our own port, whose answer has the
/// address outside (RFC 6887 §11).
enum PCP {
  /// MAP for UDP: a header with a lifetime of 120 s and our address, the nonce, protocol and port, and no
  /// wish for a port or address outside.
  static func request(_ nonce: [UInt8], _ own: IPAddress, port: UInt16) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 60)
    bytes.put([2, 1], at: 0)
    bytes[7] = 120
    bytes.put([0xff, 0xff] + own.octets, at: 18)
    bytes.put(nonce, at: 24)
    bytes[36] = 17
    bytes.put([UInt8(port >> 8), UInt8(port & 255)], at: 40)
    bytes.put([0xff, 0xff], at: 54)
    return bytes
  }

  /// What takes the mapping of a request away.
  static func removal(of request: [UInt8]) -> [UInt8] {
    var bytes = request
    bytes[7] = 0
    return bytes
  }

  /// What bytes mean as the answer to a request.
  static func verdict(_ bytes: [UInt8], on request: [UInt8]) -> DatagramQuery.Verdict {
    // Who knows NAT-PMP only, or another version, cannot repeat the nonce.
    guard bytes.count >= 4, bytes[1] == 0x81 else { return .junk }
    if bytes[0] == 0 || bytes[3] == 1 { return .problem("PCP: the gateway speaks another version") }
    guard bytes.count >= 60, bytes[0] == 2, bytes.agrees(with: request, at: 24, 24, count: 13),
      bytes.agrees(with: request, at: 40, 40, count: 2)
    else { return .junk }
    guard bytes[3] == 0 else {
      return .problem(
        bytes[3] == 12
          ? "PCP: there is another NAT before the gateway" : "PCP: the gateway does not allow it")
    }
    return .answer(Array(bytes[44..<60]))
  }
}
