// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// A user of the system, to go on as.
public struct Account: Sendable {
  private var user: UInt32 = 0
  private var group: UInt32 = 0

  /// The most that is read of /etc/passwd, in bytes.
  private static let limit = 256 * 1024

  /// Looks a name up in /etc/passwd below a root; nil when it is not there.
  public init?(_ name: [UInt8], root: [UInt8]) {
    let table = try? File.read(root + [UInt8]("/etc/passwd"), limit: Self.limit)
    guard csys_account((table ?? []).c, name.c, &user, &group) else { return nil }
  }

  /// Whether this process may still become somebody else.
  public static var isRoot: Bool { csys_is_root() }

  /// Gives a directory, or a file that has no other name, to the user. The C function is `fchown`.
  public func take(_ path: [UInt8]) throws(SystemError) {
    try checked("give away", path, csys_give_file(path.c, user, group))
  }

  /// Goes on as that user for good, who may still read any file and bind to devices; programs it
  /// starts may do the latter only. The C functions are `setresuid` and `capset`.
  public func become() throws(SystemError) {
    try checked("become another user", csys_become(user, group))
  }
}
