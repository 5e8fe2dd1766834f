// SPDX-License-Identifier: Apache-2.0

import Report
import System
import Wire

/// A tool at work for a section: the child, what it has said, and how long it may take.
///
/// A class because it owns a child process, which cannot be copied, and lives in a list.
final class Job {
  /// The three tools. How long each may take covers its own deadlines and a little more, so that
  /// only a tool that ignores them is ever killed (DESIGN 8).
  enum Tool {
    case detect
    case verify
    case update

    var name: StaticString {
      switch self {
      case .detect: "ddns-detect-ip"
      case .verify: "ddns-verify"
      case .update: "ddns-update"
      }
    }

    var patience: Int64 {
      switch self {
      case .detect: 70_000
      case .verify: 40_000
      case .update: 70_000
      }
    }
  }

  let tool: Tool
  /// Uptime in milliseconds after which it is killed.
  let deadline: Int64
  private(set) var output: [UInt8] = []
  private(set) var retryAfter: Int64?
  /// For how many seconds caches may keep what DNS has said.
  private(set) var lifetime: Int64?
  private var child: Child
  private var ended: Child.Ending?
  private var unfinishedLine: [UInt8] = []
  private var outputIsOpen = true
  private var reportIsOpen = true

  /// More than any tool says; what goes over it is dropped.
  private static let outputLimit = 65_536

  /// Starts a tool; `limit` is an uptime in milliseconds at which it is killed even if it may take
  /// longer in general.
  init(_ tool: Tool, path: [UInt8], arguments: [[UInt8]], limit: Int64) throws(SystemError) {
    self.tool = tool
    deadline = min(Clock.uptime + tool.patience, limit)
    child = try Child(
      running: path, [[UInt8](tool.name)] + arguments, environment: [[UInt8]("DDNS_REPORT=1")])
  }

  /// What to wait for: its two pipes as long as they are open.
  var interests: [Poll.Interest] {
    [
      Poll.Interest(outputIsOpen ? child.output.rawValue : -1),
      Poll.Interest(reportIsOpen ? child.report.rawValue : -1),
    ]
  }

  /// Reads from the pipes that are ready; each whole line of the report goes to `log`.
  func read(outputIsReady: Bool, reportIsReady: Bool, log: (LogLevel, Text) -> Void) {
    if outputIsReady, outputIsOpen {
      let bytes = (try? child.output.read(limit: FileDescriptor.chunk)) ?? []
      outputIsOpen = !bytes.isEmpty
      if output.count < Self.outputLimit { output += bytes }
    }
    if reportIsReady, reportIsOpen {
      let bytes = (try? child.report.read(limit: FileDescriptor.chunk)) ?? []
      reportIsOpen = !bytes.isEmpty
      if unfinishedLine.count < Self.outputLimit { unfinishedLine += bytes }
      takeLines(log)
    }
  }

  /// How it ended, once everything it said has been read; nil until then.
  func ending() -> Child.Ending? {
    if ended == nil { ended = child.ending() }
    return outputIsOpen || reportIsOpen ? nil : ended
  }

  /// Ends it now, with everything it started.
  func kill() { child.signal(.kill) }

  private func takeLines(_ log: (LogLevel, Text) -> Void) {
    while let end = unfinishedLine.firstIndex(of: UInt8(ascii: "\n")) {
      take(Array(unfinishedLine[..<end]), log)
      unfinishedLine.removeSubrange(...end)
    }
    if !reportIsOpen, !unfinishedLine.isEmpty {
      take(unfinishedLine, log)
      unfinishedLine = []
    }
  }

  /// `log=LEVEL text`, `retry-after=SECONDS` and `ttl=SECONDS` are for us (DESIGN 3); whatever else arrives there
  /// is what a library or a crash has to say.
  private func take(_ line: [UInt8], _ log: (LogLevel, Text) -> Void) {
    if line.hasPrefix("log="), let blank = line.firstIndex(of: UInt8(ascii: " ")),
      let level = line[4..<blank].decimalValue.flatMap({ LogLevel(rawValue: $0) })
    {
      log(level, Text(Array(line[(blank + 1)...])))
    } else if line.hasPrefix("retry-after=") {
      retryAfter = line.dropFirst(12).decimalValue
    } else if line.hasPrefix("ttl=") {
      lifetime = line.dropFirst(4).decimalValue
    } else {
      log(.debug, "\(tool.name): \(line)")
    }
  }
}
