// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// The environment of the process.
public enum Environment {
  /// The value of a variable; nil when it is not set.
  public static func value(_ name: Literal) -> [UInt8]? {
    bytes(csys_environment([UInt8](name).c))
  }

  @inline(never)
  private static func bytes(_ value: UnsafePointer<CChar>?) -> [UInt8]? {
    guard let value else { return nil }
    var bytes: [UInt8] = []
    var index = 0
    while value[index] != 0 {
      bytes.append(UInt8(bitPattern: value[index]))
      index += 1
    }
    return bytes
  }

  /// The value of a variable that is for this very program: what it starts does not get it.
  public static func take(_ name: [UInt8]) -> [UInt8]? { bytes(csys_environment_take(name.c)) }
}
