// SPDX-License-Identifier: Apache-2.0

import Wire

/// What netifd tells about its networks: a subscription to its notifications, and its events.
///
/// It holds no socket. Whoever drives it hands it what arrives, and sends what it then wants.
public struct NetworkSubscription: Sendable {
  /// What has been heard.
  public enum News: Equatable, Sendable {
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
  private static let hub: Literal = "network.interface"
  /// The event of a new object: netifd has started again.
  private static let newObject: Literal = "ubus.object.add"

  private var inbox = UbusInbox()
  private var outbox: [UInt8] = []
  private var own: UInt32 = 0

  /// Begins when ubusd says the first word.
  public init() {}

  /// Takes in what has arrived, nothing = the connection has ended; what is heard, and what to send.
  /// An error means that the connection is of no use any more.
  public mutating func step(
    _ bytes: [UInt8]
  ) throws(UbusError) -> (news: [News], reply: [UInt8]) {
    try inbox.receive(bytes)
    var news: [News] = []
    outbox = []
    while let message = try inbox.next() {
      if let item = take(message) { news.append(item) }
    }
    return (news, outbox)
  }

  private mutating func take(_ message: UbusMessage) -> News? {
    switch (message.kind, message.sequence) {
    case (.hello, _): send(.addObject(Request.object))
    case (.data, Request.object):
      own = message.object ?? 0
      send(.listen(to: Self.hub, with: own, Request.events))
      send(.listen(to: Self.newObject, with: own, Request.events))
      send(.lookUp([UInt8](Self.hub), Request.hub))
    case (.data, Request.hub):
      if let object = message.object {
        send(.subscribe(own, to: object, Request.subscription))
      }
    case (.status, Request.subscription): return message.status == 0 ? .subscribed : nil
    case (.invoke, _): return called(message)
    default: break
    }
    return nil
  }

  private mutating func called(_ message: UbusMessage) -> News? {
    if message.wantsReply { send(message.answer()) }
    // Everything we have asked for is about a network, but for new objects, which have a path.
    let path = UbusMessage.path(in: message.data)
    if path.isEmpty { return .network(NetworkStatus(message.data)) }
    if path == Self.hub { send(.lookUp(path, Request.hub)) }
    return nil
  }

  private mutating func send(_ message: UbusMessage) { outbox += message.encoded }
}
