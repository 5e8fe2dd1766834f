// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What is remembered of a section, in its files: what must survive a reboot on flash, the rest in
/// the run directory (DESIGN 6.6). The file with the higher number counts.
///
/// What they have is not kept, only as much of it as tells what has changed.
struct RecordStore {
  /// The digest of the newest record that is in a file.
  private var saved: UInt64
  /// The number of the last file written.
  private var sequence: Int64 = 0
  private var clock: ClockWatch
  /// What is on flash.
  private var flashed = Record().durable
  /// Whether the newest record has to be written though it has not changed: its file is gone.
  private var isLost = false
  /// The uptime in seconds before which flash that could not be written is left alone; nil = it
  /// could be written.
  private var nextFlash: Int64?

  /// How long after a failure flash is tried again, in seconds.
  private static let flashPause: Int64 = 60

  /// Reads the files into `record`.
  init(_ files: RunFiles, into record: inout Record, _ world: World, _ log: inout Log) {
    let now = world.moment
    clock = ClockWatch(since: now)
    saved = 0
    for path in [files.state, files.persistentState] {
      guard let bytes = world.read(path, limit: 4_096) else { continue }
      guard let found = Record.load(bytes, at: now) else {
        log.write(.warning, "\(path) is damaged or not ours: not used")
        continue
      }
      if path == files.persistentState { flashed = found.record.durable }
      guard found.sequence > sequence else { continue }
      (record, sequence) = (found.record, found.sequence)
      clock = ClockWatch(since: found.written ?? now)
    }
    saved = record.digest
  }

  /// What the wall clock said at uptime 0; nil = not to be believed yet.
  mutating func bootTime(_ world: World) -> Int64? { clock.bootTime(at: world.moment) }

  /// The files in the run directory are gone.
  mutating func forgetFiles() { isLost = true }

  /// Writes a record that has changed, and to flash what belongs there and is not there yet. False
  /// when the record is in no file: what only it knows must not be done.
  mutating func save(
    _ record: Record, _ files: RunFiles, _ world: World, _ log: inout Log
  ) -> Bool {
    let now = world.moment
    let digest = record.digest
    let isNew = isLost || digest != saved
    let isDurable =
      files.persistentState != files.state && now.uptime >= nextFlash ?? 0
      && record.isDurable(after: flashed)
    guard isNew || isDurable else { return true }
    let content = record.saved(at: now, sequence: sequence + 1)
    do throws(SystemError) {
      if isDurable, writeFlash(content, now.uptime, files, world, &log) {
        flashed = record.durable
      } else if isNew {
        try world.replace(files.state, with: content, mode: 0o600)
      } else {
        return true
      }
    } catch {
      log.write(.warning, error.message)
      return false
    }
    (saved, isLost) = (digest, false)
    sequence += 1
    return true
  }

  private mutating func writeFlash(
    _ content: [UInt8], _ now: Int64, _ files: RunFiles, _ world: World, _ log: inout Log
  ) -> Bool {
    do throws(SystemError) {
      try world.makeDirectory(files.stateDirectory, mode: 0o700)
      try world.replace(files.persistentState, with: content, mode: 0o600, isDurable: true)
      if nextFlash != nil { log.write(.info, "\(files.persistentState) is written again") }
      nextFlash = nil
      return true
    } catch {
      if nextFlash == nil {
        log.write(.warning, error.message + ": a reboot will send an update")
      }
      nextFlash = now + Self.flashPause
      return false
    }
  }
}
