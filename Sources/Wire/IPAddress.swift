// SPDX-License-Identifier: Apache-2.0

/// An IPv4 or IPv6 address: compared as numbers, never as text. A class, for it is in everything that is
/// handed on.
public final class IPAddress: Equatable, Sendable {
  /// The two families of addresses.
  public enum Family: Equatable, Sendable {
    /// IPv4: A records.
    case v4
    /// IPv6: AAAA records.
    case v6
  }

  /// The first eight bytes of an IPv6 address; 0 for IPv4.
  let high: UInt64
  /// The last eight bytes of an IPv6 address; the four bytes of IPv4.
  let low: UInt64
  /// Which family the address is of.
  public let family: Family

  init(family: Family, high: UInt64, low: UInt64) {
    self.family = family
    self.high = high
    self.low = low
  }

  /// The IPv4 address of four bytes or the IPv6 address of sixteen, in network order; nil for any
  /// other count.
  public convenience init?(octets: some Collection<UInt8>) {
    switch octets.count {
    case 4: self.init(family: .v4, high: 0, low: Self.number(octets))
    case 16:
      self.init(
        family: .v6, high: Self.number(octets.prefix(8)), low: Self.number(octets.dropFirst(8)))
    default: return nil
    }
  }

  /// The four or sixteen bytes, in network order.
  public var octets: [UInt8] {
    family == .v4 ? Array(Self.octets(low)[4...]) : Self.octets(high) + Self.octets(low)
  }

  /// Three numbers that are another address's only if it is the same.
  public var words: [Int64] {
    [Int64(bitPattern: high), Int64(bitPattern: low), family == .v4 ? 4 : 6]
  }

  /// Whether they are the same.
  @inline(never)
  public static func == (left: IPAddress, right: IPAddress) -> Bool {
    left.low == right.low && left.high == right.high && left.family == right.family
  }

  /// `0.0.0.0` or `::`.
  public static func unspecified(_ family: Family) -> IPAddress {
    IPAddress(family: family, high: 0, low: 0)
  }

  /// The IPv4 address inside an IPv4-mapped one (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2), or self.
  public var unmapped: IPAddress {
    guard family == .v6, high == 0, low >> 32 == 0xffff else { return self }
    return IPAddress(family: .v4, high: 0, low: low & 0xffff_ffff)
  }

  private static func number(_ octets: some Collection<UInt8>) -> UInt64 {
    octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func octets(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
  }
}
