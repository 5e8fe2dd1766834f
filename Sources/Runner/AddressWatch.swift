// SPDX-License-Identifier: Apache-2.0

import Policy
import Section
import Wire

/// Which addresses a section depends on, and whether they have changed.
struct AddressWatch {
  /// The device whose addresses decide what the section publishes; nil when there is none.
  let device: [UInt8]?
  /// The network of netifd that does; for pages and scripts the one that hotplug starts them by.
  let network: [UInt8]?
  /// The signature of the addresses seen last; nil = none have been seen.
  private(set) var seen: UInt64?
  /// The kernel's number of the device they are on; 0 = there is none.
  var deviceIndex: Int32 = 0
  /// Uptime in milliseconds at which a change of addresses leads to a check; nil = there is none.
  private(set) var due: Int64?

  private let family: IPAddress.Family
  private let isPage: Bool
  private let allowsPrivate: Bool

  /// How long further changes are waited for, in milliseconds.
  private static let settling: Int64 = 150

  /// Watches for a section; one that ends after a pass needs none of it.
  init(_ settings: ServiceSection, _ global: GlobalOptions, isEndless: Bool) {
    let source = settings.source
    family = settings.family
    var device: [UInt8]?
    if case .interface(let name) = source, source.network == nil { device = name }
    isPage = device == nil && source.network == nil
    allowsPrivate = isPage || global.allowsPrivateAddresses
    self.device = isEndless ? device : nil
    network = isEndless && device == nil ? source.network ?? settings.interface : nil
  }

  /// Takes in the addresses there are. Others than before are a reason to check, none are not, and
  /// neither is the first look at a device.
  mutating func observe(_ candidates: [InterfaceAddress], at uptime: Int64) {
    let signature = AddressChoice(
      of: candidates, family: family, allowsPrivate: allowsPrivate
    ).signature
    let isFirst = seen == nil && (isPage || device != nil)
    if signature != seen, signature != 0, !isFirst { noteChange(at: uptime) }
    seen = signature
  }

  /// Lets a check follow when what changes at the same time has changed, too.
  mutating func noteChange(at uptime: Int64) { due = due ?? uptime + Self.settling }

  /// Whether a change is due to be answered; it is asked once.
  mutating func takeChange(at uptime: Int64) -> Bool {
    guard let due, uptime >= due else { return false }
    self.due = nil
    return true
  }
}
