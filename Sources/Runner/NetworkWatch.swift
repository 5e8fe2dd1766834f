// SPDX-License-Identifier: Apache-2.0

import System
import Ubus

/// What netifd tells about its networks, from ubusd's socket.
///
/// A class because it owns that, which cannot be copied, and comes and goes.
final class NetworkWatch {
  private let socket: Socket
  private var subscription = NetworkSubscription()

  /// Connects; the rest is said when ubusd answers.
  init(root: [UInt8]) throws(SystemError) {
    socket = try Socket(at: UbusMessage.sockets(below: root))
  }

  var rawValue: Int32 { socket.rawValue }

  /// Takes in what has arrived; nil = the connection is of no use any more.
  func read() -> [NetworkSubscription.News]? {
    guard let bytes = try? socket.receive(limit: 4_096),
      let (news, reply) = try? subscription.step(bytes)
    else { return nil }
    // What the kernel does not take at once is an error: ours is small.
    if !reply.isEmpty, (try? socket.send(reply[...])) != reply.count { return nil }
    return news
  }
}
