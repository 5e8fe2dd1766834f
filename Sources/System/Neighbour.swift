// SPDX-License-Identifier: Apache-2.0

import Wire

/// A host on a link of ours, as the kernel knows it (`ip -6 neigh`).
public struct Neighbour: Equatable, Sendable {
  /// Its address.
  public let address: IPAddress
  /// Its MAC.
  public let mac: [UInt8]

  /// `struct ndmsg` and its attributes; nil for one that does not answer, or has no MAC.
  init?(_ body: [UInt8]) {
    guard body.count >= 12, let state = Netlink.number(body, 8, UInt16.self), state & 0x21 == 0
    else { return nil }
    var address: IPAddress?
    var mac: [UInt8] = []
    Netlink.attributes(of: body, from: 12) { type, value in
      if type == 1 { address = IPAddress(octets: value) }  // NDA_DST
      if type == 2 { mac = Array(value) }  // NDA_LLADDR
    }
    guard let address, !mac.isEmpty else { return nil }
    self.address = address
    self.mac = mac
  }
}

extension Netlink {
  /// All hosts the kernel knows of, on any link.
  public static func neighbours() throws(SystemError) -> [Neighbour] {
    var found: [Neighbour] = []
    try list(30, "ask for neighbours") { body in
      if let neighbour = Neighbour(body) { found.append(neighbour) }
    }
    return found
  }
}
