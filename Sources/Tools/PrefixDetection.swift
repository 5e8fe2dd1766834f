// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import Section
import System
import Ubus
import Wire

/// Finds the address of a host of the LAN: a prefix, and what follows it (`ip_source 'prefix'`).
enum PrefixDetection {
  /// The address just now.
  static func address(
    _ place: ServiceSection.Source, _ host: HostPart, _ global: GlobalOptions, root: [UInt8]
  ) throws(Failure) -> IPAddress {
    let prefix = try prefix(place, global, root: root)
    switch host {
    case .suffix(let address): return prefix.address(endingLike: address)
    case .mac(let mac): return prefix.address(endingLike: .ending(ofMAC: mac))
    case .neighbour(let mac): return try neighbour(mac, prefix)
    }
  }

  /// The prefix that an address is in; nil for a section without. Another than the one just now is a
  /// temporary failure: the next pass finds both anew.
  @inline(never)
  static func prefix(
    of address: IPAddress, _ settings: ServiceSection, _ global: GlobalOptions, root: [UInt8]
  ) throws(Failure) -> AddressPrefix? {
    guard case .prefix(of: let place, _) = settings.source else { return nil }
    let prefix = try prefix(place, global, root: root)
    if prefix.contains(address) { return prefix }
    throw Failure(.temporary, "the prefix is \(prefix.address)/\(prefix.length) by now")
  }

  /// The one with the longest lifetime, neither outlived nor private: of a network as netifd has it, of
  /// a device the 64 bits that hosts of its link make addresses of. What has all 128 bits, as DHCPv6
  /// gives it, is in no prefix.
  @inline(never)
  private static func prefix(
    _ place: ServiceSection.Source, _ global: GlobalOptions, root: [UInt8]
  ) throws(Failure) -> AddressPrefix {
    var candidates: [InterfaceAddress] = []
    var name: [UInt8] = []
    var length: Int?
    if case .network(let network) = place {
      name = network
      candidates = try Network.status(network, root: root).prefixes
    } else if case .interface(let device) = place {
      name = device
      if let network = place.network { name = try Network.device(network, root: root) }
      do throws(SystemError) { candidates = try Netlink.addresses(of: name) } catch {
        throw Failure(.temporary, error.message)
      }
      candidates.removeAll { $0.prefixLength == 128 }
      length = 64
    }
    let choice = AddressChoice(
      of: candidates, family: .v6, allowsPrivate: global.allowsPrivateAddresses)
    for candidate in candidates where candidate.address == choice.address {
      return AddressPrefix(candidate.address, length: length ?? candidate.prefixLength)
    }
    var why: Text = "it has none"
    if let (address, objection) = choice.dropped.first {
      why = "not \(address): \(objection.message)"
    }
    throw Failure(.temporary, "'\(name)' has no usable IPv6 prefix: \(why)")
  }

  /// The address in the prefix that a MAC has. Nobody but the host knows which of several is temporary:
  /// the one made of the MAC is none, and of others the lowest counts, for DHCPv6 and people give short
  /// ones.
  private static func neighbour(
    _ mac: [UInt8], _ prefix: AddressPrefix
  ) throws(Failure) -> IPAddress {
    let plain = prefix.address(endingLike: .ending(ofMAC: mac))
    var best: IPAddress?
    do throws(SystemError) {
      for address in try Netlink.neighbours(mac) where prefix.contains(address) {
        if address == plain || best.map({ $0 != plain && address.isBelow($0) }) ?? true {
          best = address
        }
      }
    } catch {
      throw Failure(.temporary, error.message)
    }
    if let best { return best }
    throw Failure(
      .temporary,
      "no neighbour with that ip_mac has an address in \(prefix.address)/\(prefix.length)")
  }
}
