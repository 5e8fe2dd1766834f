// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// What is written to descriptor 1 or 2 of the program.
public enum Output {
  /// Writes to standard output.
  public static func answer(_ text: Text) throws(SystemError) { try write(1, text.bytes) }

  /// Writes to standard error; a failure there cannot be told to anyone.
  public static func complain(_ text: Text) { _ = try? write(2, text.bytes) }

  /// Writes to the descriptor on which a runner listens (see `ToolReport`).
  public static func report(_ text: Text) { _ = try? write(3, text.bytes) }

  private static func write(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    try checked("write", csys_write_all(descriptor, bytes, bytes.count))
  }
}
