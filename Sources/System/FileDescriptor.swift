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
    try Self.read(rawValue, limit: limit)
  }

  /// Reads once from a descriptor that stays open.
  static func read(_ rawValue: Int32, limit: Int) throws(SystemError) -> [UInt8] {
    try filled("read", limit) { csys_read(rawValue, $0, limit) }
  }

  /// Locks the file for this process, as long as the descriptor is open; false when another process
  /// has it. The C function is `flock`.
  public borrowing func lock(_ path: [UInt8]) throws(SystemError) -> Bool {
    let result = csys_lock(rawValue)
    if result.error == CSYS_BUSY { return false }
    try checked("lock", path, result)
    return true
  }

  /// Writes everything. The C function is `write`.
  public borrowing func write(_ bytes: [UInt8]) throws(SystemError) {
    guard !bytes.isEmpty else { return }
    try checked("write", csys_write_all(rawValue, bytes, bytes.count))
  }
}
