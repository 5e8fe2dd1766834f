// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Instances and signals (contract 8).
  @Suite struct SignalTests {
    /// A runner of `home` that has done its first pass and waits.
    private func waiting(_ world: World) throws -> Child {
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "1"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      return child
    }

    @Test func `a second starter says that the first is running (B1, users 3)`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let first = try waiting(world)
      let second = try world.runner(["-v", "1"])
      #expect(second.status != 0)
      #expect(second.output.contains("already running as pid \(first.pid)"))
      #expect(first.isRunning)
      #expect(world.runFile("pid") == "\(first.pid)\n")
      first.signal(SIGTERM)
      first.wait(seconds: 10)
      #expect(try world.runner(["-v", "2"]).status == 0, "the lock went with its holder")
    }

    @Test func `the lock is per section`() throws {
      let world = try World(registered: [World.seen], hosts: ["b.example.com"])
      try world.configure(
        text: world.section("home")
          + world.section("b", ["lookup_host": "b.example.com", "domain": "b.example.com"]))
      let first = try waiting(world)
      #expect(try world.run("ddns-runner", ["-S", "b", "-v", "2"]).status == 0)
      #expect(first.isRunning)
    }

    @Test func `a pid file of somebody else's process is no instance (B31)`() throws {
      let world = try World()
      try world.configure()
      try world.write("var/run/ddns/home.pid", "\(getpid())\n")
      #expect(try world.runner(["-v", "2"]).status == 0)
    }

    @Test(arguments: [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGQUIT, "SIGQUIT")])
    func `TERM, INT and QUIT end it at once, logged, with the signal's status`(
      signal: Int32, name: String
    ) throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try waiting(world)
      child.signal(signal)
      let result = child.wait(seconds: 5)
      world.check(result)
      #expect(result.status == 128 + signal)
      #expect(
        world.log().contains(
          "note : PID '\(child.pid)' terminated by '\(name)' at "))
      #expect(world.runFile("pid") == nil)
      #expect(world.runFile("update") != nil || world.updates.isEmpty)
    }

    @Test(.enabled(if: Tracing.works, "strace cannot trace here"), arguments: [true, false])
    func `the log is whole before the pid file goes`(isSignalled: Bool) throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try Child(
        "strace",
        [
          "-qq", "-s", "9999", "-o", "\(world.root)/calls", "-e", "trace=write,unlink,unlinkat",
          Programs.path("ddns-runner"), "--root", world.root, "-S", "home", "-v",
          isSignalled ? "0" : "2",
        ], environment: Programs.searchPath)
      if isSignalled {
        #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
        kill(Int32(world.runFile("pid")?.dropLast() ?? "") ?? child.pid, SIGTERM)
      }
      child.wait(seconds: 20)
      let last = isSignalled ? "terminated by 'SIGTERM'" : "exit normal"
      let calls = try #require(world.text("calls")).split(separator: "\n")
      // The log goes to the file in one write; each line on the console is a write of its own.
      let written = calls.lastIndex { $0.contains(last) && !$0.hasPrefix("write(1,") }
      let removed = calls.lastIndex { $0.hasPrefix("unlink") && $0.contains("/home.pid") }
      #expect(try #require(written) < #require(removed))
    }

    @Test func `TERM does not wait for a hanging transfer, and its child goes too`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .silent)
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(world.mock.http.requests.wait(within: 15) { $0.path == "/nic/update" })
      child.signal(SIGTERM)
      let result = child.wait(seconds: 5)
      world.check(result)
      #expect(result.status == 128 + SIGTERM)
      #expect(Wait.until(within: 3) { Processes.group(child.pid).isEmpty })
      #expect(world.runFile("update") == nil)
    }

    /// Nobody knows whether the provider has taken it; so it is asked once more, and both count.
    @Test func `an update that TERM has cut off counts, and is sent again once`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", times: 1, .silent)
      func sent() -> Int { world.mock.http.requests.all.count { $0.path == "/nic/update" } }
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 15) { sent() == 1 })
      child.signal(SIGTERM)
      #expect(child.wait(seconds: 5).status == 128 + SIGTERM)
      for _ in 1...2 {
        #expect(try world.runner(["--once"]).status == 0)
        #expect(sent() == 2, "what is accepted is noted, and not sent again")
      }
      let status = try world.run("ddns-runner", ["--status"]).stdout
      #expect(status.contains("2 of 48 in 24 hours"), "\(status)")
    }

    @Test func `HUP re-reads the section and checks again at once, in place (B17)`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try waiting(world)
      let before = world.mock.http.requests.count
      world.mock.provider.settings.seen = "81.2.69.200"
      try world.configure(["user_agent": "Changed/1.0 admin@example.org"])
      child.signal(SIGHUP)
      #expect(world.mock.http.requests.wait(for: before + 2, within: 10))
      #expect(world.zone.addresses(of: World.host) == ["81.2.69.200"])
      #expect(world.updates.last?.field("User-Agent") == "Changed/1.0 admin@example.org")
      #expect(child.isRunning)
      // While a tool works the log is written once a second.
      #expect(
        Wait.until(within: 5) {
          world.log().contains("info : PID '\(child.pid)' received 'SIGHUP' at ")
        })
      #expect(Processes.group(child.pid).count <= 2, "no second runner (users 3)")
    }

    @Test func `USR1, which hotplug sends, lifts no block; HUP does`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("badauth")))
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 15) { world.log().contains("blocked: badauth") })
      child.signal(SIGUSR1)
      #expect(Wait.until(within: 10) { world.log().contains("received 'SIGUSR1'") })
      #expect(!Wait.until(within: 1.5) { world.updates.count > 1 })
      child.signal(SIGHUP)
      #expect(Wait.until(within: 10) { world.updates.count == 2 })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test func `a section that is gone or disabled ends its runner cleanly (users 4)`() throws {
      for text in ["", "config service 'home'\n\toption enabled '0'\n"] {
        let world = try World(registered: [World.seen])
        try world.configure()
        let child = try waiting(world)
        try world.configure(text: text)
        child.signal(SIGHUP)
        let result = child.wait(seconds: 10)
        #expect(result.status != -1, "still running")
        #expect(world.runFile("pid") == nil)
      }
    }

    @Test func `a configuration that broke does not stop a running section`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try waiting(world)
      try world.write("etc/config/ddns", "config service 'home\n")
      child.signal(SIGHUP)
      #expect(!Wait.until(within: 1.5) { !child.isRunning })
    }

    @Test func `a reader of the log that goes away does no harm (SIGPIPE)`() throws {
      let world = try World()
      try world.configure()
      // The reader is gone before the first line is written.
      let runner = "'\(Programs.path("ddns-runner"))' --root '\(world.root)' -S home -v 2"
      let command = "{ sleep 0.2; \(runner); } | true"
      _ = try Child.run("sh", ["-c", command], environment: Programs.searchPath)
      #expect(Wait.until(within: 10) { world.log().contains("exit") })
      #expect(world.updates.count == 1)
    }

    @Test func `a signal that comes as soon as there is a pid file is not lost`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      for _ in 1...5 {
        try? FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/home.pid")
        let child = try world.start("ddns-runner", ["-S", "home"])
        #expect(Wait.until(within: 10) { world.exists("var/run/ddns/home.pid") })
        child.signal(SIGUSR1)
        child.signal(SIGTERM)
        #expect(child.wait(seconds: 10).status == 128 + SIGTERM)
      }
    }

    @Test func `who comes while the former ends waits for it (restart, procd)`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let former = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 10) { world.runFile("nextcheck") != nil })
      let next = try world.start("ddns-runner", ["-S", "home"])
      // It waits for the lock: so long it has not said that the other one runs.
      #expect(!Wait.until(within: 0.5) { !next.isRunning })
      former.signal(SIGTERM)
      world.check(former.wait(seconds: 10))
      #expect(Wait.until(within: 10) { world.runFile("pid") == "\(next.pid)\n" })
      next.signal(SIGTERM)
      world.check(next.wait(seconds: 10))
    }
  }
}
