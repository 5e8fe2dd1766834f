// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Run files, log file and console lines (contract 7).
  @Suite struct RunnerFileTests {
    /// One log line: `HHMMSS`, a tag of five characters, the text.
    private static let form =
      "^ [0-2][0-9][0-5][0-9][0-5][0-9] (EMERG|ALERT| CRIT|ERROR| WARN| note| info|     ) : "

    private var uptime: Int {
      let text = FileManager.default.contents(atPath: "/proc/uptime") ?? Data()
      return Int(String(decoding: text, as: UTF8.self).prefix { $0 != "." }) ?? 0
    }

    /// Lines that are neither in form, nor blank, nor part of the configuration's listing.
    private func oddLines(_ log: String) -> [String] {
      log.components(separatedBy: "\n").filter { line in
        line.range(of: RunnerFileTests.form, options: .regularExpression) == nil
          && !line.isEmpty && !line.hasPrefix("ddns.")
      }
    }

    @Test func `leaves .update and .ip as plain text, and takes .pid away (B31)`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      let text = try #require(world.runFile("update"))
      #expect(text.hasSuffix("\n") && text.count { $0 == "\n" } == 1)
      let update = try #require(Int(text.dropLast()))
      #expect(abs(uptime - update) < 20)
      #expect(world.runFile("ip") == "\(World.seen)\n")
      #expect(world.runFile("pid") == nil)
    }

    @Test func `writes .pid and .nextcheck while it runs`() throws {
      let world = try World(registered: [World.seen])
      try world.configure(["check_interval": "10", "check_unit": "minutes"])
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      #expect(world.runFile("pid") == "\(child.pid)\n")
      let next = try #require(Int((world.runFile("nextcheck") ?? "").dropLast()))
      #expect(abs(next - uptime - 600) < 20)
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(world.runFile("pid") == nil)
    }

    @Test func `.ip exists even after a failed look-up, as a single newline`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      world.mock.dns.script.add("*", .code(2))
      _ = try world.runner(["-v", "2"])
      #expect(world.runFile("ip") == "\n")
    }

    @Test func `run files and scratch are for the owner only, the folder for all (B32)`() throws {
      let world = try World()
      try world.configure()
      _ = try world.runner(["-v", "2"])
      for name in world.names(in: "var/run/ddns") {
        let path = "\(world.root)/var/run/ddns/\(name)"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect((mode as? Int ?? 0o777) & 0o022 == 0, "\(name)")
        #expect(!name.hasSuffix(".dat") && !name.hasSuffix(".err"), "\(name)")
      }
    }

    @Test func `every log line has the contract's form (7.3)`() throws {
      let world = try World()
      try world.configure()
      let result = try world.runner(["-v", "2"])
      let log = world.log()
      #expect(oddLines(log) == [])
      #expect(log.split(separator: "\n").count > 5)
      #expect(log.range(of: "note : PID '[0-9]+' started at ", options: .regularExpression) != nil)
      #expect(
        log.range(of: "note : PID '[0-9]+' exit normal at ", options: .regularExpression) != nil)
      #expect(oddLines(result.output) == [], "console lines have the same form")
      for line in result.output.split(separator: "\n") where line.contains("Update successful") {
        #expect(log.contains(line))
      }
    }

    @Test func `success is said once (B4)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      _ = try world.runner(["-v", "2"])
      let lines = world.log().split(separator: "\n").filter {
        $0.lowercased().contains("update successful")
      }
      #expect(lines.count == 1, "\(lines)")
    }

    @Test func `a failure ends the log with its status`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .respond(HTTPAnswer(500, "")))
      _ = try world.runner(["-v", "2"])
      #expect(
        world.log().range(
          of: " WARN : PID '[0-9]+' exit WITH ERROR '[0-9]+' at ", options: .regularExpression)
          != nil)
    }

    @Test func `keeps the last ddns_loglines lines at level 0 and 1`() throws {
      let world = try World(registered: [World.seen])
      try world.configure(["force_interval": "0"], global: ["ddns_loglines": "10"])
      for _ in 0..<3 { _ = try world.runner(["-v", "0"]) }
      let lines = world.log().split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(lines <= 10 && lines > 3)
      #expect(world.log().contains("exit normal"))
    }

    @Test func `level 2 starts a fresh file and never truncates it`() throws {
      let world = try World()
      try world.write("var/log/ddns/home.log", "old line\n")
      try world.configure(global: ["ddns_loglines": "2"])
      _ = try world.runner(["-v", "2"])
      #expect(!world.log().contains("old line"))
      #expect(world.log().split(separator: "\n").count > 5)
    }

    @Test func `use_logfile 0 writes none at level 0, level 2 always does`() throws {
      let world = try World()
      try world.configure(["use_logfile": "0", "force_interval": "0"])
      _ = try world.runner(["-v", "0"])
      #expect(!world.exists("var/log/ddns/home.log"))
      _ = try world.runner(["-v", "2"])
      #expect(world.exists("var/log/ddns/home.log"))
    }

    @Test func `uses the folders of the global section, old names too`() throws {
      for (run, log) in [("ddns_rundir", "ddns_logdir"), ("run_dir", "log_dir")] {
        let world = try World()
        try world.configure(global: [run: "/tmp/r un", log: "/var/l/o/g"])
        #expect(try world.runner(["-v", "2"]).status == 0)
        #expect(world.text("tmp/r un/home.ip") == "\(World.seen)\n")
        #expect(world.text("var/l/o/g/home.log") != nil)
      }
    }

    @Test(arguments: [
      (["check_interval": "1", "check_unit": "minutes"], "check interval: 300 seconds"),
      (["check_interval": "10", "check_unit": "seconds"], "check interval: 300 seconds"),
      (["check_interval": "2", "check_unit": "hours"], "check interval: 7200 seconds"),
      (["check_interval": "900", "check_unit": "typo"], "check interval: 900 seconds"),
      (
        ["check_interval": "7", "check_unit": "seconds", "check_interval_min": "5"],
        "check interval: 7 seconds"
      ),
      (["force_interval": "2", "force_unit": "days"], "force interval: 172800 seconds"),
      (["force_interval": "1", "force_unit": "minutes"], "force interval: 600 seconds"),
      (["retry_interval": "3", "retry_unit": "minutes"], "retry interval: 180 seconds"),
      (["retry_count": "7"], "retry max count : 7 times"),
      (["retry_count": "7", "retry_max_count": "4"], "retry max count : 4 times"),
      ([:], "force interval: 259200 seconds"),
    ])
    func `intervals have units, floors and defaults, and the log says them (B11, users 25)`(
      options: [String: String], line: String
    ) throws {
      let world = try World()
      try world.configure(options.mapValues { Optional($0) })
      _ = try world.runner(["-v", "2"])
      #expect(world.log().contains(line))
    }

    @Test func `a date format is data, not a command (users 35)`() throws {
      let world = try World()
      let mark = "\(world.root)/tmp/injected"
      try world.configure(
        global: ["ddns_dateformat": "%Y \"; touch \(mark); `touch \(mark)` $(touch \(mark))"])
      _ = try world.runner(["-v", "2"])
      #expect(!world.exists("tmp/injected"))
      #expect(world.log().contains("started at 20"))
    }

    @Test func `a log that cannot be written fails no run (users 31)`() throws {
      let world = try World()
      try world.write("var/log/ddns", "a file in the place of the folder\n")
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 1)
    }

    @Test func `a run folder that cannot be made is a clear error`() throws {
      let world = try World()
      try world.write("var/run/ddns", "a file in the place of the folder\n")
      try world.configure()
      let result = try world.runner(["-v", "2"])
      #expect(result.status != 0)
      #expect(result.output.contains("/var/run/ddns"))
    }

    @Test func `half-written state is never seen and never left behind`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(["check_interval": "1", "check_interval_min": "1", "check_unit": "s"])
      for round in 0..<6 {
        world.zone.set(World.host, to: ["81.2.69.\(round + 1)"])
        let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
        let moment = Clock.now() + 0.15 * Double(round)
        _ = Wait.until(within: 10) {
          for kind in ["update", "nextcheck", "pid", "ip"] {
            if let text = world.runFile(kind) {
              #expect(text.hasSuffix("\n"), "\(kind): \(text.debugDescription)")
            }
          }
          return Clock.now() > moment
        }
        child.signal(SIGKILL)
        child.wait(seconds: 5)
      }
      // Whether a foreign address is repaired or only told depends on what DNS had shown before a kill.
      world.zone.set(World.host, to: [World.seen])
      #expect(try world.runner(["-v", "2"]).status == 0)
      let names = world.names(in: "var/run/ddns")
      #expect(!names.contains { $0.contains("tmp") || $0.hasSuffix("~") }, "\(names)")
    }

    @Test func `stale and broken run files are no obstacle`() throws {
      let world = try World()
      try world.configure()
      try world.write("var/run/ddns/home.pid", "1\n")
      try world.write("var/run/ddns/home.update", "99999999999999999999\n")
      try world.write("var/run/ddns/home.nextcheck", "")
      try world.write("var/run/ddns/home.ip", "\u{0}\u{1}junk")
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.runFile("ip") == "\(World.seen)\n")
    }
  }
}
