// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

/// A query under test, with the packet it has sent last.
struct QueryRun {
  /// What makes an answer out of the plain one.
  typealias Build = @Sendable (inout ReplyBuilder) -> Void

  static let one = DNSServer(ip("192.0.2.1"))
  static let two = DNSServer(ip("2001:db8::2"), port: 5353)

  var query: DNSQuery
  var packet: DNSQuery.Packet?

  init(
    _ question: DNSQuestion = Vector.home, servers: [DNSServer] = [one, two],
    deadline: Int64 = 60_000, _ change: (inout DNSQuery.Options) -> Void = { _ in }
  ) {
    var options = DNSQuery.Options()
    change(&options)
    query = DNSQuery(question, servers: servers, options: options, seed: 1, deadline: deadline)
  }

  /// The message last sent, without the length of TCP.
  var sent: DNSMessage? {
    packet.flatMap { try? DNSMessage(parsing: Array($0.overTCP ? $0.bytes[2...] : $0.bytes[...])) }
  }

  @discardableResult
  mutating func step(_ event: DNSQuery.Event, at now: Int64) -> DNSQuery.Effect {
    let effect = query.step(event, at: now)
    if case .send(let packet) = effect { self.packet = packet }
    return effect
  }

  /// Answers what was sent last, over the same transport.
  @discardableResult
  mutating func answer(
    at now: Int64, _ build: (inout ReplyBuilder) -> Void = { _ in }
  ) -> DNSQuery.Effect {
    step(.received(reply(build)), at: now)
  }

  func reply(_ build: (inout ReplyBuilder) -> Void = { _ in }) -> [UInt8] {
    var builder = ReplyBuilder()
    builder.id = sent?.id ?? 0
    builder.question = sent?.questions.first
    build(&builder)
    let bytes = builder.bytes
    return packet?.overTCP == true ? ReplyBuilder.number(UInt16(bytes.count)) + bytes : bytes
  }

  static func rcode(_ rcode: DNSRcode) -> Build {
    { $0.flags = 0x8180 | rcode.number }
  }

  static let home: Build = {
    $0.answers = [ReplyBuilder.address("home.example.com", "192.0.2.7")]
  }

  static let found = DNSQuery.Effect.finish(
    DNSAnswer(name: Vector.home.name, content: .addresses([ip("192.0.2.7")]), ttl: 60))
}

