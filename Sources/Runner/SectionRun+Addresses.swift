// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Section
import System
import Wire

extension SectionRun {
  /// The device whose addresses decide what the section publishes; nil when there is none.
  var watchedDevice: [UInt8]? {
    guard isEndless, settings.source.network == nil, case .interface(let device) = settings.source
    else { return nil }
    return device
  }

  /// The network of netifd that does; for pages and scripts the one that hotplug starts them by.
  var watchedNetwork: [UInt8]? {
    guard isEndless, watchedDevice == nil else { return nil }
    return settings.source.network ?? settings.interface
  }

  /// Takes in the addresses there are. Others than before are a reason to check, none are not, and
  /// neither is the first look at a device.
  func observe(_ candidates: [InterfaceAddress]) {
    let isPage = watchedDevice == nil && settings.source.network == nil
    let signature = AddressChoice(
      of: candidates, family: settings.family,
      allowsPrivate: isPage || configuration.global.allowsPrivateAddresses
    ).signature
    let isFirst = seen == nil && (isPage || watchedDevice != nil)
    if signature != seen, signature != 0, !isFirst { noteChange() }
    seen = signature
  }

  /// Asks for a check a moment later, so that changes that come together make one.
  func noteChange() { changeDue = changeDue ?? Clock.uptime + Self.settling }

  /// How long further changes are waited for, in milliseconds.
  private static let settling: Int64 = 150

  private var isEndless: Bool {
    options.verbosity <= 1 && !options.isOnce && !settings.schedule.isRunOnce
  }
}
