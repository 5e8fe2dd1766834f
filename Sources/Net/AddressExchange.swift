// SPDX-License-Identifier: Apache-2.0

import Discovery
import System
import Wire

/// Asks a server, or the gateway, by datagrams: gives the machine its socket and its clock.
public enum AddressExchange {
  /// Why there is no answer.
  public struct Problem: Error, Sendable {
    /// For a person.
    public let message: Text
  }

  /// The longest datagram that is looked at, in bytes.
  private static let receiveLimit = 1_400

  /// What the machine takes for the answer; until the deadline (uptime in ms) at the most. Only who is
  /// asked can answer: the kernel drops what others send, and we do after a search.
  public static func ask(
    _ peer: Endpoint, by dialect: DatagramQuery.Dialect, from binding: Binding, deadline: Int64
  ) throws(Problem) -> [UInt8] {
    let verdict: DatagramQuery.Verdict
    do throws(SystemError) { verdict = try run(dialect, peer, binding, deadline) } catch {
      throw Problem(message: error.message)
    }
    switch verdict {
    case .answer(let bytes): return bytes
    case .problem(let words): throw Problem(message: "\(peer.address): \(words)")
    // Not reached: that ends nothing.
    case .junk: return []
    }
  }

  private static func run(
    _ dialect: DatagramQuery.Dialect, _ peer: Endpoint, _ binding: Binding, _ deadline: Int64
  ) throws(SystemError) -> DatagramQuery.Verdict {
    let isLocal = peer.address.specialPurpose == .host
    let socket = try Socket(to: peer, .datagram, from: isLocal ? .any : binding)
    let own = try socket.local()
    let group = IPAddress(octets: UPnP.group)
    if dialect == .upnp { try socket.open() }
    var query = DatagramQuery(
      dialect, from: own.address, port: own.port, nonce: Random.bytes(12), at: Clock.uptime,
      deadline: deadline)
    var received: [UInt8]?
    while true {
      let until: Int64
      switch query.step(received, at: Clock.uptime) {
      case .send(let time):
        until = time
        if dialect == .upnp, let group {
          try socket.send(query.message, to: Endpoint(group, port: UPnP.port))
        } else {
          _ = try socket.send(query.message[...])
        }
      case .wait(let time): until = time
      case .finish(let verdict):
        if let farewell = query.farewell { _ = try? socket.send(farewell[...]) }
        return verdict
      }
      received = nil
      guard try DNSExchange.isReady(socket, write: false, until: until) else { continue }
      let (bytes, sender) = try socket.receiveDatagram(limit: receiveLimit)
      if sender == peer.address { received = bytes }
    }
  }
}
