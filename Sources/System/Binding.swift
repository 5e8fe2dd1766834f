// SPDX-License-Identifier: Apache-2.0

import Wire

/// Where a connection has to leave from. Leaving by another way is a failure, never a fallback.
public struct Binding: Equatable, Sendable {
  /// The network device; nil = any.
  public var device: [UInt8]?
  /// The local address; nil = any. With a device it does not count for peers of the other family.
  public var address: IPAddress?

  /// No restriction at all.
  public static var any: Binding { Binding(device: nil, address: nil) }

  /// Binds to a device, an address, both or neither.
  public init(device: [UInt8]?, address: IPAddress?) {
    self.device = device
    self.address = address
  }
}
