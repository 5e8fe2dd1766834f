// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What the bus does wrong.
package enum UbusFault: Sendable {
  /// Takes what it is told, and says nothing but its greeting.
  case silent
  /// Says nothing at all.
  case mute
  /// Says these bytes instead of an answer.
  case bytes([UInt8])
  /// Ends the connection instead of answering.
  case close
  /// Answers with this status code.
  case code(UInt32)
}

/// An ubusd with netifd behind it, on a socket of its own: networks that tests make up, their
/// status, notifications and events.
package final class LoopbackUbus: Sendable {
  /// One request: what it asks for.
  package struct Request: Sendable {
    /// `lookup`, `invoke`, `add`, `subscribe`.
    package let kind: String
    /// A path, or a path and a method.
    package let target: String
  }

  package var requests: Journal<Request> { core.requests }
  package var script: Script<UbusFault> { core.script }
  /// How many connections are subscribed to netifd right now.
  package var subscriberCount: Int { core.connections.withLock { $0.count { $0.isSubscribed } } }
  package var connectionCount: Int { core.connections.withLock { $0.count } }

  private let core: Core

  /// Listens at a path, which is replaced.
  package init(path: String) throws(MockError) {
    core = try Core(path: path)
    Thread.detachNewThread { [core] in core.accept() }
  }

  deinit { stop() }

  /// Ends, as ubusd does when it is restarted: all connections are closed.
  package func stop() {
    core.stop.raise()
    core.connections.withLock { $0 = [] }
  }

  /// Gives a network this status, without telling anybody; nil takes it away.
  package func set(_ network: String, _ status: BlobValue?) {
    core.networks.withLock { $0[network] = status }
  }

  /// Gives a network this status and notifies subscribers of it, as netifd does.
  package func update(_ network: String, _ status: BlobValue, isUp: Bool = true) {
    set(network, status)
    core.notify(network, isUp ? "interface.update" : "interface.down", status)
  }

  /// Sends netifd's event to those who listen.
  package func event(_ action: String, _ network: String) {
    let data = BlobValue.table([("action", .string(action)), ("interface", .string(network))])
    core.send(event: "network.interface", data)
  }

  /// Starts netifd again: its objects get other numbers, subscriptions end.
  package func restartNetifd() { core.restartNetifd() }
}

/// One client of the bus.
private final class Connection: Sendable {
  let stream: Stream
  let id: UInt32
  private let state = Mutex<(object: UInt32?, patterns: [String], isSubscribed: Bool)>(
    (nil, [], false))

  init(_ stream: Stream, id: UInt32) {
    self.stream = stream
    self.id = id
  }

  var object: UInt32? { state.withLock { $0.object } }
  var isSubscribed: Bool { state.withLock { $0.isSubscribed } }

  func listens(to event: String) -> Bool {
    state.withLock { state in
      state.patterns.contains { pattern in
        pattern.hasSuffix("*") ? event.hasPrefix(pattern.dropLast()) : event == pattern
      }
    }
  }

  func add(object: UInt32) { state.withLock { $0.object = object } }
  func add(pattern: String) { state.withLock { $0.patterns.append(pattern) } }
  func subscribe(_ isSubscribed: Bool) { state.withLock { $0.isSubscribed = isSubscribed } }

  func send(_ type: UInt8, _ sequence: UInt16, peer: UInt32, _ body: [UInt8]) {
    let head = [0, type, UInt8(sequence >> 8), UInt8(sequence & 255)] + BlobValue.bytes(peer)
    stream.write(head + BlobValue.bytes(UInt32(body.count + 4)) + body)
  }

  /// Calls a method of its object without wanting an answer.
  func call(_ method: String, _ data: BlobValue) {
    guard let object else { return }
    send(
      5, 0, peer: 0,
      BlobValue.attribute(0x0300_0000, BlobValue.bytes(object))
        + BlobValue.attribute(0x0400_0000, Array(method.utf8) + [0])
        + BlobValue.attribute(0x0a00_0000, [1])
        + BlobValue.attribute(0x0700_0000, data.members))
  }
}

private final class Core: Sendable {
  let stop: StopSignal
  let requests = Journal<LoopbackUbus.Request>()
  let script = Script<UbusFault>()
  let networks = Mutex<[String: BlobValue]>([:])
  let connections = Mutex<[Connection]>([])
  private let listener: Int32
  /// Added to the numbers of objects: netifd gets others with each start.
  private let generation = Mutex<UInt32>(0x1000_0000)
  private let hub = "network.interface"

  init(path: String) throws(MockError) {
    stop = try StopSignal()
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw MockError("\(path) is too long for a socket")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    unlink(path)
    listener = Spawning.lock.withLock { _ in
      socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, listen(listener, 64) == 0 else {
      throw MockError("cannot listen at \(path): errno \(errno)")
    }
  }

  deinit { close(listener) }

  func accept() {
    var id: UInt32 = 0x2000_0000
    while stop.wait(for: listener, events: POLLIN, seconds: nil) == .ready {
      let socket = Spawning.lock.withLock { _ in
        let socket = Glibc.accept(listener, nil, nil)
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        return socket
      }
      guard socket >= 0 else { continue }
      id += 1
      let connection = Connection(Stream(socket, stop: stop), id: id)
      connections.withLock { $0.append(connection) }
      Thread.detachNewThread {
        self.serve(connection)
        self.connections.withLock { $0.removeAll { $0.id == connection.id } }
      }
    }
    // Who had connected and was not accepted yet would wait for as long as somebody holds this object.
    shutdown(listener, Int32(SHUT_RDWR))
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { break }
      close(socket)
    }
  }

