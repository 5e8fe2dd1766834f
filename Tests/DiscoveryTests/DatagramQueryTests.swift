// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Discovery

/// Bytes from hexadecimal digits, with blanks between.
func hex(_ text: String) -> [UInt8] {
  let digits = text.utf8.compactMap { $0.hexValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension DatagramQuery.Effect: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.send(let one), .send(let other)), (.wait(let one), .wait(let other)): one == other
    case (.finish(.answer(let one)), .finish(.answer(let other))): one == other
    case (.finish(.problem(let one)), .finish(.problem(let other))): "\(one)" == "\(other)"
    default: false
    }
  }
}

/// An answer that is to be judged, and what it means; nil is junk.
struct Reply: Sendable, CustomTestStringConvertible {
  let bytes: [UInt8]
  let address: String?
  let problem: String?
  let testDescription: String

  init(_ name: String, _ text: String, _ address: String? = nil, problem: String? = nil) {
    (bytes, self.address, self.problem, testDescription) = (hex(text), address, problem, name)
  }

  /// Asks, gets this and nothing else.
  func isJudged(by dialect: DatagramQuery.Dialect) -> Bool {
    var query = DatagramQueryTests.query(dialect)
    _ = query.step(nil, at: 0)
    switch query.step(bytes, at: 1) {
    case .finish(.answer(let found)):
      return address.map { ip($0) == IPAddress(octets: found)?.unmapped } ?? false
    case .finish(.problem(let words)): return problem == "\(words)"
    case .wait(let until): return address == nil && problem == nil && until == 500
    case .send, .finish(.junk): return false
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct DatagramQueryTests {
  static let id = "b7e7a701bc34d686fa87dfae"

  static func query(_ dialect: DatagramQuery.Dialect, deadline: Int64 = 10_000) -> DatagramQuery {
    DatagramQuery(
      dialect, from: ip("192.168.1.10"), port: 40_000,
      nonce: dialect == .pcp ? hex("0102030405060708090a0b0c") : hex(id), at: 0,
      deadline: deadline)
  }

  @Test func `asks at once, then with doubled pauses, and gives up after four seconds`() {
    var query = Self.query(.stun)
    var sent: [Int64] = []
    var now: Int64 = 0
    while true {
      switch query.step(nil, at: now) {
      case .send(let until):
        sent.append(now)
        now = until
      case .wait(let until): now = until
      case .finish(let verdict):
        #expect(DatagramQuery.Effect.finish(verdict) == .finish(.problem("no answer in time")))
        #expect(sent == [0, 500, 1_500, 3_500] && now == 4_000)
        return
      }
    }
  }

  @Test func `a flood of junk changes neither the times nor the end, and the answer still counts`()
  {
    var query = Self.query(.stun, deadline: 900)
    #expect(query.step(nil, at: 0) == .send(until: 500))
    for now in 1..<500 as Range<Int64> {
      #expect(query.step([1, 1, 0], at: now) == .wait(until: 500))
    }
    #expect(query.step([], at: 500) == .send(until: 900))
    var answered = query
    #expect(
      answered.step(STUNTests.answer, at: 600) == .finish(.answer([203, 0, 113, 7])))
    #expect(query.step([0], at: 900) == .finish(.problem("no usable answer in time")))
  }

  @Test func `only PCP takes back what it has asked for`() {
    #expect(Self.query(.stun).farewell == nil && Self.query(.natPMP).farewell == nil)
    let request = Self.query(.pcp).message
    var removal = request
    removal[7] = 0
    #expect(Self.query(.pcp).farewell == removal && request[7] == 120)
  }
}

@Suite(.timeLimit(.minutes(15))) struct STUNTests {
  static let answer = hex(
    "0101 000c 2112a442 b7e7a701bc34d686fa87dfae 0020 0008 0001 f523 ea12d545")
  private static let head = "2112a442 b7e7a701bc34d686fa87dfae"

  @Test func `the request is a header`() {
    #expect(
      DatagramQueryTests.query(.stun).message == hex("0001 0000 2112a442 b7e7a701bc34d686fa87dfae"))
  }

  @Test(arguments: [
    Reply("its own", "0101 000c \(head) 0020 0008 0001 f523 ea12d545", "203.0.113.7"),
    Reply(
      "IPv6", "0101 0018 \(head) 0020 0014 0002 f523 0113a9fab7e7a701bc34d686fa87dfa9",
      "2001:db8::7"),
    Reply("an old server's", "0101 000c \(head) 8020 0008 0001 f523 ea12d545", "203.0.113.7"),
    Reply("not xored", "0101 000c \(head) 0001 0008 0001 d431 cb007107", "203.0.113.7"),
    Reply(
      "behind others",
      "0101 0020 \(head) 8022 0003 61626300 0001 0008 0001 d431 cb007101"
        + "0020 0008 0001 f523 ea12d545", "203.0.113.7"),
    Reply(
      "twice", "0101 0018 \(head) 0020 0008 0001 f523 ea12d545 8020 0008 0001 f523 ea12d545",
      "203.0.113.7"),
    Reply(
      "two addresses",
      "0101 0018 \(head) 0020 0008 0001 f523 ea12d545 0020 0008 0001 f523 ea12d546",
      problem: "the STUN server gives two addresses"),
    Reply("none", "0101 0000 \(head)", problem: "the STUN server gives no address"),
    Reply(
      "an error", "0111 0010 \(head) 0009 000c 00000401 556e6175 74682e21",
      problem: "the STUN server reports an error"),
    Reply("another id", "0101 000c 2112a442 b7e7a701bc34d686fa87dfaf 0020 0008 0001 f523 ea12d545"),
    Reply(
      "another cookie", "0101 000c 2112a443 b7e7a701bc34d686fa87dfae 0020 0008 0001 f523 ea12d545"),
    Reply("a request", "0001 0000 \(head)"),
    Reply("cut in the value", "0101 000c \(head) 0020 0008 0001 f523 ea12d5"),
    Reply("cut in the header", "0101 000c 2112a442 b7e7"),
    Reply("nothing", ""),
    Reply("a length beyond", "0101 000c \(head) 0020 0010 0001 f523 ea12d545"),
    Reply("a family of its own", "0101 000c \(head) 0020 0008 0007 f523 ea12d545"),
    Reply("half an IPv6 address", "0101 000c \(head) 0020 0008 0002 f523 ea12d545"),
    Reply("junk", "ffffffffffffffffffffffffffffffffffffffffffffffffff"),
  ])
  func `an answer is taken, another one is not`(reply: Reply) {
    #expect(reply.isJudged(by: .stun))
  }

  @Test func `no answer that is cut or damaged anywhere traps`() {
    for end in 0...Self.answer.count {
      for byte in [0, 1, 0x7f, 0xff] as [UInt8] {
        var bytes = Array(Self.answer.prefix(end))
        if end > 0 { bytes[end - 1] = byte }
        var query = DatagramQueryTests.query(.stun)
        _ = query.step(bytes, at: 1)
        var pcp = DatagramQueryTests.query(.pcp)
        _ = pcp.step(bytes, at: 1)
      }
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct GatewayMessageTests {
  @Test func `NAT-PMP asks in two bytes`() {
    #expect(DatagramQueryTests.query(.natPMP).message == [0, 0])
  }

  @Test(arguments: [
    Reply("its own", "0080 0000 0001e240 cb007107", "203.0.113.7"),
    Reply("no right", "0080 0002 0001e240", problem: "NAT-PMP: the gateway does not allow it"),
    Reply(
      "no network", "0080 0003 0001e240 00000000",
      problem: "NAT-PMP: the gateway has no address itself"),
    Reply("another version", "0280 0001", problem: "NAT-PMP: the gateway does not allow it"),
    Reply("a request", "0000"), Reply("another operation", "0081 0000 0001e240 cb007107"),
    Reply("cut", "0080 0000 0001e240 cb0071"), Reply("long", "0080 0000 0001e240 cb00710700"),
    Reply("nothing", ""), Reply("PCP", "0281 0000 0001e240 cb007107"),
  ])
  func `NAT-PMP's answer is taken, another one is not`(reply: Reply) {
    #expect(reply.isJudged(by: .natPMP))
  }

  @Test func `PCP asks for a mapping of its own port`() {
    #expect(
      DatagramQueryTests.query(.pcp).message
        == hex(
          "02010000 00000078 00000000000000000000ffffc0a8010a 0102030405060708090a0b0c"
            + "11000000 9c40 0000 00000000000000000000ffff00000000"))
  }

  private static let rest =
    "00000078 00001388 000000000000000000000000 0102030405060708090a0b0c 11000000 9c40 9c40 "
  private static let address = "00000000000000000000ffffcb007107"

  @Test(arguments: [
    Reply("its own", "02810000 \(rest) \(address)", "203.0.113.7"),
    Reply("with an option", "02810000 \(rest) \(address) 03000000", "203.0.113.7"),
    Reply("no right", "02810002 \(rest) \(address)", problem: "PCP: the gateway does not allow it"),
    Reply(
      "another NAT", "0281000c \(rest) \(address)",
      problem: "PCP: there is another NAT before the gateway"),
    Reply(
      "no more ports", "02810008 \(rest) \(address)", problem: "PCP: the gateway does not allow it"),
    Reply("an IPv6 address", "02810000 \(rest) 20010db8000000000000000000000007", "2001:db8::7"),
    Reply("NAT-PMP", "00810001 00000000", problem: "PCP: the gateway speaks another version"),
    Reply(
      "an older version", "01810001 00000000", problem: "PCP: the gateway speaks another version"),
    Reply("another nonce", "02810000 \(rest.replacing("0b0c", with: "0b0d")) \(address)"),
    Reply("another port", "02810000 \(rest.replacing("9c40 9c40", with: "9c41 9c40")) \(address)"),
    Reply(
      "another protocol", "02810000 \(rest.replacing("11000000", with: "06000000")) \(address)"),
    Reply("a request", "02010000 \(rest) \(address)"),
    Reply("cut", "02810000 \(rest) 00000000000000000000ffffcb0071"), Reply("nothing", ""),
  ])
  func `PCP's answer is taken, another one is not`(reply: Reply) {
    #expect(reply.isJudged(by: .pcp))
  }
}
