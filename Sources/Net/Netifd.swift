// SPDX-License-Identifier: Apache-2.0

import System
import Ubus

/// Asks netifd over ubusd's socket.
public enum Netifd {
  /// The status of a network that is up. Waits for at most `NetworkQuery.patience`.
  public static func status(
    of network: [UInt8], root: [UInt8]
  ) throws(UbusError) -> NetworkStatus {
    let deadline = Clock.uptime + NetworkQuery.patience
    let socket = try connect(root)
    var query = NetworkQuery(network)
    var effect = query.start
    while true {
      switch effect {
      case .answer(let status): return status
      case .send(let bytes):
        // What the kernel does not take at once is an error: ours are small.
        guard (try? socket.send(bytes[...])) == bytes.count else { throw .closed }
        effect = .wait
      case .wait:
        let ready = try? Poll.wait(for: [Poll.Interest(socket.rawValue)], until: deadline)
        if ready?.first == true {
          effect = try query.step((try? socket.receive(limit: 4_096)) ?? [])
        } else if Clock.uptime >= deadline {
          throw .silent
        }
      }
    }
  }

  private static func connect(_ root: [UInt8]) throws(UbusError) -> Socket {
    do throws(SystemError) { return try Socket(at: UbusMessage.sockets(below: root)) } catch {
      throw error.kind == .denied ? .denied : .absent
    }
  }
}
