// SPDX-License-Identifier: Apache-2.0

import Wire

/// What descriptor 0 of the program gives.
public enum Input {
  /// Reads to the end, and leaves it open: what is opened next must not get its number. Over `limit` bytes is an error of kind `tooLarge`.
  public static func all(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let part = try FileDescriptor.read(0, limit: FileDescriptor.chunk)
      if part.isEmpty { return bytes }
      bytes += part
    }
    throw SystemError(
      call: "read", object: [UInt8]("standard input"), kind: .tooLarge, limit: limit)
  }
}
