// SPDX-License-Identifier: Apache-2.0

import Wire

/// What netifd says about one of its logical networks: the answer to `network.interface.NAME
/// status`, and what it tells subscribers of `network.interface`.
public final class NetworkStatus: Equatable, Sendable {
  /// The network's name, which only subscribers are told; else empty.
  public let name: [UInt8]
  /// What has happened, in an event: `ifup`, `ifdown`; else empty.
  public let action: [UInt8]
  /// Whether it is up: only then it has addresses.
  public let isUp: Bool
  /// The device with its addresses (`l3_device`); nil while there is none.
  public let device: [UInt8]?
  /// Its addresses in netifd's order: IPv4, IPv6, and where none of those is public the router's
  /// own in prefixes that are assigned to the network.
  public let addresses: [InterfaceAddress]

  /// The IPv6 prefixes that are assigned to the network, or else delegated to it.
  public let prefixes: [InterfaceAddress]

  /// Reads the members of an answer, notification or event. What is missing or of another type
  /// counts as not there.
  public init(_ data: ArraySlice<UInt8>) {
    name = Blob.string("interface", in: data) ?? []
    action = Blob.string("action", in: data) ?? []
    isUp = Blob.member("up", Blob.Kind.int8, in: data)?.first == 1
    device = Blob.string("l3_device", in: data).flatMap { $0.isEmpty ? nil : $0 }
    var addresses = Self.addresses("ipv4-address", in: data)
    let own = Self.addresses("ipv6-address", in: data)
    addresses += own
    if !own.contains(where: { $0.address.isPublic }) {
      addresses += Self.addresses("ipv6-prefix-assignment", in: data)
    }
    self.addresses = addresses
    let assigned = Self.addresses("ipv6-prefix-assignment", in: data, arePrefixes: true)
    prefixes =
      assigned.isEmpty
      ? Self.addresses("ipv6-prefix", in: data, arePrefixes: true) : assigned
  }

  /// Whether they say the same.
  public static func == (left: NetworkStatus, right: NetworkStatus) -> Bool {
    left.name == right.name && left.action == right.action && left.isUp == right.isUp
      && left.device == right.device && left.addresses == right.addresses
      && left.prefixes == right.prefixes
  }

  private static func addresses(
    _ name: Literal, in data: ArraySlice<UInt8>, arePrefixes: Bool = false
  ) -> [InterfaceAddress] {
    var rest = Blob.member(name, Blob.Kind.array, in: data) ?? []
    var addresses: [InterfaceAddress] = []
    while let entry = Blob.take(from: &rest) {
      if entry.id == Blob.Kind.table, let address = address(entry.value, arePrefixes) {
        addresses.append(address)
      }
    }
    return addresses
  }

  /// An entry's address, which may be a prefix, or that of its `local-address`; without a lifetime it
  /// lives for ever.
  private static func address(_ entry: ArraySlice<UInt8>, _ isPrefix: Bool) -> InterfaceAddress? {
    let own = isPrefix ? nil : Blob.member("local-address", Blob.Kind.table, in: entry)
    let table = own ?? entry
    guard let text = Blob.string("address", in: table), let address = IPAddress(text) else {
      return nil
    }
    let preferred = Blob.member("preferred", Blob.Kind.int32, in: entry)
      .flatMap { Blob.number($0) }
    let mask = Blob.member("mask", Blob.Kind.int32, in: entry).flatMap { Blob.number($0) }
    return InterfaceAddress(
      address, prefixLength: Int(mask ?? 64), isDeprecated: preferred == 0,
      preferredSeconds: preferred == .max ? nil : preferred)
  }
}
