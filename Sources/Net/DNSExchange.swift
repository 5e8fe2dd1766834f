// SPDX-License-Identifier: Apache-2.0

import DNS
import System
import Wire

/// Asks and tells DNS servers: gives the query machine its sockets, its clock and its random seed.
public enum DNSExchange {
  /// The most bytes taken out of a socket at once; no UDP answer to our EDNS size of 1232 is longer.
  private static let receiveLimit = 1_400

  /// Asks up to three servers, in this order; blocks until the deadline (uptime in ms) at the most.
  ///
  /// The binding does not count for a server on this router: its packets leave by no device.
  public static func answer(
    to question: DNSQuestion, servers: [DNSServer], options: DNSQuery.Options = .init(),
    from binding: Binding = .any, deadline: Int64
  ) throws(DNSFailure) -> DNSAnswer {
    let query = DNSQuery(
      question, servers: servers, options: options, seed: Random.number, deadline: deadline)
    return try run(query, from: binding)
  }

  /// Sends an update to up to three servers, in this order, until one has done it, or has shown by
  /// its signature that it will not; blocks until the deadline (uptime in ms) at the most.
  public static func send(
    _ update: DNSUpdate, servers: [DNSServer], overTCP: Bool, from binding: Binding = .any,
    deadline: Int64
  ) throws(DNSFailure) {
    let query = DNSQuery(
      update, servers: servers, overTCP: overTCP, seed: Random.number, deadline: deadline,
      epoch: Clock.wallClock - Clock.uptime / 1_000)
    _ = try run(query, from: binding)
  }

  private static func run(
    _ query: DNSQuery, from binding: Binding
  ) throws(DNSFailure) -> DNSAnswer {
    var effect = query.step(.started, at: Clock.uptime)
    while true {
      switch effect {
      case .send(let packet): effect = exchange(packet, query, from: binding)
      case .wait: effect = query.step(.timerFired, at: Clock.uptime)
      case .finish(let answer): return answer
      case .fail(let failure): throw failure
      // Not reached: events are reported only while the machine waits for them.
      case .none: throw DNSFailure(.noTime)
      }
    }
  }

  /// Sends one packet and reports what comes, until the machine wants something else.
  private static func exchange(
    _ packet: DNSQuery.Packet, _ query: DNSQuery, from binding: Binding
  ) -> DNSQuery.Effect {
    do throws(SystemError) {
      let server = packet.server
      let peer = Endpoint(server.address, port: server.port, scope: server.scope)
      let isLocal = server.address.specialPurpose == .host
      let socket = try Socket(
        to: peer, packet.overTCP ? .stream : .datagram, from: isLocal ? .any : binding)
      if packet.overTCP {
        guard try isReady(socket, write: true, until: packet.until)
        else { return query.step(.timerFired, at: Clock.uptime) }
        try socket.finish(to: peer)
      }
      var rest = packet.bytes[...]
      while !rest.isEmpty { rest = rest.dropFirst(try socket.send(rest)) }
      var effect = DNSQuery.Effect.wait(until: packet.until)
      while case .wait(let until) = effect {
        let event = try receive(socket, isStream: packet.overTCP, until: until)
        effect = query.step(event, at: Clock.uptime)
      }
      return effect
    } catch {
      return query.step(.failed(error.message), at: Clock.uptime)
    }
  }

  private static func receive(
    _ socket: borrowing Socket, isStream: Bool, until: Int64
  ) throws(SystemError) -> DNSQuery.Event {
    guard try isReady(socket, write: false, until: until) else { return .timerFired }
    do throws(SystemError) {
      let bytes = try socket.receive(limit: receiveLimit)
      return bytes.isEmpty && isStream ? .closed : .received(bytes)
    } catch {
      // The kernel had dropped the datagram for its checksum: wait on.
      if error.kind == .busy { return .timerFired }
      throw error
    }
  }

  /// Waits for a socket; false when the time has come.
  static func isReady(
    _ socket: borrowing Socket, write: Bool, until: Int64
  ) throws(SystemError) -> Bool {
    let interest = Poll.Interest(socket.rawValue, read: !write, write: write)
    // A signal ends a wait too early.
    repeat {
      if try Poll.wait(for: [interest], until: until).first == true { return true }
    } while Clock.uptime < until
    return false
  }
}
