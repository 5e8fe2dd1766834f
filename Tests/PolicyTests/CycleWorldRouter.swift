// SPDX-License-Identifier: Apache-2.0

import Wire

@testable import Policy

/// What a router keeps of a section, and what it takes for the time.
final class Router {
  /// 2026-09: the wall clock that is right at the true time 0.
  static let epoch: Int64 = 1_789_000_000

  /// The true time at which the uptime was 0.
  var bootedAt: Int64
  /// How far the wall clock is off, and until when; then NTP puts it right.
  var error: Int64 = 0
  var errorUntil: Int64 = 0
  private(set) var watch: ClockWatch
  private var boot: [UInt8] = [97]
  private var sequence: Int64 = 1
  private var saved = Record()
  /// What the file on flash says.
  private var flash: (record: Record, moment: Moment, sequence: Int64)?

  init(bootedAt: Int64) {
    self.bootedAt = bootedAt
    watch = ClockWatch(since: Moment(uptime: 0, wallClock: 0, boot: []))
  }

  func uptime(_ now: Int64) -> Int64 { now - bootedAt }

  func moment(_ now: Int64) -> Moment {
    let wall = Self.epoch + now + (now < errorUntil ? error : 0)
    return Moment(uptime: uptime(now), wallClock: max(wall, uptime(now)), boot: boot)
  }

  func bootTime(_ now: Int64) -> Int64? { watch.bootTime(at: moment(now)) }

  /// What `SectionRun` does after each step; true when it went to flash.
  func save(_ record: Record, at now: Int64) -> Bool {
    guard record != saved else { return false }
    let isDurable = record.isDurable(after: saved.durable)
    saved = record
    sequence += 1
    if isDurable {
      flash = (record, moment(now), sequence)
    }
    return isDurable
  }

  /// A new process in the same boot.
  func restart(at now: Int64) -> Record? {
    let bytes = saved.saved(at: moment(now), sequence: sequence)
    guard let found = Record.load(bytes, at: moment(now)), found.record == saved else { return nil }
    if let written = found.written { watch = ClockWatch(since: written) }
    return found.record
  }

  /// A new boot, which has nothing but the flash.
  func reboot(at now: Int64) -> Record? {
    boot.append(97)
    bootedAt = now - 20
    watch = ClockWatch(since: moment(now))
    saved = Record()
    guard let flash else { return saved }
    let file = flash.record.saved(at: flash.moment, sequence: flash.sequence)
    guard let found = Record.load(file, at: moment(now)) else { return nil }
    saved = found.record
    return saved
  }
}
