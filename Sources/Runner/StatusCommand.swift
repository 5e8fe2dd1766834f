// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// `ddns-runner --status`: says how the sections do. It reads files and asks nobody.
enum StatusCommand {
  /// The pause between two looks with `--watch`, in milliseconds.
  private static let watchPause: Int64 = 2_000

  /// Prints the named section, or all of them, as text or with `--json` as JSON.
  @inline(never)
  static func run(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> ExitStatus {
    let sections = try sections(configuration, arguments)
    if arguments.has("metrics") { return try Tool.answer(metrics(sections, configuration)) }
    if arguments.has("html") { return try page(sections, configuration, arguments) }
    let isTerminal = Output.isTerminal && Environment.value("NO_COLOR") == nil
    while true {
      let now = Clock.uptime / 1000
      let boot = Clock.wallClock - now
      let date = dates(configuration)
      let reports = reports(of: sections, configuration, now: now)
      if arguments.has("json") {
        return try Tool.answer(Text(StatusReport.json(reports, boot: boot)))
      }
      var text: Text = reports.isEmpty ? "\(configuration.path): no service section\n" : ""
      // At the top of an empty screen.
      if arguments.has("watch"), isTerminal { text = "\u{1b}[H\u{1b}[2J" + text }
      for (index, report) in reports.enumerated() {
        if index > 0 { text += "\n" }
        text += report.text(inColour: isTerminal, date: date)
      }
      _ = try Tool.answer(text)
      if !arguments.has("watch") { return .ok }
      _ = try? Poll.wait(for: [], until: Clock.uptime + watchPause)
    }
  }

  /// The same as figures, for Prometheus.
  @inline(never)
  static func metrics(_ sections: [UCISection], _ configuration: Configuration) -> Text {
    let now = Clock.uptime / 1000
    let reports = reports(of: sections, configuration, now: now)
    return StatusReport.metrics(reports, boot: Clock.wallClock - now)
  }

  /// What spells an uptime as the configuration has dates. Made here, where no caller sees what it is:
  /// the compiler would make a copy for each of all that is handed it.
  @inline(never)
  static func dates(_ configuration: Configuration) -> (Int64) -> [UInt8] {
    let boot = Clock.wallClock - Clock.uptime / 1000
    let format = configuration.global.dateFormat
    return { Clock.format(boot + $0, format) }
  }

  /// The same as a page, with what has happened, to the file that is named or to standard output.
  @inline(never)
  private static func page(
    _ sections: [UCISection], _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> ExitStatus {
    let now = Clock.uptime / 1000
    let page = StatusPage(now: now, date: dates(configuration))
    for section in sections {
      page.add(
        report(configuration, section, now: now), configuration.read(section).settings,
        history: History.read(configuration, section.name))
    }
    let text = page.end()
    guard let path = arguments.words.first else { return try Tool.answer(text) }
    do throws(SystemError) {
      try File.replace(path, with: text.bytes, mode: 0o644, shared: true)
    } catch { throw Failure(.osError, error.message) }
    return .ok
  }

  @inline(never)
  private static func reports(
    of sections: [UCISection], _ configuration: Configuration, now: Int64
  ) -> [StatusReport] {
    var reports: [StatusReport] = []
    for section in sections { reports.append(report(configuration, section, now: now)) }
    return reports
  }

  @inline(never)
  static func sections(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> [UCISection] {
    guard let name = arguments.value("S") else {
      return configuration.package.sections(ofType: "service")
    }
    return configuration.whole(try configuration.section(at: name))
  }

  @inline(never)
  private static func report(
    _ configuration: Configuration, _ section: UCISection, now: Int64
  ) -> StatusReport {
    let files = RunFiles(configuration.global, section: section.name, root: configuration.root)
    let process = process(files)
    var isEnabled = section.option("enabled").flatMap { UCIBoolean.parse($0) } ?? false
    var problem: [UInt8]?
    var host: [UInt8] = []
    do throws(Failure) {
      let settings = try configuration.serviceSection(section)
      isEnabled = settings.isEnabled
      host = settings.lookupHost
      // One that runs is fit to.
      if isEnabled, process == nil {
        let configuration = configuration.withValues(of: section.name, for: .runner)
        _ = try configuration.check(configuration.find(section.name) ?? section)
      }
    } catch {
      problem = Redactor(section).shown(error.message).bytes
    }
    let content = try? File.read(files.status, limit: Status.fileLimit)
    return StatusReport(
      section: section.name, host: host, isEnabled: isEnabled, process: process,
      status: content.flatMap { Status($0, now: now) }, problem: problem, now: now)
  }

  /// The process that runs a section: its number is in the file, it exists, and it holds the lock.
  @inline(never)
  static func process(_ files: RunFiles) -> Int64? {
    guard let text = try? File.read(files.pid, limit: 32), let number = text.trimmed.decimalValue,
      number > 0, let id = Int32(exactly: number), Process.exists(id)
    else { return nil }
    // Another program may have got the number since; who may not open the lock has to believe it.
    guard File.info(files.lock) != nil else { return nil }
    do throws(SystemError) { if try File.lock(files.lock) != nil { return nil } } catch {
      return number
    }
    return File.isLocked(files.lock, by: id) ? number : nil
  }
}
