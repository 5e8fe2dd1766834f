// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/usr/lib/ddns/dynamic_dns_updater.sh` in its three generations (contract 6.1).
  @Suite struct CommandLineUpdaterTests {
    private func commands(
      _ changes: [String: String?] = [:], registered: [String] = []
    ) throws -> CommandLines {
      let world = try World(registered: registered)
      try world.configure(changes)
      return try CommandLines(world)
    }

    /// Sections at two networks, all of them up to date.
    private func networks() throws -> CommandLines {
      let world = try World(registered: [World.seen])
      try world.configure(
        text: world.section("one", ["interface": nil])
          + world.section("two", ["interface": "lan"])
          + world.section("off", ["interface": "lan", "enabled": "0"]))
      return try CommandLines(world)
    }

    @Test(arguments: [
      ("-S home -v 2", 1), ("-S home -v 2 -- start", 1), ("-S home -v2 start", 1), ("home 2", 1),
      ("-S home -v 2 -d", 0), ("-S home -v 3", 0), ("home 3", 0), ("-dv2 -Shome", 0),
    ])
    func `every generation runs a section in the foreground`(line: String, updates: Int) throws {
      let commands = try commands()
      let result = try commands.updater(line)
      #expect(result.status == 0, "\(result.output)")
      #expect(commands.world.updates.count == updates)
      #expect(result.stdout.contains("PID '"))
      #expect(result.stderr == "")
    }

    @Test(arguments: [
      ("", "option '-S' is missing"), ("-S", "option -S missing argument"),
      ("-x", "invalid option -x"), ("-n wan", "missing command"),
      ("-n wan -S home -- start", "use either option '-N' or '-S' not both"),
      ("-- start stop", "to much commands"), ("-S home -- jump", "unknown command - jump"),
      ("-- jump", "unknown command - jump"),
      ("-S home -v 4", "error detecting VERBOSE '4': use 0, 1, 2 or 3"),
      ("home 11", "error detecting VERBOSE '11': use 0, 1, 2 or 3"),
      ("home x", "error detecting VERBOSE 'x': use 0, 1, 2 or 3"),
    ])
    func `a usage error is one line with the name, the usage, and 1`(
      line: String, words: String
    ) throws {
      let commands = try commands()
      let result =
        try
        (line == "-S"
        ? Child.run(
          "\(commands.world.root)/usr/lib/ddns/dynamic_dns_updater.sh", ["-S"],
          environment: Programs.searchPath) : commands.updater(line))
      #expect(result.status == 1)
      #expect(result.stdout == "")
      #expect(
        result.stderr.hasPrefix("dynamic_dns_updater.sh: \(words)\nusage: dynamic_dns_updater.sh"))
      #expect(commands.world.mock.http.requests.count == 0)
    }

    @Test func `help and version go to stdout, with 0`() throws {
      let commands = try commands()
      let help = try commands.updater("-h")
      #expect(help.status == 0)
      #expect(help.stdout.hasPrefix("usage: dynamic_dns_updater.sh"))
      for line in ["-V", "--version", "-S home -V"] {
        let version = try commands.updater(line)
        #expect(version.status == 0)
        #expect(
          version.stdout.range(
            of: "^ddns-scripts 2\\.8\\.4-[0-9.]+\n$", options: .regularExpression) != nil)
      }
    }

    @Test func `the statuses are 0 and 1`() throws {
      let commands = try commands()
      #expect(try commands.updater("-S nobody -v 1").status == 1)
      #expect(try commands.updater("nobody 0").status == 1)
      commands.world.mock.dns.script.add("*", .addresses(["81.2.69.9"]))
      let stale = try commands.updater("-S home -v 2")
      #expect(stale.status == 1, "DNS shows another: \(stale.output)")
      try commands.world.configure(["password": "wrong"])
      let refused = try commands.updater("-S home -v 2")
      #expect(refused.status == 1)
      #expect(refused.stdout.contains("badauth"))
    }

    @Test(arguments: [
      ("0", "", true), ("1", "PID '", true), ("2", "PID '", false), ("3", "PID '", false),
    ])
    func `the level decides over console, log, passes and sending (5.4)`(
      level: String, console: String, stays: Bool
    ) throws {
      let commands = try commands(["use_logfile": "0"], registered: ["81.2.69.1"])
      let world = commands.world
      let path = "\(world.root)/usr/lib/ddns/dynamic_dns_updater.sh"
      let child = try Child(
        path, ["home", level, "--root", world.root], environment: Programs.searchPath)
      #expect(Wait.until(within: 15) { commands.isWaiting("home") || !child.isRunning })
      #expect(child.isRunning == stays)
      child.signal(SIGTERM)
      let result = child.wait(seconds: 5)
      world.check(result)
      #expect(result.status == (stays ? 128 + SIGTERM : level == "3" ? 0 : 0))
      #expect(result.stderr == "")
      #expect(console.isEmpty ? result.stdout.isEmpty : result.stdout.contains(console))
      #expect(world.exists("var/log/ddns/home.log") == !stays)
      #expect(world.updates.count == (level == "3" ? 0 : 1))
    }

    @Test(arguments: [SIGINT, SIGQUIT, SIGTERM])
    func `a signal ends it with that signal, HUP and USR1 make it check (8)`(
      signal: Int32
    ) throws {
      let commands = try commands(registered: [World.seen])
      let world = commands.world
      let child = try Child(
        "\(world.root)/usr/lib/ddns/dynamic_dns_updater.sh",
        ["--root", world.root, "-S", "home", "-v", "0"], environment: Programs.searchPath)
      #expect(Wait.until(within: 15) { commands.isWaiting("home") })
      for (number, name) in [(SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1")] {
        let before = world.mock.http.requests.count
        child.signal(number)
        #expect(world.mock.http.requests.wait(for: before + 1, within: 10))
        // The log is written before the next wait, which may be after the request.
        let line = "PID '\(child.pid)' received '\(name)'"
        #expect(Wait.until(within: 10) { world.log().contains(line) })
      }
      #expect(child.isRunning)
      child.signal(signal)
      let result = child.wait(seconds: 5)
      world.check(result)
      #expect(result.status == 128 + signal)
      #expect(result.output == "" || Programs.isEmulated && result.output.hasPrefix("qemu: "))
      #expect(world.runFile("pid") == nil)
      #expect(world.log().contains("PID '\(child.pid)' terminated by '"))
    }

    @Test func `starting what runs again, as cron does, lifts no block; new credentials do`() throws
    {
      let commands = try commands()
      let world = commands.world
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("badauth")))
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 15) { world.log().contains("blocked: badauth") })
      for line in ["home 0", "-S home -- start", "-- start"] {
        #expect(try commands.updater(line).status == 0)
      }
      #expect(Wait.until(within: 10) { world.log().contains("received 'SIGUSR1'") })
      #expect(!Wait.until(within: 1.5) { world.updates.count > 1 })
      try world.configure(["param_opt": "other"])
      #expect(try commands.updater("home 0").status == 0)
      #expect(Wait.until(within: 10) { world.updates.count == 2 })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
    }

    @Test func `start, reload and stop act on the sections of one interface (B18, B20)`() throws {
      let commands = try networks()
      let world = commands.world
      #expect(try commands.updater("-- reload").status == 1, "nothing runs yet")
      #expect(try commands.updater("-n wan -- start").status == 0)
      #expect(Wait.until(within: 15) { commands.isWaiting("one") })
      #expect(commands.process("two") == nil)
      #expect(try commands.updater("-- start").status == 0)
      #expect(Wait.until(within: 15) { commands.isWaiting("two") })
      let (one, two) = try (#require(commands.process("one")), #require(commands.process("two")))
      #expect(one != two)
      #expect(commands.process("off") == nil, "disabled")
      #expect(
        Wait.until(within: 5) { world.log(of: "one").contains("PID '\(one)' received 'SIGUSR1'") })
      for line in ["-S one -- start", "one 0", "one"] {
        let before = world.mock.http.requests.count
        let again = try commands.updater(line)
        #expect(again.status == 0 && again.output == "", "as from cron: the one that runs checks")
        #expect(world.mock.http.requests.wait(for: before + 1, within: 10))
      }
      #expect(commands.process("one") == one)
      let second = try commands.updater("-S one -v 2 -- start")
      #expect(second.status == 1)
      #expect(second.output.contains("section 'one' is already running as pid \(one)"))
      #expect(try commands.updater("-n lan -- reload").status == 0)
      #expect(
        Wait.until(within: 5) { world.log(of: "two").contains("PID '\(two)' received 'SIGHUP'") })
      #expect(try commands.updater("-n lan -- stop").status == 0)
      #expect(Wait.until(within: 5) { commands.process("two") == nil })
      #expect(kill(one, 0) == 0)
      try world.configure(text: "")
      #expect(try commands.updater("-- stop").status == 0, "a section that is gone ends, too")
      #expect(Wait.until(within: 5) { commands.process("one") == nil })
      #expect(world.log(of: "one").contains("terminated by 'SIGTERM'"))
    }

    @Test func `a process that runs other sections besides is not stopped (B20)`() throws {
      let commands = try networks()
      let child = try commands.world.start("ddns-runner", ["-v", "0"])
      #expect(Wait.until(within: 15) { commands.isWaiting("one") && commands.isWaiting("two") })
      let result = try commands.updater("-n lan -- stop")
      #expect(result.status == 0)
      #expect(result.stderr.contains("'two': not stopped, process \(child.pid) runs section 'one'"))
      #expect(child.isRunning)
      #expect(try commands.updater("-- stop").stderr == "")
      #expect(Wait.until(within: 5) { !child.isRunning })
    }

    @Test(.native)
    func `ps, pgrep and killall find it under its name, and its tools under theirs`() throws {
      let commands = try networks()
      let world = commands.world
      world.mock.http.script.add("/nic/update", .silent)
      try world.configure(["interface": "wan"])
      #expect(try commands.updater("-- start").status == 0)
      #expect(world.mock.http.requests.wait(within: 15) { $0.path == "/nic/update" })
      let pid = try #require(commands.process("home"))
      // killall and pidof compare 15 characters of this, and then the last part of the first word.
      #expect(
        String(
          decoding: FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data(),
          as: UTF8.self) == "dynamic_dns_upd\n")
      #expect(
        Processes.texts(pid).first?.hasPrefix("/usr/lib/ddns/dynamic_dns_updater.sh\0") == true)
      func found(_ words: [String]) throws -> [Substring] {
        try Child.run(words[0], Array(words.dropFirst()), environment: Programs.searchPath).stdout
          .split(whereSeparator: { $0.isWhitespace })
      }
      if Programs.isInstalled("pgrep") {
        #expect(try found(["pgrep", "-f", "dynamic_dns_updater.sh"]).contains("\(pid)"))
        #expect(try found(["pgrep", "-P", "\(pid)", "-x", "ddns-update"]).count == 1)
      }
      if Programs.isInstalled("busybox") {
        #expect(try found(["busybox", "pidof", "dynamic_dns_updater.sh"]).contains("\(pid)"))
      }
      #expect(try commands.updater("-S home -- stop").status == 0)
      #expect(Wait.until(within: 5) { commands.process("home") == nil })
    }
  }
}
