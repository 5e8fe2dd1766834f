// SPDX-License-Identifier: Apache-2.0

import Net
import Policy
import Report
import System
import Ubus
import Wire

/// Logical networks, which netifd knows by name (contract 3.1, 3.5).
enum Network {
  /// What netifd says about a network that is up. Whatever keeps it from saying so may pass: netifd
  /// may be about to start.
  static func status(_ network: [UInt8], root: [UInt8]) throws(Failure) -> NetworkStatus {
    do throws(UbusError) { return try Netifd.status(of: network, root: root) } catch {
      throw failure(network, error)
    }
  }

  /// The device of a network that is up.
  static func device(_ network: [UInt8], root: [UInt8]) throws(Failure) -> [UInt8] {
    guard let device = try status(network, root: root).device else {
      throw failure(network, .down)
    }
    return device
  }

  /// The addresses of a network as netifd lists them, with what only the kernel knows of each:
  /// whether it is temporary, tentative or outlived.
  static func known(_ addresses: [InterfaceAddress], _ device: [UInt8]?) -> [InterfaceAddress] {
    let kernel = device.flatMap { try? Netlink.addresses(of: $0) } ?? []
    return addresses.map { $0.completed(by: kernel) }
  }

  /// How long duplicate address detection may take, in milliseconds; usually it is one second or two.
  static let tentativePatience: Int64 = 5_000

  /// Chooses among the addresses that are listed for a network, or else among all of a device. When
  /// the only ones are tentative it waits for what becomes of them.
  static func choice(
    of listed: [InterfaceAddress]?, on device: [UInt8]?, _ family: IPAddress.Family,
    allowsPrivate: Bool, patience: Int64
  ) throws(SystemError) -> AddressChoice {
    let deadline = Clock.uptime + patience
    let first = AddressChoice(
      of: try candidates(listed, device), family: family, allowsPrivate: allowsPrivate)
    guard first.isTentative else { return first }
    let events = try NetlinkEvents()
    while true {
      // The first time, too: it may have been over before there was anybody to hear of it.
      let choice = AddressChoice(
        of: try candidates(listed, device), family: family, allowsPrivate: allowsPrivate)
      if !choice.isTentative || Clock.uptime >= deadline { return choice }
      _ = try Poll.wait(for: [Poll.Interest(events.rawValue)], until: deadline)
      _ = try events.devices()
    }
  }

  private static func candidates(
    _ listed: [InterfaceAddress]?, _ device: [UInt8]?
  ) throws(SystemError) -> [InterfaceAddress] {
    if let listed { return known(listed, device) }
    return try Netlink.addresses(of: device ?? [])
  }

  /// The way out by a network: its device, for peers of `family` its address, too. What netifd does
  /// not know may be a device of that name.
  static func binding(
    to network: [UInt8], family: IPAddress.Family, root: [UInt8]
  ) throws(Failure) -> Binding {
    do throws(UbusError) {
      let status = try Netifd.status(of: network, root: root)
      guard let device = status.device else { throw .down }
      let choice = AddressChoice(
        of: known(status.addresses, device), family: family, allowsPrivate: family == .v4)
      return Binding(device: device, address: choice.address)
    } catch {
      if error == .absent || error == .unknown, Netlink.link(network) != nil {
        return Binding(device: network, address: nil)
      }
      throw failure(network, error)
    }
  }

  private static func failure(_ network: [UInt8], _ problem: UbusError) -> Failure {
    Failure(.temporary, "network '\(network)': \(problem.message)")
  }
}
