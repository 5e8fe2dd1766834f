// SPDX-License-Identifier: Apache-2.0

import CSystem

/// Numbers nobody can guess.
public enum Random {
  /// A fresh number. The C function is `getrandom`.
  public static var number: UInt64 {
    var value: UInt64 = 0
    csys_random(&value, 8)
    return value
  }

  /// So many fresh bytes.
  public static func bytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    csys_random(&bytes, count)
    return bytes
  }
}
