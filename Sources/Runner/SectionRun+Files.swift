// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

extension SectionRun {
  func date() -> [UInt8] { log.date(world.wallClock) }

  func date(uptime: Int64) -> [UInt8] { log.date(world.wallClock - now + uptime) }

  /// Writes a run file; a dry run changes none (B3).
  func write(_ path: [UInt8], _ bytes: [UInt8], mode: Int32) {
    if isDryRun { return }
    do throws(SystemError) { try world.replace(path, with: bytes, mode: mode) } catch {
      log.write(.warning, error.message)
    }
  }

  /// Writes what is said of the section to those who ask.
  func writeStatus(_ content: [UInt8], _ reason: [UInt8]) {
    write(files.status, content, mode: 0o644)
    if isDryRun { return }
    history.note(statusFile.state, reason, at: now)
    history.flush(to: files)
    world.noteNews()
  }

  /// Writes what DNS has for LuCI to read; a look-up that brings nothing new writes nothing.
  func writeRegistered(_ addresses: [IPAddress]) {
    if let writtenAddresses, writtenAddresses == addresses { return }
    writtenAddresses = addresses
    write(files.ip, RunFiles.addresses(addresses), mode: 0o644)
  }

  /// Says what went wrong, in the log and to those who ask.
  func complain(_ text: Text) {
    log.write(.error, text)
    noteError(.error, text)
  }

  /// Keeps an error for those who ask.
  func noteError(_ level: LogLevel, _ text: Text) {
    guard level.rawValue <= LogLevel.error.rawValue else { return }
    statusFile.noteError(safe(text), at: now)
  }

  /// The same that the log does to a line.
  func safe(_ text: Text) -> [UInt8] { log.shown(text).bytes }

  /// Takes the section's lock. Who starts one section may have stopped it just before: that one is
  /// given time to end.
  static func takeLock(
    _ files: RunFiles, _ name: [UInt8], _ options: Options, _ world: World
  ) throws(Failure) -> FileDescriptor {
    let limit = world.uptime + options.lockPatience
    do throws(SystemError) {
      try world.makeDirectory(files.runDirectory)
      while true {
        if let lock = try world.lock(files.lock) { return lock }
        if world.uptime >= limit { break }
        world.pause(until: world.uptime + 50)
      }
    } catch {
      throw Failure(.osError, error.message)
    }
    let pid = (world.read(files.pid, limit: 32) ?? []).trimmed
    throw Failure(
      .temporary, "section '\(name)' is already running as pid \(pid): stop that one first")
  }

  /// Makes sure that the lock and the pid file are ours: somebody may have cleared /var/run. False
  /// when they cannot be made again, or when another process runs the section, which ends it here.
  func holdRunDirectory() -> Bool {
    let pid = RunFiles.number(Int64(Process.id))
    if world.read(files.pid, limit: 32) == pid { return true }
    lock = FileDescriptor(owning: -1)
    holdsLock = false
    do throws(SystemError) {
      try world.makeDirectory(files.runDirectory)
      guard let lock = try world.lock(files.lock) else {
        let words: Text = "section '\(name)' is run by another process now"
        complain(words)
        close(.temporary, words)
        return false
      }
      self.lock = lock
      holdsLock = true
      try world.replace(files.pid, with: pid, mode: 0o644)
    } catch {
      complain(error.message)
      return false
    }
    log.write(.warning, "\(files.runDirectory) had been cleared: it is made again")
    store.forgetFiles()
    writtenAddresses = nil
    if cycle.record.accepted != nil {
      write(files.update, RunFiles.number(cycle.record.acceptedAt), mode: 0o644)
    }
    return true
  }
}
