// SPDX-License-Identifier: Apache-2.0

import Wire

/// What has arrived from ubusd, cut into messages.
struct UbusInbox: Sendable {
  private var buffer: [UInt8] = []

  /// Takes in what was read; nothing = the connection has ended.
  @inline(never)
  mutating func receive(_ bytes: [UInt8]) throws(UbusError) {
    if bytes.isEmpty { throw .closed }
    buffer += bytes
  }

  /// The next message; nil when it is not complete.
  @inline(never)
  mutating func next() throws(UbusError) -> UbusMessage? {
    switch UbusMessage.take(from: &buffer) {
    case .message(let message): return message
    case .incomplete: return nil
    case .garbage: throw .garbage
    case .tooLarge: throw .tooLarge
    }
  }
}

extension UbusMessage {
  /// Where ubusd listens, below `root`: the place of now, then that of older releases.
  public static func sockets(below root: [UInt8]) -> [[UInt8]] {
    [root + [UInt8]("/var/run/ubus/ubus.sock"), root + [UInt8]("/var/run/ubus.sock")]
  }
}
