// SPDX-License-Identifier: Apache-2.0

import Mock
import Testing

extension EndToEnd {
  @Suite struct VerifyTests {
    @Test func `prints what is registered and compares as a set`() throws {
      let world = try World(registered: ["81.2.69.142", "81.2.69.143"])
      let bare = try world.verify()
      #expect(bare.status == 0)
      #expect(
        Set(bare.stdout.split(separator: "\n").map(String.init))
          == ["81.2.69.142", "81.2.69.143"])
      #expect(try world.verify(["81.2.69.143"]).status == 0, "users 20")
      #expect(try world.verify(["81.2.69.1"]).status == 1)
    }

    @Test(arguments: [
      "2a02:8010:1::7", "2A02:8010:1:0:0:0:0:7", "2a02:8010:0001:0000:0000:0000:0000:0007",
    ])
    func `compares IPv6 as addresses, not as text (users 13)`(spelling: String) throws {
      let world = try World(registered: [World.seenIPv6])
      #expect(try world.verify(["-6", spelling]).status == 0)
    }

    @Test func `NXDOMAIN and NODATA mean that nothing is registered (users 9)`() throws {
      let world = try World()
      for arguments in [[], [World.seen]] {
        let result = try world.verify(arguments)
        #expect(result.status == 1)
        #expect(result.stdout.isEmpty)
      }
      world.zone.set(World.host, to: [World.seenIPv6])
      #expect(try world.verify().status == 1)
    }

    @Test func `tells a runner for how long a cache may keep the answer`() throws {
      let world = try World()
      try world.configure()
      world.zone.set(World.host, to: [World.seen], ttl: 731)
      let command =
        "'\(Programs.path("ddns-verify"))' --root '\(world.root)' -S home "
        + "<'\(world.root)/etc/config/ddns' 3>&1"
      let child = try Child(
        "sh", ["-c", command],
        environment: Programs.searchPath.merging(["DDNS_REPORT": "section"]) { $1 })
      let lines = child.wait(seconds: 10).stdout.split(separator: "\n")
      #expect(lines.contains("ttl=731") && lines.contains("registered=\(World.seen)"), "\(lines)")
    }

    @Test func `a runner that has heard the TTL blames a cache, not a proxy`() throws {
      let world = try World()
      try world.configure()
      world.zone.set(World.host, to: ["81.2.69.9"], ttl: 3_000)
      let stub = "#!/bin/sh\necho word=good >&3\n"
      try world.write("stubs/ddns-update", stub, mode: 0o755)
      for name in ["ddns-detect-ip", "ddns-verify"] {
        try world.write(
          "stubs/\(name)", "#!/bin/sh\nexec '\(Programs.path(name))' \"$@\"\n", mode: 0o755)
      }
      let result = try world.run(
        "ddns-runner", ["-S", "home", "--once"],
        environment: ["DDNS_LIBEXEC": "\(world.root)/stubs"])
      #expect(result.status == 0)
      #expect(world.log().contains("caches of the DNS may show the old one until"))
    }

    @Test func `asks for the family wanted only`() throws {
      let world = try World(registered: [World.seen, World.seenIPv6])
      #expect(try world.verify().stdout == "\(World.seen)\n")
      #expect(try world.verify(["-6"]).stdout == "\(World.seenIPv6)\n")
      #expect(world.mock.dns.queries.all.map { $0.typeName } == ["A", "AAAA"])
    }

    @Test func `one lost or spoilt answer is made good by the next try`() throws {
      for fault in [DNSFault.drop, .wrongID, .garbage] {
        let world = try World(registered: [World.seen])
        world.mock.dns.script.add("*", times: 1, fault)
        #expect(try world.verify([World.seen]).status == 0, "\(fault)")
      }
    }

    @Test func `a spoofed answer before the true one does not win`() throws {
      let world = try World(registered: [World.seen])
      world.mock.dns.script.add("*", times: 1, .wrongQuestion)
      #expect(try world.verify().stdout == "\(World.seen)\n")
    }

    @Test(arguments: [1, 3, 7])
    func `follows aliases within one answer`(count: Int) throws {
      let world = try World(registered: [World.seen])
      world.mock.dns.script.add("*", .aliasChain(count))
      #expect(try world.verify().stdout == "\(World.seen)\n")
    }

    @Test func `follows an alias the server knows`() throws {
      let world = try World(registered: [World.seen])
      world.zone.alias("alias.example.com", to: World.host)
      #expect(try world.verify(host: "alias.example.com").stdout == "\(World.seen)\n")
    }

    @Test func `a truncated answer is asked for again over TCP`() throws {
      let world = try World(registered: [World.seen])
      world.mock.dns.script.add("*", .truncate)
      #expect(try world.verify().stdout == "\(World.seen)\n")
      #expect(world.mock.dns.queries.all.map { $0.transport } == [.udp, .tcp])
    }

