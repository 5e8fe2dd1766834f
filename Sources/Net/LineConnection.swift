// SPDX-License-Identifier: Apache-2.0

import System
import Wire

/// A TCP connection on which two sides talk in lines.
public struct LineConnection: ~Copyable {
  /// Why there is no line, or no connection.
  public struct Problem: Error, Equatable, Sendable {
    /// For a person.
    public let message: Text
  }

  private let socket: Socket
  private let deadline: Int64
  private var pending: [UInt8] = []
  private var isAtEnd = false

  /// Connects; the deadline (uptime in ms) is for everything that follows, too.
  public init(
    to address: IPAddress, port: UInt16, from binding: Binding, deadline: Int64
  ) throws(Problem) {
    self.deadline = deadline
    socket = try Self.connected(Endpoint(address, port: port), binding, deadline)
  }

  private static func connected(
    _ peer: Endpoint, _ binding: Binding, _ deadline: Int64
  ) throws(Problem) -> Socket {
    do throws(SystemError) {
      let socket = try Socket(to: peer, .stream, from: binding)
      if try DNSExchange.isReady(socket, write: true, until: deadline) {
        try socket.finish(to: peer)
        return socket
      }
    } catch { throw Problem(message: error.message) }
    throw Problem(message: "cannot connect to \(peer.address): no answer in time")
  }

  /// Sends bytes.
  public borrowing func send(_ bytes: [UInt8]) throws(Problem) {
    do throws(SystemError) {
      var rest = bytes[...]
      while !rest.isEmpty { rest = rest.dropFirst(try socket.send(rest)) }
    } catch { throw Problem(message: error.message) }
  }

  /// Receives a line, without its end, which the last one may lack.
  public mutating func line(limit: Int) throws(Problem) -> [UInt8] {
    while !isAtEnd {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(pending[..<end])
        pending.removeFirst(end + 1)
        return line
      }
      guard pending.count <= limit else { throw Problem(message: "a line is too long") }
      do throws(SystemError) {
        if try DNSExchange.isReady(socket, write: false, until: deadline) {
          let bytes = try socket.receive(limit: limit)
          isAtEnd = bytes.isEmpty
          pending += bytes
          continue
        }
      } catch { throw Problem(message: error.message) }
      throw Problem(message: "no answer in time")
    }
    guard !pending.isEmpty else { throw Problem(message: "connection closed before an answer") }
    defer { pending = [] }
    return pending
  }
}
