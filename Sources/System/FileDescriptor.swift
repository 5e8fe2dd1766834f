// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// An open file, pipe or socket. Whoever owns it closes it, once, by letting go.
public struct FileDescriptor: ~Copyable {
  /// The number; -1 stands for "none".
  public let rawValue: Int32

  /// Takes over an open descriptor.
  public init(owning rawValue: Int32) { self.rawValue = rawValue }

  /// No descriptor.
  static var none: FileDescriptor { FileDescriptor(owning: -1) }

  /// A nameless file in memory, to be read from its beginning. The C function is `memfd_create`.
  init(holding bytes: [UInt8]) throws(SystemError) {
    rawValue = Int32(
      truncatingIfNeeded: try checked("make a file in memory", csys_memory(bytes, bytes.count)))
  }

  /// How much to read at once from what has no known size. The buffer for it comes from the heap
  /// without a call to the kernel.
  public static let chunk = 1_000

  deinit { if rawValue >= 0 { csys_close(rawValue) } }

  /// Reads once; empty at the end of the file. The C function is `read`.
  public borrowing func read(limit: Int) throws(SystemError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = try checked("read", csys_read(rawValue, &buffer, limit))
    buffer.removeLast(limit - Int(count))
    return buffer
  }

  /// Writes everything. The C function is `write`.
  public borrowing func write(_ bytes: [UInt8]) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    try checked("write", csys_write_all(rawValue, bytes, bytes.count))
  }
}

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

/// What descriptor 0 of the program gives.
public enum Input {
  /// Reads to the end; over `limit` bytes is an error of kind `tooLarge`.
  public static func all(limit: Int) throws(SystemError) -> [UInt8] {
    let input = FileDescriptor(owning: 0)
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let part = try input.read(limit: FileDescriptor.chunk)
      if part.isEmpty { return bytes }
      bytes += part
    }
    throw SystemError(call: "read", object: [UInt8]("standard input"), kind: .tooLarge)
  }
}
