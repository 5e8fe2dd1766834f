// SPDX-License-Identifier: Apache-2.0

import Wire

/// A server to ask: its address and port. A class, which is cheap to hand on.
public final class DNSServer: Equatable, Sendable {
  /// The port of DNS.
  public static let standardPort: UInt16 = 53

  /// The address.
  public let address: IPAddress
  /// The port.
  public let port: UInt16
  /// The device through which a link-local address is reached; nil for others.
  public let scope: [UInt8]?

  /// A server, on port 53 unless another is given.
  public init(_ address: IPAddress, port: UInt16 = DNSServer.standardPort, scope: [UInt8]? = nil) {
    self.address = address
    self.port = port
    self.scope = scope
  }

  /// Whether they are the same place.
  public static func == (left: DNSServer, right: DNSServer) -> Bool {
    left.address == right.address && left.port == right.port && left.scope == right.scope
  }

  /// `192.0.2.1`, `fe80::1%br-lan`; with another port than 53 `192.0.2.1:5353`, `[::1]:5353`.
  public var text: Text {
    let host: Text = scope.map { "\(address)%\($0)" } ?? "\(address)"
    guard port != Self.standardPort else { return host }
    return Text(HostPort(host: host.bytes, port: port).text)
  }
}