  func notify(_ network: String, _ method: String, _ status: BlobValue) {
    guard case .table(let fields) = status else { return }
    let data = BlobValue.table([("interface", .string(network))] + fields)
    for one in connections.withLock({ $0 }) where one.isSubscribed { one.call(method, data) }
  }

  func send(event: String, _ data: BlobValue) {
    for one in connections.withLock({ $0 }) where one.listens(to: event) {
      one.call(event, data)
    }
  }

  func restartNetifd() {
    generation.withLock { $0 += 0x10_0000 }
    for one in connections.withLock({ $0 }) where one.isSubscribed {
      one.subscribe(false)
      one.send(9, 0, peer: 0, BlobValue.attribute(0x0300_0000, BlobValue.bytes(one.object ?? 0)))
    }
    send(
      event: "ubus.object.add",
      .table([("id", .number(number(of: hub) ?? 0)), ("path", .string(hub))]))
  }

  // MARK: - Requests

  private func serve(_ connection: Connection) {
    var fault = script.next(for: ["connect"], wildcard: false)
    if case .mute = fault { return connection.stream.waitForEnd() }
    if case .bytes(let bytes) = fault {
      connection.stream.write(bytes)
      return connection.stream.waitForEnd()
    }
    if case .close = fault { return }
    connection.send(0, 0, peer: connection.id, [])
    while let head = connection.stream.read(exactly: 12) {
      let count = Int(BlobValue.number(head[8...]) & 0xff_ffff) - 4
      guard count >= 0, let body = count == 0 ? [] : connection.stream.read(exactly: count) else {
        return
      }
      let message = Message(head, body)
      let request = describe(message)
      requests.append(request)
      fault = script.next(for: [request.kind, request.target])
      switch fault {
      case nil: answer(message, connection)
      case .silent, .mute: break
      case .close: return
      case .bytes(let bytes): connection.stream.write(bytes)
      case .code(let code): finish(message, connection, code)
      }
    }
  }

  private func describe(_ message: Message) -> LoopbackUbus.Request {
    switch message.type {
    case 4: .init(kind: "lookup", target: message.text(2) ?? "")
    case 5:
      .init(
        kind: "invoke",
        target: "\(path(of: message.number(3) ?? 0) ?? "bus") \(message.text(4) ?? "")")
    case 6: .init(kind: "add", target: "")
    case 8: .init(kind: "subscribe", target: path(of: message.number(8) ?? 0) ?? "")
    default: .init(kind: "other", target: "")
    }
  }

  private func answer(_ message: Message, _ connection: Connection) {
    switch message.type {
    case 4:
      guard let path = message.text(2), let number = number(of: path) else {
        return finish(message, connection, 4)
      }
      connection.send(
        2, message.sequence, peer: 0,
        BlobValue.attribute(0x0200_0000, Array(path.utf8) + [0])
          + BlobValue.attribute(0x0300_0000, BlobValue.bytes(number)))
    case 5 where message.number(3) == 1:
      connection.add(pattern: message.pattern)
    case 5:
      guard let path = path(of: message.number(3) ?? 0), message.text(4) == "status" else {
        return finish(message, connection, 3)
      }
      let name = String(path.dropFirst(hub.count + 1))
      guard let status = networks.withLock({ $0[name] }) else {
        return finish(message, connection, 4)
      }
      connection.send(
        2, message.sequence, peer: message.peer,
        BlobValue.attribute(0x0300_0000, BlobValue.bytes(message.peer))
          + BlobValue.attribute(0x0700_0000, status.members))
    case 6:
      connection.add(object: connection.id + 0x1000)
      connection.send(
        2, message.sequence, peer: 0,
        BlobValue.attribute(0x0300_0000, BlobValue.bytes(connection.id + 0x1000)))
    case 8:
      guard message.number(8) == number(of: hub), message.number(3) == connection.object else {
        return finish(message, connection, 4)
      }
      connection.subscribe(true)
    default: return finish(message, connection, 1)
    }
    finish(message, connection, 0)
  }

  private func finish(_ message: Message, _ connection: Connection, _ code: UInt32) {
    connection.send(
      1, message.sequence, peer: message.peer,
      BlobValue.attribute(0x0100_0000, BlobValue.bytes(code)))
  }

  /// Objects are numbered by the order of their names.
  private func paths() -> [String] {
    [hub] + networks.withLock { $0.keys.sorted() }.map { "\(hub).\($0)" }
  }

  private func number(of path: String) -> UInt32? {
    paths().firstIndex(of: path).map { generation.withLock { $0 } + UInt32($0) }
  }

  private func path(of number: UInt32) -> String? {
    paths().first { self.number(of: $0) == number }
  }
}

/// A request as it arrives.
private struct Message {
  let type: UInt8
  let sequence: UInt16
  let peer: UInt32
  private var attributes: [UInt8: [UInt8]] = [:]

  init(_ head: [UInt8], _ body: [UInt8]) {
    type = head[1]
    sequence = UInt16(head[2]) << 8 | UInt16(head[3])
    peer = BlobValue.number(head[4...])
    var rest = body[...]
    while rest.count >= 4 {
      let word = BlobValue.number(rest)
      let length = Int(word & 0xff_ffff)
      guard length >= 4, length <= rest.count else { break }
      attributes[UInt8(word >> 24 & 0x7f)] = Array(rest.dropFirst(4).prefix(length - 4))
      rest = rest.dropFirst((length + 3) & ~3)
    }
  }

  func number(_ id: UInt8) -> UInt32? { attributes[id].map { BlobValue.number($0) } }

  func text(_ id: UInt8) -> String? {
    attributes[id].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The last member of the data of `register`: word, length of the name, `pattern`, the value.
  var pattern: String {
    guard let data = attributes[7], data.count > 36 else { return "" }
    return String(decoding: data[36...].prefix { $0 != 0 }, as: UTF8.self)
  }
}
