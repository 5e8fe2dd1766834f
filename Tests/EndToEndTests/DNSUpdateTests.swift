// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite struct DNSUpdateTests {
    private static let installed = UpdateServer.Kind.allCases.filter { $0.isInstalled }

    /// A section that updates `home` with a key of the server.
    private static func world(
      _ server: UpdateServer, _ changes: [String: String?] = [:]
    ) throws -> World {
      let world = try World()
      let file = try String(
        contentsOfFile: Programs.source("services/bind-nsupdate.json"), encoding: .utf8)
      try world.write("usr/share/ddns/default/bind-nsupdate.json", file)
      try world.configure(options(server, changes))
      return world
    }

    private static func options(
      _ server: UpdateServer, _ changes: [String: String?] = [:]
    ) -> [String: String?] {
      let options: [String: String?] = [
        "update_url": nil, "service_name": "bind-nsupdate", "username": "hmac-sha256:k-sha256",
        "password": UpdateServer.secret, "dns_server": "127.0.0.1:\(server.port)",
      ]
      return options.merging(changes) { $1 }
    }

    private static func update(_ world: World, _ arguments: String...) throws -> Child.Result {
      let result = try world.run("ddns-update", ["-S", "home", "-v", "2"] + arguments)
      for secret in [UpdateServer.secret, "0123456789abcdef0123456789abcdef", "c2VjcmV0"] {
        #expect(!result.output.contains(secret))
      }
      return result
    }

    @Test(arguments: installed) func `a server has the address, by every algorithm`(
      kind: UpdateServer.Kind
    ) throws {
      let server = try UpdateServer(kind)
      for (index, algorithm) in UpdateServer.algorithms.enumerated() {
        let world = try Self.world(
          server,
          [
            "username": algorithm == "md5" ? "k-md5" : "hmac-\(algorithm):k-\(algorithm)",
            "force_dnstcp": index % 2 == 0 ? "0" : "1",
          ])
        let result = try Self.update(world, "81.2.69.\(index)")
        #expect(result.status == 0 && result.stdout == "good\n", "\(algorithm): \(result.stderr)")
        #expect(server.records() == ["81.2.69.\(index)"])
      }
      let world = try Self.world(server, ["use_ipv6": "1"])
      #expect(try Self.update(world, "2a02:8010:1::7").status == 0)
      #expect(server.records("AAAA") == ["2a02:8010:1::7"])
      #expect(server.records() == ["81.2.69.5"], "the other family is left alone")
    }

    @Test(arguments: installed) func `one message replaces the addresses of both families`(
      kind: UpdateServer.Kind
    ) throws {
      let server = try UpdateServer(kind)
      let world = try Self.world(server)
      for number in 6...7 {
        let result = try Self.update(world, "--with", "2a02:8010:1::\(number)", "81.2.69.\(number)")
        #expect(result.status == 0 && result.stdout == "good\n", "\(result.stderr)")
        #expect(result.stderr.contains("AAAA 2a02:8010:1::\(number)"), "\(result.stderr)")
        #expect(server.records() == ["81.2.69.\(number)"])
        #expect(server.records("AAAA") == ["2a02:8010:1::\(number)"])
      }
      // A refusal is of both, too: the runner asks no second time with a wrong key.
      try world.configure(
        Self.options(
          server,
          [
            "password": "c2VjcmV0", "use_ipv6": "both",
            "ip_url": "http://localhost:\(world.mock.http.port)/ip", "ip_source": "web",
          ]))
      let status = try world.runner(["--once", "-v", "2"]).status
      #expect(status == 77 || kind != .bind, "not all say that it is the key")
      let log = world.log() + world.log(of: "home_v6")
      #expect(log.components(separatedBy: "#> DNS update of zone").count == 2, "\(log)")
      // Which of the other family's addresses is ours only its own update knows.
      let kept = try Self.world(server, ["keep_others": "1"])
      #expect(try Self.update(kept, "--with", "2a02:8010:1::8", "81.2.69.8").status == 0)
      #expect(server.records("AAAA") == ["2a02:8010:1::7"])
    }

    @Test(arguments: installed) func `a URL names server, zone and TTL`(
      kind: UpdateServer.Kind
    ) throws {
      let server = try UpdateServer(kind)
      let world = try Self.world(
        server,
        [
          "service_name": nil, "dns_server": nil,
          "update_url": "dns://127.0.0.1:\(server.port)/example.com?ttl=77",
        ])
      let dry = try Self.update(world, "-d", "81.2.69.9")
      #expect(dry.stdout == "dry-run\n")
      #expect(
        dry.stderr.contains(
          "#> DNS update of zone example.com at 127.0.0.1:\(server.port), signed by hmac-sha256\n"))
      #expect(dry.stderr.contains("#> delete home.example.com A\n"))
      #expect(dry.stderr.contains("#> add home.example.com 77 A 81.2.69.9\n"))
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
      #expect(try Self.update(world, "81.2.69.9").status == 0)
      #expect(server.records() == ["81.2.69.9"])
    }

    @Test(arguments: installed) func `a key that is wrong is told, and nothing changes`(
      kind: UpdateServer.Kind
    ) throws {
      let server = try UpdateServer(kind)
      for (changes, words) in [
        (["username": "hmac-sha256:other"], "BADKEY: the server has no key"),
        (["password": "c2VjcmV0"], "BADSIG: the server has another secret"),
        (["username": "hmac-sha512:k-sha256"], "BADKEY: the server has no key"),
      ] as [([String: String], String)] {
        let result = try Self.update(Self.world(server, changes), "81.2.69.9")
        if kind == .powerDNS {
          // It tells nobody why, and does not sign that.
          #expect(result.status == 75 && result.stderr.contains("REFUSED"), "\(result.stderr)")
        } else {
          #expect(result.status == 77 && result.stdout == "badauth\n", "\(result.stderr)")
          #expect(result.stderr.contains(words), "\(result.stderr)")
        }
      }
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
    }

    @Test(arguments: installed) func `a zone that is not the server's is told`(
      kind: UpdateServer.Kind
    ) throws {
      let server = try UpdateServer(kind)
      let world = try Self.world(server, ["domain": "home@example.org"])
      let result = try Self.update(world, "81.2.69.9")
      #expect(result.stderr.contains("NOTAUTH: the server has no authority"), "\(result.stderr)")
      // Knot does not sign that: who says so may be another server in its place.
      #expect(result.status == (kind == .knot ? 75 : 77))
    }

    @Test(.enabled(if: UpdateServer.Kind.bind.isInstalled))
    func `a name that the key may not change, or outside the zone, blocks as nohost does`() throws {
      let server = try UpdateServer(.bind)
      for (domain, url, word, words) in [
        ("www.example.com", nil, "nohost", "REFUSED: the server does not let this key"),
        (
          "home.example.net", "dns://127.0.0.1:\(server.port)/example.com", "notfqdn",
          "NOTZONE: the name is not in the zone"
        ),
      ] as [(String, String?, String, String)] {
        let world = try Self.world(
          server,
          [
            "domain": domain, "service_name": url == nil ? "bind-nsupdate" : nil,
            "update_url": url,
          ])
        let result = try Self.update(world, "81.2.69.9")
        #expect(result.status == 77 && result.stdout == "\(word)\n", "\(result.stderr)")
        #expect(result.stderr.contains(words), "\(result.stderr)")
      }
    }

    @Test(
      .enabled(
        if: UpdateServer.Kind.knot.isInstalled && Faketime.isInstalled,
        "knotd or libfaketime is not installed, or nothing can be mounted"),
      arguments: ["+1h", "-1h"])
    func `clocks that differ are told, both, and may agree later`(clock: String) throws {
      let before = Faketime.leftovers
      let server = try UpdateServer(.knot, clock: clock)
      let result = try Self.update(Self.world(server), "81.2.69.9")
      #expect(result.status == 75)
      #expect(
        result.stderr.contains(
          #/BADTIME: the server's clock shows 20[-0-9]+ [:0-9]+, ours 20[-0-9]+ [:0-9]+\n/#),
        "\(result.stderr)")
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"])
      #expect(Faketime.leftovers == before, "shared with who comes later")
    }

    @Test(.enabled(if: UpdateServer.Kind.bind.isInstalled))
    func `keep_others leaves addresses that are not ours, and takes ours away`() throws {
      let server = try UpdateServer(.bind)
      let world = try Self.world(
        server, ["keep_others": "1", "ip_source": "script", "ip_script": "/address"])
      func run(_ address: String) throws -> Child.Result {
        try world.write("address", "#!/bin/sh\necho \(address)\n", mode: 0o755)
        return try world.runner(["--once"])
      }
      #expect(try run("81.2.69.1").status == 0)
      #expect(server.records() == ["192.0.2.1", "192.0.2.2", "81.2.69.1"])
      #expect(try run("81.2.69.2").status == 0)
      #expect(server.records() == ["192.0.2.1", "192.0.2.2", "81.2.69.2"])
    }

    @Test(.enabled(if: UpdateServer.Kind.bind.isInstalled))
    func `a wrong key blocks the section until the key or the server is another`() throws {
      let server = try UpdateServer(.bind)
      let world = try Self.world(server, ["username": "hmac-sha256:other"])
      #expect(try world.runner(["--once"]).status == 77)
      let asked = world.log().components(separatedBy: "BADKEY").count
      #expect(asked > 1)
      #expect(try world.runner(["--once"]).status == 77)
      #expect(world.log().components(separatedBy: "BADKEY").count == asked, "asked again")
      let other = try UpdateServer(.bind)
      let changes = ["username": "hmac-sha256:other", "dns_server": "127.0.0.1:\(other.port)"]
      try world.configure(Self.options(server, changes))
      #expect(try world.runner(["--once"]).status == 77)
      #expect(world.log().components(separatedBy: "BADKEY").count > asked, "another server")
      try world.configure(Self.options(server))
      #expect(try world.runner(["--once"]).status == 0)
      #expect(server.records() == [World.seen])
    }

    @Test func `what is no key is told before anything is sent`() throws {
      let world = try World()
      func update(_ changes: [String: String?]) throws -> Child.Result {
        let options: [String: String?] = [
          "update_url": "dns://127.0.0.1:1/example.com", "username": "key", "password": "c2VjcmV0",
        ]
        try world.configure(options.merging(changes) { $1 })
        return try Self.update(world, "81.2.69.9")
      }
      for (changes, words) in [
        (["username": "hmac-sha3:key"], "'hmac-sha3' is no algorithm of keys: use hmac-md5"),
        (["username": "a..b"], "username is no name of a key"),
        (["password": "secret?"], "password is no secret of a key: it has to be base 64"),
        (["password": nil], "missing 'password'"),
        (["username": nil], "missing 'username'"),
        (["domain": nil], "missing 'domain'"),
        (["update_url": "dns://127.0.0.1/a/b"], "is no http"),
        (["update_url": "dns://a:b/"], "is no http"),
        (["update_url": "dns://a/?ttl=x"], "is no http"),
      ] as [([String: String?], String)] {
        let result = try update(changes)
        #expect(result.status == 78 && result.stderr.contains(words), "\(result.stderr)")
      }
      #expect(try update([:]).status == 75)
    }
  }
}
