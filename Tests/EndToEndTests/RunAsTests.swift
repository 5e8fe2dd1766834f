// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `option run_as`, which only root can try.
  @Suite(.enabled(if: getuid() == 0, "not root")) struct RunAsTests {
    private func status(_ process: pid_t, _ name: String) -> String {
      let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      let line = text?.split(separator: "\n").first { $0.hasPrefix("\(name):") } ?? ""
      return line.split(whereSeparator: \.isWhitespace).dropFirst().joined(separator: " ")
    }

    private func owner(_ world: World, _ path: String) -> Int? {
      let facts = try? FileManager.default.attributesOfItem(atPath: "\(world.root)/\(path)")
      return (facts?[.ownerAccountID] as? NSNumber)?.intValue
    }

    private func world(_ changes: [String: String] = [:]) throws -> World {
      let world = try World()
      try world.write("etc/passwd", "root:x:0:0::/:/bin/sh\nddns:x:65000:65001::/:/bin/false\n")
      try world.configure(changes, global: ["run_as": "ddns"])
      _ = chmod(world.root, 0o755)
      _ = chmod("\(world.root)/etc/config/ddns", 0o600)
      return world
    }

    @Test func `a runner of root goes on as that user, and keeps what it needs`() throws {
      let world = try world()
      // What a runner of root has left.
      try world.write("var/run/ddns/home.update", "1\n", mode: 0o600)
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 20) { world.text("var/run/ddns/home.nextcheck") != nil })
      #expect(world.updates.count == 1)
      #expect(status(child.pid, "Uid") == "65000 65000 65000 65000")
      #expect(status(child.pid, "Gid") == "65001 65001 65001 65001")
      #expect(status(child.pid, "Groups") == "65001")
      // CAP_DAC_READ_SEARCH and CAP_NET_RAW; tools inherit the second.
      #expect(status(child.pid, "CapEff") == "0000000000002004")
      #expect(status(child.pid, "CapInh") == "0000000000002000")
      #expect(status(child.pid, "CapAmb") == "0000000000002000")
      for path in [
        "var/run/ddns", "var/run/ddns/home.update", "var/run/ddns/home.state",
        "var/log/ddns/home.log", "etc/ddns/state/home.state",
      ] {
        #expect(owner(world, path) == 65_000, "\(path)")
      }
      // The configuration, which is root's alone, is read again.
      try world.configure(["check_interval": "20"], global: ["run_as": "ddns"])
      _ = chmod("\(world.root)/etc/config/ddns", 0o600)
      child.signal(SIGHUP)
      #expect(
        Wait.until(within: 20) {
          world.text("var/log/ddns/home.log")?.contains("configuration has changed") ?? false
        })
    }

    @Test func `its tools have one right, and a script runs as that user`() throws {
      let world = try world(["ip_source": "script", "ip_script": "/who.sh"])
      try world.write(
        "who.sh",
        """
        #!/bin/sh
        { id -u; grep CapEff /proc/self/status; } >${0%/*}/tmp/who
        echo \(World.seen)

        """, mode: 0o755)
      _ = chmod("\(world.root)/tmp", 0o777)
      let result = try world.run("ddns-runner", ["-S", "home", "--once"])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(world.updates.count == 1)
      #expect(world.text("tmp/who") == "65000\nCapEff:\t0000000000002000\n")
    }

    @Test func `a directory of others is not given away, nor what has another name`() throws {
      let world = try world()
      try world.write("var/run/ddns/other", "x")
      let result = try world.run("ddns-runner", ["-S", "home", "--once"])
      #expect(result.status == 78)
      #expect(result.stderr.contains("other' is not ours"))
      #expect(owner(world, "var/run/ddns") == 0 && owner(world, "var/run/ddns/other") == 0)
      try FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/other")
      try world.write("etc/shadow", "x", mode: 0o600)
      let linked = "\(world.root)/var/run/ddns/home.log"
      for make in [link, symlink] {
        #expect(make("\(world.root)/etc/shadow", linked) == 0)
        let result = try world.run("ddns-runner", ["-S", "home", "--once"])
        #expect(result.status == 71 && result.stderr.contains("run_as: cannot give away "))
        #expect(owner(world, "etc/shadow") == 0)
        #expect(unlink(linked) == 0)
      }
      #expect(world.updates.isEmpty)
    }

    @Test func `a user nobody knows is a mistake in the configuration`() throws {
      let world = try world()
      for table in [
        "ddnsx:x:1:1::/:/bin/false\n", "ddns:x:0:1::/:/bin/sh\n", "ddns:x:1:0::/:/bin/sh\n", "ddns",
        "",
        "ddns:x:4294967295:1:", "ddns:x:4294967297:1:", "ddns:x::1:", "ddns:x:1", "ddns:x:1:2",
        "ddns:x:-1:1:", "a:x:1:1:ddns:2:3:\n\n",
      ] {
        try world.write("etc/passwd", table)
        let result = try world.run("ddns-runner", ["-S", "home", "--once"])
        #expect(result.status == 78)
        #expect(result.stderr.contains("run_as: no user 'ddns' in /etc/passwd"), "\(table)")
      }
    }
  }
}
