// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import Wire

/// Where the lines about one section go: log file, console, syslog (contract 5.4, 7.3, 7.4).
///
/// Lines for the file are kept until `flush`, which the driver calls before it waits. Nothing here
/// can fail a run: a log that cannot be written is a pity, not an error.
struct Log {
  private let files: RunFiles
  private let section: [UInt8]
  private let root: [UInt8]
  private let global: GlobalOptions
  private let verbosity: Int64
  private var syslogSetting: Int64 = 2
  private var writesFile = true
  /// What must not be said.
  var redactor = Redactor()
  /// What the file does not have yet.
  private(set) var unwritten: [UInt8] = []
  private var lineCount: Int64?

  init(_ configuration: Configuration, section: [UInt8], verbosity: Int64) {
    global = configuration.global
    root = configuration.root
    files = RunFiles(global, section: section, root: root)
    self.section = section
    self.verbosity = verbosity
  }

  /// Takes over what the section says about logging, and what it wants hidden.
  mutating func adopt(_ settings: ServiceSection) {
    syslogSetting = settings.syslogLevel
    writesFile = settings.usesLogFile || verbosity > 1
    redactor = settings.redactor
  }

  /// Empties the log file: every run at level 2 and up begins a new one.
  mutating func startAfresh() {
    guard verbosity > 1 else { return }
    try? File.remove(files.logFile)
    lineCount = 0
  }

  /// Says something.
  mutating func write(_ level: LogLevel, _ text: Text) { write(level, text, isFinal: false) }

  /// Says why the section ends for good.
  mutating func terminate(_ level: LogLevel, _ text: Text) {
    write(level, text + " - TERMINATE", isFinal: true)
  }

  /// Writes what is kept to the log file, and shortens it at levels 0 and 1.
  mutating func flush() {
    guard !unwritten.isEmpty else { return }
    let kept = lineCount ?? countLines()
    let added = Int64(unwritten.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) })
    do throws(SystemError) { try File.append(unwritten, to: files.logFile) } catch {
      // The directory may be new, or somebody has emptied /var/log.
      try? File.createDirectory(files.logDirectory)
      try? File.append(unwritten, to: files.logFile)
    }
    unwritten = []
    lineCount = kept + added
    guard verbosity <= 1, kept + added > global.logLines,
      let all = try? File.read(files.logFile, limit: Self.fileLimit),
      let rest = LogFile.truncated(all, toLines: global.logLines)
    else { return }
    try? File.replace(files.logFile, with: rest)
    lineCount = global.logLines
  }

  /// A date as the user wants it.
  func date(_ wallClock: Int64) -> [UInt8] { Clock.format(wallClock, global.dateFormat) }

  /// The largest log file that is shortened; a larger one is begun anew.
  private static let fileLimit = 4 << 20

  /// Not inlined: there are a hundred callers, and each would carry a kilobyte of it.
  @inline(never)
  private mutating func write(_ level: LogLevel, _ text: Text, isFinal: Bool) {
    let safe = redactor.shown(text)
    let now = Clock.wallClock
    let line = level.line(time: Clock.format(now, [UInt8]("%H%M%S")), safe)
    if verbosity > 0 {
      try? Output.answer(line)
    } else if isFinal {
      Output.complain(line)
    }
    if writesFile { unwritten += line.bytes }
    if level.isForSyslog(syslogSetting, isFinal: isFinal) {
      Syslog.send(
        level.datagram(
          date: Clock.format(now, [UInt8]("%b %e %H:%M:%S")), process: Process.id,
          section: section, safe),
        to: root + [UInt8]("/dev/log"))
    }
  }

  private func countLines() -> Int64 {
    guard let all = try? File.read(files.logFile, limit: Self.fileLimit) else { return 0 }
    return Int64(all.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) })
  }
}
