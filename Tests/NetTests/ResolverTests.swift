// SPDX-License-Identifier: Apache-2.0

import DNS
import Foundation
import Net
import System
import Testing
import Wire

/// What names and servers mean to the resolver.
@Suite(.timeLimit(.minutes(15))) struct ResolverTests {
  private func address(_ text: String) -> IPAddress? { IPAddress(Array(text.utf8)) }

  private func soon(_ milliseconds: Int64 = 5000) -> Int64 { Clock.uptime + milliseconds }

  /// A resolver with an `/etc` of its own, which goes away afterwards.
  private func withFiles(
    hosts: String = "", resolvConf: String = "", server: [UInt8]? = nil,
    _ body: (Resolver) throws -> Void
  ) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let etc = root.appending(path: "etc")
    try FileManager.default.createDirectory(at: etc, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try Data(hosts.utf8).write(to: etc.appending(path: "hosts"))
    try Data(resolvConf.utf8).write(to: etc.appending(path: "resolv.conf"))
    try body(Resolver(root: Array(root.path.utf8), dnsServer: server))
  }

  /// Answers A with 192.0.2.7 and AAAA with 2001:db8::7.
  private func twoFamilies() -> ResolverLoopback {
    ResolverLoopback { query in
      let isA = query.question?.type == .a
      return [.send(query.reply(ResolverLoopback.address(isA ? "192.0.2.7" : "2001:db8::7")))]
    }
  }

  @Test(arguments: ["192.0.2.1", "2001:db8::1"])
  func `an address is itself`(text: String) throws {
    let found = try Resolver().resolve(Array(text.utf8), families: [.v4, .v6], deadline: 0)
    #expect(found == [address(text)])
  }

  @Test func `an address of the other family is an error`() {
    #expect(throws: ResolverError.wrongFamily([UInt8]("192.0.2.1"))) {
      try Resolver().resolve([UInt8]("192.0.2.1"), families: [.v6], deadline: 0)
    }
  }

  @Test(arguments: ["localhost", "LOCALHOST.", "a.localhost"])
  func `localhost is the loopback without asking anybody`(host: String) throws {
    let found = try Resolver().resolve(Array(host.utf8), families: [.v6, .v4], deadline: 0)
    #expect(found == [address("::1"), address("127.0.0.1")])
  }

  @Test(arguments: ["", ".", "a b", "a..b", "ü"])
  func `refuses what is no host`(host: String) {
    let host = Array(host.utf8)
    #expect(throws: ResolverError.invalidName(host)) {
      try Resolver().resolve(host, families: [.v4], deadline: 0)
    }
  }

  @Test func `a name in hosts is not asked for`() throws {
    let server = twoFamilies()
    try withFiles(hosts: "192.0.2.1 update.example\n", server: server.server) { resolver in
      let found = try resolver.resolve(
        [UInt8]("Update.Example."), families: [.v4, .v6], deadline: soon())
      #expect(found == [address("192.0.2.1")])
    }
    #expect(server.queries.isEmpty)
  }

  @Test func `a look-up does not look into hosts`() throws {
    let server = twoFamilies()
    try withFiles(hosts: "192.0.2.1 home.example\n", server: server.server) { resolver in
      let answer = try resolver.lookup([UInt8]("home.example"), .a, deadline: soon())
      #expect(answer.addresses == [address("192.0.2.7")])
    }
  }

  @Test func `finds both families in the order wanted, without search domains`() throws {
    let server = twoFamilies()
    try withFiles(resolvConf: "search lan\n", server: server.server) { resolver in
      let found = try resolver.resolve(
        [UInt8]("home"), families: [.v6, .v4], deadline: soon())
      #expect(found == [address("2001:db8::7"), address("192.0.2.7")])
    }
    #expect(server.queries.map { $0.question?.name.text } == ["home", "home"])
  }

  @Test func `one family is enough`() throws {
    let server = ResolverLoopback { query in
      query.question?.type == .a
        ? [.send(query.reply(ResolverLoopback.address("192.0.2.7")))]
        : [.send(query.reply(flags: 0x8182))]
    }
    try withFiles(server: server.server) { resolver in
      let found = try resolver.resolve(
        [UInt8]("home.example"), families: [.v6, .v4], deadline: soon())
      #expect(found == [address("192.0.2.7")])
    }
  }

  @Test func `tells no such name, no such family and no idea apart`() throws {
    let host = [UInt8]("home.example")
    let table: [(UInt16, (DNSServer) -> ResolverError)] = [
      (0x8183, { _ in .notFound(host, .nxDomain) }),
      (0x8180, { _ in .notFound(host, .noData) }),
      (0x8182, { .failed(host, DNSFailure(.rcode(.servFail), at: $0)) }),
    ]
    for (flags, expected) in table {
      let server = ResolverLoopback { [.send($0.reply(flags: flags))] }
      let endpoint = try #require(server.endpoint)
      try withFiles(server: server.server) { resolver in
        let error = #expect(throws: ResolverError.self) {
          try resolver.resolve(host, families: [.v4, .v6], deadline: soon())
        }
        #expect(error == expected(endpoint))
        #expect(error?.isTemporary == (flags == 0x8182))
      }
    }
  }

  @Test func `asks over IPv6`() throws {
    let server = ResolverLoopback("::1") {
      [.send($0.reply(ResolverLoopback.address("192.0.2.7")))]
    }
    try withFiles(server: server.server) { resolver in
      let answer = try resolver.lookup([UInt8]("home.example"), .a, deadline: soon())
      #expect(answer.addresses == [address("192.0.2.7")])
    }
  }

  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1"), ("192.0.2.1:5353", "192.0.2.1:5353"),
    ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
    ("[2001:db8::1]:5353", "[2001:db8::1]:5353"), ("fe80::1%br-lan", "fe80::1%br-lan"),
    ("dns.lan", "192.0.2.53"), ("dns.lan:54", "192.0.2.53:54"),
    ("localhost:54", "127.0.0.1:54 [::1]:54"),
  ])
  func `takes dns_server in every spelling`(text: String, expected: String) throws {
    try withFiles(hosts: "192.0.2.53 dns.lan\n", server: Array(text.utf8)) { resolver in
      let servers = try resolver.servers(deadline: soon())
      #expect(servers.map(\.text.bytes).joined(separator: [32]).elementsEqual(expected.utf8))
    }
  }

  @Test(arguments: ["", ":53", "[::1", "dns.lan:0", "dns.lan:99999", "a b", "2001:db8::g"])
  func `refuses a dns_server that is none`(text: String) throws {
    try withFiles(server: Array(text.utf8)) { resolver in
      let error = #expect(throws: ResolverError.self) { try resolver.servers(deadline: soon()) }
      guard case .invalidServer = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.isTemporary == false)
    }
  }

  @Test func `asks servers of one family only when told to`() throws {
    let conf = "nameserver 192.0.2.1\nnameserver 2001:db8::1\n"
    try withFiles(resolvConf: conf) { resolver in
      let resolver = resolver
      resolver.serverFamily = .v6
      let servers = try resolver.servers(deadline: 0)
      #expect(servers.map(\.text) == ["2001:db8::1"])
      resolver.dnsServer = [UInt8]("192.0.2.1")
      #expect(throws: ResolverError.wrongFamily([UInt8]("192.0.2.1"))) {
        try resolver.servers(deadline: 0)
      }
    }
  }

  @Test func `asks this router when resolv_conf names nobody`() throws {
    try withFiles { resolver in
      let servers = try resolver.servers(deadline: 0)
      #expect(servers.map(\.text) == ["127.0.0.1", "::1"])
    }
    let nowhere = Resolver(root: [UInt8]("/nonexistent"))
    #expect(try nowhere.servers(deadline: 0).map(\.text) == ["127.0.0.1", "::1"])
  }

  @Test(
    arguments: [
      .unknownServer([UInt8]("dns.example"), nil),
      .unknownServer([UInt8]("dns.example"), DNSFailure(.noTime)),
      .wrongFamily([UInt8]("192.0.2.1")),
    ] as [ResolverError])
  func `what keeps dns_server from being asked may pass`(error: ResolverError) {
    #expect(error.isTemporary)
  }

  @Test func `says which dns_server cannot be found, and why`() throws {
    // Nobody listens on port 53 of this loopback address.
    try withFiles(resolvConf: "nameserver 127.83.83.83\n", server: [UInt8]("dns.example")) {
      let resolver = $0
      let error = #expect(throws: ResolverError.self) {
        try resolver.lookup([UInt8]("home.example"), .a, deadline: soon())
      }
      let words = String(decoding: error?.message.bytes ?? [], as: UTF8.self)
      #expect(words.hasPrefix("cannot resolve dns_server dns.example: dns server 127.83.83.83: "))
      #expect(words.contains("Connection refused"))
      #expect(error?.isTemporary == true)
    }
  }

  @Test func `every error names the host`() {
    let name = [UInt8]("home.example")
    let errors: [ResolverError] = [
      .invalidName(name), .notFound(name, .nxDomain), .notFound(name, .noData),
      .unknownServer(name, nil), .failed(name, DNSFailure(.noServers)),
    ]
    let words = errors.map { String(decoding: $0.message.bytes, as: UTF8.self) }
    #expect(words.allSatisfy { $0.contains("home.example") })
    #expect(Set(words).count == errors.count)
    #expect(words[1].contains("NXDOMAIN") && words[3].contains("dns_server"))
  }
}
