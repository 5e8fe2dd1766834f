// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// What is written to descriptor 1 or 2 of the program.
public enum Output {
  /// Writes to standard output.
  public static func answer(_ text: Text) throws(SystemError) { try write(1, text.bytes) }

  /// Whether standard output is a terminal. The C function is `isatty`.
  public static var isTerminal: Bool { csys_is_terminal(1) != 0 }

  /// Whether nobody reads what is offered.
  nonisolated(unsafe) private static var isStuck = false
  /// For how long a reader who is behind is waited for, in milliseconds.
  private static let patience: Int64 = 200

  /// Writes to standard output, or another descriptor, for somebody who may not read: what there is
  /// no room for is dropped, for who writes has more to do.
  public static func offer(_ text: Text, to descriptor: Int32 = 1) {
    var rest = text.bytes[...]
    while !rest.isEmpty {
      let interest = Poll.Interest(descriptor, read: false, write: true)
      let limit = isStuck ? 0 : Clock.uptime + patience
      isStuck = (try? Poll.wait(for: [interest], until: limit))?.first != true
      if isStuck { return }
      // A pipe that has room has it for this many (PIPE_BUF), so the write does not block.
      let part = Array(rest.prefix(4_096))
      rest = rest.dropFirst(part.count)
      _ = try? write(descriptor, part)
    }
  }

  /// Writes to standard error; a failure there cannot be told to anyone.
  public static func complain(_ text: Text) { _ = try? write(2, text.bytes) }

  /// What is for a runner and not written yet.
  nonisolated(unsafe) private static var unsaid: [UInt8] = []

  /// Says something on the descriptor on which a runner listens (see `ToolReport`). It is written before
  /// the program waits, starts another or ends: whoever listens is woken once for all of it.
  public static func report(_ text: Text) { unsaid += text.bytes }

  /// Writes what was said to a runner.
  public static func flush() {
    if unsaid.isEmpty { return }
    _ = try? write(3, unsaid)
    unsaid = []
  }

  private static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    try checked("write", csys_write_all(descriptor, bytes, bytes.count))
  }
}
