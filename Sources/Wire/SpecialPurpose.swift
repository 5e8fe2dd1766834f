// SPDX-License-Identifier: Apache-2.0

extension IPAddress {
  /// Why an address must not be published.
  public enum SpecialPurpose: Equatable, Sendable {
    /// RFC 1918 or unique local (RFC 4193): reachable inside one site only.
    case privateUse
    /// 100.64.0.0/10 (RFC 6598): the provider translates; nothing comes in from outside.
    case carrierNAT
    /// Loopback, unspecified, "this network".
    case host
    /// Link-local.
    case link
    /// Documentation, benchmarking, protocol assignments, discard, translation prefixes.
    case reserved
    /// Multicast and broadcast.
    case multicast

    /// What a person reads.
    public var message: Literal {
      switch self {
      case .privateUse: "a private address"
      case .carrierNAT: "behind carrier-grade NAT (100.64.0.0/10)"
      case .host: "an address of this host only"
      case .link: "a link-local address"
      case .reserved: "a reserved address"
      case .multicast: "a multicast address"
      }
    }
  }

  /// The special purpose of an address; nil for one that is globally reachable.
  ///
  /// After IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890): all that is not
  /// globally reachable, and multicast. For IPv6 only 2000::/3 is given out.
  public var specialPurpose: SpecialPurpose? {
    switch family {
    case .v4: Self.ipv4(UInt32(truncatingIfNeeded: low))
    case .v6: Self.ipv6(high)
    }
  }

  /// Whether the address may be published as a router's public address.
  public var isPublic: Bool { specialPurpose == nil }

  private static func ipv4(_ address: UInt32) -> SpecialPurpose? {
    for row in ipv4Rows where address & row.mask == row.prefix {
      // Two anycast addresses inside 192.0.0.0/24 are global (RFC 7723, RFC 8155).
      if address == 0xc000_0009 || address == 0xc000_000a { return nil }
      return row.purpose
    }
    return nil
  }

  private static func ipv6(_ high: UInt64) -> SpecialPurpose? {
    switch high {
    case 0: .host
    case 0x64_ff9b_0000_0000...0x64_ff9b_0000_ffff: .reserved
    case 0x2001_0000_0000_0000...0x2001_01ff_ffff_ffff: .reserved
    case 0x2001_0db8_0000_0000...0x2001_0db8_ffff_ffff: .reserved
    case 0x2002_0000_0000_0000...0x2002_ffff_ffff_ffff: .reserved
    case 0x3fff_0000_0000_0000...0x3fff_0fff_ffff_ffff: .reserved
    case 0x2000_0000_0000_0000...0x3fff_ffff_ffff_ffff: nil
    case 0xfc00_0000_0000_0000...0xfdff_ffff_ffff_ffff: .privateUse
    case 0xfe80_0000_0000_0000...0xfebf_ffff_ffff_ffff: .link
    case 0xff00_0000_0000_0000...: .multicast
    default: .reserved
    }
  }

  private struct Row {
    let prefix: UInt32
    let mask: UInt32
    let purpose: SpecialPurpose
  }

  private static let ipv4Rows: [Row] = [
    Row(prefix: 0x0000_0000, mask: 0xff00_0000, purpose: .host),  // 0.0.0.0/8
    Row(prefix: 0x0a00_0000, mask: 0xff00_0000, purpose: .privateUse),  // 10.0.0.0/8
    Row(prefix: 0x6440_0000, mask: 0xffc0_0000, purpose: .carrierNAT),  // 100.64.0.0/10
    Row(prefix: 0x7f00_0000, mask: 0xff00_0000, purpose: .host),  // 127.0.0.0/8
    Row(prefix: 0xa9fe_0000, mask: 0xffff_0000, purpose: .link),  // 169.254.0.0/16
    Row(prefix: 0xac10_0000, mask: 0xfff0_0000, purpose: .privateUse),  // 172.16.0.0/12
    Row(prefix: 0xc000_0000, mask: 0xffff_ff00, purpose: .reserved),  // 192.0.0.0/24
    Row(prefix: 0xc000_0200, mask: 0xffff_ff00, purpose: .reserved),  // 192.0.2.0/24
    Row(prefix: 0xc058_6300, mask: 0xffff_ff00, purpose: .reserved),  // 192.88.99.0/24
    Row(prefix: 0xc0a8_0000, mask: 0xffff_0000, purpose: .privateUse),  // 192.168.0.0/16
    Row(prefix: 0xc612_0000, mask: 0xfffe_0000, purpose: .reserved),  // 198.18.0.0/15
    Row(prefix: 0xc633_6400, mask: 0xffff_ff00, purpose: .reserved),  // 198.51.100.0/24
    Row(prefix: 0xcb00_7100, mask: 0xffff_ff00, purpose: .reserved),  // 203.0.113.0/24
    Row(prefix: 0xe000_0000, mask: 0xf000_0000, purpose: .multicast),  // 224.0.0.0/4
    Row(prefix: 0xffff_ffff, mask: 0xffff_ffff, purpose: .multicast),  // 255.255.255.255
    Row(prefix: 0xf000_0000, mask: 0xf000_0000, purpose: .reserved),  // 240.0.0.0/4
  ]
}
