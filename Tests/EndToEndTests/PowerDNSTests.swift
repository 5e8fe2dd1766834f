// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The recipe for PowerDNS, and PowerDNS.
  @Suite(.enabled(if: UpdateServer.Kind.powerDNS.isInstalled)) struct PowerDNSTests {
    private static func world(
      _ server: UpdateServer, _ changes: [String: String?] = [:]
    ) throws -> World {
      let world = try World()
      let file = try String(contentsOfFile: Programs.source("services/pdns.json"), encoding: .utf8)
      try world.write("usr/share/ddns/default/pdns.json", file)
      let options: [String: String?] = [
        "update_url": nil, "service_name": "pdns", "domain": "example.com", "username": "home",
        "param_opt": "http://127.0.0.1:\(server.apiPort)", "password": UpdateServer.secret,
        "lookup_host": "home.example.com",
      ]
      try world.configure(options.merging(changes) { $1 })
      return world
    }

    private static func update(_ world: World, _ address: String) throws -> Child.Result {
      let result = try world.run("ddns-update", ["-S", "home", "-v", "2", address])
      #expect(!result.output.contains(UpdateServer.secret))
      return result
    }

    @Test func `it has the address, and what else it has stays`() throws {
      let server = try UpdateServer(.powerDNS)
      let world = try Self.world(server, ["username": "new"])
      let made = try Self.update(world, "81.2.69.7")
      #expect(made.status == 0 && made.stdout == "good\n", "\(made.output)")
      #expect(server.records(of: "new") == ["81.2.69.7"])
      #expect(try Self.update(world, "81.2.69.7").stdout == "nochg\n")
      #expect(try Self.update(world, "81.2.69.8").stdout == "good\n")
      #expect(server.records(of: "new") == ["81.2.69.8"])
      let other = try Self.world(server, ["use_ipv6": "1"])
      #expect(try Self.update(other, "2a02:8010:1::7").stdout == "good\n")
      #expect(server.records("AAAA") == ["2a02:8010:1::7"])
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func `of several addresses none is taken away`() throws {
      let server = try UpdateServer(.powerDNS)
      let result = try Self.update(Self.world(server), "81.2.69.7")
      #expect(result.status == 77 && result.stdout == "numhost\n", "\(result.output)")
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func `it can be asked what it has`() throws {
      let server = try UpdateServer(.powerDNS)
      let world = try Self.world(server, ["verify": "api", "use_ipv6": "1"])
      let result = try world.run("ddns-verify", ["-S", "home", "2001:db8::1"])
      #expect(result.status == 0 && result.stdout == "2001:db8::1\n", "\(result.output)")
      _ = try Self.update(world, "2a02:8010:1::7")
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "2a02:8010:1::7\n")
    }

    @Test func `a wrong key and a zone it does not have are refused by name`() throws {
      let server = try UpdateServer(.powerDNS)
      let key = try Self.update(Self.world(server, ["password": "wrong-key"]), "81.2.69.7")
      #expect(key.status == 77 && key.stdout == "badauth\n", "\(key.output)")
      let zone = try Self.update(Self.world(server, ["domain": "example.org"]), "81.2.69.7")
      #expect(zone.status == 77 && zone.stdout == "nohost\n", "\(zone.output)")
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
    }
  }
}
