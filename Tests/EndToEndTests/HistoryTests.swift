// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--history`, and `--status` for somebody who looks at it.
  @Suite struct HistoryTests {
    /// What `--history` says, without dates.
    private func history(_ world: World) throws -> [String] {
      let result = try world.run("ddns-runner", ["--history", "-S", "home"])
      #expect(result.status == 0 && result.stderr == "")
      return result.stdout.split(separator: "\n").map { line in
        String(line).replacing(#/^[0-9-]{10} [0-9:]{5}  /#, with: "").replacing(
          #/ since [0-9].*/#, with: "")
      }
    }

    @Test func `says what was detected, sent, answered and verified, and each address`() throws {
      let world = try World()
      try world.configure()
      #expect(try history(world) == ["home: addresses none"])
      #expect(try world.runner(["--once"]).status == 0)
      let other = "81.2.69.160"
      world.mock.provider.settings.seen = other
      #expect(try world.runner(["--once"]).status == 0)
      world.mock.http.script.add("/ip", .respond(HTTPAnswer(500, "")))
      #expect(try world.runner(["--once"]).status == 75)
      let first = [
        "detected \(World.seen)",
        "sent \(World.seen): Update needed - no address is known to have been accepted",
        "answered good", "done verified: DNS shows \(World.seen)",
      ]
      let second = [
        "detected \(other)", "sent \(other): Update needed - accepted address was '\(World.seen)'",
        "answered good",
      ]
      let end = [
        "stopped temporary failure 1 in a row", "home: addresses", "  \(World.seen)", "  \(other)",
      ]
      #expect(try history(world) == first + second + end)
      #expect(world.redactor.leak(in: world.runFile("history") ?? "") == nil)
      let json = try world.run("ddns-runner", ["--history", "--json", "-S", "home"])
      let list = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
      let events = try #require(list as? [[String: Any]])
      #expect(
        events.map { "\($0["event"] ?? "") \($0["text"] ?? "")" } == first + second + end.prefix(1))
      let now = Int(Date().timeIntervalSince1970)
      for event in events {
        #expect(event["section"] as? String == "home")
        #expect((now - 300...now + 2).contains(event["time"] as? Int ?? 0), "\(event)")
      }
    }

    @Test func `what cron runs without anything new is no event, and looks well`() throws {
      let world = try World()
      try world.configure()
      for _ in 0..<3 { #expect(try world.runner(["--once"]).status == 0) }
      #expect(
        try history(world) == [
          "detected \(World.seen)",
          "sent \(World.seen): Update needed - no address is known to have been accepted",
          "answered good", "done verified: DNS shows \(World.seen)", "home: addresses",
          "  \(World.seen)",
        ])
      let status = try world.run("ddns-runner", ["--status"]).stdout
      #expect(status.hasPrefix("home: done since 20"), "\(status)")
      #expect(status.contains("\n  reason      skip: accepted 81.2.69.142 unchanged since 20"))
      let page = try world.run("ddns-runner", ["--html"]).stdout
      #expect(page.contains("<section class=\"done\">") && page.contains("<path class=\"done\""))
    }

    @Test func `a refusal that repeats the password is masked, a dry run leaves nothing`() throws {
      let world = try World()
      try world.configure()
      _ = try world.runner(["-v", "3"])
      #expect(world.runFile("history") == nil)
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(200, "badauth \(World.password)")))
      #expect(try world.runner(["--once"]).status == 77)
      let lines = try history(world)
      #expect(lines.contains("answered badauth"))
      #expect(lines.contains { $0.hasPrefix("blocked ") })
      #expect(world.redactor.leak(in: world.runFile("history") ?? "") == nil)
    }

    @Test func `the file stays small, and a hundred events are shown`() throws {
      let world = try World()
      try world.configure()
      let old = (0..<1_000).map { "\($0) detected 192.0.2.\($0 % 200)\n" }.joined()
      try world.write("var/run/ddns/home.history", old)
      #expect(try world.runner(["--once"]).status == 0)
      let lines = world.runFile("history")?.split(separator: "\n").count
      #expect(lines == 100)
      #expect(try history(world).filter { !$0.hasPrefix(" ") }.count == 101)
    }

    @Test func `a time that nobody has counted to is no event`() throws {
      let world = try World()
      try world.configure()
      try world.write(
        "var/run/ddns/home.history",
        "9223372036854775807 detected 192.0.2.1\n-9223372036854775808 sent x\n7 waiting y\n")
      #expect(try history(world) == ["waiting y", "home: addresses none"])
      let json = try world.run("ddns-runner", ["--history", "--json", "-S", "home"])
      #expect(json.status == 0 && json.stdout.contains("\"event\":\"waiting\""))
      #expect(try world.run("ddns-runner", ["--html"]).stdout.contains("<summary>1 events"))
    }

    @Test func `a file that cannot be written keeps nothing from being sent`() throws {
      let world = try World()
      try world.configure()
      try world.write("var/run/ddns/home.history/in-its-place", "")
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 1)
      #expect(try history(world) == ["home: addresses none"])
      #expect(try world.run("ddns-runner", ["--history"]).status == 64)
      #expect(try world.run("ddns-runner", ["--watch"]).status == 64)
      #expect(try world.run("ddns-runner", ["--history", "-S", "none"]).status == 78)
    }

    @Test(.enabled(if: Programs.isInstalled("script"), "script is not installed"))
    func `a terminal gets colours, unless NO_COLOR is set, a pipe gets none`() throws {
      let world = try World()
      try world.configure()
      let command = "\(Programs.path("ddns-runner")) --status --root \(world.root)"
      func look(_ environment: [String: String]) throws -> String {
        try Child.run(
          "script", ["-qec", command, "/dev/null"],
          environment: Programs.searchPath.merging(environment) { $1 }, seconds: 20
        ).stdout
      }
      #expect(try look([:]) == "home: \u{1b}[0mnever-run\u{1b}[0m\r\n")
      #expect(try look(["NO_COLOR": "1"]) == "home: never-run\r\n")
      #expect(try world.run("ddns-runner", ["--status"]).stdout == "home: never-run\n")
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(200, "badauth")))
      #expect(try world.runner(["--once"]).status == 77)
      #expect(try look([:]).hasPrefix("home: \u{1b}[31mblocked\u{1b}[0m since "))
    }

    @Test func `--watch says it again until it is ended`() throws {
      let world = try World()
      try world.configure()
      let child = try world.start("ddns-runner", ["--status", "--watch"])
      let said = "home: never-run\n"
      #expect(Wait.until(within: 10) { child.stdout.count > said.count }, "every two seconds")
      child.signal(SIGTERM)
      let result = child.wait(seconds: 5)
      #expect(result.stdout == said + said, "\(result.output)")
    }
  }
}
