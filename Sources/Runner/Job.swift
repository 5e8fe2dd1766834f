// SPDX-License-Identifier: Apache-2.0

import Report
import System
import Wire

/// A tool at work for a section: the child, what it has said, and how long it may take.
///
/// A class because it owns a child process, which cannot be copied, and lives in a list.
final class Job {
  /// The three tools, and what they are asked: `values` is what commands say, `notify`
  /// tells somebody what has happened. How long each may take covers its own deadlines and a little more, so that
  /// only a tool that ignores them is ever killed (DESIGN 8).
  enum Tool: Equatable {
    case values
    case detect
    case verify
    case askZone
    case update(IPAddress)
    case offline
    case notify

    var name: Literal {
      switch self {
      case .detect: "ddns-detect-ip"
      case .verify, .askZone: "ddns-verify"
      case .values, .update, .offline, .notify: "ddns-update"
      }
    }

    var patience: Int64 {
      switch self {
      case .values: 35_000
      case .detect: 70_000
      case .verify, .askZone: 40_000
      case .update, .notify: 70_000
      case .offline: 8_000
      }
    }
  }

  /// Which program it is, whatever it has come to do.
  let program: Literal
  /// What it has told so far.
  var report: ToolReport { reader.report }
  private var child: Child
  private var ended: Child.Ending?
  private var reader = ToolReport.Reader()
  private var isOpen = true

  /// Starts a tool and hands it its section (`Configuration.handover`).
  init(
    _ tool: Tool, path: [UInt8], arguments: [[UInt8]], section: [UInt8]
  ) throws(SystemError) {
    program = tool.name
    child = try Child(
      running: path, [[UInt8](tool.name)] + arguments,
      environment: [[UInt8]("DDNS_REPORT=section")], handing: section)
  }

  /// What to wait for: its pipe as long as it is open.
  var interest: Poll.Interest { Poll.Interest(isOpen ? child.report.rawValue : -1) }

  /// Reads from the pipe, which is ready; each line for the log that is complete goes there.
  func read(log: (LogLevel, Text) -> Void) {
    guard isOpen else { return }
    let bytes = (try? child.report.read(limit: FileDescriptor.chunk)) ?? []
    isOpen = !bytes.isEmpty
    for line in reader.take(bytes) { log(line.level, line.text) }
  }

  /// How it ended, once everything it said has been read; nil until then.
  func ending() -> Child.Ending? {
    if isOpen { return nil }
    reap()
    return ended
  }

  /// Takes note of its end, after a signal that says that a child has ended, and ends what it has
  /// left behind.
  func reap() { if ended == nil { ended = child.ending() } }

  /// Its process.
  var id: Int32 { child.id }

  /// Whether the tool itself is at work; what it started may be even if it is not.
  var isRunning: Bool {
    reap()
    return ended == nil
  }

  /// Asks it to end, and what it started.
  func terminate() { child.signal(.terminate) }

  /// Ends it now, with everything it started.
  func kill() { child.signal(.kill) }
}
