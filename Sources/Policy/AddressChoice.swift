// SPDX-License-Identifier: Apache-2.0

import Wire

/// Which of a device's addresses is published, and why not the others (contract 3.2, last line).
public struct AddressChoice: Equatable, Sendable {
  /// Why a candidate is not taken.
  public enum Objection: Equatable, Sendable {
    /// Reachable on the link or the host only.
    case notGlobal
    /// Not usable yet, or refused by duplicate address detection.
    case tentative
    /// Replaced by a newer one.
    case deprecated
    /// A privacy address that lives for hours.
    case temporary
    /// A second IPv4 address of the same network.
    case secondary
    /// Must not be published.
    case special(IPAddress.SpecialPurpose)

    /// What a person reads.
    public var message: Literal {
      switch self {
      case .notGlobal: "not of global scope"
      case .tentative: "tentative"
      case .deprecated: "deprecated"
      case .temporary: "temporary"
      case .secondary: "secondary"
      case .special(let purpose): purpose.message
      }
    }
  }

  /// The address to publish; nil when no candidate will do.
  public let address: IPAddress?
  /// Each candidate that was dropped.
  public let dropped: [(address: IPAddress, objection: Objection)]
  /// A number that changes when the candidates that will do change, in whatever order they are
  /// listed and however long they live; 0 = there is none.
  public let signature: UInt64
  /// How many would have done.
  public let candidates: Int

  /// Chooses among the addresses of one family.
  ///
  /// Global, usable, neither deprecated nor temporary, public unless `allowsPrivate`
  /// (`upd_privateip`); of those the longest preferred lifetime, the first of equals.
  public init(
    of addresses: [InterfaceAddress], family: IPAddress.Family, allowsPrivate: Bool
  ) {
    var best: InterfaceAddress?
    var dropped: [(address: IPAddress, objection: Objection)] = []
    var signature: UInt64 = 0
    var count = 0
    for candidate in addresses where candidate.address.family == family {
      if let objection = Self.objection(to: candidate, allowsPrivate: allowsPrivate) {
        dropped.append((candidate.address, objection))
        continue
      }
      // FNV-1a of each, added up: the order does not count.
      signature &+= candidate.address.octets.reduce(0xcbf2_9ce4_8422_2325) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
      }
      count += 1
      if best.map({ Self.lives(candidate, longerThan: $0) }) ?? true { best = candidate }
    }
    address = best?.address
    self.dropped = dropped
    self.signature = signature
    self.candidates = count
  }

  /// Whether there may be an address to publish soon: one that is checked for duplicates.
  public var isTentative: Bool {
    address == nil && dropped.contains { $0.objection == .tentative }
  }

  /// Compares results.
  public static func == (left: AddressChoice, right: AddressChoice) -> Bool {
    left.address == right.address
      && left.dropped.elementsEqual(right.dropped) { $0 == $1 }
  }

  private static func objection(
    to candidate: InterfaceAddress, allowsPrivate: Bool
  ) -> Objection? {
    if !candidate.isGlobalScope { return .notGlobal }
    if candidate.isTentative { return .tentative }
    if candidate.isDeprecated { return .deprecated }
    if candidate.isTemporary { return .temporary }
    if candidate.isSecondary { return .secondary }
    if let purpose = candidate.address.refusal(allowsPrivate: allowsPrivate) {
      return .special(purpose)
    }
    return nil
  }

  private static func lives(_ one: InterfaceAddress, longerThan other: InterfaceAddress) -> Bool {
    guard let otherSeconds = other.preferredSeconds else { return false }
    guard let seconds = one.preferredSeconds else { return true }
    return seconds > otherSeconds
  }
}

extension IPAddress {
  /// Why the address may not be sent; nil when it may (contract 3.6 with IANA's whole tables).
  ///
  /// `upd_privateip` lets everything through that could be an address of some host: not loopback,
  /// link-local, multicast.
  public func refusal(allowsPrivate: Bool) -> SpecialPurpose? {
    guard let purpose = specialPurpose else { return nil }
    switch purpose {
    case .privateUse, .carrierNAT, .reserved: return allowsPrivate ? nil : purpose
    case .host, .link, .multicast: return allowsPrivate && family == .v4 ? nil : purpose
    }
  }
}
