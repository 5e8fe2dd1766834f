// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// What sections need of the machine they run on: its clocks, its files, its tools.
///
/// This one is the machine itself. Tests have one whose clock is a number, whose files are in memory
/// and whose tools say what the test wants.
class World {
  private let arguments: Arguments
  /// The configuration as it was read last, or why it was not, for as long as its files are the same.
  private var known: (stamp: UInt64?, catalog: Catalog?, problem: Failure?)?
  private var isHeld = false
  /// The directories that sections share, and how their logs are written.
  private var anyFiles: RunFiles?
  private var anyStyle: Log.Style?

  /// What people are told of all sections.
  let outbox = Outbox()

  /// The machine; the arguments say where its configuration is.
  init(_ arguments: Arguments) { self.arguments = arguments }

  /// Milliseconds since boot.
  var uptime: Int64 { Clock.uptime }
  /// Seconds since 1970, as far as the router knows.
  var wallClock: Int64 { Clock.wallClock }
  /// A fresh number.
  var random: UInt64 { Random.number }

  /// Waits without doing anything else.
  func pause(until uptime: Int64) { _ = try? Poll.wait(for: [], until: uptime) }

  /// The configuration as it is now.
  func configuration() throws(Failure) -> Configuration {
    // Of what is changed while it is read the next look tells.
    let stamp = stamp()
    do throws(Failure) {
      let configuration = try readConfiguration()
      known = (stamp, Catalog(configuration, after: known?.catalog), nil)
      metricsFile = configuration.global.metricsFile
      return configuration
    } catch {
      known = (stamp, nil, error)
      throw error
    }
  }

  /// Reads it.
  func readConfiguration() throws(Failure) -> Configuration { try Configuration(arguments) }

  /// What it says of each section. Read again when a file has changed.
  func catalog() throws(Failure) -> Catalog {
    if !isHeld {
      let stamp = stamp()
      if stamp == nil || known?.stamp != stamp { _ = try configuration() }
    }
    guard let catalog = known?.catalog else {
      throw known?.problem ?? Failure(.config, "no configuration")
    }
    return catalog
  }

  /// The text of the notify sections.
  var notifyText: [UInt8] { known?.catalog?.notify ?? [] }

  /// What differs whenever the configuration does; nil when nobody can tell.
  func stamp() -> UInt64? { Configuration.stamp(arguments) }

  /// Reads it once for an event that concerns all sections.
  func withCatalog(_ work: () -> Void) {
    _ = try? catalog()
    isHeld = true
    work()
    isHeld = false
  }

  /// A section's name, to be kept.
  func name(of section: UCISection) -> [UInt8] {
    known?.catalog?.entry(of: section.name)?.name ?? section.name.copied
  }

  /// The texts of a section of a configuration that has just been read.
  func texts(of section: UCISection, _ configuration: Configuration) -> SectionRun.Texts {
    metricsFile = configuration.global.metricsFile
    let whole = section.hasValuesElsewhere ? nil : known?.catalog?.text(of: section.name)
    return SectionRun.Texts(
      global: known?.catalog?.global ?? configuration.globalText,
      section: whole ?? UCIPackage.excerpt(of: section))
  }

  /// The files of a section.
  func files(of name: [UInt8], _ configuration: Configuration) -> RunFiles {
    let files = RunFiles(configuration.global, section: name, root: configuration.root)
    guard let known = anyFiles, known.hasSameDirectories(as: files) else {
      anyFiles = files
      return files
    }
    return RunFiles(beside: known, section: name)
  }

  /// The log of a section.
  func log(_ files: RunFiles, _ configuration: Configuration, verbosity: Int64) -> Log {
    let style = Log.Style(configuration, verbosity: verbosity)
    if let known = anyStyle, known.isSame(as: style) { return Log(known, files) }
    anyStyle = style
    return Log(style, files)
  }

  /// The configuration of one section, from texts of a catalog.
  func configuration(of texts: [UInt8]) throws(Failure) -> Configuration {
    try Configuration(arguments, handed: texts)
  }

  /// A whole file of ours; nil when there is none that can be read.
  func read(_ path: [UInt8], limit: Int) -> [UInt8]? { try? File.read(path, limit: limit) }

  /// Replaces a file in one step (`File.replace`).
  func replace(
    _ path: [UInt8], with bytes: [UInt8], mode: Int32, isDurable: Bool = false
  ) throws(SystemError) {
    try File.replace(path, with: bytes, mode: mode, durable: isDurable)
  }

  /// Where `metrics_file` is, and the uptime in milliseconds at which it is to be written; nil for nowhere, and not.
  private var metricsFile: [UInt8]?
  private(set) var metricsDue: Int64?
  private var nextMetrics: Int64 = .min
  /// Why it could not be written the last time.
  private var metricsProblem: Text?

  /// The least time between two writings of `metrics_file`, in milliseconds.
  private static let metricsPause: Int64 = 15_000

  /// What `metrics_file` says is no longer true.
  func noteNews() {
    if metricsFile != nil { metricsDue = max(nextMetrics, uptime) }
  }

  /// Writes `metrics_file` when that is due, or at the end; an error, if there is one that has not been
  /// said yet.
  func writeMetrics(isEnd: Bool = false) -> Text? {
    guard let due = metricsDue, due <= uptime || isEnd, let path = metricsFile else { return nil }
    metricsDue = nil
    nextMetrics = uptime + Self.metricsPause
    // One that is being edited is read the next time.
    guard let configuration = try? readConfiguration() else { return nil }
    let text = StatusCommand.metrics(
      configuration.package.sections(ofType: "service"), configuration)
    do throws(SystemError) {
      try File.replace(configuration.root + path, with: text.bytes, mode: 0o644, shared: true)
      metricsProblem = nil
      return nil
    } catch {
      let isKnown = metricsProblem == error.message
      metricsProblem = error.message
      return isKnown ? nil : error.message
    }
  }

  /// Removes a file, if there is one.
  func remove(_ path: [UInt8]) { try? File.remove(path) }

  /// Makes sure that there is a directory.
  func makeDirectory(_ path: [UInt8], mode: Int32 = 0o755) throws(SystemError) {
    try File.createDirectory(path, mode: mode)
  }

  /// Takes a lock; nil when another process has it.
  func lock(_ path: [UInt8]) throws(SystemError) -> FileDescriptor? { try File.lock(path) }

  /// Starts a tool; nil when somebody else runs it and says how it ends.
  func start(
    _ tool: Job.Tool, _ path: [UInt8], _ arguments: [[UInt8]], section: [UInt8]
  ) throws(SystemError) -> Job? {
    try Job(tool, path: path, arguments: arguments, section: section)
  }

  /// Removes what an update script that was killed has left.
  func removeScratch(_ files: RunFiles, section: [UInt8]) {
    File.removeAll(in: files.runDirectory, startingWith: RunFiles.scratch(of: section))
  }

  /// Writes what is kept of a log; while a tool works, not yet, for more comes.
  func flush(_ log: inout Log, whileWorking isWorking: Bool = false) {
    log.flush(whileWorking: isWorking)
  }
}
