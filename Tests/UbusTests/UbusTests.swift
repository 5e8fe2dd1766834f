// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Ubus

/// Bytes written in hexadecimal, blanks ignored.
private func hex(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }
  return stride(from: 0, to: digits.count, by: 2).compactMap { offset in
    let start = digits.index(digits.startIndex, offsetBy: offset)
    return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
  }
}

/// A member of a table, written out again.
private func member(_ kind: UInt8, _ name: Literal, _ value: [UInt8]) -> [UInt8] {
  var writer = BlobWriter()
  writer.add(kind, name: name, value)
  return writer.bytes
}

private func textMember(_ name: Literal, _ value: String) -> [UInt8] {
  member(3, name, bytes(value) + [0])
}

private func number(_ name: Literal, _ value: UInt32) -> [UInt8] {
  var writer = BlobWriter()
  writer.add(word: value)
  return member(5, name, writer.bytes)
}

@Suite struct UbusTests {
  // MARK: The session captured from the real daemon

  private static let path = "6e6574776f726b2e696e746572666163652e77616e00 0000"
  private static let pattern = "6e6574776f726b2e696e7465726661636500 0000"

  @Test func `what is sent is byte for byte what the captured session has`() {
    #expect(
      UbusMessage.lookUp(bytes("network.interface.wan"), 1).encoded
        == hex("0004 0001 00000000 00000020 0200001a" + Self.path))
    #expect(
      UbusMessage.invoke("status", of: 0x658f_2b92, 2).encoded
        == hex(
          "0005 0002 658f2b92 0000001c 03000008 658f2b92 0400000b 73746174757300 00 07000004"))
    #expect(UbusMessage.addObject(1).encoded == hex("0006 0001 00000000 00000004"))
    #expect(
      UbusMessage.listen(to: "network.interface", with: 0x0d82_d26e, 2).encoded
        == hex(
          "0005 0002 00000001 00000058 03000008 00000001 0400000d 726567697374657200 000000"
            + "0700003c 85000014 0006 6f626a65637400 000000 0d82d26e"
            + "83000022 0007 7061747465726e00 0000" + Self.pattern))
    #expect(
      UbusMessage.subscribe(0x0d82_d26e, to: 0x1234, 4).encoded
        == hex("0008 0004 00000000 00000014 03000008 0d82d26e 08000008 00001234"))
  }

  @Test func `the captured answers are read`() {
    var buffer = hex(
      "0000 0000 8bc0e209 00000004"
        + "0002 0001 00000000 00000044 0200001a" + Self.path
        + "03000008 658f2b92 05000008 52b08289 06000014 82000010 0006 73746174757300 000000"
        + "0001 0001 00000000 0000000c 01000008 00000000"
        + "0002 0002 658f2b92 00000020 03000008 658f2b92"
        + "07000014 8700000d 0002 7570 00 000000 01 000000"
        + "0001 0001 00000000 0000000c 01000008 00000004")
    var messages: [UbusMessage] = []
    while case .message(let message) = UbusMessage.take(from: &buffer) { messages.append(message) }
    #expect(buffer.isEmpty)
    #expect(messages.map { $0.kind } == [.hello, .data, .status, .data, .status])
    #expect(messages[0].peer == 0x8bc0_e209)
    #expect(messages[1].path.map { string($0) } == "network.interface.wan")
    #expect(messages[1].object == 0x658f_2b92)
    #expect(messages[2].status == 0)
    #expect(NetworkStatus(messages[3].data).isUp)
    #expect(messages[4].status == 4)
  }

  @Test func `an event and a notification are calls nobody waits for, others are answered`() {
    let data = textMember("action", "ifup") + textMember("interface", "wan")
    var writer = BlobWriter()
    writer.add(3, number: 7)
    writer.add(4, string: bytes("network.interface"))
    writer.add(7, data)
    let event = UbusMessage(.invoke, 1, writer)
    #expect(!event.wantsReply)
    #expect(event.method.map { string($0) } == "network.interface")
    #expect(NetworkStatus(event.data).name == bytes("wan"))
    #expect(NetworkStatus(event.data).action == bytes("ifup"))
    let call = UbusMessage(.invoke, 9, to: 5, writer)
    #expect(call.wantsReply)
    #expect(
      call.answer().encoded
        == hex("0001 0009 00000005 00000014 01000008 00000000 03000008 00000007"))
    writer.add(10, [1])
    #expect(!UbusMessage(.invoke, 9, to: 5, writer).wantsReply)
  }

  // MARK: What arrives in pieces, or is no ubus

  @Test func `a message is taken when its last byte has come, and no byte more`() {
    let whole = UbusMessage.lookUp(bytes("network.interface.wan"), 1).encoded
    for count in whole.indices {
      var buffer = Array(whole.prefix(count))
      #expect(UbusMessage.take(from: &buffer) == .incomplete)
      #expect(buffer.count == count)
    }
    var buffer = whole + [0, 1]
    #expect(
      UbusMessage.take(from: &buffer)
        == .message(.lookUp(bytes("network.interface.wan"), 1)))
    #expect(buffer == [0, 1])
  }

  @Test(arguments: [
    "01", "5353482d322e30", "0000 0000 00000000 00000003", "0002 0001 00000000 80000008",
    "0002 0001 00000000 01000008",
  ])
  func `another version or a length that lies is garbage`(text: String) {
    var buffer = hex(text)
    #expect(UbusMessage.take(from: &buffer) == .garbage)
  }

  @Test(arguments: ["0000 0000 00000000 00010001", "0002 0001 00000000 00ffffff"])
  func `a message over the limit is told from garbage`(text: String) {
    var buffer = hex(text)
    #expect(UbusMessage.take(from: &buffer) == .tooLarge)
  }

  @Test func `the largest message is taken`() {
    var buffer = hex("0002 0001 00000000 00010000")
    #expect(UbusMessage.take(from: &buffer) == .incomplete)
    buffer += [UInt8](repeating: 0, count: UbusMessage.limit - 4)
    guard case .message(let message) = UbusMessage.take(from: &buffer) else {
      Issue.record("not taken")
      return
    }
    #expect(message.body.count == UbusMessage.limit - 4)
    #expect(message.status == nil)
  }

  @Test(arguments: [
    "", "00", "000000", "00000003", "00000005", "00ffffff", "03000008 00", "80000004",
    "80000006 0000", "80000008 00020000", "83000008 ffff0000", "83ffffff 0000",
  ])
  func `an attribute whose length lies ends the list`(text: String) {
    let bytes = hex(text)
    var rest = bytes[...]
    #expect(Blob.take(from: &rest) == nil)
    #expect(rest.isEmpty)
  }

  // MARK: Properties

  @Test func `whatever is written is read again`() {
    var random = SplitMix64(state: 1)
    for _ in 0..<2_000 {
      var writer = BlobWriter()
      var expected: [(UInt8, [UInt8])] = []
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let id = UInt8.random(in: 0...127, using: &random)
        let value = (0..<Int.random(in: 0...40, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        writer.add(id, value)
        expected.append((id, value))
      }
      let message = UbusMessage(.data, UInt16.random(in: 0...9, using: &random), writer)
      var buffer = message.encoded
      #expect(buffer.count % 4 == 0)
      #expect(UbusMessage.take(from: &buffer) == .message(message))
      var rest = message.body[...]
      for (id, value) in expected {
        let blob = Blob.take(from: &rest)
        #expect(blob?.id == id)
        #expect(blob.map { Array($0.value) } == value)
      }
      #expect(Blob.take(from: &rest) == nil)
    }
  }

  @Test func `random bytes, and a true status with bytes changed, never trap`() {
    var random = SplitMix64(state: 2)
    let truth = UbusMessage(.data, 2, BlobWriter(bytes: Self.status)).encoded
    for round in 0..<20_000 {
      var buffer =
        round % 2 == 0
        ? truth
        : (0..<Int.random(in: 0...80, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
      for _ in 0..<Int.random(in: 1...4, using: &random) where !buffer.isEmpty {
        let place = Int.random(in: buffer.indices, using: &random)
        buffer[place] = UInt8.random(in: 0...255, using: &random)
      }
      _ = NetworkStatus(buffer[...])
      _ = NetworkStatus(buffer.dropFirst(12))
      while case .message(let message) = UbusMessage.take(from: &buffer) {
        _ = (message.status, message.object, message.path, message.method, message.wantsReply)
        _ = NetworkStatus(message.data)
      }
    }
  }

  // MARK: The status of a network

  private static func address(
    _ text: String, _ more: [UInt8] = [], mask: UInt32 = 64
  ) -> [UInt8] {
    member(2, "", textMember("address", text) + number("mask", mask) + more)
  }

  private static func life(_ preferred: UInt32) -> [UInt8] {
    number("preferred", preferred) + number("valid", 9_000)
  }

  private static let status: [UInt8] =
    member(7, "up", [1]) + member(7, "pending", [0]) + number("uptime", 77)
    + textMember("l3_device", "pppoe-wan") + textMember("proto", "pppoe") + member(1, "updated", [])
    + member(1, "ipv4-address", address("81.2.69.142", mask: 32))
    + member(
      1, "ipv6-address",
      address("2a02:8010:1::6", life(0)) + address("2a02:8010:1::7", life(600))
        + address("2a02:8010:1::8", life(.max)) + address("not an address"))
    + member(
      1, "ipv6-prefix-assignment",
      address(
        "2a02:8010:2::",
        life(300) + member(2, "local-address", textMember("address", "2a02:8010:2::1"))))

  @Test func `a status gives device, addresses and how long they live`() {
    let status = NetworkStatus(Self.status[...])
    #expect(status.isUp)
    #expect(status.device == bytes("pppoe-wan"))
    #expect(
      status.addresses.map { string($0.address.text) }
        == ["81.2.69.142", "2a02:8010:1::6", "2a02:8010:1::7", "2a02:8010:1::8"])
    #expect(status.addresses.map { $0.isDeprecated } == [false, true, false, false])
    #expect(status.addresses.map { $0.preferredSeconds } == [nil, 0, 600, nil])
    #expect(status.addresses.count { $0.isTemporary || $0.isTentative || !$0.isGlobalScope } == 0)
  }

  @Test func `without a public address the router's own in an assigned prefix counts`() {
    let status = NetworkStatus(
      (member(1, "ipv6-address", Self.address("fd00::7"))
        + member(
          1, "ipv6-prefix-assignment",
          Self.address(
            "2a02:8010:2::",
            Self.life(300) + member(2, "local-address", textMember("address", "2a02:8010:2::1")))))[
          ...])
    #expect(
      status.addresses.map { string($0.address.text) } == ["fd00::7", "2a02:8010:2::1"])
    #expect(status.addresses.last?.preferredSeconds == 300)
  }

  @Test func `prefixes that are assigned go before those that are delegated`() {
    func entry(_ text: String, _ mask: UInt32, _ preferred: UInt32) -> [UInt8] {
      Self.address(text, Self.life(preferred), mask: mask)
    }
    let delegated = member(1, "ipv6-prefix", entry("2a02:8010:2::", 56, 300))
    let assigned = member(1, "ipv6-prefix-assignment", entry("2a02:8010:2:10::", 60, 0))
    let both = NetworkStatus((delegated + assigned)[...]).prefixes
    #expect(both.map { string($0.address.text) } == ["2a02:8010:2:10::"])
    #expect(both.map { $0.prefixLength } == [60] && both.map { $0.isDeprecated } == [true])
    let one = NetworkStatus(delegated[...]).prefixes
    #expect(one.map { string($0.address.text) } == ["2a02:8010:2::"])
    #expect(one.map { $0.prefixLength } == [56] && one.map { $0.preferredSeconds } == [300])
    #expect(NetworkStatus(Self.status[...]).prefixes.count == 1)
  }

  @Test func `members of another type are not there`() {
    let wrong =
      textMember("up", "1") + number("l3_device", 1) + textMember("ipv4-address", "81.2.69.142")
      + member(1, "ipv6-address", textMember("", "2a02:8010:1::7"))
    let status = NetworkStatus(wrong[...])
    #expect(!status.isUp)
    #expect(status.device == nil)
    #expect(status.addresses.isEmpty)
    #expect(NetworkStatus(textMember("l3_device", "")[...]).device == nil)
  }
}
