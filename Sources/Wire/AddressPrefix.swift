// SPDX-License-Identifier: Apache-2.0

/// The leading bits that the IPv6 addresses of a network share.
public struct AddressPrefix: Equatable, Sendable {
  /// The first of its addresses.
  public let address: IPAddress
  /// How many bits it has.
  public let length: Int

  /// The first `length` bits of an address, at most 128 and at least none.
  public init(_ address: IPAddress, length: Int) {
    self.length = min(max(length, 0), 128)
    let (high, low) = Self.masks(self.length)
    self.address = IPAddress(family: .v6, high: address.high & high, low: address.low & low)
  }

  /// Whether an address begins with it.
  public func contains(_ address: IPAddress) -> Bool {
    address.family == .v6 && AddressPrefix(address, length: length) == self
  }

  /// The address in it that ends like another.
  public func address(endingLike suffix: IPAddress) -> IPAddress {
    let (high, low) = Self.masks(length)
    return IPAddress(
      family: .v6, high: address.high | suffix.high & ~high, low: address.low | suffix.low & ~low)
  }

  private static func masks(_ length: Int) -> (high: UInt64, low: UInt64) {
    // A shift by 64 is 0.
    (~(~0 >> min(length, 64)), ~(~0 >> max(length - 64, 0)))
  }
}

extension IPAddress {
  /// Whether it comes before another of its family, by number.
  public func isBelow(_ other: IPAddress) -> Bool {
    high == other.high ? low < other.low : high < other.high
  }

  /// What the address of a host without privacy ends with (RFC 4291, appendix A): its MAC, with a bit
  /// turned over and two bytes in the middle. `::` for what is no MAC.
  public static func ending(ofMAC mac: [UInt8]) -> IPAddress {
    guard mac.count == 6 else { return .unspecified(.v6) }
    let octets = [mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]]
    return IPAddress(octets: [0, 0, 0, 0, 0, 0, 0, 0] + octets) ?? .unspecified(.v6)
  }
}
