// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What is remembered of a section, in its files: what must survive a reboot on flash, the rest in
/// the run directory (DESIGN 6.6). The file with the higher number counts.
struct RecordStore {
  /// The newest record that is in a file.
  private(set) var saved = Record()
  /// The number of the last file written.
  private var sequence: Int64 = 0
  private var clock: ClockWatch
  private let files: RunFiles

  /// Reads the files.
  init(_ files: RunFiles, _ world: World, _ log: inout Log) {
    self.files = files
    let now = Self.moment(world)
    clock = ClockWatch(since: now)
    for path in [files.state, files.persistentState] {
      guard let bytes = world.read(path, limit: 4_096) else { continue }
      guard let found = Record.load(bytes, at: now) else {
        log.write(.warning, "\(path) is damaged or not ours: not used")
        continue
      }
      guard found.sequence > sequence else { continue }
      (saved, sequence) = (found.record, found.sequence)
      clock = ClockWatch(since: found.written ?? now)
    }
  }

  /// What the wall clock said at uptime 0; nil = not to be believed yet.
  mutating func bootTime(_ world: World) -> Int64? { clock.bootTime(at: Self.moment(world)) }

  /// Writes a record that has changed.
  mutating func save(_ record: Record, _ world: World, _ log: inout Log) {
    guard record != saved else { return }
    let isDurable = record.isDurable(after: saved)
    saved = record
    sequence += 1
    let content = record.saved(at: Self.moment(world), sequence: sequence)
    if isDurable, files.persistentState != files.state {
      do throws(SystemError) {
        try world.makeDirectory(files.stateDirectory, mode: 0o700)
        try world.replace(files.persistentState, with: content, mode: 0o600, isDurable: true)
        return
      } catch {
        log.write(.warning, error.describe + ": a reboot will send an update")
      }
    }
    do throws(SystemError) { try world.replace(files.state, with: content, mode: 0o600) } catch {
      log.write(.warning, error.describe)
    }
  }

  private static func moment(_ world: World) -> Moment {
    Moment(uptime: world.uptime / 1_000, wallClock: world.wallClock, boot: Process.boot)
  }
}
