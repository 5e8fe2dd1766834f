// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--metrics` and `metrics_file`.
  @Suite struct MetricsTests {
    private func value(_ name: String, in text: String) -> String? {
      text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .map { String($0.dropFirst(name.count + 1)) }
    }

    private func isAbout(_ left: String, _ right: String) -> Bool {
      let (left, right) = (left.split(separator: "\n"), right.split(separator: "\n"))
      return left.count == right.count
        && zip(left, right).allSatisfy { one, other in
          if one == other { return true }
          let (one, other) = (one.split(separator: " "), other.split(separator: " "))
          guard let date = Int(one.last ?? ""), let next = Int(other.last ?? "") else {
            return false
          }
          return one.dropLast() == other.dropLast() && date > 1_000_000_000
            && abs(date - next) <= 1
        }
    }

    @Test(.enabled(if: Programs.isInstalled("promtool"), "promtool is not installed"))
    func `Prometheus' own tool finds nothing to complain of`() throws {
      let world = try World()
      try world.configure(
        text: world.section("home") + world.section("off", ["enabled": "0"]))
      #expect(try world.runner(["--once"]).status == 0)
      let result = try world.run("ddns-runner", ["--metrics"])
      #expect(result.status == 0)
      try world.write("tmp/ddns.prom", result.stdout)
      let check = try Child.run(
        "sh", ["-c", "promtool check metrics <\(world.root)/tmp/ddns.prom"],
        environment: Programs.searchPath, seconds: 20)
      #expect(check.status == 0 && check.output == "", "\(check.output)")
    }

    @Test func `a runner keeps the file up to date, to its end`() throws {
      let world = try World(registered: [World.seen])
      let file = "metrics/ddns.prom"
      try world.write("metrics/others.prom", "")
      try world.configure(
        text: world.section("home") + world.section("off", ["enabled": "0"]),
        global: ["metrics_file": "/" + file])
      let child = try world.start("ddns-runner", [])
      #expect(Wait.until(within: 15) { world.exists(file) })
      var text = ""
      // The two clocks do not begin their seconds together: dates may differ by one.
      let isSame = Wait.until(within: 30) {
        text = world.text(file) ?? ""
        return (try? isAbout(text, world.run("ddns-runner", ["--metrics"]).stdout)) == true
      }
      #expect(isSame, "\(text)")
      #expect(value("ddns_section_running{section=\"home\"}", in: text) == "1")
      #expect(value("ddns_section_in_sync{section=\"home\"}", in: text) == "1")
      #expect(value("ddns_section_state{section=\"off\",state=\"disabled\"}", in: text) == "1")
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      let end = try #require(world.text(file))
      #expect(value("ddns_section_running{section=\"home\"}", in: end) == "0")
      #expect(world.names(in: "metrics") == ["ddns.prom", "others.prom"])
      let mode = try FileManager.default.attributesOfItem(
        atPath: "\(world.root)/\(file)")[.posixPermissions]
      #expect(mode as? Int == 0o644)
      #expect(world.redactor.leak(in: end) == nil)
    }

    @Test func `a folder that is not there is said, and keeps nothing from being sent`() throws {
      let world = try World()
      try world.configure(global: ["metrics_file": "/nowhere/ddns.prom"])
      let result = try world.runner(["--once"])
      #expect(result.status == 0 && result.stderr.contains("/nowhere/ddns.prom"))
      #expect(world.updates.count == 1)
      #expect(try world.runner(["-v", "3"]).status == 0)
    }

    @Test func `what keeps it from being written is said once`() throws {
      let world = try World()
      try world.configure(global: ["metrics_file": "/nowhere/ddns.prom"])
      let child = try world.start("ddns-runner", ["-S", "home"])
      let path = "/nowhere/ddns.prom"
      #expect(Wait.until(within: 20) { child.stderr.contains(path) })
      #expect(Wait.until(within: 20) { world.runFile("nextcheck", of: "home") != nil })
      child.signal(SIGTERM)  // it is written at the end, too
      child.wait(seconds: 10)
      #expect(child.stderr.components(separatedBy: path).count == 2, "\(child.stderr)")
    }
  }
}
