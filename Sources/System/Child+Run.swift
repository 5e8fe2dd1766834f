// SPDX-License-Identifier: Apache-2.0

import Wire

extension Child {
  /// Runs a program to its end, or for at most `patience` milliseconds; then it is killed with all
  /// it started, and the ending is nil.
  ///
  /// More than `outputLimit` bytes of output end it, too, with an error of kind `tooLarge`; of its
  /// complaints that many are kept.
  public static func run(
    _ path: [UInt8], _ arguments: [[UInt8]], patience: Int64, outputLimit: Int,
    leadsGroup: Bool = true
  ) throws(SystemError) -> (ending: Ending?, output: [UInt8], errors: [UInt8]) {
    var child = try Child(running: path, arguments, leadsGroup: leadsGroup)
    let deadline = Clock.uptime + patience
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var outputIsOpen = true
    var errorsAreOpen = true
    while outputIsOpen || errorsAreOpen {
      let ready = try Poll.wait(
        for: [
          Poll.Interest(outputIsOpen ? child.output.rawValue : -1),
          Poll.Interest(errorsAreOpen ? child.report.rawValue : -1),
        ], until: deadline)
      if Clock.uptime >= deadline { return (nil, output, errors) }
      if ready[0] { outputIsOpen = try take(from: child.output, into: &output, outputLimit + 1) }
      if output.count > outputLimit {
        throw SystemError(call: "read the output of", object: path, kind: .tooLarge)
      }
      if ready[1] { errorsAreOpen = try take(from: child.report, into: &errors, outputLimit) }
    }
    // Its pipes are closed; a program that goes on all the same has until the deadline to end.
    while Clock.uptime < deadline {
      if let ending = child.ending() { return (ending, output, errors) }
      _ = try Poll.wait(for: [], until: min(deadline, Clock.uptime + 10))
    }
    return (nil, output, errors)
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
