// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What signals and address events mean.
extension SectionRun {
  /// What a pass leaves.
  enum Rest {
    /// An address that the provider has, shown or not.
    case settled
    /// The same, until the next look-up after an update.
    case verifying
    /// Something that another pass may mend.
    case open

    init(_ reason: Cycle.Reason) {
      switch reason {
      case .verifying: self = .verifying
      case .unchanged, .unanswered, .verified, .claimed, .notVisible, .cached, .dryRun:
        self = .settled
      default: self = .open
      }
    }
  }

  /// Says that HUP has come, and when it is answered.
  func noteHangup(in milliseconds: Int64) {
    let answer: Text = milliseconds > 0 ? ", answered in \((milliseconds + 999) / 1_000) s" : ""
    log.write(.info, "PID '\(Process.id)' received 'SIGHUP' at \(date())" + answer)
  }

  /// HUP: takes over the configuration, lifts a block and begins the section anew.
  func restart() {
    timer = nil
    dropTool()
    var record = cycle.record
    record.lift()
    let fresh = refreshed()
    let event = adopt(fresh, from: record) ?? (status == nil ? beginAgain(from: record) : nil)
    // The pass tries to read again what cannot be read now.
    if case .unreadable = fresh { isFresh = false }
    handle(event)
  }

  /// USR1, which hotplug and whoever starts a section again send, is an address event. A block is
  /// then lifted by a changed configuration only.
  func check() {
    log.write(.info, "PID '\(Process.id)' received 'SIGUSR1' at \(date())")
    if tool == nil {
      let event = adopt(refreshed(), from: cycle.record)
      if event != nil || status != nil { return handle(event) }
    }
    if isNews() { handle(.addressChanged) }
  }

  /// Whether an event can tell what the last pass has not seen. One change is told several times: by
  /// the kernel or by ubus, and by hotplug.
  func isNews() -> Bool {
    guard watch.isKnown(at: world.uptime) else { return true }
    if tool != nil || waitingTool != nil {
      isRetryWanted = true
      return false
    }
    return rest == nil || rest == .open
  }
}
