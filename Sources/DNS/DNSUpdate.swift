// SPDX-License-Identifier: Apache-2.0

import Wire

/// The request to change the addresses of a name in its zone (RFC 2136).
///
/// A server does all of it or nothing, so there is no moment without an address. It is a class
/// because code that copies as many fields is large.
public final class DNSUpdate: Sendable {
  /// Which of the addresses that the name has are taken away before.
  public enum Removal: Equatable, Sendable {
    /// All of the family.
    case all
    /// This one; none without.
    case only(IPAddress?)
  }

  /// The zone.
  public let zone: DNSName
  /// The name.
  public let name: DNSName
  /// The family of its addresses.
  public let family: IPAddress.Family
  /// Which go.
  public let removal: Removal
  /// The one that comes; nil for none.
  public let address: IPAddress?
  /// The one that replaces all of the other family; nil for none, and then these stay.
  public let other: IPAddress?
  /// How many seconds they may be kept.
  public let ttl: UInt32
  /// The key to sign with; nil for a server that goes by the sender's address.
  public let key: TSIGKey?

  /// Replaces the addresses of a name by one, or by one of each family.
  public init(
    zone: DNSName, name: DNSName, family: IPAddress.Family = .v4, address: IPAddress?,
    other: IPAddress? = nil, ttl: UInt32, removal: Removal = .all, key: TSIGKey? = nil
  ) {
    self.zone = zone
    self.name = name
    self.family = address?.family ?? family
    self.removal = removal
    self.address = address
    self.other = other
    self.ttl = ttl
    self.key = key
  }

  private static let none: UInt16 = 254

  /// The message without a signature.
  public func message(id: UInt16) -> [UInt8] {
    var removed: IPAddress?
    if case .only(let address) = removal { removed = address == self.address ? nil : address }
    let deletes = removal == .all || removed != nil
    var writer = DNSWriter()
    let count: UInt16 = (deletes ? 1 : 0) + (address == nil ? 0 : 1) + (other == nil ? 0 : 2)
    for number in [id, 0x2800, 1, 0, count, 0] { writer.append(number) }
    writer.append(zone)
    writer.append(DNSType.soa.number)
    writer.append(DNSQuestion.internet)
    // The name ends in a pointer to the zone's; all records but the first point to the whole name.
    let labels = name.isInside(zone) ? name.wire.count - zone.wire.count : 0
    let place = writer.bytes.count
    var owner = name.isInside(zone) ? name.wire.prefix(labels) + [0xc0, 12] : name.wire
    if deletes {
      let recordClass = removed == nil ? TSIG.any : Self.none
      append(removed, of: family, owner, recordClass, 0, to: &writer)
      if labels > 0 || !name.isInside(zone) {
        owner = [0xc0 | UInt8(truncatingIfNeeded: place >> 8), UInt8(truncatingIfNeeded: place)]
      }
    }
    if let address {
      append(address, of: family, owner, DNSQuestion.internet, ttl, to: &writer)
    }
    if let other {
      append(nil, of: other.family, owner, TSIG.any, 0, to: &writer)
      append(other, of: other.family, owner, DNSQuestion.internet, ttl, to: &writer)
    }
    return writer.bytes
  }

  private func append(
    _ address: IPAddress?, of family: IPAddress.Family, _ owner: [UInt8], _ recordClass: UInt16,
    _ ttl: UInt32, to writer: inout DNSWriter
  ) {
    writer.append(owner)
    writer.append(DNSType(family).number)
    writer.append(recordClass)
    writer.append(ttl)
    let data = address?.octets ?? []
    writer.append(UInt16(data.count))
    writer.append(data)
  }

  /// The message as it is sent at a time in seconds since 1970, and its code: none without a key.
  public func signed(id: UInt16, at time: Int64) -> (message: [UInt8], code: [UInt8]) {
    let message = message(id: id)
    guard let key else { return (message, []) }
    return TSIG.sign(message, with: key, at: time)
  }
}
