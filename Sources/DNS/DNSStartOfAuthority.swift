// SPDX-License-Identifier: Apache-2.0

import Wire

/// The data of an SOA record (RFC 1035 §3.3.13), as far as it is used.
public struct DNSStartOfAuthority: Equatable, Sendable {
  /// MNAME: the primary server of the zone, which takes updates.
  public let primary: DNSName
  /// SERIAL: the version of the zone.
  public let serial: UInt32
  /// MINIMUM: a limit, in seconds, for how long an absence may be kept (RFC 2308 §4).
  public let minimum: UInt32

  /// The data of an SOA record.
  public init(primary: DNSName, serial: UInt32, minimum: UInt32) {
    self.primary = primary
    self.serial = serial
    self.minimum = minimum
  }

  init(from reader: inout ByteReader) throws(DNSError) {
    primary = try reader.name()
    _ = try reader.name()  // RNAME, the mailbox.
    serial = try reader.number32()
    _ = try reader.data(12)  // REFRESH, RETRY and EXPIRE, which are between servers.
    minimum = try reader.number32()
  }
}