@Suite(.timeLimit(.minutes(15))) struct DNSQueryTests {
  @Test func `asks the first server over UDP and takes its answer`() {
    var run = QueryRun()
    run.step(.started, at: 100)
    #expect(run.packet?.server == QueryRun.one)
    #expect(run.packet?.overTCP == false)
    #expect(run.packet?.until == 2100)
    let id = run.sent?.id ?? 0
    #expect(
      run.packet?.bytes
        == DNSMessage.query(Vector.home, id: id, recursionDesired: true, udpSize: 1232))
    #expect(run.answer(at: 150, QueryRun.home) == QueryRun.found)
  }

  @Test func `asks authoritative servers without RD`() {
    var run = QueryRun { $0.recursionDesired = false }
    run.step(.started, at: 0)
    #expect(run.sent?.flags == 0)
  }

  @Test func `waits 2 s at each server, then 4 s without EDNS, then gives up`() {
    var run = QueryRun()
    var tries: [String] = []
    var now: Int64 = 10
    var effect = run.step(.started, at: now)
    while case .send(let packet) = effect {
      let edns = run.sent?.additional.isEmpty == false
      tries.append("\(packet.server == QueryRun.one ? 1 : 2) \(packet.until - now) \(edns)")
      now = packet.until
      effect = run.step(.timerFired, at: now)
    }
    #expect(tries == ["1 2000 true", "2 2000 true", "1 4000 false", "2 4000 false"])
    #expect(effect == .fail(DNSFailure(.silence(milliseconds: 4000), at: QueryRun.two)))
  }

  @Test func `asks three servers at the most`() {
    var run = QueryRun(servers: (1...5).map { DNSServer(ip("192.0.2.\($0)")) })
    var count = 0
    var effect = run.step(.started, at: 0)
    while case .send(let packet) = effect {
      count += 1
      effect = run.step(.timerFired, at: packet.until)
    }
    #expect(count == 6)
  }

  @Test func `never waits past the deadline`() {
    var run = QueryRun(deadline: 2500)
    run.step(.started, at: 0)
    run.step(.timerFired, at: 2000)
    #expect(run.packet?.until == 2500)
    #expect(
      run.step(.timerFired, at: 2500)
        == .fail(DNSFailure(.silence(milliseconds: 500), at: QueryRun.two)))
  }

  @Test func `asks nobody once the deadline has passed`() {
    var run = QueryRun(deadline: 100)
    #expect(run.step(.started, at: 100) == .fail(DNSFailure(.noTime, at: QueryRun.one)))
  }

  @Test func `fails without a server`() {
    var run = QueryRun(servers: [])
    #expect(run.step(.started, at: 0) == .fail(DNSFailure(.noServers)))
  }

  @Test func `goes on waiting when the timer fires early`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    #expect(run.step(.timerFired, at: 1999) == .wait(until: 2000))
  }

  @Test func `uses another id for every try`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    let first = run.sent?.id
    run.step(.timerFired, at: 2000)
    #expect(run.sent?.id != first)
    var other = QueryRun()
    other.query = DNSQuery(Vector.home, servers: [QueryRun.one], seed: 2, deadline: 9999)
    other.step(.started, at: 0)
    #expect(other.sent?.id != first)
  }

  static let foreign: [(String, QueryRun.Build)] = [
    ("a wrong id", { $0.id &+= 1 }),
    ("another name", { $0.question?.name = name("evil.example") }),
    ("another type", { $0.question?.type = .aaaa }),
    ("another class", { $0.question?.recordClass = 3 }),
    ("no question", { $0.question = nil }),
    ("a query", { $0.flags = 0x0100 }),
    ("an update", { $0.flags = 0xa800 }),
    ("too short data", { $0.answers = [ReplyBuilder.record("x", .a, data: [1])] }),
  ]

  @Test(arguments: foreign)
  func `ignores a datagram with`(what: String, spoil: QueryRun.Build) {
    var run = QueryRun()
    run.step(.started, at: 0)
    let effect = run.answer(at: 5) {
      QueryRun.home(&$0)
      spoil(&$0)
    }
    #expect(effect == .wait(until: 2000))
    #expect(run.answer(at: 6, QueryRun.home) == QueryRun.found)
  }

  @Test func `says so when only unusable answers came`() {
    var run = QueryRun(servers: [QueryRun.one], deadline: 2000)
    run.step(.started, at: 0)
    run.answer(at: 5) { $0.id &+= 1 }
    #expect(
      run.step(.timerFired, at: 2000)
        == .fail(DNSFailure(.unusable(milliseconds: 2000), at: QueryRun.one)))
  }

  @Test func `whatever arrives, a try ends in its time`() {
    var run = QueryRun(deadline: 2500)
    run.step(.started, at: 0)
    run.answer(at: 1999) { $0.id &+= 1 }
    run.answer(at: 2000) { $0.id &+= 1 }
    #expect(run.packet?.server == QueryRun.two)
    #expect(run.step(.received([]), at: 2499) == .wait(until: 2500))
    #expect(
      run.step(.closed, at: 2500)
        == .fail(DNSFailure(.unusable(milliseconds: 500), at: QueryRun.two)))
  }

  @Test func `a stream that drips ends in its time`() {
    var run = QueryRun(servers: [QueryRun.one], deadline: 2500) { $0.forceTCP = true }
    run.step(.started, at: 0)
    #expect(run.step(.received([0]), at: 2499) == .wait(until: 2500))
    #expect(
      run.step(.received([9]), at: 2500)
        == .fail(DNSFailure(.silence(milliseconds: 2500), at: QueryRun.one)))
  }

  @Test func `takes a question in another case`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    let effect = run.answer(at: 5) {
      QueryRun.home(&$0)
      $0.question?.name = name("HOME.example.COM")
    }
    #expect(effect == QueryRun.found)
  }

  @Test(arguments: [DNSRcode.servFail, .refused, DNSRcode(number: 9)])
  func `goes to the next server after an error`(rcode: DNSRcode) {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 5, QueryRun.rcode(rcode))
    #expect(run.packet?.server == QueryRun.two)
    #expect(
      run.answer(at: 9, QueryRun.rcode(rcode))
        == .fail(DNSFailure(.rcode(rcode), at: QueryRun.two)))
  }

  @Test func `asks a silent server again but not one that failed`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 5, QueryRun.rcode(.refused))
    run.step(.timerFired, at: 2005)
    #expect(run.packet?.server == QueryRun.two)
    #expect(run.packet?.until == 6005)
  }

  @Test(arguments: [DNSRcode.formErr, .notImp])
  func `repeats without EDNS when that is not understood`(rcode: DNSRcode) {
    var run = QueryRun()
    run.step(.started, at: 0)
    #expect(run.sent?.additional.count == 1)
    run.answer(at: 5) {
      $0.flags = 0x8180 | rcode.number
      $0.question = nil
    }
    #expect(run.packet?.server == QueryRun.one)
    #expect(run.sent?.additional.isEmpty == true)
    // The same code once more cannot be about EDNS.
    run.answer(at: 9, QueryRun.rcode(rcode))
    #expect(run.packet?.server == QueryRun.two)
  }

  @Test func `who insists on EDNS never asks without`() {
    var run = QueryRun(servers: [QueryRun.one]) { $0.insistsOnEDNS = true }
    run.step(.started, at: 0)
    run.step(.timerFired, at: 2_000)
    #expect(run.sent?.additional.count == 1)
    let effect = run.answer(at: 2_005, QueryRun.rcode(.formErr))
    #expect(effect == .fail(DNSFailure(.rcode(.formErr), at: QueryRun.one)))
  }

  @Test func `repeats without EDNS after BADVERS`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 5) {
      $0.additional = [
        ReplyBuilder.record("", .opt, ttl: 0x0100_0000, recordClass: 512, data: [])
      ]
    }
    #expect(run.packet?.server == QueryRun.one)
    #expect(run.sent?.additional.isEmpty == true)
  }

  @Test func `goes to the next server after a socket error or a referral`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.step(.failed("cannot send"), at: 1)
    #expect(run.packet?.server == QueryRun.two)
    let effect = run.answer(at: 2) {
      $0.authority = [ReplyBuilder.nameServer("com", "a.gtld-servers.net")]
    }
    #expect(effect == .fail(DNSFailure(.referral, at: QueryRun.two)))
  }

  @Test func `tells the two kinds of nothing apart`() {
    for (flags, absence) in [(0x8183, .nxDomain), (0x8180, .noData)]
      as [(UInt16, DNSAnswer.Absence)]
    {
      var run = QueryRun()
      run.step(.started, at: 0)
      #expect(
        run.answer(at: 1) { $0.flags = flags }
          == .finish(DNSAnswer(name: Vector.home.name, content: .none(absence), ttl: 0)))
    }
  }

  @Test func `takes glue when asked to`() {
    var run = QueryRun {
      $0.acceptsGlue = true
      $0.recursionDesired = false
    }
    run.step(.started, at: 0)
    let effect = run.answer(at: 1) {
      $0.authority = [ReplyBuilder.nameServer("example.com", "home.example.com")]
      $0.additional = [ReplyBuilder.address("home.example.com", "192.0.2.7")]
    }
    #expect(effect == QueryRun.found)
  }

  @Test(
    arguments: [
      (.noServers, "no server"), (.silence(milliseconds: 5000), "5 s"),
      (.unusable(milliseconds: 250), "250 ms"), (.rcode(.refused), "REFUSED"),
      (.unreachable("cannot connect"), "cannot connect"), (.tooManyAliases, "CNAME"),
    ] as [(DNSFailure.Reason, String)])
  func `a failure names the server and the reason`(reason: DNSFailure.Reason, part: String) {
    let server = reason == .noServers ? nil : QueryRun.one
    let words = String(decoding: DNSFailure(reason, at: server).message.bytes, as: UTF8.self)
    #expect(words.contains(part))
    #expect(server == nil || words.contains("192.0.2.1"))
  }

  @Test func `spells a server with its port and scope`() {
    #expect(QueryRun.two.text == "[2001:db8::2]:5353")
    #expect(DNSServer(ip("192.0.2.1"), port: 54).text == "192.0.2.1:54")
    #expect(DNSServer(ip("fe80::1"), scope: Array("br-lan".utf8)).text == "fe80::1%br-lan")
  }
}
