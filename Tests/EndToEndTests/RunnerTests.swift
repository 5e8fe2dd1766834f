// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// One pass of the runner: levels, dry run, run once (contract 5.4).
  @Suite struct RunnerTests {
    @Test func `a level 2 run does the whole job and ends within seconds (B36)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(result.seconds < 10 * Wait.slowness)
      #expect(world.updates.count == 1)
      #expect(world.zone.addresses(of: World.host) == [World.seen])
      #expect(try world.verify([World.seen]).status == 0)
    }

    @Test func `a name that does not exist yet gets its first update (users 9)`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.zone.addresses(of: World.host) == [World.seen])
    }

    @Test func `a failing resolver does not block the update (users 9)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      world.mock.dns.script.add("*", .code(2))
      _ = try world.runner(["-v", "2"])
      #expect(world.updates.count == 1)
    }

    @Test(.enabled(if: Programs.hasIPv6))
    func `an IPv6 section works the same, and equal addresses in two spellings are equal`()
      throws
    {
      let world = try World()
      try world.configure(["use_ipv6": "1", "ip_url": world.page("/ip", isIPv6: true)])
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.zone.addresses(of: World.host) == [World.seenIPv6])
    }

    @Test func `nothing detected and nothing registered is not equal (B10)`() throws {
      let world = try World()
      try world.configure(["use_ipv6": "1"])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("no address here")))
      #expect(try world.runner(["-v", "2"]).status != 0)
      #expect(world.updates.isEmpty)
    }

    @Test func `a level 2 run ends with 1 when the record does not follow`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      world.mock.dns.script.add("*", .addresses(["81.2.69.1"]))
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 1)
      #expect(world.updates.count == 1)
    }

    @Test(arguments: [500, 503])
    func `level 2 does not retry`(status: Int) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(status, "")))
      #expect(try world.runner(["-v", "2"]).status != 0)
      #expect(world.updates.count == 1)
    }

    @Test(arguments: [["-v", "3"], ["-v", "2", "-d"]])
    func `-v 3 and a dry run send nothing and leave no trace of it (B2, B3)`(
      arguments: [String]
    ) throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let result = try world.runner(arguments)
      #expect(result.seconds < 10 * Wait.slowness)
      #expect(world.updates.isEmpty)
      #expect(world.runFile("update") == nil)
      #expect(!world.log().lowercased().contains("update successful"))
      #expect(!result.output.lowercased().contains("update successful"))
      #expect(result.output.contains("Dry Run"))
    }

    @Test func `a dry run at level 0 does not spin (B3)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0", "-d"])
      let result = child.wait(seconds: 2)
      #expect(world.mock.http.requests.count <= 2, "detections in two seconds")
      #expect(world.updates.isEmpty)
      #expect(world.runFile("update") == nil)
      #expect(world.redactor.leak(in: result.output) == nil)
    }

    @Test(arguments: ["4", "9", "x", "-1"])
    func `a level that does not exist is a usage error`(level: String) throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", level]).status == 64)
    }

    @Test func `level 0 says nothing on the console, level 1 does`() throws {
      for (level, isQuiet) in [("0", true), ("1", false)] {
        let world = try World()
        try world.configure(["force_interval": "0"])
        let result = try world.runner(["-v", level])
        #expect(result.status == 0)
        #expect(result.output.isEmpty == isQuiet, "\(result.output)")
      }
    }

    @Test func `force_interval 0 runs once: one update, verified, exit 0`() throws {
      let world = try World(registered: [World.seen])
      try world.configure(["force_interval": "0"])
      let result = try world.runner(["-v", "1"])
      #expect(result.status == 0, "\(result.output)")
      #expect(result.seconds < 10 * Wait.slowness)
      #expect(world.updates.count == 1)
      #expect(try world.runner(["-v", "1"]).status == 0)
    }

    @Test func `--once makes one pass of every enabled section in one process`() throws {
      let world = try World(hosts: ["b.example.com", "c.example.com"])
      try world.configure(
        text: world.section("home")
          + world.section("b", ["lookup_host": "b.example.com", "domain": "b.example.com"])
          + world.section(
            "c", ["lookup_host": "c.example.com", "domain": "c.example.com", "enabled": "0"]))
      let result = try world.run("ddns-runner", ["--once"])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
      #expect(world.zone.addresses(of: "b.example.com") == [World.seen])
      #expect(world.zone.addresses(of: "c.example.com") == [])
    }

    @Test func `one broken section does not keep the others from running (users 33)`() throws {
      let world = try World()
      try world.configure(
        text: world.section("broken", ["service_name": "nobody.test", "update_url": nil])
          + world.section("home"))
      let result = try world.run("ddns-runner", ["--once"])
      #expect(result.status != 0)
      #expect(world.zone.addresses(of: World.host) == [World.seen])
    }

    @Test func `lookup_host falls back to domain, and nothing is written back (B24)`() throws {
      let world = try World()
      try world.configure(["lookup_host": nil])
      let before = world.text("etc/config/ddns")
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.text("etc/config/ddns") == before)
      #expect(world.names(in: "tmp/.uci") == [])
    }

    @Test func `credentials are in no argv and in no environment of a child (users 30)`()
      throws
    {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .delay(0.4))
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "2"])
      var seen: Set<String> = []
      _ = Wait.until(within: 20) {
        for process in Processes.group(child.pid) { seen.formUnion(Processes.texts(process)) }
        return !child.isRunning
      }
      let result = child.wait()
      world.check(result)
      #expect(result.status == 0)
      #expect(seen.contains { $0.contains("home") }, "the sampling saw the runner")
      for text in seen { #expect(world.redactor.leak(in: text) == nil) }
    }

    @Test func `what a pass has decided on is what is sent, whoever edits meanwhile`() throws {
      let world = try World(registered: ["81.2.69.1"])
      let script = """
        #!/bin/sh
        sed -i -e 's/www.example.com/home.example.com/' -e "s/option username .*/option username 'x'/" \
          -e '/update_url/d' '\(world.root)/etc/config/ddns'
        echo \(World.seen)

        """
      try world.write("ip.sh", script, mode: 0o755)
      try world.configure([
        "domain": "www.example.com", "ip_source": "script", "ip_script": "/ip.sh", "ip_url": nil,
      ])
      let result = try world.run("ddns-runner", ["-S", "home", "--once"])
      #expect(result.status == 0, "\(result.output)")
      #expect(
        world.updates.map { $0.target } == [
          "/nic/update?hostname=www.example.com&myip=\(World.seen)"
        ])
      let credentials = Data("\(World.user):\(World.password)".utf8).base64EncodedString()
      #expect(world.updates.first?.field("Authorization") == "Basic \(credentials)")
      #expect(world.text("etc/config/ddns")?.contains("update_url") == false)
    }

    @Test func `a stub in DDNS_LIBEXEC stands in for a tool, and the status decides`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      for name in ["ddns-verify", "ddns-update"] {
        try world.write(
          "stubs/\(name)", "#!/bin/sh\nexec '\(Programs.path(name))' \"$@\"\n", mode: 0o755)
      }
      try world.write(
        "stubs/ddns-detect-ip", "#!/bin/sh\necho address=81.2.69.77 >&3\n", mode: 0o755)
      let stubs = ["DDNS_LIBEXEC": "\(world.root)/stubs"]
      let result = try world.run("ddns-runner", ["-S", "home", "-v", "2"], environment: stubs)
      #expect(result.status == 0, "\(result.output)")
      #expect(world.zone.addresses(of: World.host) == ["81.2.69.77"])
      try world.write("stubs/ddns-detect-ip", "#!/bin/sh\nkill -SEGV $$\n", mode: 0o755)
      let crash = try world.run("ddns-runner", ["-S", "home", "-v", "2"], environment: stubs)
      #expect(crash.status != 0)
      #expect(world.updates.count == 1)
    }
  }
}

/// What every user of the machine can see of running programs.
enum Processes {
  /// The processes of a group.
  static func group(_ leader: pid_t) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { getpgid($0) == leader }
  }

  /// The processes it has started and not reaped.
  static func children(of process: pid_t) -> [pid_t] {
    let path = "/proc/\(process)/task/\(process)/children"
    let list = FileManager.default.contents(atPath: path) ?? Data()
    return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }

  /// Its argument vector and environment.
  static func texts(_ process: pid_t) -> [String] {
    ["cmdline", "environ"].compactMap { name in
      FileManager.default.contents(atPath: "/proc/\(process)/\(name)").map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }
}
