// SPDX-License-Identifier: Apache-2.0

import Wire

/// The type of a resource record (RFC 1035 §3.2.2); any number can arrive, the named ones are used.
public struct DNSType: Equatable, Sendable {
  /// The number on the wire.
  public let number: UInt16

  /// A type by its number.
  public init(number: UInt16) { self.number = number }

  /// The type of an address record: A or AAAA.
  public init(_ family: IPAddress.Family) {
    switch family {
    case .v4: self = .a
    case .v6: self = .aaaa
    }
  }

  /// IPv4 address.
  public static let a = DNSType(number: 1)
  /// Name server of a zone.
  public static let ns = DNSType(number: 2)
  /// Alias.
  public static let cname = DNSType(number: 5)
  /// Start of a zone of authority.
  public static let soa = DNSType(number: 6)
  /// Name of an address.
  public static let ptr = DNSType(number: 12)
  /// Free text.
  public static let txt = DNSType(number: 16)
  /// IPv6 address (RFC 3596).
  public static let aaaa = DNSType(number: 28)
  /// The pseudo-record of EDNS (RFC 6891).
  public static let opt = DNSType(number: 41)

  /// The family of the addresses such records hold; nil for other types.
  public var family: IPAddress.Family? {
    switch number {
    case 1: .v4
    case 28: .v6
    default: nil
    }
  }

  /// The mnemonic, or `TYPE` and the number (RFC 3597 §5).
  public var text: Text {
    switch number {
    case 1: "A"
    case 2: "NS"
    case 5: "CNAME"
    case 6: "SOA"
    case 12: "PTR"
    case 16: "TXT"
    case 28: "AAAA"
    case 41: "OPT"
    default: "TYPE\(Int(number))"
    }
  }
}
