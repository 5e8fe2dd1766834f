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
  func configuration() throws(Failure) -> Configuration { try Configuration(arguments) }

  /// A whole file of ours; nil when there is none that can be read.
  func read(_ path: [UInt8], limit: Int) -> [UInt8]? { try? File.read(path, limit: limit) }

  /// Replaces a file in one step (`File.replace`).
  func replace(
    _ path: [UInt8], with bytes: [UInt8], mode: Int32, isDurable: Bool = false
  ) throws(SystemError) {
    try File.replace(path, with: bytes, mode: mode, durable: isDurable)
  }

  /// What is to be written to `metrics_file`, since when, and when that was last done; uptimes in
  /// milliseconds.
  private(set) var metrics: (configuration: Configuration, due: Int64)?
  private var nextMetrics: Int64 = .min

  /// The least time between two writings of `metrics_file`, in milliseconds.
  private static let metricsPause: Int64 = 15_000

  /// What `metrics_file` says is no longer true.
  func noteNews(_ configuration: Configuration) {
    if configuration.global.metricsFile == nil { return }
    metrics = (configuration, max(nextMetrics, uptime))
  }

  /// Writes `metrics_file` when that is due, or at the end; an error, if there is one.
  func writeMetrics(isEnd: Bool = false) -> Text? {
    guard let (configuration, due) = metrics, due <= uptime || isEnd,
      let path = configuration.global.metricsFile
    else { return nil }
    metrics = nil
    nextMetrics = uptime + Self.metricsPause
    let text = StatusCommand.metrics(
      configuration.package.sections(ofType: "service"), configuration)
    do throws(SystemError) {
      try File.replace(configuration.root + path, with: text.bytes, mode: 0o644, shared: true)
      return nil
    } catch { return error.message }
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
