// SPDX-License-Identifier: Apache-2.0

import CCurl
import System
import Wire

/// A TCP connection on which two sides talk in lines.
public struct LineConnection: ~Copyable {
  /// Why there is no line, or no connection.
  public struct Problem: Error, Equatable, Sendable {
    /// For a person.
    public let message: Text
  }

  /// What agrees on TLS, once there is some.
  private var tls: TransferHandle?

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

  /// Agrees on TLS with the host, whose certificate has to be of an authority that is trusted.
  public mutating func secure(_ host: [UInt8], _ trust: TrustPolicy) throws(Problem) {
    // What came before it could be anybody's.
    guard pending.isEmpty else { throw Problem(message: "more was said than asked for before TLS") }
    let handle: TransferHandle?
    do throws(NetError) {
      handle = TransferHandle(trust == .ignore ? nil : try TrustStore(trust, peer: host))
    } catch { throw Problem(message: error.message) }
    guard let handle else { throw Problem(message: "no memory for TLS") }
    // What C has is freed with it.
    defer { withExtendedLifetime(handle) {} }
    let line = socket.rawValue
    while try isPending(ccurl_secure(handle.transfer, line, host, host.count), handle) {}
    tls = handle
  }

  /// Waits for what a line by TLS wants; false when it wants nothing.
  private borrowing func isPending(
    _ progress: ccurl_progress, _ tls: TransferHandle
  ) throws(Problem) -> Bool {
    if progress == CCURL_DONE { return false }
    if progress == CCURL_BROKEN {
      throw Problem(message: NetError(tls.lineFailure, peer: [UInt8]("TLS")).message)
    }
    do throws(SystemError) {
      if try DNSExchange.isReady(
        socket, write: progress == CCURL_WANTS_ROOM, until: deadline)
      {
        return true
      }
    } catch { throw Problem(message: error.message) }
    throw Problem(message: "no answer in time")
  }

  /// Sends bytes.
  public borrowing func send(_ bytes: [UInt8]) throws(Problem) {
    if let tls {
      var rest = bytes
      while !rest.isEmpty {
        var count = rest.count
        if try !isPending(ccurl_line_send(tls.transfer, rest, &count), tls) {
          rest.removeFirst(count)
        }
      }
      return
    }
    do throws(SystemError) {
      var rest = bytes[...]
      while !rest.isEmpty, try DNSExchange.isReady(socket, write: true, until: deadline) {
        rest = rest.dropFirst(try socket.send(rest))
      }
      if rest.isEmpty { return }
    } catch { throw Problem(message: error.message) }
    throw Problem(message: "no answer in time")
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
      if let tls {
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = limit
        while try isPending(ccurl_line_receive(tls.transfer, &bytes, &count), tls) { count = limit }
        isAtEnd = count == 0
        pending += bytes[..<count]
        continue
      }
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
