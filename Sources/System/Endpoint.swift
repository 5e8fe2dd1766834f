// SPDX-License-Identifier: Apache-2.0

import Wire

/// An address and a port, with the device of a link-local address.
public struct Endpoint: Equatable, Sendable {
  /// The address.
  public var address: IPAddress
  /// The port.
  public var port: UInt16
  /// The device of a link-local IPv6 address (`%eth0`); nil for others.
  public var scope: [UInt8]?

  /// An address and a port.
  public init(_ address: IPAddress, port: UInt16, scope: [UInt8]? = nil) {
    self.address = address
    self.port = port
    self.scope = scope
  }
}
