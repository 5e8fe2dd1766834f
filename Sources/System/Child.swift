// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// A child process and the ends of its pipes. It leads a process group of its own, unless it is to
/// stay in ours so that whoever ends us ends it, too.
///
/// Nothing of it is left when it is let go: the group is killed and the child reaped.
public struct Child: ~Copyable {
  /// How a child ended.
  public enum Ending: Equatable, Sendable {
    /// By `exit`, with this status.
    case exited(Int32)
    /// By this signal.
    case killed(Int32)

    /// A child that somebody else has reaped is as good as killed.
    fileprivate init(_ end: csys_ending) {
      switch end.state {
      case CSYS_EXITED: self = .exited(end.number)
      case CSYS_KILLED: self = .killed(end.number)
      default: self = .killed(Signal.kill.rawValue)
      }
    }
  }

  /// Its number, which is also its group's.
  public let id: Int32
  /// What is written here it reads from descriptor 0; -1 for a child that reads /dev/null.
  private var input: FileDescriptor
  /// What it writes to descriptor 1 arrives here.
  public let output: FileDescriptor
  /// What it writes to descriptors 2 and 3 arrives here.
  public let report: FileDescriptor
  private var isReaped = false
  private let leadsGroup: Bool

  /// Starts a program with its arguments (the first is its own name) and additional variables.
  ///
  /// Standard input is /dev/null, unless the child is to be fed. The C function is `posix_spawn`.
  public init(
    running path: [UInt8], _ arguments: [[UInt8]], environment: [[UInt8]] = [],
    leadsGroup: Bool = true, isFed: Bool = false
  ) throws(SystemError) {
    let input = isFed ? try Self.pipe() : Pipe(read: .none, write: .none)
    let output = try Self.pipe()
    let report = try Self.pipe()
    id = try Self.spawn(
      path, arguments, environment, from: input.read.rawValue,
      to: (output.write.rawValue, report.write.rawValue, report.write.rawValue), leadsGroup)
    self.leadsGroup = leadsGroup
    self.input = input.takeWrite()
    self.output = output.takeRead()
    self.report = report.takeRead()
  }

  /// Starts a program that finds `content` on its descriptor 0, however long it is, leads a group,
  /// and whose descriptors 1, 2 and 3 all arrive at `report`.
  public init(
    running path: [UInt8], _ arguments: [[UInt8]], environment: [[UInt8]], handing content: [UInt8]
  ) throws(SystemError) {
    let file = try FileDescriptor(holding: content)
    let report = try Self.pipe()
    let end = report.write.rawValue
    id = try Self.spawn(
      path, arguments, environment, from: file.rawValue, to: (end, end, end), true)
    leadsGroup = true
    input = .none
    output = .none
    self.report = report.takeRead()
  }

  deinit {
    if !isReaped {
      _ =
        leadsGroup ? csys_kill_group(id, Signal.kill.rawValue) : csys_kill(id, Signal.kill.rawValue)
      csys_wait(id, 1, nil)
    }
  }

  /// How it ended; nil while it runs. The C function is `waitpid`.
  public mutating func ending() -> Ending? {
    var end = csys_ending()
    csys_wait(id, 0, &end)
    if end.state == CSYS_RUNNING { return nil }
    isReaped = true
    // What the child itself started and left behind would hold our pipes open.
    if leadsGroup { _ = csys_kill_group(id, Signal.kill.rawValue) }
    return Ending(end)
  }

  /// The descriptor to wait for room on; -1 when nothing more can be fed.
  var inputNumber: Int32 { input.rawValue }

  /// Feeds a part of some bytes to it, after a wait that found room; when none are left, or it does
  /// not listen any more, it sees the end.
  mutating func feed(_ bytes: inout ArraySlice<UInt8>) {
    // A pipe that has room has it for this many (PIPE_BUF), so the write does not block.
    let part = Array(bytes.prefix(4_096))
    bytes = bytes.dropFirst(part.count)
    if (try? input.write(part)) == nil || bytes.isEmpty { input = .none }
  }

  /// Sends a signal to it, and to the whole group that it leads.
  public borrowing func signal(_ signal: Signal) {
    guard !isReaped else { return }
    _ = leadsGroup ? csys_kill_group(id, signal.rawValue) : csys_kill(id, signal.rawValue)
  }

  /// Starts a program that goes on without us, in a group of its own, with /dev/null for its output
  /// and without what descriptors we may have from our caller; with `inherits`, one in our group that writes where we do. Its number.
  public static func start(
    _ path: [UInt8], _ arguments: [[UInt8]], inherits: Bool = false
  ) throws(SystemError) -> Int32 {
    if !inherits { csys_keep_descriptors() }
    let output: Int32 = inherits ? 1 : -1
    return try spawn(path, arguments, [], to: (output, inherits ? 2 : -1, -1), !inherits)
  }

  /// Runs a program that writes where we do, to its end or for at most `patience` milliseconds;
  /// how it ended, nil when it did not in time. It is left alone then.
  public static func runInForeground(
    _ path: [UInt8], _ arguments: [[UInt8]], patience: Int64
  ) throws(SystemError) -> Ending? {
    let id = try start(path, arguments, inherits: true)
    let deadline = Clock.uptime + patience
    var end = csys_ending()
    while Clock.uptime < deadline {
      csys_wait(id, 0, &end)
      if end.state != CSYS_RUNNING { return Ending(end) }
      _ = try Poll.wait(for: [], until: Clock.uptime + 10)
    }
    return nil
  }

  private static func spawn(
    _ path: [UInt8], _ arguments: [[UInt8]], _ environment: [[UInt8]],
    from input: Int32 = -1, to ends: (output: Int32, error: Int32, report: Int32),
    _ leadsGroup: Bool
  ) throws(SystemError) -> Int32 {
    Output.flush()
    let argv = block(arguments)
    let variables = block(environment)
    let result = csys_spawn(
      path.c, argv.c, arguments.count, variables.c, environment.count, input, ends.output,
      ends.error, ends.report, leadsGroup ? 1 : 0)
    return Int32(truncatingIfNeeded: try checked("run", path, result))
  }

  private struct Pipe: ~Copyable {
    let read: FileDescriptor
    let write: FileDescriptor

    consuming func takeRead() -> FileDescriptor { read }
    consuming func takeWrite() -> FileDescriptor { write }
  }

  private static func pipe() throws(SystemError) -> Pipe {
    var read: Int32 = -1
    var write: Int32 = -1
    try checked("make a pipe", csys_pipe(&read, &write))
    return Pipe(read: FileDescriptor(owning: read), write: FileDescriptor(owning: write))
  }

  private static func block(_ strings: [[UInt8]]) -> [UInt8] {
    strings.flatMap { $0 + [0] }
  }
}
