// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `option offline`: what a provider is told when a section is stopped.
  @Suite struct OfflineTests {
    private static let url = "http://[USERNAME]:[PASSWORD]@127.0.0.1"

    /// A runner of `home` that has sent its address and waits.
    private static func waiting(_ world: World) throws -> Child {
      try? FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/home.nextcheck")
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      return child
    }

    /// A server that says `good` to everything.
    private static func server() throws -> LoopbackHTTP {
      try LoopbackHTTP { _ in HTTPAnswer("good\n") }
    }

    private static func options(_ server: LoopbackHTTP, _ offline: String) -> [String: String?] {
      [
        "update_url": "\(url):\(server.port)/u?host=[DOMAIN]&ip=[IP]", "offline": offline,
        "verify": "answer",
      ]
    }

    private static func stop(_ child: Child, _ world: World) -> Child.Result {
      child.signal(SIGUSR2)
      let result = child.wait(seconds: 15)
      world.check(result)
      return result
    }

    @Test(arguments: [
      ("192.0.2.1", "/u?host=home.example.com&ip=192.0.2.1"),
      (
        "http://[USERNAME]:[PASSWORD]@127.0.0.1:PORT/off?h=[DOMAIN]&a=[IP]",
        "/off?h=home.example.com&a=0.0.0.0"
      ),
      ("http://127.0.0.1:PORT/gone?[DOMAIN]", "/gone?home.example.com"),
    ])
    func `USR2 sends one request, and the next start its address anew`(
      offline: String, request: String
    ) throws {
      let server = try Self.server()
      let world = try World()
      try world.configure(
        Self.options(server, offline.replacing("PORT", with: "\(server.port)")))
      let online = "/u?host=home.example.com&ip=\(World.seen)"
      let result = try Self.stop(Self.waiting(world), world)
      #expect(result.status == 0, "\(result.stderr)")
      #expect(server.requests.all.map(\.target) == [online, request])
      let log = world.log()
      #expect(log.contains("note : going offline\n"))
      #expect(log.contains("info : Update successful - offline (good)\n"))
      #expect(log.contains("terminated by 'SIGUSR2'"))
      // Once each time that one is sent.
      let warnings = log.ranges(of: "password is sent without encryption").count
      #expect(warnings == (offline.hasPrefix("http://127") ? 1 : 2))
      #expect(world.runFile("pid") == nil)
      // Flash has it, for a reboot may follow.
      let state = try #require(world.text("etc/ddns/state/home.state"))
      #expect(state.contains("\noffline\n") && state.contains("\naccepted \(World.seen) "))
      let next = try Self.waiting(world)
      #expect(Wait.until(within: 10) { server.requests.count == 3 })
      #expect(server.requests.all.last?.target == online)
      next.signal(SIGTERM)
      world.check(next.wait(seconds: 10))
      // TERM is how a reload ends it, too: nobody is told.
      #expect(server.requests.count == 3)
      #expect(world.text("etc/ddns/state/home.state")?.contains("\noffline\n") == false)
    }

    @Test func `without the option, after nothing was sent, or blocked, nobody is told`() throws {
      let server = try Self.server()
      let world = try World()
      try world.configure(Self.options(server, "0"))
      #expect(try Self.stop(Self.waiting(world), world).status == 0)
      #expect(server.requests.count == 1 && !world.log().contains("going offline"))
      let other = try World()
      server.script.add("/u", .respond(HTTPAnswer("badauth\n")))
      try other.configure(Self.options(server, "192.0.2.1"))
      #expect(try Self.stop(Self.waiting(other), other).status == 0)
      #expect(server.requests.count == 2)
      #expect(other.log().contains("NOT going offline"))
    }

    @Test func `a provider that is silent keeps nobody for long, and the record is right`() throws {
      let server = try Self.server()
      let world = try World()
      try world.configure(Self.options(server, "http://127.0.0.1:\(server.port)/silent"))
      let child = try Self.waiting(world)
      server.script.add("/silent", .silent)
      let start = Date()
      child.signal(SIGUSR2)
      #expect(Wait.until(within: 10) { server.requests.count == 2 })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(Date().timeIntervalSince(start) < 7, "TERM ends it")
      #expect(world.text("etc/ddns/state/home.state")?.contains("\noffline\n") == true)
      let next = try Self.waiting(world)
      #expect(Wait.until(within: 10) { server.requests.count == 3 })
      next.signal(SIGTERM)
      world.check(next.wait(seconds: 10))
    }

    @Test func `all sections of a process are told, more than may work at a time`() throws {
      let server = try Self.server()
      let world = try World()
      let names = (1...6).map { "s\($0)" }
      try world.configure(
        text: names.map {
          var options = Self.options(server, "192.0.2.1")
          options["domain"] = "\($0).example.com"
          options["lookup_host"] = "\($0).example.com"
          return world.section($0, options)
        }.joined())
      let child = try world.start("ddns-runner", [])
      #expect(
        Wait.until(within: 20) { names.allSatisfy { world.runFile("nextcheck", of: $0) != nil } })
      #expect(Self.stop(child, world).status == 0)
      let told = server.requests.all.map(\.target).filter { $0.hasSuffix("ip=192.0.2.1") }
      #expect(told.sorted() == names.map { "/u?host=\($0).example.com&ip=192.0.2.1" })
    }

    @Test func `a file has the page, and stop of the updater asks for it`() throws {
      let server = try Self.server()
      let world = try World()
      let base = "\(Self.url):\(server.port)"
      try world.write(
        "usr/share/ddns/custom/mine.json",
        """
        { "name": "mine", "protocol": "dyndns2",
          "ipv4": { "url": "\(base)/u?ip=[IP]", "offline": "\(base)/off?host=[DOMAIN]" } }
        """)
      try world.configure([
        "update_url": nil, "service_name": "mine", "offline": "1", "verify": "answer",
      ])
      let child = try Self.waiting(world)
      let commands = try CommandLines(world)
      #expect(try commands.updater("-S home -- stop").status == 0)
      #expect(child.wait(seconds: 10).status == 0)
      #expect(commands.process("home") == nil)
      #expect(
        server.requests.all.map(\.target)
          == ["/u?ip=\(World.seen)", "/off?host=home.example.com"])
    }

    @Test func `--check says what is wrong with it`() throws {
      let world = try World()
      for (option, words) in [
        ("maybe", "option 'offline' is 'maybe': use 1, 0, an address of the family, or a URL"),
        ("2001:db8::1", "option 'offline' is '2001:db8::1': use 1, 0, an address of the family"),
        ("1", "this provider has no request to go offline: set 'offline' to an address"),
        ("http://", "offline is no http or https URL"),
        ("http://h/?p=[PARAMENC]", "Service section missing 'param_enc'"),
      ] {
        try world.configure(["offline": option])
        let result = try world.runner(["--check"])
        #expect(result.status == 78 && result.stderr.contains(words), "\(result.stderr)")
      }
      try world.configure(["offline": "off"])
      #expect(try world.runner(["--check"]).status == 0)
      #expect(try world.update(["--offline"]).status == 78)
    }

    @Test(.enabled(if: UpdateServer.Kind.bind.isInstalled))
    func `a name server takes the record away, of several ours only`() throws {
      let server = try UpdateServer(.bind)
      let world = try World()
      let options: [String: String?] = [
        "update_url": "dns://127.0.0.1:\(server.port)/example.com", "verify": "answer",
        "username": "hmac-sha256:k-sha256", "password": UpdateServer.secret, "offline": "1",
        "keep_others": "1",
      ]
      try world.configure(options)
      let child = try Self.waiting(world)
      #expect(server.records() == ["192.0.2.1", "192.0.2.2", World.seen])
      #expect(Self.stop(child, world).status == 0)
      #expect(server.records() == ["192.0.2.1", "192.0.2.2"], "\(world.log())")
      try world.configure(options.merging(["keep_others": "0"]) { $1 })
      #expect(try Self.stop(Self.waiting(world), world).status == 0)
      #expect(server.records() == [])
    }
  }
}
