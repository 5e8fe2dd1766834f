// SPDX-License-Identifier: Apache-2.0

import Wire

/// Who takes DNS updates (RFC 2136), as a URL of RFC 4501 says it:
/// `dns://[server[:port]]/[zone][?ttl=seconds]`.
public struct DNSTarget: Equatable, Sendable {
  /// The server, perhaps with its port; empty for `dns_server`, or else the zone's primary.
  public var server: [UInt8]
  /// The zone; empty for the one the name is in.
  public var zone: [UInt8]
  /// How many seconds the address may be kept.
  public var ttl: UInt32 = 300

  /// Cuts a URL up; nil when it is another.
  public init?(_ url: [UInt8]) {
    guard url.hasPrefix("dns://") else { return nil }
    let rest = url[6...]
    server = Array(rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") })
    let path = rest[(6 + server.count)...]
    zone = Array(path.drop { $0 == UInt8(ascii: "/") }.prefix { $0 != UInt8(ascii: "?") })
    guard server.isEmpty || HostPort(server) != nil, !zone.contains(UInt8(ascii: "/")) else {
      return nil
    }
    guard let mark = path.firstIndex(of: UInt8(ascii: "?")) else { return }
    let query = path[(mark + 1)...]
    guard query.hasPrefix("ttl="), let ttl = query.dropFirst(4).decimalValue,
      ttl <= Int64(Int32.max)
    else { return nil }
    self.ttl = UInt32(ttl)
  }
}
