// SPDX-License-Identifier: Apache-2.0

import DNS
import Digest
import Testing
import Wire

/// An update under way, with the packet it has sent last.
private struct UpdateRun {
  static let one = DNSServer(ip("192.0.2.1"))
  static let two = DNSServer(ip("2001:db8::2"))
  /// When the clock of the machine shows 0.
  static let epoch: Int64 = 1_700_000_000

  var query: DNSQuery
  var packet: DNSQuery.Packet?
  var signer = TSIGSigner()

  init(
    signed: Bool = true, servers: [DNSServer] = [one, two], overTCP: Bool = false,
    deadline: Int64 = 20_000
  ) throws {
    let key = try TSIGKey(
      name: [UInt8]("hmac-sha256:ddns-key".utf8), secret: [UInt8](UpdateVector.secret.utf8))
    let update = DNSUpdate(
      zone: name("example.com"), name: name("home.example.com"), address: ip("203.0.113.7"),
      ttl: 60, key: signed ? key : nil)
    query = DNSQuery(
      update, servers: servers, overTCP: overTCP, seed: 1, deadline: deadline, epoch: Self.epoch)
  }

  var sent: [UInt8] { packet.map { Array($0.bytes[($0.overTCP ? 2 : 0)...]) } ?? [] }
  var id: UInt16 { UInt16(sent[0]) << 8 | UInt16(sent[1]) }
  var code: [UInt8] { Array(sent.dropLast(6).suffix(32)) }

  @discardableResult
  mutating func step(_ event: DNSQuery.Event, at now: Int64) -> DNSQuery.Effect {
    let effect = query.step(event, at: now)
    if case .send(let packet) = effect { self.packet = packet }
    return effect
  }

  /// What a server says that has the key, over the transport of the request.
  @discardableResult
  mutating func answer(rcode: UInt16 = 0, at now: Int64 = 10) -> DNSQuery.Effect {
    signer.time = UInt64(Self.epoch + now / 1000)
    return step(.received(framed(signer.answer(id: id, rcode: rcode, requestCode: code))), at: now)
  }

  /// What anybody else says.
  @discardableResult
  mutating func answer(unsigned rcode: UInt16, at now: Int64 = 10) -> DNSQuery.Effect {
    let number = ReplyBuilder.number
    return step(
      .received(framed(number(id) + number(0xa800 | rcode) + [UInt8](repeating: 0, count: 8))),
      at: now)
  }

  func framed(_ bytes: [UInt8]) -> [UInt8] {
    packet?.overTCP == true ? ReplyBuilder.number(UInt16(bytes.count)) + bytes : bytes
  }

  static let done = DNSQuery.Effect.finish(
    DNSAnswer(name: name("home.example.com"), content: .none(.noData), ttl: 60))
}

