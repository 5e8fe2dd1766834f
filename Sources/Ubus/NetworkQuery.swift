// SPDX-License-Identifier: Apache-2.0

import Wire

/// Asks netifd for the status of one network: first which object it is, then that object.
///
/// It holds no socket and no clock. Whoever drives it sends what it wants and hands it what arrives.
public struct NetworkQuery: Sendable {
  /// What is to be done.
  public enum Effect: Equatable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// Wait for more.
    case wait
    /// This is the answer.
    case answer(NetworkStatus)
  }

  /// How long connecting, asking and answering may take together, in milliseconds.
  public static let patience: Int64 = 2_000

  private enum Request {
    static let object: UInt16 = 1
    static let status: UInt16 = 2
  }

  private let path: [UInt8]
  private var inbox = UbusInbox()
  private var request = Request.object
  /// The last answer to the request.
  private var found: UbusMessage?

  /// A question about a network of this name.
  public init(_ network: [UInt8]) { path = [UInt8]("network.interface.") + network }

  /// What to begin with.
  public var start: Effect { .send(UbusMessage.lookUp(path, request).encoded) }

  /// Takes in what has arrived; nothing = the connection has ended.
  public mutating func step(_ bytes: [UInt8]) throws(UbusError) -> Effect {
    try inbox.receive(bytes)
    while let message = try inbox.next() {
      guard message.sequence == request else { continue }
      if message.kind == .data { found = message }
      if message.kind == .status { return try end(message.status) }
    }
    return .wait
  }

  private mutating func end(_ status: UInt32?) throws(UbusError) -> Effect {
    if status == 6 { throw .denied }
    if status == 4 { throw .unknown }
    guard request == Request.object else {
      guard let found else { throw .unknown }
      let status = NetworkStatus(found.data)
      if !status.isUp { throw .down }
      return .answer(status)
    }
    // Of an object that is there, but not for us, ubusd says nothing at all.
    guard let found else { throw .hidden }
    // A path with an asterisk has an answer that is not of this very path.
    guard found.path == path, let object = found.object else { throw .unknown }
    self.found = nil
    request = Request.status
    return .send(UbusMessage.invoke("status", of: object, request).encoded)
  }
}
