// SPDX-License-Identifier: Apache-2.0

import Wire

/// What follows the prefix in the address of a host of the LAN (`ip_suffix`, `ip_mac`).
public enum HostPart: Equatable, Sendable {
  /// The end of this address.
  case suffix(IPAddress)
  /// What the host itself makes of its MAC when it has no privacy.
  case mac([UInt8])
  /// Whatever the kernel knows to be the address of that MAC.
  case neighbour([UInt8])

  init?(suffix: [UInt8], mac text: [UInt8]) {
    let mac = Self.parsed(text)
    switch (suffix, mac) {
    case ("neighbour", let mac?): self = .neighbour(mac)
    case ("eui64", let mac?), ("", let mac?): self = .mac(mac)
    default:
      guard let address = IPAddress(suffix), address.family == .v6, text.isEmpty else { return nil }
      self = .suffix(address)
    }
  }

  /// Six numbers of two hexadecimal digits, with `:` or `-` between them.
  private static func parsed(_ text: [UInt8]) -> [UInt8]? {
    guard text.count == 17 else { return nil }
    var mac: [UInt8] = []
    for (index, byte) in text.enumerated() {
      if index % 3 == 2 {
        guard byte.isOne(of: ":-") else { return nil }
      } else {
        guard let digit = byte.hexValue else { return nil }
        if index % 3 == 0 { mac.append(digit << 4) } else { mac[mac.count - 1] |= digit }
      }
    }
    return mac
  }
}
