// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Ubus

/// What ubusd says, written as it writes it.
private func said(
  _ kind: UbusMessage.Kind, _ sequence: UInt16, peer: UInt32 = 0,
  _ fill: (inout BlobWriter) -> Void = { _ in }
) -> [UInt8] {
  var body = BlobWriter()
  fill(&body)
  return UbusMessage(kind, sequence, to: peer, body).encoded
}

private func object(_ number: UInt32, path: String) -> [UInt8] {
  said(.data, 1) {
    $0.add(UbusMessage.Attribute.object, number: number)
    $0.add(UbusMessage.Attribute.path, string: bytes(path))
  }
}

private func end(_ sequence: UInt16, _ status: UInt32 = 0) -> [UInt8] {
  said(.status, sequence) { $0.add(UbusMessage.Attribute.status, number: status) }
}

private func status(up: UInt8) -> [UInt8] {
  var data = BlobWriter()
  data.add(Blob.Kind.int8, name: "up", [up])
  data.add(Blob.Kind.string, name: "l3_device", bytes("eth0") + [0])
  return data.bytes
}

private func answer(up: UInt8) -> [UInt8] {
  said(.data, 2) { $0.add(UbusMessage.Attribute.data, status(up: up)) }
}

/// The question for a network's status, without a socket.
@Suite struct NetworkQueryTests {
  private static let path = "network.interface.wan"
  private let hello = said(.hello, 0)

  private func problem(_ arrivals: [UInt8]...) -> UbusError? {
    var query = NetworkQuery(bytes("wan"))
    do {
      for arrival in arrivals { _ = try query.step(arrival) }
      return nil
    } catch {
      return error
    }
  }

  @Test func `it asks for the object, then the object, and has the answer`() throws {
    var query = NetworkQuery(bytes("wan"))
    #expect(query.start == .send(UbusMessage.lookUp(bytes(Self.path), 1).encoded))
    #expect(try query.step(hello) == .wait)
    #expect(try query.step(object(7, path: Self.path)) == .wait)
    #expect(try query.step(end(1)) == .send(UbusMessage.invoke("status", of: 7, 2).encoded))
    guard case .answer(let found) = try query.step(answer(up: 1) + end(2)) else {
      Issue.record("no answer")
      return
    }
    #expect(found.isUp && found.device == bytes("eth0"))
  }

  @Test func `bytes may come one by one`() throws {
    var query = NetworkQuery(bytes("wan"))
    var effects: [NetworkQuery.Effect] = []
    let all = hello + object(7, path: Self.path) + end(1) + end(9) + answer(up: 1) + end(2)
    for byte in all { effects.append(try query.step([byte])) }
    #expect(effects.count { $0 != .wait } == 2)
    guard case .answer = effects.last else {
      Issue.record("no answer at the end")
      return
    }
  }

  @Test func `each way to get no answer has its own reason`() {
    let found = object(7, path: Self.path)
    #expect(problem(end(1, 4)) == .unknown)
    #expect(problem(object(7, path: "network.interface.wanx"), end(1)) == .unknown)
    #expect(problem(end(1)) == .hidden)
    #expect(problem(end(1, 6)) == .denied)
    #expect(problem(found + end(1), end(2, 6)) == .denied)
    #expect(problem(found + end(1), end(2)) == .unknown)
    #expect(problem(found + end(1), answer(up: 0) + end(2)) == .down)
    #expect(problem(hello, []) == .closed)
    #expect(problem(bytes("HTTP/1.1 400")) == .garbage)
  }
}

/// The subscription to all networks, without a socket.
@Suite struct NetworkSubscriptionTests {
  @Test func `it becomes an object, listens, subscribes, and hears`() throws {
    var machine = NetworkSubscription()
    #expect(try machine.step(said(.hello, 0)).reply == UbusMessage.addObject(1).encoded)
    let listening = try machine.step(
      said(.data, 1) { $0.add(UbusMessage.Attribute.object, number: 5) })
    #expect(
      listening.reply
        == UbusMessage.listen(to: "network.interface", with: 5, 2).encoded
        + UbusMessage.listen(to: "ubus.object.add", with: 5, 2).encoded
        + UbusMessage.lookUp(bytes("network.interface"), 3).encoded)
    let found = said(.data, 3) { $0.add(UbusMessage.Attribute.object, number: 9) }
    #expect(try machine.step(found).reply == UbusMessage.subscribe(5, to: 9, 4).encoded)
    #expect(try machine.step(end(4)).news == [.subscribed])
    let told = said(.invoke, 6, peer: 9) {
      $0.add(UbusMessage.Attribute.object, number: 5)
      $0.add(UbusMessage.Attribute.data, status(up: 1))
    }
    let heard = try machine.step(told)
    #expect(heard.news == [.network(NetworkStatus(status(up: 1)[...]))])
    #expect(!heard.reply.isEmpty, "the caller waits for our status")
  }

  @Test func `a netifd that starts again is subscribed to again`() throws {
    var machine = NetworkSubscription()
    _ = try machine.step(said(.data, 1) { $0.add(UbusMessage.Attribute.object, number: 5) })
    var data = BlobWriter()
    data.add(Blob.Kind.string, name: "path", bytes("network.interface") + [0])
    let event = said(.invoke, 0) { $0.add(UbusMessage.Attribute.data, data.bytes) }
    let (news, reply) = try machine.step(event)
    #expect(news.isEmpty)
    #expect(reply == UbusMessage.lookUp(bytes("network.interface"), 3).encoded)
  }

  @Test func `an end and what is no ubus are told`() {
    var machine = NetworkSubscription()
    #expect(throws: UbusError.closed) { try machine.step([]) }
    #expect(throws: UbusError.garbage) { try machine.step(bytes("HTTP/1.1 400")) }
  }
}
