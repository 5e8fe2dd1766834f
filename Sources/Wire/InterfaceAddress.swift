// SPDX-License-Identifier: Apache-2.0

/// An address as the kernel lists it on a network device.
public final class InterfaceAddress: Equatable, Sendable {
  /// The address itself; for a point-to-point link our own end of it.
  public let address: IPAddress
  /// How many leading bits are the network's.
  public let prefixLength: Int
  /// Whether it is reachable beyond link and host, as far as the kernel knows.
  public let isGlobalScope: Bool
  /// Whether a newer address has replaced it: still valid, not for new connections.
  public let isDeprecated: Bool
  /// Whether it is an IPv6 privacy address (RFC 8981) that will be replaced soon.
  public let isTemporary: Bool
  /// Whether it cannot be used: duplicate address detection is running or has failed.
  public let isTentative: Bool
  /// Whether it is an additional IPv4 address of a network that has another.
  public let isSecondary: Bool
  /// For how many seconds it may be preferred; nil = for ever.
  public let preferredSeconds: UInt32?

  /// Describes an address; everything but the address has the value of a plain static one.
  public init(
    _ address: IPAddress, prefixLength: Int = 64, isGlobalScope: Bool = true,
    isDeprecated: Bool = false, isTemporary: Bool = false, isTentative: Bool = false,
    isSecondary: Bool = false, preferredSeconds: UInt32? = nil
  ) {
    self.address = address
    self.prefixLength = prefixLength
    self.isGlobalScope = isGlobalScope
    self.isDeprecated = isDeprecated
    self.isTemporary = isTemporary
    self.isTentative = isTentative
    self.isSecondary = isSecondary
    self.preferredSeconds = preferredSeconds
  }

  /// Whether all of it is the same.
  public static func == (left: InterfaceAddress, right: InterfaceAddress) -> Bool {
    left.address == right.address && left.prefixLength == right.prefixLength
      && left.isGlobalScope == right.isGlobalScope && left.isDeprecated == right.isDeprecated
      && left.isTemporary == right.isTemporary && left.isTentative == right.isTentative
      && left.isSecondary == right.isSecondary && left.preferredSeconds == right.preferredSeconds
  }

  /// The same with what only the kernel knows of it: whether it is temporary, tentative or outlived.
  public func completed(by kernel: [InterfaceAddress]) -> InterfaceAddress {
    guard let known = kernel.first(where: { $0.address == address }) else { return self }
    return InterfaceAddress(
      address, prefixLength: prefixLength, isGlobalScope: isGlobalScope,
      isDeprecated: isDeprecated || known.isDeprecated, isTemporary: known.isTemporary,
      isTentative: known.isTentative, isSecondary: isSecondary, preferredSeconds: preferredSeconds)
  }
}
