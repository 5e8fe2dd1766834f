// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// Where the lines about one section go: log file, console, syslog (contract 5.4, 7.3, 7.4).
///
/// Lines for the file are kept until `flush`, which the driver calls before it waits: at once where
/// nothing works, else for a second, so that a pass writes them together. Nothing here can fail a run: a log that cannot be written is a pity, not an error.
struct Log {
  private let files: RunFiles
  private let section: [UInt8]
  private let root: [UInt8]
  private let limit: Int64
  private let dateFormat: [UInt8]
  private let verbosity: Int64
  private var syslogSetting: Int64 = 2
  private var writesFile = true
  /// The section's text, which has all that must not be said.
  private var text: [UInt8] = []
  /// Hides that; made when it is needed.
  private var redactor: Redactor?
  /// What the file does not have yet.
  private(set) var unwritten: [UInt8] = []
  private var keptSince: Int64 = 0
  /// The uptime before which a system log that was not there is not looked for again.
  private var nextSyslog: Int64 = 0
  /// The lines of the file, as far as we know: somebody else may shorten it.
  private var lineCount: Int64?
  /// The second of the last line, and how syslog and the file have it: most lines share theirs.
  private var second: (time: Int64, date: [UInt8], text: [UInt8]) = (.min, [], [])

  init(_ configuration: Configuration, section: [UInt8], verbosity: Int64, _ files: RunFiles? = nil)
  {
    let global = configuration.global
    (limit, dateFormat) = (global.logLines, global.dateFormat)
    root = configuration.root
    self.files = files ?? RunFiles(global, section: section, root: root)
    self.section = section
    self.verbosity = verbosity
  }

  /// Takes over what the section says about logging, and what it wants hidden: that of the text it was read from.
  mutating func adopt(_ settings: ServiceSection) {
    redactor = settings.redactor
    syslogSetting = settings.syslogLevel
    writesFile = settings.usesLogFile || verbosity > 1
  }

  /// Hides the secrets of a section from now on, of which this is the text.
  mutating func hide(secretsOf text: [UInt8]) {
    if redactor != nil, text == self.text { return }
    self.text = text
    redactor = nil
  }

  /// Throws away what is kept.
  mutating func forget() { unwritten = [] }

  /// Lets go of what can be made again.
  mutating func unload() {
    redactor = nil
    second = (.min, [], [])
  }

  /// A text as it may be shown.
  mutating func shown(_ words: Text) -> Text {
    let section = redactor == nil ? try? UCIPackage.parse(text, name: []).sections.first : nil
    let redactor = redactor ?? section.map { Redactor($0) } ?? Redactor()
    self.redactor = redactor
    return redactor.shown(words)
  }

  /// Empties the log file: every run at level 2 and up begins a new one.
  mutating func startAfresh() {
    guard verbosity > 1 else { return }
    try? File.remove(files.logFile)
    lineCount = 0
  }

  /// Says something.
  mutating func write(_ level: LogLevel, _ text: Text) { write(level, text, isFinal: false) }

  /// Says why the section ends for good; of several reasons each has a line.
  mutating func terminate(_ level: LogLevel, _ text: Text) {
    let reasons = text.bytes.lines
    for reason in reasons.dropLast() { write(level, "\(reason)", isFinal: true) }
    write(level, "\(reasons.last ?? []) - TERMINATE", isFinal: true)
  }

  /// Uptime at which lines have been kept for long enough; nil when none are.
  var deadline: Int64? { unwritten.isEmpty ? nil : keptSince + Self.patience }

  /// Writes what is kept to the log file; while a tool works, not before `deadline`, for more comes.
  mutating func flush(whileWorking isWorking: Bool) {
    guard isWorking else { return flush() }
    if let deadline, deadline <= Clock.uptime { append() }
  }

  /// Writes what is kept to the log file, and shortens it at levels 0 and 1.
  mutating func flush() {
    append()
    guard verbosity <= 1, let count = lineCount, count > limit else { return }
    lineCount = nil
    guard let all = try? File.readEnd(files.logFile, limit: Self.fileLimit),
      let rest = LogFile.truncated(all, toLines: limit),
      (try? File.replace(files.logFile, with: rest)) != nil
    else { return }
    lineCount = limit
  }

  private mutating func append() {
    guard !unwritten.isEmpty else { return }
    let kept = lineCount ?? countLines()
    do throws(SystemError) { try File.append(unwritten, to: files.logFile) } catch {
      // The directory may be new, or somebody has emptied /var/log.
      try? File.createDirectory(files.logDirectory)
      try? File.append(unwritten, to: files.logFile)
    }
    lineCount = kept + LogFile.lineCount(unwritten)
    unwritten = []
  }

  /// A date as the user wants it.
  func date(_ wallClock: Int64) -> [UInt8] { Clock.format(wallClock, dateFormat) }

  /// How much of the end of a log file is read to shorten it.
  private static let fileLimit = 4 << 20

  /// How long, in milliseconds, lines are kept while a tool works, and a missing system log is left alone.
  private static let patience: Int64 = 1_000

  /// Not inlined: there are a hundred callers, and each would carry a kilobyte of it.
  @inline(never)
  private mutating func write(_ level: LogLevel, _ text: Text, isFinal: Bool) {
    let safe = shown(text)
    let now = Clock.wallClock
    if second.time != now {
      let date = Clock.format(now, [UInt8]("%b %e %H:%M:%S"))
      second = (now, date, Array(date.filter { $0.isDigit }.suffix(6)))
    }
    let line = level.line(time: second.text, safe)
    if verbosity > 0 {
      Output.offer(line)
    } else if isFinal {
      Output.offer(line, to: 2)
    }
    if writesFile {
      if unwritten.isEmpty {
        keptSince = Clock.uptime
        unwritten.reserveCapacity(1_000)
      }
      unwritten += line.bytes
    }
    if level.isForSyslog(syslogSetting, isFinal: isFinal), Clock.uptime >= nextSyslog {
      let message = level.datagram(
        date: second.date, process: Process.id, section: section, safe)
      if !Syslog.send(message, to: root + [UInt8]("/dev/log")) {
        nextSyslog = Clock.uptime + Self.patience
      }
    }
  }

  private func countLines() -> Int64 {
    guard let all = try? File.readEnd(files.logFile, limit: Self.fileLimit) else { return 0 }
    // One that is longer than what was read is too long, however few lines that has.
    return all.count < Self.fileLimit ? LogFile.lineCount(all) : .max / 2
  }
}
