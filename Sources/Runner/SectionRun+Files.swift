// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import UCI
import Wire

extension SectionRun {
  static var now: Int64 { Clock.uptime / 1000 }

  func date() -> [UInt8] { log.date(Clock.wallClock) }

  func date(uptime: Int64) -> [UInt8] {
    log.date(Clock.wallClock - Self.now + uptime)
  }

  /// Writes a run file; a dry run changes none (B3).
  func write(_ path: [UInt8], _ bytes: [UInt8], mode: Int32) {
    if isDryRun { return }
    do throws(SystemError) { try File.replace(path, with: bytes, mode: mode) } catch {
      log.write(.warning, error.describe)
    }
  }

  /// Writes what DNS has for LuCI to read; a look-up that brings nothing new writes nothing.
  func writeRegistered(_ addresses: [IPAddress]) {
    if let writtenAddresses, writtenAddresses == addresses { return }
    writtenAddresses = addresses
    write(files.ip, RunFiles.addresses(addresses), mode: 0o644)
  }

  /// Writes what is remembered when it has changed: what must survive a reboot to flash, the rest
  /// to the run directory (DESIGN 6.6).
  func saveRecord() {
    let record = cycle.record
    guard record != savedRecord, !isDryRun else { return }
    let isDurable = record.isDurable(after: savedRecord)
    savedRecord = record
    sequence += 1
    let content = record.saved(at: Self.moment, sequence: sequence)
    if isDurable, files.persistentState != files.state {
      do throws(SystemError) {
        if File.info(files.stateDirectory) == nil {
          try File.createDirectory(files.stateDirectory, mode: 0o700)
        }
        try File.replace(files.persistentState, with: content, durable: true)
        return
      } catch {
        log.write(.warning, error.describe + ": a reboot will send an update")
      }
    }
    write(files.state, content, mode: 0o600)
  }

  /// The later of the two files that can be read, and since when the clock can be watched.
  static func loadRecord(
    _ files: RunFiles, _ log: inout Log
  ) -> (record: Record, sequence: Int64, watch: ClockWatch) {
    let now = moment
    var latest = (record: Record(), sequence: Int64(0), written: Moment?.none)
    for path in [files.state, files.persistentState] {
      guard let bytes = try? File.read(path, limit: 4_096) else { continue }
      guard let found = Record.load(bytes, at: now) else {
        log.write(.warning, "\(path) is damaged or not ours: not used")
        continue
      }
      if found.sequence > latest.sequence { latest = found }
    }
    return (latest.record, latest.sequence, ClockWatch(since: latest.written ?? now))
  }

  static var moment: Moment {
    Moment(uptime: now, wallClock: Clock.wallClock, boot: Process.boot)
  }

  /// Takes the section's lock. Who starts one section may have stopped it just before: that one is
  /// given `patience` milliseconds to end.
  static func takeLock(
    _ files: RunFiles, _ name: [UInt8], patience: Int64
  ) throws(Failure) -> FileDescriptor {
    let limit = Clock.uptime + patience
    do throws(SystemError) {
      try File.createDirectory(files.runDirectory)
      while true {
        if let lock = try File.lock(files.lock) { return lock }
        if Clock.uptime >= limit { break }
        _ = try Poll.wait(for: [], until: Clock.uptime + 50)
      }
    } catch {
      throw Failure(.osError, error.describe)
    }
    let pid = ((try? File.read(files.pid, limit: 32)) ?? []).trimmed
    throw Failure(
      .temporary, "section '\(name)' is already running as pid \(pid): stop that one first")
  }
}
