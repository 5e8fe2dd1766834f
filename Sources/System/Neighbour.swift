// SPDX-License-Identifier: Apache-2.0

import Wire

/// Hosts on links of ours, as the kernel knows them (`ip neigh`).
extension Netlink {
  /// The addresses of a host, by its MAC, on any link; without those that do not answer.
  public static func neighbours(_ mac: [UInt8]) throws(SystemError) -> [IPAddress] {
    var found: [IPAddress] = []
    try list(30, "ask for neighbours") { body in  // RTM_GETNEIGH
      if let address = neighbour(body, mac) { found.append(address) }
    }
    return found
  }

  /// `struct ndmsg` and its attributes; nil for one that does not answer, or has another MAC.
  static func neighbour(_ body: [UInt8], _ mac: [UInt8]) -> IPAddress? {
    guard body.count >= 12, let state = number(body, 8, UInt16.self), state & 0x21 == 0 else {
      return nil
    }
    var address: IPAddress?
    var isMeant = false
    attributes(of: body, from: 12) { type, value in
      if type == 1 { address = IPAddress(octets: value) }  // NDA_DST
      if type == 2 { isMeant = value.elementsEqual(mac) }  // NDA_LLADDR
    }
    return isMeant ? address : nil
  }
}