@Suite(.timeLimit(.minutes(15))) struct DNSUpdateQueryTests {
  @Test func `signs with the time of sending, and takes a signed answer`() throws {
    var run = try UpdateRun()
    run.step(.started, at: 0)
    let packet = try #require(run.packet)
    #expect(packet.server == UpdateRun.one && !packet.overTCP && packet.until == 2_000)
    #expect(run.sent.dropFirst(2).prefix(8) == UpdateVector.signed.dropFirst(2).prefix(8))
    let first = run.id
    // Nobody answers for two seconds: another number, another time, another code.
    run.step(.timerFired, at: 2_000)
    #expect(run.packet?.server == UpdateRun.two)
    #expect(run.id != first)
    let key = try TSIGKey(
      name: [UInt8]("hmac-sha256:ddns-key".utf8), secret: [UInt8](UpdateVector.secret.utf8))
    let update = DNSUpdate(
      zone: name("example.com"), name: name("home.example.com"), address: ip("203.0.113.7"),
      ttl: 60, key: key)
    #expect(run.sent == update.signed(id: run.id, at: 1_700_000_002).message)
    #expect(run.answer(at: 2_500) == UpdateRun.done)
  }

  @Test func `goes by TCP when told to, when the answer is cut, when the message is long`() throws {
    var told = try UpdateRun(overTCP: true)
    told.step(.started, at: 0)
    #expect(told.packet?.overTCP == true)
    #expect(told.answer() == UpdateRun.done)

    var cut = try UpdateRun()
    cut.step(.started, at: 0)
    let number = ReplyBuilder.number
    cut.step(
      .received(number(cut.id) + number(0xaa00) + [UInt8](repeating: 0, count: 8)), at: 10)
    #expect(cut.packet?.overTCP == true)
    #expect(cut.packet?.server == UpdateRun.one)
    #expect(cut.answer() == UpdateRun.done)

    let label = String(repeating: "a", count: 60) + "."
    let key = try TSIGKey(
      name: [UInt8]("sha512:\(label)\(label)\(label)b".utf8), secret: [UInt8]("c2VjcmV0".utf8))
    let update = DNSUpdate(
      zone: name("example.com"), name: name(label + label + label + "example.com"),
      address: ip("203.0.113.7"), ttl: 60, key: key)
    let query = DNSQuery(
      update, servers: [UpdateRun.one], overTCP: false, seed: 1, deadline: 1, epoch: 0)
    guard case .send(let packet) = query.step(.started, at: 0) else {
      Issue.record("nothing is sent")
      return
    }
    #expect(packet.overTCP && packet.bytes.count > 514)
  }

  @Test(
    arguments: [
      (2, "SERVFAIL: the server failed"),
      (4, "NOTIMP: the server takes no updates"),
      (5, "REFUSED: the server does not let this key change this name"),
      (9, "NOTAUTH: the server has no authority for the zone"),
      (10, "NOTZONE: the name is not in the zone"),
    ] as [(UInt16, String)])
  func `believes the one with the key, and nobody else`(rcode: UInt16, words: String) throws {
    var run = try UpdateRun()
    run.step(.started, at: 0)
    let reason = DNSFailure.Reason.notUpdated(DNSRcode(number: rcode), isSigned: true)
    let failure = DNSFailure(reason, at: UpdateRun.one)
    #expect(run.answer(rcode: rcode) == .fail(failure))
    #expect(
      String(decoding: failure.message.bytes, as: UTF8.self) == "dns server 192.0.2.1: \(words)")

    run = try UpdateRun()
    run.step(.started, at: 0)
    run.answer(unsigned: rcode)
    #expect(run.packet?.server == UpdateRun.two)
    let unproven = DNSFailure.Reason.notUpdated(DNSRcode(number: rcode), isSigned: false)
    #expect(run.answer(unsigned: rcode) == .fail(DNSFailure(unproven, at: UpdateRun.two)))
  }

  @Test func `takes no success without a signature`() throws {
    var run = try UpdateRun(servers: [UpdateRun.one])
    run.step(.started, at: 0)
    #expect(
      run.answer(unsigned: 0) == .fail(DNSFailure(.signature(.unsigned), at: UpdateRun.one)))
    // Without a key there is none to wait for.
    run = try UpdateRun(signed: false, servers: [UpdateRun.one])
    run.step(.started, at: 0)
    #expect(run.answer(unsigned: 0) == UpdateRun.done)
  }

  @Test func `ends at once when the key or the clock is wrong`() throws {
    for (error, problem) in [
      (16, .badSignature), (17, .badKey), (18, .badTime(server: 1_700_001_000)), (22, .error(22)),
    ] as [(UInt16, TSIGProblem)] {
      var run = try UpdateRun()
      run.step(.started, at: 0)
      run.signer.error = error
      run.signer.hasCode = error > 17
      run.signer.other = error == 18 ? [0, 0, 0x65, 0x53, 0xf4, 0xe8] : []
      #expect(run.answer(rcode: 9) == .fail(DNSFailure(.signature(problem), at: UpdateRun.one)))
    }
  }

  @Test func `waits for the true answer behind forged ones, but not over TCP`() throws {
    var run = try UpdateRun()
    run.step(.started, at: 0)
    run.signer.key = [1, 2, 3]
    #expect(run.answer(at: 20) == .wait(until: 2_000))
    #expect(run.step(.received([]), at: 30) == .wait(until: 2_000))
    // Another number, a question instead of an answer, the answer to a look-up.
    let id = run.id
    for head in [[id &+ 1, 0xa800], [id, 0x2800], [id, 0x8000]] as [[UInt16]] {
      let bytes = head.flatMap(ReplyBuilder.number) + [UInt8](repeating: 0, count: 8)
      #expect(run.step(.received(bytes), at: 40) == .wait(until: 2_000))
    }
    run.signer.key = TSIGSigner().key
    #expect(run.answer(at: 50) == UpdateRun.done)

    run = try UpdateRun(servers: [UpdateRun.one], overTCP: true)
    run.step(.started, at: 0)
    run.signer.key = [1, 2, 3]
    #expect(run.answer() == .fail(DNSFailure(.signature(.forged), at: UpdateRun.one)))
  }

  @Test func `is not taken in by anything that comes, and ends in time`() throws {
    var random = SeededGenerator(state: 10)
    for _ in 0..<3000 {
      var run = try UpdateRun(overTCP: Bool.random(using: &random))
      var now: Int64 = 0
      var effect = run.step(.started, at: 0)
      walk: for _ in 0..<100 {
        switch effect {
        case .finish:
          Issue.record("an answer that nobody has signed was taken")
          break walk
        case .fail: break walk
        case .send(let packet): #expect(packet.until <= 20_000)
        case .wait, .none: break
        }
        now += Int64.random(in: 1...1500, using: &random)
        effect = run.step(Self.event(run, &random), at: now)
      }
      #expect(run.step(.timerFired, at: 30_000) != UpdateRun.done)
    }
  }

  /// Something hostile: noise, or a true answer that is cut, changed or has absurd counts.
  private static func event(
    _ run: UpdateRun, _ random: inout SeededGenerator
  ) -> DNSQuery.Event {
    var bytes = run.signer.answer(id: run.id, requestCode: run.code)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: bytes = random.bytes(Int.random(in: 0...200, using: &random))
    case 1: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
    case 2:
      for index in 4..<12 where Bool.random(using: &random) { bytes[index] = random.bytes(1)[0] }
      if bytes[4...11] == [0, 1, 0, 0, 0, 0, 0, 1] { bytes[4] = 0xff }
    case 3:
      // The code itself.
      let place = bytes.count - 6 - Int.random(in: 1...32, using: &random)
      bytes[place] ^= UInt8.random(in: 1...255, using: &random)
    case 4: bytes += random.bytes(1)
    case 5: return Bool.random(using: &random) ? .timerFired : .closed
    default: bytes = run.sent
    }
    return .received(run.framed(bytes))
  }
}
