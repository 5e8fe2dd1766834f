// SPDX-License-Identifier: Apache-2.0

import DDNS
import Program
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

  func saveRecord() {
    guard cycle.record != savedRecord else { return }
    savedRecord = cycle.record
    write(files.state, savedRecord.encoded, mode: 0o600)
  }

  static func loadRecord(_ files: RunFiles, _ log: inout Log) -> Record {
    guard let bytes = try? File.read(files.state, limit: 4_096) else { return Record() }
    if let record = Record(bytes, now: now) { return record }
    log.write(.warning, "\(files.state) is damaged or of an earlier boot: starting afresh")
    return Record()
  }

  static func takeLock(
    _ files: RunFiles, _ name: [UInt8]
  ) throws(Failure) -> FileDescriptor {
    let lock: FileDescriptor?
    do throws(SystemError) {
      try File.createDirectory(files.runDirectory)
      lock = try File.lock(files.lock)
    } catch {
      throw Failure(.osError, error.describe)
    }
    if let lock { return lock }
    let pid = ((try? File.read(files.pid, limit: 32)) ?? []).trimmed
    throw Failure(
      .temporary, "section '\(name)' is already running as pid \(pid): stop that one first")
  }
}
