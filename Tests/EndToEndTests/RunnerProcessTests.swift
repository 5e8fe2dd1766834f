// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A runner as a process among others: who reads what it writes, what it hands on, how it ends.
  @Suite struct RunnerProcessTests {
    /// A script that notes TERM, clears up for a while, and leaves its scratch file to others.
    private func script(_ reaction: String) -> String {
      """
      echo scratch >"$DATFILE"
      trap '\(reaction)' TERM
      : >"$__DDNS_ROOT/tmp/began"
      while :; do sleep 0.1; done
      """
    }

    private func stopped(_ world: World, _ reaction: String) throws -> Child.Result {
      try world.script(script(reaction))
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.exists("tmp/began") })
      #expect(world.exists("var/run/ddns/home.dat"))
      child.signal(SIGTERM)
      let result = child.wait(seconds: 10)
      world.check(result)
      #expect(!world.names(in: "var/run/ddns").contains { $0.hasPrefix("home.dat") })
      return result
    }

    @Test func `what was accepted is written down while DNS is silent, and one tool does both`()
      throws
    {
      let world = try World()
      try world.configure()
      world.mock.dns.script.add("*", .drop)
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.mock.dns.queries.count > 0 })
      #expect(
        Wait.until(within: 15) {
          world.text("etc/ddns/state/home.state")?.contains("accepted \(World.seen)") == true
        })
      #expect(world.runFile("update") != nil)
      // Who is killed there is still the program that was started.
      for tool in Processes.children(of: child.pid) { kill(tool, SIGKILL) }
      #expect(Wait.until(within: 10) { world.log().contains("ddns-update was ended by signal 9") })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(world.log().contains("Update successful"))
      let again = try world.runner(["-S", "home", "--once"])
      #expect(again.status == 0, "\(again.output)")
      #expect(world.mock.http.requests.all.count { $0.path == "/nic/update" } == 1)
    }

    @Test func `by hand an update and the look-up behind it print both answers`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let shown = try world.update(["-S", "home", "--look-up", World.seen])
      #expect(shown.status == 0 && shown.stdout == "nochg\n\(World.seen)\n", "\(shown.output)")
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("badauth\n")))
      let refused = try world.update(["-S", "home", "--look-up", World.seen])
      #expect(refused.status == 77 && refused.stdout == "badauth\n", "\(refused.output)")
    }

    @Test func `TERM gives an update script time to clear up, and leaves no scratch file`() throws {
      let world = try World()
      let result = try stopped(world, "sleep 0.3; : >\"$__DDNS_ROOT/tmp/cleared\"; exit 1")
      #expect(result.status == 128 + SIGTERM)
      #expect(world.exists("tmp/cleared"))
    }

    @Test func `a script that does not care about TERM is killed after two seconds`() throws {
      let world = try World()
      let result = try stopped(world, ":")
      #expect(result.status == 128 + SIGTERM)
      #expect(Wait.until(within: 3) { !world.exists("var/run/ddns/home.dat") })
    }

    @Test func `a console that nobody reads holds nothing up`() throws {
      let world = try World(registered: [World.seen])
      try world.configure([
        "check_interval": "1", "check_interval_min": "1", "check_unit": "seconds",
      ])
      // A pipe that is full and stays so: its reader sleeps.
      let runner = "'\(Programs.path("ddns-runner"))' --root '\(world.root)' -S home -v 1"
      let line = "{ head -c 65536 /dev/zero; exec \(runner); } | { sleep 30; }"
      let shell = try Child("sh", ["-c", line], environment: Programs.searchPath)
      #expect(world.mock.http.requests.wait(for: 3, within: 15), "no passes")
      let pid = try #require(pid_t((world.runFile("pid") ?? "").dropLast()))
      kill(pid, SIGTERM)
      #expect(Wait.until(within: 5) { world.runFile("pid") == nil }, "TERM does nothing")
      #expect(world.log().contains("terminated by 'SIGTERM'"))
      withExtendedLifetime(shell) {}
    }

    @Test func `start hands on no descriptor of its caller's`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let commands = try CommandLines(world)
      let updater = "\(world.root)/usr/lib/ddns/dynamic_dns_updater.sh"
      let line = "exec 3>'\(world.root)/tmp/three' 9>'\(world.root)/tmp/nine'; "
      let result = try Child.run(
        "sh", ["-c", line + "'\(updater)' --root '\(world.root)' -- start"],
        environment: Programs.searchPath)
      #expect(result.status == 0, "\(result.output)")
      #expect(Wait.until(within: 15) { commands.isWaiting("home") })
      let pid = try #require(commands.process("home"))
      let folder = "/proc/\(pid)/fd"
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
      }
      #expect(!files.contains { $0.contains("/tmp/three") || $0.contains("/tmp/nine") }, "\(files)")
    }

    @Test func `stop does not signal who has the number of a runner that is gone`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let commands = try CommandLines(world)
      let stranger = try Child("sleep", ["20"], environment: Programs.searchPath)
      try world.write("var/run/ddns/home.pid", "\(stranger.pid)\n")
      // Somebody else has the lock, say a runner that has just begun.
      let lock = "\(world.root)/var/run/ddns/home.lock"
      let holder = try Child(
        "flock", [lock, "sh", "-c", ": >'\(world.root)/tmp/locked'; sleep 20"],
        environment: Programs.searchPath)
      #expect(Wait.until(within: 5) { world.exists("tmp/locked") })
      _ = try commands.updater("-- stop")
      #expect(!Wait.until(within: 0.5) { !stranger.isRunning })
      try FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/home.pid")
      withExtendedLifetime(holder) {}
    }

    @Test(.enabled(if: Programs.isRoot && Programs.hasNamespaces))
    func `as process 1 it reaps what others leave behind`() throws {
      let world = try World(registered: [World.seen])
      // What a detection leaves in a session of its own ends later, and nobody waits for it.
      try world.write(
        "usr/bin/address", "#!/bin/sh\nsetsid sleep 0.2 &\necho \(World.seen)\n", mode: 0o755)
      try world.configure([
        "ip_source": "script", "ip_script": "/usr/bin/address", "check_interval": "1",
        "check_interval_min": "1", "check_unit": "seconds",
      ])
      let shell = try Child(
        "unshare", ["-pf", Programs.path("ddns-runner"), "--root", world.root, "-S", "home"],
        environment: Programs.searchPath)
      #expect(Wait.until(within: 15) { world.runFile("pid") == "1\n" })
      let runner = try #require(Processes.children(of: shell.pid).first)
      #expect(Wait.until(within: 15) { world.log().components(separatedBy: "Rerun").count > 4 })
      let zombies = Processes.children(of: runner).filter { child in
        let bytes = FileManager.default.contents(atPath: "/proc/\(child)/stat") ?? Data()
        return String(decoding: bytes, as: UTF8.self).contains(") Z ")
      }
      // One may have ended just now.
      #expect(zombies.count <= 1, "\(zombies.count)")
      kill(runner, SIGKILL)
    }

    @Test func `HUP of the process of all sections follows the configuration`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try world.start("ddns-runner", ["-v", "0"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      try world.configure(text: world.section("house"))
      child.signal(SIGHUP)
      #expect(Wait.until(within: 15) { world.runFile("nextcheck", of: "house") != nil })
      #expect(world.runFile("pid") == nil && world.runFile("pid", of: "house") != nil)
      #expect(child.isRunning)
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test func `a flood of HUPs is no flood of requests`() throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      let limit = Clock.now() + 5
      while Clock.now() < limit {
        child.signal(SIGHUP)
        usleep(2_000)
      }
      // The start, and HUPs at 0 and 2 seconds; on a slow machine at 6 s, too.
      #expect(world.mock.http.requests.count <= 4, "\(world.mock.http.requests.count)")
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test func `a run directory that is cleared comes back, with its lock`() throws {
      let world = try World(registered: [World.seen])
      try world.configure([
        "check_interval": "1", "check_interval_min": "1", "check_unit": "seconds",
      ])
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      try FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns")
      #expect(Wait.until(within: 15) { world.runFile("pid") == "\(child.pid)\n" })
      #expect(try world.runner(["--once"]).status == 75, "the lock is held")
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(world.runFile("pid") == nil)
    }
  }
}