    @Test func `takes many addresses over TCP when UDP cannot carry them`() throws {
      let world = try World(registered: [World.seen])
      world.mock.dns.script.add("*", .many(150))
      #expect(try world.verify([World.seen]).status == 0)
      #expect(world.mock.dns.queries.last?.transport == .tcp)
    }

    @Test func `a server without EDNS is asked without`() throws {
      let world = try World(registered: [World.seen])
      world.mock.dns.script.add("*", .noEDNS)
      #expect(try world.verify().stdout == "\(World.seen)\n")
      #expect(world.mock.dns.queries.all.map { $0.hasEDNS } == [true, false])
    }

    @Test func `force_dnstcp and -t never send a datagram`() throws {
      let world = try World(registered: [World.seen])
      #expect(try world.verify(["-t"]).status == 0)
      try world.configure(["force_dnstcp": "1"])
      #expect(try world.run("ddns-verify", ["-S", "home"]).status == 0)
      #expect(world.mock.dns.queries.count == 2)
      #expect(world.mock.dns.queries.all.allSatisfy { $0.transport == .tcp })
    }

    @Test(arguments: ["127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT"])
    func `accepts dns_server in every spelling (users 11)`(spelling: String) throws {
      if spelling.contains("::1"), !Programs.hasIPv6 { return }
      let world = try World(registered: [World.seen])
      let server = spelling.replacing("PORT", with: "\(world.mock.dns.port)")
      try world.configure(["dns_server": server])
      let result = try world.run("ddns-verify", ["-S", "home"])
      #expect(result.stdout == "\(World.seen)\n", "\(result.stderr)")
      #expect(world.mock.dns.queries.count == 1)
    }

    @Test(.enabled(if: Programs.isRoot, "port 53 wants root"))
    func `without dns_server it asks the servers of resolv.conf, on port 53`() throws {
      let address = "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...254)).53"
      let world = try World()
      let zone = Zone()
      zone.set(World.host, to: [World.seen])
      let server = try LoopbackDNS(zone: zone, addresses: [address], port: 53)
      try world.write("etc/resolv.conf", "# comment\nsearch lan\nnameserver \(address)\n")
      try world.configure(["dns_server": nil])
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "\(World.seen)\n")
      try world.configure(["dns_server": address])
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "\(World.seen)\n")
      #expect(server.queries.count == 2)
    }

    /// A captive portal, or a resolver that has just begun, says of every name that there is none.
    @Test(
      .enabled(if: Programs.isRoot, "port 53 wants root"),
      arguments: [DNSFault.code(3), .noData, .code(2)])
    func `a dns_server whose name is not found keeps back no first update`(
      fault: DNSFault
    ) throws {
      let address = "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...254)).53"
      let world = try World()
      let system = try LoopbackDNS(zone: Zone(), addresses: [address], port: 53)
      system.script.add("*", fault)
      try world.write("etc/resolv.conf", "nameserver \(address)\n")
      try world.configure(["dns_server": "dns.nowhere.test"])
      let verify = try world.run("ddns-verify", ["-S", "home"])
      #expect(verify.status == 75)
      #expect(verify.stderr.contains("cannot resolve dns_server dns.nowhere.test"))
      let result = try world.runner(["--once"])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.updates.count == 1)
    }

    @Test func `a dns_server of the other IP version keeps back no first update`()
      throws
    {
      let world = try World()
      try world.configure(["dns_server": "[::1]:53", "force_ipversion": "1"])
      let verify = try world.run("ddns-verify", ["-S", "home"])
      #expect(verify.status == 75)
      #expect(verify.stderr.contains("[::1]:53 is an address of the other IP version"))
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 1)
    }

    @Test func `takes family and name from the section`() throws {
      let world = try World(registered: [World.seenIPv6])
      try world.configure(["use_ipv6": "1"])
      let result = try world.run("ddns-verify", ["-S", "home", World.seenIPv6])
      #expect(result.status == 0)
      #expect(result.stdout == "\(World.seenIPv6)\n")
    }

    @Test(arguments: ["a b.example.com", "home;id", "$(id).example.com", "ho\u{fc}me"])
    func `refuses a name with characters outside the allowed set`(name: String) throws {
      let world = try World()
      try world.configure(["lookup_host": name])
      #expect(try world.run("ddns-verify", ["-S", "home"]).status == 78)
      #expect(world.mock.dns.queries.count == 0)
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(
        result.output.contains("sanitize on lookup_host found characters outside allowed subset"))
    }

    @Test func `names longer than DNS allows are refused, not cut`() throws {
      let world = try World()
      let label = String(repeating: "a", count: 64)
      #expect([64, 78].contains(try world.verify(host: "\(label).example.com").status))
      let long = Array(repeating: "abcdefghi", count: 30).joined(separator: ".")
      #expect([64, 78].contains(try world.verify(host: long).status))
      #expect(world.mock.dns.queries.count == 0)
    }
  }
}
