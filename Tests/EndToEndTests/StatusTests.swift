// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `ddns-runner --status`, as a person and as a user interface sees it.
  @Suite struct StatusTests {
    private func text(_ world: World, _ arguments: [String] = []) throws -> String {
      let result = try world.run("ddns-runner", ["--status"] + arguments)
      #expect(result.status == 0, "\(result.stderr)")
      return result.stdout
    }

    /// The sections of the JSON by their names.
    private func sections(_ world: World, _ arguments: [String] = []) throws -> [String: Section] {
      struct Document: Decodable {
        let version: Int
        let sections: [Section]
      }
      let json = try text(world, ["--json"] + arguments)
      let document = try JSONDecoder().decode(Document.self, from: Data(json.utf8))
      #expect(document.version == 1)
      return Dictionary(uniqueKeysWithValues: document.sections.map { ($0.section, $0) })
    }

    private struct Section: Decodable {
      let section: String
      let host: String?
      let enabled: Bool
      let running: Bool
      let pid: Int?
      let state: String
      let reason: String?
      let since: Int?
      let current: String?
      let registered: [String]?
      let accepted: String?
      let acceptedAt: Int?
      let nextCheck: Int?
      let lastError: String?
      let lastErrorAt: Int?
      let updatesToday: Int?
      let updateLimit: Int?
    }

    private var wallClock: Int { Int(Date().timeIntervalSince1970) }

    @Test func `asks nobody, writes nothing, and has every section`() throws {
      let world = try World()
      try world.configure(
        text: world.section("home") + world.section("off", ["enabled": "0"])
          + world.section("broken", ["update_url": nil]))
      var found = try sections(world)
      #expect(
        found.mapValues { $0.state } == [
          "home": "never-run", "off": "disabled",
          "broken": "stopped",
        ])
      #expect(found["broken"]?.reason?.contains("No update_url") == true)
      #expect(!world.exists("var/run") && !world.exists("var/log"))
      #expect(world.mock.http.requests.count + world.mock.dns.queries.count == 0)
      #expect(try world.runner(["--once"]).status == 0)
      let before = world.mock.http.requests.count + world.mock.dns.queries.count
      let files = world.names(in: "var/run/ddns") + world.names(in: "var/log/ddns")
      found = try sections(world)
      _ = try text(world)
      #expect(world.mock.http.requests.count + world.mock.dns.queries.count == before)
      #expect(files == world.names(in: "var/run/ddns") + world.names(in: "var/log/ddns"))
      let home = try #require(found["home"])
      #expect(home.enabled && !home.running && home.pid == nil && home.state == "done")
      #expect(home.reason == "verified: DNS shows \(World.seen)")
      #expect(home.current == World.seen && home.registered == [World.seen])
      #expect(home.accepted == World.seen && home.updatesToday == 1 && home.updateLimit == 48)
      #expect(abs((home.acceptedAt ?? 0) - wallClock) < 30 && home.nextCheck == nil)
      #expect(home.lastError == nil && home.lastErrorAt == nil && home.host == World.host)
    }

    @Test func `follows a runner from its first wait to its end`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("status") != nil })
      let home = try #require(try sections(world)["home"])
      #expect(home.running && home.pid == Int(child.pid) && home.state == "waiting")
      #expect(abs((home.nextCheck ?? 0) - wallClock - 600) < 30)
      #expect(abs((home.since ?? 0) - wallClock) < 30)
      let lines = try text(world)
      #expect(lines.hasPrefix("home: waiting since 20") && lines.contains(", pid \(child.pid)\n"))
      #expect(lines.contains("\n  next check  20") && lines.contains("\n  accepted    81.2.69.142"))
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      let ended = try #require(try sections(world)["home"])
      #expect(!ended.running && ended.state == "stopped" && ended.reason == "ended by SIGTERM")
    }

    @Test func `a killed runner does not look alive, nor does somebody else's process`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("status") != nil })
      child.signal(SIGKILL)
      child.wait(seconds: 5)
      #expect(try sections(world)["home"]?.running == false)
      #expect(try sections(world)["home"]?.state == "stopped")
      try world.write("var/run/ddns/home.pid", "1\n")
      #expect(try sections(world)["home"]?.running == false)
    }

    @Test func `a block and an outage are told with their error, without secrets`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(200, "badauth \(World.password)")))
      #expect(try world.runner(["--once"]).status == 77)
      let blocked = try #require(try sections(world)["home"])
      #expect(blocked.state == "blocked" && blocked.reason?.contains("badauth") == true)
      #expect(blocked.lastError != nil && abs((blocked.lastErrorAt ?? 0) - wallClock) < 30)
      #expect(try world.redactor.leak(in: text(world)) == nil)
      #expect(world.redactor.leak(in: world.runFile("status") ?? "") == nil)
    }

    @Test(arguments: [
      ("kill -SEGV $$", "ended by signal 11"), ("echo nonsense", "has told no address"),
    ])
    func `a tool that dies or talks nonsense is the last error`(body: String, words: String) throws
    {
      let world = try World()
      try world.configure()
      try world.write("stubs/ddns-detect-ip", "#!/bin/sh\n\(body)\n", mode: 0o755)
      _ = try world.run(
        "ddns-runner", ["-S", "home", "--once"],
        environment: ["DDNS_LIBEXEC": "\(world.root)/stubs"])
      #expect(try sections(world)["home"]?.lastError?.contains(words) == true)
    }

    // What QEMU makes of clone(2) has memory of its own, and only a status to tell of a failure.
    @Test(.native) func `a tool that cannot be started is the last error`() throws {
      let world = try World()
      try world.configure()
      _ = try world.run(
        "ddns-runner", ["-S", "home", "--once"],
        environment: ["DDNS_LIBEXEC": "\(world.root)/none"])
      #expect(try sections(world)["home"]?.lastError?.contains("ddns-detect-ip") == true)
    }

    @Test func `a failure that may pass is retrying`() throws {
      let world = try World()
      try world.configure(["retry_interval": "60"])
      world.mock.http.script.add("*", .respond(HTTPAnswer(500, "")))
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("status") != nil })
      let home = try #require(try sections(world)["home"])
      #expect(home.state == "retrying" && home.running && home.current == nil)
      #expect(home.lastError?.contains("500") == true, "\(home)")
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test(arguments: ["", "junk\n", "version 1\nwritten 99999999999 1\nstate waiting 1\n"])
    func `a damaged or future status file is none`(content: String) throws {
      let world = try World()
      try world.configure()
      try world.write("var/run/ddns/home.status", content)
      #expect(try text(world) == "home: never-run\n")
    }

    @Test func `a dry run leaves no status, the file is for all to read`() throws {
      let world = try World()
      try world.configure()
      _ = try world.runner(["-v", "3"])
      #expect(world.runFile("status") == nil)
      _ = try world.runner(["-v", "2"])
      let path = "\(world.root)/var/run/ddns/home.status"
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o644)
    }

    @Test func `an unknown section is 78 and leaves no log, --json alone is 64`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.run("ddns-runner", ["--status", "-S", "nowhere"]).status == 78)
      #expect(!world.exists("var/log/ddns/nowhere.log"))
      #expect(try world.run("ddns-runner", ["--json"]).status == 64)
      #expect(try sections(world, ["-S", "home"]).keys.sorted() == ["home"])
    }
  }
}
