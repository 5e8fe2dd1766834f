// SPDX-License-Identifier: Apache-2.0

import Policy
import Section
import Ubus
import Wire

/// Which addresses a section depends on, and whether they have changed.
struct AddressWatch {
  /// The device whose addresses decide what the section publishes; nil when there is none, or while
  /// netifd has not said which one its network is on.
  private(set) var device: [UInt8]?
  /// The network of netifd that does; for pages and scripts the one that hotplug starts them by.
  let network: [UInt8]?
  /// Which is this one nearly always, so that all sections share it.
  private static let usualNetwork = [UInt8]("wan")
  /// What netifd has on its network; nil when all addresses of the device count.
  private var listed: [InterfaceAddress]?
  /// The address to publish among those there are.
  private var best: IPAddress?
  /// The signature of the addresses seen last; nil = none have been seen.
  private(set) var seen: UInt64?
  // What is small stands together: there may be thousands.
  private let allowsPrivate: Bool
  private let family: IPAddress.Family
  private let isPage: Bool
  /// The kernel's number of the device they are on; 0 = there is none.
  var deviceIndex: Int32 = 0
  /// The signature when the last pass began, and when that was.
  private var known: UInt64?
  /// Whether the prefixes of a network count, and not its addresses.
  private let isPrefix: Bool
  private var knownAt: Int64 = 0
  /// Uptime in milliseconds at which a change of addresses leads to a check; nil = there is none.
  private(set) var due: Int64?

  /// How long further changes are waited for, in milliseconds.
  private static let settling: Int64 = 150
  /// For how long after the beginning of a pass others may tell what it has seen, in milliseconds.
  private static let echo: Int64 = 10_000

  /// Watches for a section; one that ends after a pass needs none of it.
  init(_ settings: ServiceSection, _ global: GlobalOptions, isEndless: Bool) {
    var source = settings.source
    family = settings.family
    isPrefix =
      if case .prefix(of: .network, _) = source { true } else { false }
    // The router has an address of its own in the prefix of a device.
    if case .prefix(of: let place, _) = source { source = place }
    var device: [UInt8]?
    if case .interface(let name) = source, source.network == nil { device = name }
    isPage = device == nil && source.network == nil
    allowsPrivate = isPage || global.allowsPrivateAddresses
    self.device = isEndless ? device : nil
    let network = source.network ?? settings.interface
    self.network =
      !isEndless || device != nil ? nil : network == "wan" ? Self.usualNetwork : network
  }

  /// Takes in what netifd says of the network. Where it decides what is published, the kernel knows
  /// more of the addresses: an IPv6 address is tentative at first, and netifd does not say when that
  /// is over. The device to look at, nil when there is none.
  mutating func take(_ status: NetworkStatus, at uptime: Int64) -> [UInt8]? {
    let addresses = !status.isUp ? [] : isPrefix ? status.prefixes : status.addresses
    guard !isPage, !isPrefix, status.isUp, let device = status.device else {
      (device, listed) = (nil, nil)
      observe(addresses, at: uptime)
      return nil
    }
    (self.device, listed) = (device, addresses)
    return device
  }

  /// Takes in the addresses the kernel has on the device.
  mutating func observe(onDevice kernel: [InterfaceAddress], at uptime: Int64) {
    observe(listed.map { $0.map { $0.completed(by: kernel) } } ?? kernel, at: uptime)
  }

  /// Takes in the addresses there are. Others than before are a reason to check, none are not, and
  /// neither is the first look at a device.
  mutating func observe(_ candidates: [InterfaceAddress], at uptime: Int64) {
    let choice = AddressChoice(of: candidates, family: family, allowsPrivate: allowsPrivate)
    let signature = choice.signature
    let isFirst = seen == nil && (isPage || network == nil)
    if signature != seen, signature != 0, !isFirst { noteChange(at: uptime) }
    (seen, best) = (signature, choice.address)
    // What goes and comes back is news: it may be another connection.
    if signature != known { known = nil }
  }

  /// Lets a check follow when what changes at the same time has changed, too.
  mutating func noteChange(at uptime: Int64) { due = due ?? uptime + Self.settling }

  /// A pass begins: it sees the addresses there are now.
  mutating func passBegins(at uptime: Int64) { (known, knownAt) = (seen, uptime) }

  /// The pass has found this address.
  mutating func passDetected(_ address: IPAddress) {
    if isPrefix || !isPage && address == best { known = seen }
  }

  /// Whether the last pass, not long ago, has seen the addresses there are now.
  func isKnown(at uptime: Int64) -> Bool {
    guard let seen, seen != 0 else { return false }
    return seen == known && uptime - knownAt < Self.echo
  }

  /// Whether a change is due to be answered; it is asked once.
  mutating func takeChange(at uptime: Int64) -> Bool {
    guard let due, uptime >= due else { return false }
    self.due = nil
    return true
  }
}
