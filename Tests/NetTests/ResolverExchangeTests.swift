// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import System
import Testing
import Wire

/// Real packets between the resolver and servers of every kind.
@Suite(.timeLimit(.minutes(15))) struct ResolverExchangeTests {
  private static let home = [UInt8]("home.example.com")

  private func address(_ text: String) -> IPAddress? { IPAddress(Array(text.utf8)) }

  private func lookup(
    _ server: ResolverLoopback, _ type: DNSType = .a, forceTCP: Bool = false,
    within milliseconds: Int64 = 5000
  ) throws(ResolverError) -> DNSAnswer {
    let resolver = Resolver(root: [UInt8]("/nonexistent"), dnsServer: server.server)
    resolver.options.forceTCP = forceTCP
    return try resolver.lookup(Self.home, type, deadline: Clock.uptime + milliseconds)
  }

  private func failure(
    _ server: ResolverLoopback, forceTCP: Bool = false, within milliseconds: Int64 = 5000
  ) -> DNSFailure.Reason? {
    do throws(ResolverError) {
      _ = try lookup(server, forceTCP: forceTCP, within: milliseconds)
    } catch {
      guard case .failed(Self.home, let failure) = error, failure.server == server.endpoint
      else { return nil }
      return failure.reason
    }
    return nil
  }

  @Test(arguments: ["127.0.0.1", "::1"], [false, true])
  func `takes several addresses over UDP and TCP`(host: String, forceTCP: Bool) throws {
    let server = ResolverLoopback(host) {
      [
        .send(
          $0.reply(
            ResolverLoopback.address("192.0.2.1"), ResolverLoopback.address("192.0.2.2", ttl: 30)))
      ]
    }
    let answer = try lookup(server, forceTCP: forceTCP)
    #expect(answer.addresses == [address("192.0.2.1"), address("192.0.2.2")])
    #expect(answer.ttl == 30)
    #expect(server.queries.map(\.overTCP) == [forceTCP])
  }

  @Test func `asks again over TCP when an answer is truncated`() throws {
    let server = ResolverLoopback { query in
      query.overTCP
        ? [.drip(query.reply(ResolverLoopback.address("192.0.2.1")))]
        : [.send(query.reply(flags: 0x8380))]
    }
    #expect(try lookup(server).addresses == [address("192.0.2.1")])
    #expect(server.queries.map(\.overTCP) == [false, true])
    #expect(server.queries[0].message?.id != server.queries[1].message?.id)
  }

  @Test func `waits for the right answer behind wrong ones`() throws {
    let server = ResolverLoopback { query in
      let forged = ResolverLoopback.address("198.51.100.66")
      return [
        .stray(query.reply(forged)), .send(query.reply(id: 1, forged)), .send([]), .send([1, 2]),
        .send(Array(query.reply(forged).dropLast())),
        .send(query.reply(ResolverLoopback.address("192.0.2.1"))),
      ]
    }
    #expect(try lookup(server).addresses == [address("192.0.2.1")])
    #expect(server.queries.count == 1)
  }

  @Test func `tells the two kinds of nothing apart`() throws {
    for (flags, absence) in [(0x8183, .nxDomain), (0x8180, .noData)]
      as [(UInt16, DNSAnswer.Absence)]
    {
      let server = ResolverLoopback {
        [
          .send(
            $0.reply(
              flags: flags, authority: [ResolverLoopback.authority(of: $0, minimum: 40)]))
        ]
      }
      let answer = try lookup(server)
      #expect(answer.content == .none(absence))
      #expect(answer.ttl == 40)
      #expect(answer.authority?.name.text == "example.com")
    }
  }

  @Test func `follows an alias with a second question`() throws {
    let server = ResolverLoopback { query in
      query.question?.name.text == "home.example.com"
        ? [.send(query.reply(ResolverLoopback.alias("target.example")))]
        : [.send(query.reply(ResolverLoopback.address("192.0.2.1")))]
    }
    let answer = try lookup(server)
    #expect(answer.name.text == "target.example")
    #expect(answer.addresses == [address("192.0.2.1")])
  }

  @Test func `ends a loop of aliases`() {
    let server = ResolverLoopback { query in
      let isHome = query.question?.name.text == "home.example.com"
      return [.send(query.reply(ResolverLoopback.alias(isHome ? "a.example" : "home.example.com")))]
    }
    #expect(failure(server) == .tooManyAliases)
    #expect(server.queries.count == 9)
  }

  @Test func `silence ends at the deadline and is no answer`() {
    let server = ResolverLoopback { _ in [] }
    let start = Clock.uptime
    guard case .silence = failure(server, within: 150) else {
      Issue.record("no silence")
      return
    }
    #expect(Clock.uptime - start >= 150)
    #expect(Clock.uptime - start < 2000)
  }

  @Test func `rubbish ends at the deadline and is no answer`() {
    let server = ResolverLoopback { query in
      (0..<50).map { .send(Array(query.bytes.prefix($0)) + [UInt8](repeating: 0xc0, count: $0)) }
    }
    guard case .unusable = failure(server, within: 150) else {
      Issue.record("not unusable")
      return
    }
  }

  @Test func `a flood of rubbish does not outlast the deadline`() {
    let server = ResolverLoopback { _ in [.flood([0xc0], seconds: 3)] }
    let start = Clock.uptime
    guard case .unusable = failure(server, within: 200) else {
      Issue.record("not unusable")
      return
    }
    #expect(Clock.uptime - start < 2000)
  }

  @Test func `lengths that lie over TCP are no answer`() {
    let tooLong = ResolverLoopback { query in
      [.raw([0xff, 0xff] + query.reply(ResolverLoopback.address("192.0.2.1")))]
    }
    #expect(failure(tooLong, forceTCP: true) == .closed)
    let tooShort = ResolverLoopback { query in
      [.raw([0, 20] + query.reply(ResolverLoopback.address("192.0.2.1")))]
    }
    #expect(failure(tooShort, forceTCP: true) == .malformed)
    let nothing = ResolverLoopback { _ in [] }
    #expect(failure(nothing, forceTCP: true) == .closed)
  }

  @Test func `goes on without EDNS when the server does not understand it`() throws {
    let server = ResolverLoopback { query in
      query.message?.additional.isEmpty == true
        ? [.send(query.reply(ResolverLoopback.address("192.0.2.1")))]
        : [.send(query.reply(flags: 0x8181))]
    }
    #expect(try lookup(server).addresses == [address("192.0.2.1")])
    #expect(server.queries.count == 2)
  }

  @Test func `goes to the next server when one fails or refuses`() throws {
    let failing = ResolverLoopback { [.send($0.reply(flags: 0x8182))] }
    let refusing = ResolverLoopback("::1") { [.send($0.reply(flags: 0x8185))] }
    let good = ResolverLoopback { [.send($0.reply(ResolverLoopback.address("192.0.2.1")))] }
    let name = try #require(DNSName(Self.home))
    let answer = try DNSExchange.answer(
      to: DNSQuestion(name, .a), servers: [failing, refusing, good].compactMap(\.endpoint),
      deadline: Clock.uptime + 5000)
    #expect(answer.addresses == [address("192.0.2.1")])
    #expect([failing, refusing, good].map(\.queries.count) == [1, 1, 1])
  }

  @Test func `says when nobody listens`() {
    var server: ResolverLoopback? = ResolverLoopback { _ in [] }
    let port = server?.port ?? 0
    server = nil
    for forceTCP in [false, true] {
      let resolver = Resolver(dnsServer: Array("127.83.83.83:\(port)".utf8))
      resolver.options.forceTCP = forceTCP
      let error = #expect(throws: ResolverError.self) {
        try resolver.lookup(Self.home, .a, deadline: Clock.uptime + 5000)
      }
      let words = String(decoding: error?.message.bytes ?? [], as: UTF8.self)
      #expect(words.hasSuffix("Connection refused"))
    }
  }

  @Test func `a binding does not count for a server on this router`() throws {
    let server = ResolverLoopback { [.send($0.reply(ResolverLoopback.address("192.0.2.1")))] }
    let resolver = Resolver(dnsServer: server.server)
    resolver.binding = Binding(device: [UInt8]("no-such0"), address: address("192.0.2.99"))
    let answer = try resolver.lookup(Self.home, .a, deadline: Clock.uptime + 5000)
    #expect(answer.addresses == [address("192.0.2.1")])
  }

  @Test func `a binding that fails is a failure, not a fallback`() throws {
    let resolver = Resolver(dnsServer: [UInt8]("192.0.2.53"))
    resolver.binding = Binding(device: [UInt8]("no-such0"), address: nil)
    let error = #expect(throws: ResolverError.self) {
      try resolver.lookup(Self.home, .a, deadline: Clock.uptime + 5000)
    }
    guard case .failed(_, let failure) = error, case .unreachable = failure.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
