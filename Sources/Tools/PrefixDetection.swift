// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import Ubus
import Wire

/// Finds the address of a host of the LAN: a prefix, and what follows it (`ip_source 'prefix'`).
struct PrefixDetection {
  private let place: ServiceSection.Source
  private let host: HostPart
  private let global: GlobalOptions
  private let root: [UInt8]
  private let console: Console

  /// For a section that wants that; nil for others.
  init?(
    _ settings: ServiceSection, _ global: GlobalOptions, root: [UInt8], _ console: Console
  ) {
    guard case .prefix(of: let place, let host) = settings.source else { return nil }
    self.place = place
    self.host = host
    self.global = global
    self.root = root
    self.console = console
  }

  /// The address just now.
  func address() throws(Failure) -> IPAddress {
    let prefix = try prefix()
    console.log(.debug, "prefix '\(prefix.address)/\(prefix.length)'")
    switch host {
    case .suffix(let address): return prefix.address(endingLike: address)
    case .mac(let mac): return prefix.address(endingLike: .ending(ofMAC: mac))
    case .neighbour(let mac): return try neighbour(mac, prefix)
    }
  }

  /// The prefix that an address is in. Another than the one just now is a temporary failure: the next
  /// pass finds both anew.
  func prefix(of address: IPAddress) throws(Failure) -> AddressPrefix {
    let prefix = try prefix()
    guard prefix.contains(address) else {
      throw Failure(.temporary, "the prefix is \(prefix.address)/\(prefix.length) by now")
    }
    return prefix
  }

  private func prefix() throws(Failure) -> AddressPrefix {
    switch place {
    case .network(let network):
      let status = try Network.status(network, root: root)
      return try chosen(status.prefixes, nil, "network '\(network)'")
    case .interface(let name):
      var device = name
      if let network = place.network { device = try Network.device(network, root: root) }
      return try chosen(nil, device, "interface '\(device)'")
    case .web, .script, .prefix: throw Failure(.software, "no place for a prefix")
    }
  }

  /// The one with the longest lifetime, neither outlived nor private. The address of a host that has
  /// no neighbours, with all 128 bits, is in no prefix.
  private func chosen(
    _ prefixes: [InterfaceAddress]?, _ device: [UInt8]?, _ place: Text
  ) throws(Failure) -> AddressPrefix {
    var candidates = prefixes ?? []
    if let device {
      do throws(SystemError) { candidates = try Netlink.addresses(of: device) } catch {
        throw Failure(.temporary, error.message)
      }
      candidates.removeAll { $0.prefixLength == 128 }
    }
    let choice = AddressChoice(
      of: candidates, family: .v6, allowsPrivate: global.allowsPrivateAddresses)
    if let address = choice.address {
      // What hosts of a link make addresses of has 64 bits.
      let length = prefixes?.first { $0.address == address }?.prefixLength
      return AddressPrefix(address, length: length ?? 64)
    }
    var why: Text = "it has none"
    if let (address, objection) = choice.dropped.first {
      why = "not \(address): \(objection.message)"
    }
    throw Failure(.temporary, "\(place) has no usable IPv6 prefix: \(why)")
  }

  /// The address in the prefix that a MAC has. Nobody but the host knows which of several is temporary:
  /// the one made of the MAC is none, nor is a short one, as DHCPv6 and people give them; of others the
  /// lowest counts.
  private func neighbour(_ mac: [UInt8], _ prefix: AddressPrefix) throws(Failure) -> IPAddress {
    let all: [Neighbour]
    do throws(SystemError) { all = try Netlink.neighbours() } catch {
      throw Failure(.temporary, error.message)
    }
    let plain = prefix.address(endingLike: .ending(ofMAC: mac))
    var best: IPAddress?
    for found in all where found.mac == mac && prefix.contains(found.address) {
      if found.address == plain { return plain }
      guard let former = best else {
        best = found.address
        continue
      }
      let (one, other) = (found.address.octets, former.octets)
      let (isShort, wasShort) = (
        one[8..<14].allSatisfy { $0 == 0 }, other[8..<14].allSatisfy { $0 == 0 }
      )
      if isShort == wasShort ? one.lexicographicallyPrecedes(other) : isShort {
        best = found.address
      }
    }
    guard let best else {
      throw Failure(
        .temporary,
        "no neighbour with that ip_mac has an address in \(prefix.address)/\(prefix.length)")
    }
    return best
  }
}
