// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

extension Child {
  /// How often it is looked whether a quiet program has ended, in milliseconds: what it left behind
  /// may hold its pipes open.
  private static let tick: Int64 = 100

  /// Runs a program to its end, or for at most `patience` milliseconds; then it is killed with all
  /// it started, and the ending is nil.
  ///
  /// It reads `input`, or /dev/null without one. More than `outputLimit` bytes of output end it,
  /// too, with an error of kind `tooLarge`; of its complaints, and lines on descriptor 3,
  /// whole lines up to `errorLimit` bytes are kept: half a secret would not be recognized.
  ///
  /// A signal to a tool that a person runs is meant for what that runs: it goes to a child that
  /// leads a group, until `Process.endIfAsked`. One in our group gets it with us, and may still
  /// clear up: it is waited for.
  public static func run(
    _ path: [UInt8], _ arguments: [[UInt8]], environment: [[UInt8]] = [], input: [UInt8] = [],
    patience: Int64, outputLimit: Int, errorLimit: Int? = nil, leadsGroup: Bool = true
  ) throws(SystemError) -> (ending: Ending?, output: [UInt8], errors: [UInt8]) {
    var child = try Child(
      running: path, arguments, environment: environment, leadsGroup: leadsGroup,
      isFed: !input.isEmpty)
    csys_pass_signals(leadsGroup ? child.id : -1)
    let deadline = Clock.uptime + patience
    var rest = input[...]
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var outputIsOpen = true
    var errorsAreOpen = true
    var ending: Ending?
    while outputIsOpen || errorsAreOpen {
      let ready = try Poll.wait(
        for: [
          Poll.Interest(outputIsOpen ? child.output.rawValue : -1),
          Poll.Interest(errorsAreOpen ? child.report.rawValue : -1),
          Poll.Interest(child.inputNumber, read: false, write: true),
        ], until: ending == nil ? min(deadline, Clock.uptime + tick) : 0)
      if Clock.uptime >= deadline {
        return (nil, output, wholeLines(errors, errorLimit ?? outputLimit))
      }
      if ready[2] { child.feed(&rest) }
      if ready[0] { outputIsOpen = try take(from: child.output, into: &output, outputLimit + 1) }
      if output.count > outputLimit {
        throw SystemError(
          call: "read the output of", object: path, kind: .tooLarge, limit: outputLimit)
      }
      if ready[1] {
        errorsAreOpen = try take(from: child.report, into: &errors, errorLimit ?? outputLimit)
      }
      guard !ready[0], !ready[1] else { continue }
      // It has ended, and everything it wrote has been read.
      if let ending { return (ending, output, wholeLines(errors, errorLimit ?? outputLimit)) }
      ending = child.ending()
    }
    // Its pipes are closed; a program that goes on all the same has until the deadline to end.
    while Clock.uptime < deadline {
      if let ending = ending ?? child.ending() {
        return (ending, output, wholeLines(errors, errorLimit ?? outputLimit))
      }
      _ = try Poll.wait(for: [], until: min(deadline, Clock.uptime + 10))
    }
    return (nil, output, wholeLines(errors, errorLimit ?? outputLimit))
  }

  /// What was cut, without its last line.
  private static func wholeLines(_ bytes: [UInt8], _ limit: Int) -> [UInt8] {
    guard bytes.count >= limit else { return bytes }
    return Array(bytes[..<(bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0)])
  }

  /// Reads once; false at the end.
  private static func take(
    from descriptor: borrowing FileDescriptor, into bytes: inout [UInt8], _ limit: Int
  ) throws(SystemError) -> Bool {
    let part = try descriptor.read(limit: FileDescriptor.chunk)
    bytes += part.prefix(max(limit - bytes.count, 0))
    return !part.isEmpty
  }
}
