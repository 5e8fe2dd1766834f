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
  /// What the logs of all sections of a process have in common.
  final class Style: Sendable {
    fileprivate let root: [UInt8]
    fileprivate let limit: Int64
    fileprivate let dateFormat: [UInt8]
    fileprivate let verbosity: Int64

    init(_ configuration: Configuration, verbosity: Int64) {
      root = configuration.root
      (limit, dateFormat) = (configuration.global.logLines, configuration.global.dateFormat)
      self.verbosity = verbosity
    }

    /// Whether another says the same.
    func isSame(as other: Style) -> Bool {
      limit == other.limit && dateFormat == other.dateFormat && verbosity == other.verbosity
        && root == other.root
    }
  }

  /// What is needed while lines come, and let go of between.
  private final class Page {
    /// Hides what must not be said.
    var redactor: Redactor?
    /// What the file does not have yet, and since when.
    var unwritten: [UInt8] = []
    var keptSince: Int64 = 0
    /// The second of the last line, and how syslog and the file have it: most lines share theirs.
    var second: (time: Int64, date: [UInt8], text: [UInt8]) = (.min, [], [])
  }

  private let style: Style
  private let files: RunFiles
  /// The section's text, which has all that must not be said.
  private var text: [UInt8] = []
  private var page: Page?
  /// The uptime before which a system log that was not there is not looked for again.
  private var nextSyslog: Int64 = 0
  /// The lines of the file, as far as we know: somebody else may shorten it.
  private var lineCount: Int64?
  private var writesFile = true
  private var syslogSetting: Int8 = 2

  init(_ style: Style, _ files: RunFiles) {
    self.style = style
    self.files = files
  }

  init(_ configuration: Configuration, section: [UInt8], verbosity: Int64) {
    self.init(
      Style(configuration, verbosity: verbosity),
      RunFiles(configuration.global, section: section, root: configuration.root))
  }

  /// The page that is open, or a new one.
  private var open: Page {
    mutating get {
      let open = page ?? Page()
      page = open
      return open
    }
  }

  /// What the file does not have yet.
  var unwritten: [UInt8] { page?.unwritten ?? [] }

  /// Takes over what the section says about logging, and what it wants hidden: that of the text it was read from.
  mutating func adopt(_ settings: ServiceSection) {
    open.redactor = settings.redactor
    syslogSetting = Int8(clamping: settings.syslogLevel)
    writesFile = settings.usesLogFile || style.verbosity > 1
  }

  /// Hides the secrets of a section from now on, of which this is the text.
  mutating func hide(secretsOf text: [UInt8]) {
    if page?.redactor != nil, text == self.text { return }
    self.text = text
    page?.redactor = nil
  }

  /// Throws away what is kept.
  mutating func forget() { page?.unwritten = [] }

  /// Lets go of what can be made again.
  mutating func unload() {
    if unwritten.isEmpty { page = nil }
  }

  /// A text as it may be shown.
  mutating func shown(_ words: Text) -> Text {
    let page = open
    if let redactor = page.redactor { return redactor.shown(words) }
    let section = try? UCIPackage.parse(text, name: []).sections.first
    let redactor = section.map { Redactor($0) } ?? Redactor()
    page.redactor = redactor
    return redactor.shown(words)
  }

  /// Empties the log file: every run at level 2 and up begins a new one.
  mutating func startAfresh() {
    guard style.verbosity > 1 else { return }
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
  var deadline: Int64? {
    guard let page, !page.unwritten.isEmpty else { return nil }
    return page.keptSince + Self.patience
  }

  /// Writes what is kept to the log file; while a tool works, not before `deadline`, for more comes.
  mutating func flush(whileWorking isWorking: Bool) {
    guard isWorking else { return flush() }
    if let deadline, deadline <= Clock.uptime { append() }
  }

  /// Writes what is kept to the log file, and shortens it at levels 0 and 1.
  mutating func flush() {
    append()
    guard style.verbosity <= 1, let count = lineCount, count > style.limit else { return }
    lineCount = nil
    guard let all = try? File.readEnd(files.logFile, limit: Self.fileLimit),
      let rest = LogFile.truncated(all, toLines: style.limit),
      (try? File.replace(files.logFile, with: rest)) != nil
    else { return }
    lineCount = style.limit
  }

  private mutating func append() {
    guard let page, !page.unwritten.isEmpty else { return }
    let kept = lineCount ?? countLines()
    do throws(SystemError) { try File.append(page.unwritten, to: files.logFile) } catch {
      // The directory may be new, or somebody has emptied /var/log.
      try? File.createDirectory(files.logDirectory)
      try? File.append(page.unwritten, to: files.logFile)
    }
    lineCount = kept + LogFile.lineCount(page.unwritten)
    page.unwritten = []
  }

  /// A date as the user wants it.
  func date(_ wallClock: Int64) -> [UInt8] { Clock.format(wallClock, style.dateFormat) }

  /// How much of the end of a log file is read to shorten it.
  private static let fileLimit = 4 << 20

  /// How long, in milliseconds, lines are kept while a tool works, and a missing system log is left alone.
  private static let patience: Int64 = 1_000

  /// Not inlined: there are a hundred callers, and each would carry a kilobyte of it.
  @inline(never)
  private mutating func write(_ level: LogLevel, _ text: Text, isFinal: Bool) {
    let safe = shown(text)
    let page = open
    let now = Clock.wallClock
    if page.second.time != now {
      let date = Clock.format(now, [UInt8]("%b %e %H:%M:%S"))
      page.second = (now, date, Array(date.filter { $0.isDigit }.suffix(6)))
    }
    let line = level.line(time: page.second.text, safe)
    if style.verbosity > 0 {
      Output.offer(line)
    } else if isFinal {
      Output.offer(line, to: 2)
    }
    if writesFile {
      if page.unwritten.isEmpty {
        page.keptSince = Clock.uptime
        page.unwritten.reserveCapacity(1_000)
      }
      page.unwritten += line.bytes
    }
    if level.isForSyslog(Int64(syslogSetting), isFinal: isFinal), Clock.uptime >= nextSyslog {
      let message = level.datagram(
        date: page.second.date, process: Process.id, section: files.section, safe)
      if !Syslog.send(message, to: style.root + [UInt8]("/dev/log")) {
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
