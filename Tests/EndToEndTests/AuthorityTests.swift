// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// One BIND with two faces on port 53: who asks for recursion, as of a resolver, gets a stale record;
/// who does not, as of the zone's own server, gets the right one. Nobody answers at a second server.
private final class TwoFacedServer: Sendable {
  static let stale = "81.2.69.1"
  static let address = "127.0.0.1"

  /// Whether there is a port 53 for it: BIND listens at addresses of devices only.
  static let hasPort: Bool = {
    let turn = Turn()
    defer { withExtendedLifetime(turn) {} }
    return (try? LoopbackDNS(zone: Zone(), addresses: [address], port: 53)) != nil
  }()

  /// The same tests may run elsewhere on this machine, and one BIND does not mind another at its port.
  private final class Turn: Sendable {
    private let file = open("/tmp/ddns-port-53", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    init() { flock(file, LOCK_EX) }
    deinit { close(file) }
  }

  private let scratch: Scratch
  private let child: Child
  private let turn = Turn()  // let go last

  /// Without the right record the zone's server refuses whatever it is asked; with `glue` it has
  /// the zone above only, and that address in it.
  init(right: String?, glue: String? = nil) throws {
    let scratch = try Scratch()
    self.scratch = scratch
    var views = ""
    for (view, home) in [("stale", Self.stale), ("right", right)] {
      let zone = """
        $TTL 600
        @ SOA ns1 hostmaster 1 7200 900 3600 30
        @ NS ns0
        @ NS ns1
        ns0 A 127.83.83.83
        ns1 A \(Self.address)
        home A \(home ?? "")
        alias CNAME home

        """
      try Data(zone.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(view).zone"))
      var known = home == nil ? "" : "zone example.com { type primary; file \"\(view).zone\"; };"
      if let glue {
        let zone = """
          $TTL 600
          @ SOA ns hostmaster 1 7200 900 3600 30
          @ NS ns
          ns A \(Self.address)
          example NS home.example
          home.example A \(glue)

          """
        try Data(zone.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/com.zone"))
        known += "zone com { type primary; file \"com.zone\"; };"
      }
      let isStale = view == "stale" ? "yes" : "no"
      views += "view \(view) { match-recursive-only \(isStale); \(known) };\n"
    }
    let configuration = """
      options {
        directory "\(scratch.path)"; pid-file none; session-keyfile none;
        listen-on port 53 { \(Self.address); }; listen-on-v6 { none; };
        recursion no; dnssec-validation no; minimal-responses yes;
      };
      controls {};
      \(views)
      """
    let file = "\(scratch.path)/named.conf"
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
    child = try Child("named", ["-g", "-n", "1", "-c", file], environment: Programs.searchPath)
    let child = child
    guard
      Wait.until(within: 15, { child.stderr.contains("all zones loaded") || !child.isRunning }),
      child.isRunning, child.stderr.contains("zone example.com/IN/stale: loaded")
    else { throw MockError("named: \(child.stderr)") }
  }
}

extension EndToEnd {
  /// Option `verify 'authoritative'` at a real name server.
  @Suite(
    .serialized, .enabled(if: Programs.hasNamed, "named is not installed"),
    .enabled(if: TwoFacedServer.hasPort, "port 53 of 127.0.0.1 is taken, or wants root"))
  struct AuthorityTests {
    private func world(_ changes: [String: String?] = [:]) throws -> World {
      let world = try World()
      try world.write("etc/resolv.conf", "nameserver \(TwoFacedServer.address)\n")
      try world.configure(["dns_server": nil].merging(changes) { $1 })
      return world
    }

    private func registered(_ world: World, _ more: [String] = []) throws -> String {
      let result = try world.run("ddns-verify", ["-S", "home"] + more)
      #expect(result.status == 0, "\(result.stderr)")
      return result.stdout
    }

    @Test func `the zone's own server is right when the resolver is stale`() throws {
      let server = try TwoFacedServer(right: World.seen)
      defer { withExtendedLifetime(server) {} }
      let stale = "\(TwoFacedServer.stale)\n"
      let right = "\(World.seen)\n"
      #expect(try registered(world()) == stale)
      let own = try world(["verify": "authoritative"])
      #expect(try registered(own) == right)
      #expect(try registered(own, ["-t"]) == right)
      #expect(try registered(own, ["-l", "alias.example.com"]) == right)
      #expect(try own.run("ddns-verify", ["-S", "home", "-l", "no.example.com"]).status == 1)
      #expect(try registered(own, ["-d", TwoFacedServer.address]) == stale, "a server given wins")
      try own.configure(["verify": "authoritative", "dns_server": TwoFacedServer.address])
      #expect(try registered(own) == stale, "a server given wins")
    }

    @Test func `a level 2 run believes the zone's own server`() throws {
      let server = try TwoFacedServer(right: World.seen)
      defer { withExtendedLifetime(server) {} }
      let own = try world(["verify": "authoritative"])
      let result = try own.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(own.updates.count == 1)
      #expect(own.runFile("ip") == "\(World.seen)\n")
      let other = try world()
      #expect(try other.runner(["-v", "2"]).status == 1)
      #expect(other.runFile("ip") == "\(TwoFacedServer.stale)\n")
    }

    @Test func `is_glue asks the zone above for what it has registered (B27)`() throws {
      let server = try TwoFacedServer(right: nil, glue: World.seen)
      defer { withExtendedLifetime(server) {} }
      let own = try world(["is_glue": "1"])
      #expect(try registered(own) == "\(World.seen)\n")
      #expect(try registered(own, ["-t"]) == "\(World.seen)\n")
      let none = try own.run("ddns-verify", ["-g", "-l", "other.example.com"])
      #expect(none.status == 1, "\(none.stderr)")
      #expect(none.stdout == "")
      #expect(try registered(world()) == "\(TwoFacedServer.stale)\n", "without it the zone's own")
      #expect(try own.runner(["-v", "2"]).status == 0)
      #expect(own.runFile("ip") == "\(World.seen)\n")
      let helper = try CommandLines(own).helper("-gl \(World.host) -S home -- get_registered_ip")
      #expect(helper.stdout == World.seen)
    }

    @Test func `a zone whose servers all refuse is a temporary failure`() throws {
      let server = try TwoFacedServer(right: nil)
      defer { withExtendedLifetime(server) {} }
      let own = try world(["verify": "authoritative"])
      let result = try own.run("ddns-verify", ["-S", "home"])
      #expect(result.status == 75)
      #expect(result.stdout.isEmpty)
      #expect(result.stderr.contains("cannot ask the zone's own servers about \(World.host)"))
      #expect(result.stderr.contains("dns server 127."))
    }
  }

  /// Option `verify` where DNS is not asked, and what is wrong with others.
  @Suite struct VerificationTests {
    @Test(arguments: ["answer", "none"])
    func `the provider's answer is enough, and nothing is looked up`(word: String) throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(["verify": word])
      world.mock.dns.script.add("*", .addresses(["81.2.69.1"]))
      for _ in 0..<2 {
        let result = try world.runner(["-v", "2"])
        #expect(result.status == 0, "\(result.output)")
        #expect(world.runFile("ip") == "\n")
      }
      #expect(world.updates.count == 1)
      #expect(world.mock.dns.queries.count == 0)
      try world.configure(["verify": word, "password": World.password, "domain": "www.example.com"])
      let result = try world.runner(["-v", "2"])
      #expect(world.updates.count == 2)
      #expect(result.output.contains("verify is 'none'") == (word == "none"))
    }

    @Test func `a record that was verified once is not repaired any more`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      world.zone.set(World.host, to: ["81.2.69.1"])
      try world.configure(["verify": "answer"])
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 1)
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 2)
    }

    @Test(arguments: [
      ("api", "verify 'api': provider 'custom' cannot be asked"),
      ("DNS", "option 'verify' is 'DNS': use 'dns'"),
    ])
    func `other words are errors of the configuration`(word: String, words: String) throws {
      let world = try World()
      try world.configure(["verify": word])
      for arguments in [["-v", "2"], ["--check"]] {
        let result = try world.runner(arguments)
        #expect(result.status == 78)
        #expect(result.output.contains("etc/config/ddns:"))
        #expect(result.output.contains(words))
      }
      #expect(world.updates.isEmpty)
    }
  }
}
