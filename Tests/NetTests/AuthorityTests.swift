// SPDX-License-Identifier: Apache-2.0

import DNS
import System
import Testing
import Wire

@testable import Net

/// The walk from a name to the servers of its zone, and what they may say.
@Suite(.timeLimit(.minutes(15))) struct AuthorityTests {
  private static let home = "home.example.com"
  private static let authoritative: UInt16 = 0x8400

  private func name(_ text: String) -> DNSName { DNSName(Array(text.utf8)) ?? .root }

  private func address(_ text: String) -> IPAddress? { IPAddress(Array(text.utf8)) }

  /// A record as it stands in a message, its name uncompressed.
  private static func record(_ owner: String, _ type: DNSType, _ data: [UInt8]) -> [UInt8] {
    wire(owner) + [0, UInt8(type.number), 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
  }

  /// A name on the wire; what is none becomes one that cannot be asked for.
  private static func wire(_ text: String) -> [UInt8] {
    DNSName(Array(text.utf8))?.wire ?? [1, UInt8(ascii: " "), 0]
  }

  private static func soa(_ owner: String) -> [UInt8] {
    record(owner, .soa, [0, 0] + [UInt8](repeating: 0, count: 20))
  }

  /// A resolver that knows the zone example.com with these servers. Those whose name begins with
  /// `ns` are at 127.0.0.1, nobody answers at the others; `alias` is an alias.
  private static func resolver(servers: [String] = ["ns1.example.com"]) -> ResolverLoopback {
    ResolverLoopback { query in
      let asked = query.question?.name.text.string ?? ""
      switch (asked, query.question?.type ?? .opt) {
      case ("example.com", .soa): return [.send(query.reply(soa("example.com")))]
      case ("example.com", .ns):
        let records = servers.map { record("example.com", .ns, wire($0)) }
        return [.send(reply(query, records))]
      case ("alias.example.com", _):
        return [
          .send(query.reply(ResolverLoopback.alias("target.test"), soa("target.test")))
        ]
      case (let host, .a) where host.hasPrefix("ns"):
        return [.send(query.reply(ResolverLoopback.address("127.0.0.1")))]
      case (_, .a): return [.send(query.reply(ResolverLoopback.address("127.83.83.83")))]
      case (let host, .soa) where host.hasSuffix("com"):
        return [.send(query.reply(flags: 0x8183, authority: [soa("example.com")]))]
      default: return [.send(query.reply())]
      }
    }
  }

  private static func reply(_ query: ResolverLoopback.Query, _ records: [[UInt8]]) -> [UInt8] {
    var reply = query.reply(records.flatMap { $0 })
    reply[7] = UInt8(records.count)
    return reply
  }

  private func authority(
    _ resolver: ResolverLoopback, port: UInt16 = DNSServer.standardPort
  ) -> Authority {
    var authority = Authority(
      Resolver(root: [UInt8]("/nonexistent"), dnsServer: resolver.server))
    authority.port = port
    return authority
  }

  // The resolver is an argument so that it lives as long as it is asked.
  private func answer(
    _ resolver: ResolverLoopback, port: UInt16, _ host: String = home,
    within milliseconds: Int64 = 3_000
  ) throws(Authority.Error) -> DNSAnswer {
    try authority(resolver, port: port).lookup(
      Array(host.utf8), .a, deadline: Clock.uptime + milliseconds)
  }

  private func problem(
    _ resolver: ResolverLoopback, port: UInt16 = DNSServer.standardPort, _ host: String = home,
    within milliseconds: Int64 = 3_000
  ) -> Authority.Error? {
    do throws(Authority.Error) {
      _ = try answer(resolver, port: port, host, within: milliseconds)
    } catch { return error }
    return nil
  }

  // MARK: The whole way

  @Test func `the zone's server has the word, and is asked without recursion`() throws {
    let server = ResolverLoopback {
      [.send($0.reply(flags: Self.authoritative, ResolverLoopback.address("192.0.2.1")))]
    }
    let resolver = Self.resolver()
    let answer = try self.answer(resolver, port: server.port)
    #expect(answer.addresses == [address("192.0.2.1")])
    #expect(answer.isAuthoritative)
    #expect(server.queries.map { $0.message?.flags } == [0])
    #expect(server.queries.first?.question == DNSQuestion(name(Self.home), .a))
    #expect(resolver.queries.allSatisfy { $0.message?.flags == 0x0100 })
    #expect(
      resolver.queries.compactMap { $0.question?.type }
        == [.soa, .ns, .a, .aaaa])
  }

  @Test(arguments: [(0x8403, .nxDomain), (0x8400, .noData)] as [(UInt16, DNSAnswer.Absence)])
  func `nothing registered is an answer too`(flags: UInt16, absence: DNSAnswer.Absence) throws {
    let server = ResolverLoopback {
      [.send($0.reply(flags: flags, authority: [Self.soa("example.com")]))]
    }
    let answer = try self.answer(Self.resolver(), port: server.port)
    #expect(answer.content == .none(absence))
    #expect(server.queries.count == 1)
  }

  @Test func `an alias is followed from zone to zone`() throws {
    let server = ResolverLoopback { query in
      switch query.question?.type {
      case .cname:
        return [.send(query.reply(flags: Self.authoritative, ResolverLoopback.alias(Self.home)))]
      default:
        return [
          .send(query.reply(flags: Self.authoritative, ResolverLoopback.address("192.0.2.1")))
        ]
      }
    }
    let answer = try self.answer(Self.resolver(), port: server.port, "alias.example.com")
    #expect(answer.name == name(Self.home))
    #expect(answer.addresses == [address("192.0.2.1")])
    #expect(
      server.queries.compactMap(\.question) == [
        DNSQuestion(name("alias.example.com"), .cname), DNSQuestion(name(Self.home), .a),
      ])
  }

  @Test func `at most four servers are asked`() {
    let server = ResolverLoopback { [.send($0.reply(flags: 0x8005))] }
    let resolver = Self.resolver(servers: (1...6).map { "ns\($0).example.com" })
    #expect(
      problem(resolver, port: server.port)
        == .failed(
          DNSFailure(
            .rcode(.refused), at: address("127.0.0.1").map { .init($0, port: server.port) }))
    )
    #expect(server.queries.count == Authority.serverLimit)
  }

  @Test func `servers that cannot be found or reached are passed over`() throws {
    let server = ResolverLoopback {
      [.send($0.reply(flags: Self.authoritative, ResolverLoopback.address("192.0.2.1")))]
    }
    let resolver = Self.resolver(servers: ["", "dead.invalid", "ns1.example.com"])
    let answer = try self.answer(resolver, port: server.port)
    #expect(answer.addresses == [address("192.0.2.1")])
  }

  @Test func `silence ends at the deadline, with words`() {
    let server = ResolverLoopback { _ in [] }
    let start = Clock.uptime
    let found = problem(Self.resolver(), port: server.port, within: 200)
    #expect(Clock.uptime - start < 1_500)
    #expect(found?.isTemporary == true)
    #expect(found?.message.string.contains("no answer within") == true)
    #expect(!server.queries.isEmpty)
  }

  @Test func `a failing resolver is a temporary failure`() {
    let resolver = ResolverLoopback { [.send($0.reply(flags: 0x8182))] }
    let found = problem(resolver)
    #expect(found?.isTemporary == true)
    #expect(found?.message.string.contains("SERVFAIL") == true)
    #expect(resolver.queries.count == 1)
  }

  @Test func `a zone without servers is said so`() {
    #expect(
      problem(Self.resolver(servers: []))
        == .noServers(zone: [UInt8]("example.com")))
  }

  @Test(arguments: ["", ".", "a..b", "a\\b"])
  func `what is no name is not asked for`(host: String) {
    let resolver = Self.resolver()
    #expect(problem(resolver, host) == .invalidName(Array(host.utf8)))
    #expect(problem(resolver, host)?.isTemporary == false)
    #expect(resolver.queries.isEmpty)
  }

  // MARK: The zone

  @Test(arguments: [
    ("example.com", false, 1), ("home.example.com", false, 1), ("a.b.home.example.com", false, 1),
    ("alias.example.com", true, 2),
  ])
  func `the zone is the owner of the SOA record`(host: String, isAlias: Bool, queries: Int) throws {
    let resolver = Self.resolver()
    let zone = try authority(resolver).zone(of: name(host), deadline: Clock.uptime + 3_000)
    #expect(zone.zone == name("example.com"))
    #expect(zone.isAlias == isAlias)
    #expect(resolver.queries.count == queries)
  }

  @Test(arguments: [0x8180, 0x8100] as [UInt16])
  func `without an SOA record a label is taken off, up to the top`(flags: UInt16) {
    let resolver = ResolverLoopback { query in
      [.send(query.reply(flags: flags, authority: flags == 0x8100 ? [Self.referral] : []))]
    }
    #expect(problem(resolver) == .noZone(Array(Self.home.utf8)))
    #expect(
      resolver.queries.compactMap { $0.question?.name.text.string } == [
        Self.home, "example.com", "com",
      ])
  }

  @Test func `at most eight labels are walked`() {
    let resolver = ResolverLoopback { [.send($0.reply())] }
    #expect(problem(resolver, "1.2.3.4.5.6.7.8.9.10.test") != nil)
    #expect(resolver.queries.count == Authority.labelLimit)
  }

  @Test func `the root is nobody's zone`() {
    let resolver = ResolverLoopback { [.send($0.reply(flags: 0x8183, authority: [Self.soa(".")]))] }
    #expect(problem(resolver) == .noZone(Array(Self.home.utf8)))
  }

  private static let referral = record("com", .ns, wire("ns.test"))

  // MARK: Its servers

  @Test func `refused, lame and referring servers give way to the next`() throws {
    let refusing = ResolverLoopback { [.send($0.reply(flags: 0x8005))] }
    let lame = ResolverLoopback {
      [.send($0.reply(flags: 0x8180, ResolverLoopback.address("192.0.2.66")))]
    }
    let referring = ResolverLoopback {
      [.send($0.reply(flags: 0x8000, authority: [Self.referral]))]
    }
    let right = ResolverLoopback {
      [
        .send(
          $0.reply(
            flags: Self.authoritative, ResolverLoopback.address("192.0.2.1"),
            ResolverLoopback.address("192.0.2.2")))
      ]
    }
    let unused = ResolverLoopback { _ in [] }
    let servers = [refusing, lame, referring, right, unused].compactMap(\.endpoint)
    let asked = try authority(refusing).ask(
      servers, DNSQuestion(name(Self.home), .a), deadline: Clock.uptime + 5_000)
    #expect(asked.addresses == [address("192.0.2.1"), address("192.0.2.2")])
    #expect(unused.queries.isEmpty)
  }

  @Test func `a silent server leaves time for the next`() throws {
    let silent = ResolverLoopback { _ in [] }
    let right = ResolverLoopback {
      [.send($0.reply(flags: Self.authoritative, ResolverLoopback.address("192.0.2.1")))]
    }
    let asked = try authority(silent).ask(
      [silent, right].compactMap(\.endpoint), DNSQuestion(name(Self.home), .a),
      deadline: Clock.uptime + 1_000)
    #expect(asked.addresses == [address("192.0.2.1")])
  }

  @Test func `only lame servers are a temporary failure that says so`() {
    let lame = ResolverLoopback {
      [.send($0.reply(flags: 0x8180, ResolverLoopback.address("192.0.2.66")))]
    }
    let found = problem(Self.resolver(), port: lame.port)
    #expect(lame.queries.count == 1)
    #expect(found?.isTemporary == true)
    #expect(
      found?.message.string
        == "dns server 127.0.0.1:\(lame.port): it has no authority for the zone")
  }
}

extension Text {
  fileprivate var string: String { String(decoding: bytes, as: UTF8.self) }
}
