// SPDX-License-Identifier: Apache-2.0

import Mock
import Testing

extension EndToEnd {
  /// The deadlines are the product's own, up to 30 s, so all cases wait at the same time.
  @Suite struct DeadlineTests {
    private struct Case {
      let name: String
      let limit: Double
      let world: World
      let child: Child
    }

    @Test func `nothing hangs past its deadline: silence, drip, dead DNS (users 2)`()
      async throws
    {
      let faults: [(name: String, limit: Double, pattern: String, fault: HTTPFault)] = [
        ("silent after accept", 20, "accept", .silent),
        ("silent after the request", 20, "*", .silent),
        ("an answer drop by drop", 35, "*", .drip(bytes: 1, every: 0.7)),
        ("a head in two halves, far apart", 35, "*", .drip(bytes: 40, every: 25)),
      ]
      var cases: [Case] = []
      for (name, limit, pattern, fault) in faults {
        for (program, arguments) in [
          ("ddns-update", ["-S", "home", World.seen]), ("ddns-detect-ip", ["-S", "home"]),
        ] {
          let world = try World()
          try world.configure()
          world.mock.http.script.add(pattern, fault)
          let child = try world.start(program, arguments)
          cases.append(Case(name: "\(program), \(name)", limit: limit, world: world, child: child))
        }
      }
      for transport in [[], ["-t"]] {
        let world = try World(registered: [World.seen])
        world.mock.dns.script.add("*", .drop)
        let arguments = ["-l", World.host, "-d", "127.0.0.1:\(world.mock.dns.port)"] + transport
        let child = try world.start("ddns-verify", arguments)
        cases.append(
          Case(name: "ddns-verify \(transport), no answer", limit: 25, world: world, child: child))
      }
      let results = await Child.ended(cases.map { $0.child }, within: 40)
      for (item, result) in zip(cases, results) {
        item.world.check(result)
        #expect(result.status == 75, "\(item.name): \(result.stderr)")
        #expect(result.seconds < item.limit, "\(item.name)")
        #expect(!result.stderr.isEmpty, "\(item.name)")
        #expect(result.stdout != "good\n" && !result.stdout.contains("81."), "\(item.name)")
      }
    }

    @Test func `a DNS answer that lies is never believed, and the wait for a true one ends`()
      async throws
    {
      let faults: [(name: String, fault: DNSFault)] = [
        ("wrong id", .wrongID), ("wrong question", .wrongQuestion),
        ("lying RDLENGTH", .lyingLength), ("compression loop", .compressionLoop),
        ("CNAME loop", .aliasLoop), ("20 CNAMEs", .aliasChain(20)), ("garbage", .garbage),
        ("SERVFAIL", .code(2)), ("REFUSED", .code(5)), ("NOTIMP", .code(4)),
      ]
      var cases: [Case] = []
      for (name, fault) in faults {
        let world = try World(registered: [World.seen])
        world.mock.dns.script.add("*", fault)
        let child = try world.start(
          "ddns-verify", ["-l", World.host, "-d", "127.0.0.1:\(world.mock.dns.port)"])
        cases.append(Case(name: name, limit: 25, world: world, child: child))
      }
      let results = await Child.ended(cases.map { $0.child }, within: 30)
      for (item, result) in zip(cases, results) {
        item.world.check(result)
        #expect([75, 76].contains(result.status), "\(item.name): \(result.stderr)")
        #expect(result.stdout.isEmpty, "\(item.name)")
        #expect(result.seconds < item.limit, "\(item.name)")
        #expect(!result.stderr.isEmpty, "\(item.name)")
      }
    }
  }
}
