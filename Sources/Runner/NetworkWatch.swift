// SPDX-License-Identifier: Apache-2.0

import System
import Ubus
import Wire

/// What netifd tells about its networks: a subscription to its notifications, and its events.
///
/// A class because it owns a socket, which cannot be copied, and comes and goes.
final class NetworkWatch {
  /// What has been heard.
  enum News {
    /// From now on nothing is missed.
    case subscribed
    /// A network has come up or gone down (`action`), or is now like this.
    case network(NetworkStatus)
  }

  /// Which of our requests an answer belongs to.
  private enum Request {
    static let object: UInt16 = 1
    static let events: UInt16 = 2
    static let hub: UInt16 = 3
    static let subscription: UInt16 = 4
  }

  /// The object that notifies of all networks; also the name of the event of one.
  private static let hub: StaticString = "network.interface"
  /// The event of a new object: netifd has started again.
  private static let newObject: StaticString = "ubus.object.add"

  private var connection: UbusConnection
  private var own: UInt32 = 0

  /// Connects; the rest is said when ubusd answers.
  init(root: [UInt8]) throws(UbusProblem) { connection = try UbusConnection(root: root) }

  var rawValue: Int32 { connection.rawValue }

  /// Takes in what has arrived. An error means that the connection is of no use any more.
  func read() throws(UbusProblem) -> [News] {
    try connection.receive()
    var news: [News] = []
    while let message = try connection.next() {
      if let item = try take(message) { news.append(item) }
    }
    return news
  }

  private func take(_ message: UbusMessage) throws(UbusProblem) -> News? {
    switch (message.kind, message.sequence) {
    case (.hello, _): try connection.send(.addObject(Request.object))
    case (.data, Request.object):
      own = message.object ?? 0
      try connection.send(.listen(to: Self.hub, with: own, Request.events))
      try connection.send(.listen(to: Self.newObject, with: own, Request.events))
      try connection.send(.lookUp([UInt8](Self.hub), Request.hub))
    case (.data, Request.hub):
      if let object = message.object {
        try connection.send(.subscribe(own, to: object, Request.subscription))
      }
    case (.status, Request.subscription): return message.status == 0 ? .subscribed : nil
    case (.invoke, _): return try called(message)
    default: break
    }
    return nil
  }

  private func called(_ message: UbusMessage) throws(UbusProblem) -> News? {
    if message.wantsReply { try connection.send(message.answer()) }
    // Everything we have asked for is about a network, but for new objects, which have a path.
    let path = UbusMessage.path(in: message.data)
    if path.isEmpty { return .network(NetworkStatus(message.data)) }
    if path == Self.hub { try connection.send(.lookUp(path, Request.hub)) }
    return nil
  }
}
