// SPDX-License-Identifier: Apache-2.0

import System
import Ubus
import Wire

/// Tells sections that addresses have changed, as soon as the kernel or netifd says so.
///
/// Sockets are open only while a section wants them. That of the kernel is opened again at once when
/// it has lost something, that of ubusd soon at first and then ever later; what depends on it is
/// looked at anew.
final class AddressEvents {
  /// What the kernel says; a class, for it cannot be copied and comes and goes.
  private final class Kernel {
    let events: NetlinkEvents

    init() throws(SystemError) { events = try NetlinkEvents() }
  }

  private let root: [UInt8]
  private var kernel: Kernel?
  private var netifd: NetworkWatch?
  /// Whether netifd has ever been heard of: without it nobody waits for it.
  private var hasSubscribed = false
  private var wantsNetifd = false
  private var wantsKernel = false
  /// The uptime in milliseconds before which ubusd is left alone, and for how long it is after the
  /// next failure.
  private var nextTry: Int64 = 0
  private var pause = shortestPause

  private static let shortestPause: Int64 = 200
  /// From then on a try is made only together with other work.
  private static let longestPause: Int64 = 60_000

  init(root: [UInt8]) { self.root = root }

  /// What to wait for: the kernel's socket and ubusd's, as far as they are open.
  var interests: [Poll.Interest] {
    [Poll.Interest(kernel?.events.rawValue ?? -1), Poll.Interest(netifd?.rawValue ?? -1)]
  }

  /// The uptime in milliseconds at which ubusd, which has gone away, is to be looked for.
  var deadline: Int64? {
    let isMissed = netifd == nil && wantsNetifd && hasSubscribed
    return isMissed && pause < Self.longestPause ? nextTry : nil
  }

  /// Whether something that sections want is not open, and may be opened now.
  var wantsPreparation: Bool {
    kernel == nil && wantsKernel || netifd == nil && wantsNetifd && Clock.uptime >= nextTry
  }

  /// Opens what the sections want and closes what they do not. To be called before a wait when a
  /// section has come, gone or changed, something was read, or `wantsPreparation`.
  func prepare(for runs: [SectionRun]) {
    wantsKernel = runs.contains { $0.watch.device != nil }
    if !wantsKernel {
      kernel = nil
    } else if kernel == nil {
      kernel = try? Kernel()
      look(runs) { _ in true }
    } else {
      look(runs) { $0.watch.seen == nil }
    }
    wantsNetifd = runs.contains { $0.watch.network != nil }
    if !wantsNetifd { netifd = nil }
    if netifd == nil, wantsNetifd, Clock.uptime >= nextTry {
      netifd = try? NetworkWatch(root: root)
      // Only a subscription is a success.
      nextTry = Clock.uptime + pause
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// Reads what has been said and passes it on.
  func read(kernelIsReady: Bool, netifdIsReady: Bool, for runs: [SectionRun]) {
    if kernelIsReady, let kernel {
      if let devices = try? kernel.events.devices() {
        // A device that is not there may be the one that has come.
        look(runs) { $0.watch.deviceIndex == 0 || devices.contains($0.watch.deviceIndex) }
      } else {
        // Something is lost: a new socket begins with everything as it is.
        self.kernel = nil
      }
    }
    if netifdIsReady, let netifd {
      if let news = netifd.read() {
        for item in news { tell(item, runs) }
      } else {
        self.netifd = nil
      }
    }
  }

  /// Shows sections the addresses of their devices.
  private func look(_ runs: [SectionRun], where isMeant: (SectionRun) -> Bool) {
    for run in runs {
      if let device = run.watch.device, isMeant(run) { look(run, device) }
    }
  }

  private func look(_ run: SectionRun, _ device: [UInt8]) {
    let link = Netlink.link(device)
    run.watch.deviceIndex = link?.index ?? 0
    let addresses = link?.isRunning == true ? try? Netlink.addresses(of: device) : nil
    run.watch.observe(onDevice: addresses ?? [], at: Clock.uptime)
  }

  private func tell(_ news: NetworkSubscription.News, _ runs: [SectionRun]) {
    switch news {
    case .subscribed:
      (nextTry, pause) = (0, Self.shortestPause)
      if hasSubscribed {
        for run in runs where run.watch.network != nil { run.watch.noteChange(at: Clock.uptime) }
      }
      hasSubscribed = true
    case .network(let status):
      for run in runs where run.watch.network == status.name {
        if status.action == "ifup" {
          run.watch.noteChange(at: Clock.uptime)
        } else if status.action.isEmpty {
          if let device = run.watch.take(status, at: Clock.uptime) { look(run, device) }
        }
      }
    }
  }
}
