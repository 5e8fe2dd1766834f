// SPDX-License-Identifier: Apache-2.0

import Wire

/// A resource record (RFC 1035 §4.1.3).
public final class DNSRecord: Equatable, Sendable {
  /// The data, decoded for the types this project looks at.
  public enum Data: Equatable, Sendable {
    /// A or AAAA.
    case address(IPAddress)
    /// NS: the server's name.
    case nameServer(DNSName)
    /// CNAME: the target's name.
    case alias(DNSName)
    /// SOA.
    case startOfAuthority(DNSStartOfAuthority)
    /// Any other type, and any class but Internet: the bytes as they came.
    case other([UInt8])
  }

  /// The owner.
  public let name: DNSName
  /// The type.
  public let type: DNSType
  /// The class; the UDP size of the sender in an OPT record.
  public let recordClass: UInt16
  /// Seconds the record may be kept; a number over 2³¹-1 is 0 (RFC 2181 §8). In an OPT record the
  /// extended code, version and flags.
  public let ttl: UInt32
  /// The data.
  public let data: Data

  /// A record of class Internet unless another is given.
  public init(
    _ name: DNSName, _ type: DNSType, ttl: UInt32, recordClass: UInt16 = DNSQuestion.internet,
    data: Data
  ) {
    self.name = name
    self.type = type
    self.recordClass = recordClass
    self.ttl = ttl
    self.data = data
  }

  /// Whether they say the same.
  public static func == (left: DNSRecord, right: DNSRecord) -> Bool {
    left.name == right.name && left.type == right.type && left.recordClass == right.recordClass
      && left.ttl == right.ttl && left.data == right.data
  }

  /// Takes a record out of a message.
  init(from reader: inout ByteReader) throws(DNSError) {
    name = try reader.name()
    type = DNSType(number: try reader.number16())
    recordClass = try reader.number16()
    let ttl = try reader.number32()
    self.ttl = type != .opt && ttl > UInt32(Int32.max) ? 0 : ttl
    let length = Int(try reader.number16())
    let start = reader.offset
    guard start + length <= reader.bytes.count else { throw .cutShort(byte: start) }
    data =
      recordClass == DNSQuestion.internet
      ? try Self.data(of: type, length: length, from: &reader)
      : .other(Array(try reader.data(length)))
    guard reader.offset == start + length else { throw .badRecordData(byte: start) }
  }

  private static func data(
    of type: DNSType, length: Int, from reader: inout ByteReader
  ) throws(DNSError) -> Data {
    switch type {
    case .a, .aaaa:
      let start = reader.offset
      guard let address = IPAddress(octets: try reader.data(length)),
        address.family == type.family
      else { throw .badRecordData(byte: start) }
      return .address(address)
    case .ns: return .nameServer(try reader.name())
    case .cname: return .alias(try reader.name())
    case .soa: return .startOfAuthority(try DNSStartOfAuthority(from: &reader))
    default: return .other(Array(try reader.data(length)))
    }
  }
}
