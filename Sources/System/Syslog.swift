// SPDX-License-Identifier: Apache-2.0

import CSystem

/// The system's log.
public enum Syslog {
  /// Sends one message as a datagram; false when no log is there, which is no error. Never waits.
  public static func send(_ message: [UInt8], to path: [UInt8]) -> Bool {
    let result = unixConnect(path, isStream: false)
    guard result.error == CSYS_OK else { return false }
    let socket = FileDescriptor(owning: Int32(truncatingIfNeeded: result.value))
    _ = csys_send(socket.rawValue, message, message.count)
    return true
  }
}
