// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The unit on a Linux that is not OpenWrt, run by systemd itself, with all that it takes away.
  @Suite(.enabled(if: Systemd.isPossible, "needs root, systemd, namespaces and the static build"))
  struct SystemdTests {
    private static let metrics = "/var/lib/prometheus/node-exporter/ddns.prom"

    @Test func `enabled it runs, and is reloaded, killed, restarted and stopped`() throws {
      let world = try World()
      try world.configure(
        ["password": nil, "password_file": "home.password", "offline": "192.0.2.1"],
        global: ["metrics_file": Self.metrics])
      try world.write("etc/ddns/home.password", World.password + "\n", mode: 0o600)
      try world.write("var/lib/prometheus/node-exporter/other.prom", "")
      let unit = try String(contentsOfFile: Programs.source("linux/ddns.service"), encoding: .utf8)
      let credential = try #require(unit.firstMatch(of: /\n# (LoadCredential=.*)\n/)).1
      let systemd = try Systemd(world, dropIn: "[Service]\n\(credential)\nRestartSec=100ms\n")

      let enabled = try systemd.run("systemctl enable --now ddns")
      #expect(enabled.status == 0, "\(enabled.output)")
      #expect(world.names(in: "etc/systemd/system/multi-user.target.wants") == ["ddns.service"])
      #expect(Wait.until(within: 30) { world.runFile("nextcheck") != nil }, "\(world.log())")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
      #expect(try systemd.journal().contains("home: Update needed - no address is known to have"))
      #expect(try systemd.run("ddns-runner --status").stdout.contains("1 of 48"))
      #expect(
        Wait.until(within: 40) { world.text(String(Self.metrics.dropFirst()))?.isEmpty == false },
        "\((try? systemd.journal()) ?? "")")

      #expect(try systemd.run("systemctl reload ddns").status == 0)
      func checks(_ number: Int) -> Bool {
        Wait.until(within: 20) { world.log().ranges(of: "skip: ").count == number }
      }
      #expect(checks(1) && world.log().contains("received 'SIGHUP'"), "\(world.log())")
      let killed = try systemd.property("MainPID")
      let kill = try systemd.run("kill -KILL \(killed)")
      #expect(kill.status == 0, "\(kill.output)")
      #expect(Wait.until(within: 20) { (try? systemd.property("NRestarts")) == "1" })
      #expect(Wait.until(within: 20) { (try? systemd.property("SubState")) == "running" })
      #expect(try checks(2) && systemd.property("MainPID") != killed, "\(world.log())")
      #expect(try systemd.run("systemctl restart ddns").status == 0 && checks(3))
      // The provider has been told nothing but the address, and once.
      #expect(world.updates.count == 1, "\(world.log())")

      let stopped = try systemd.run("systemctl disable --now ddns")
      #expect(stopped.status == 0, "\(stopped.output)")
      #expect(try systemd.property("Result") == "success")
      #expect(try systemd.property("ActiveState") == "inactive")
      #expect(world.updates.count == 2)
      #expect(world.updates.last?.target.hasSuffix("myip=192.0.2.1") == true)
      #expect(world.names(in: "etc/systemd/system/multi-user.target.wants") == [])
    }

    @Test func `what is wrong in the configuration is said, and not tried again`() throws {
      let world = try World()
      try world.configure(["domain": "a;b"])
      let systemd = try Systemd(world, dropIn: "[Service]\nRestartSec=100ms\n")
      #expect(try systemd.run("systemctl start ddns").status == 0)
      #expect(Wait.until(within: 20) { (try? systemd.property("ActiveState")) == "failed" })
      #expect(try systemd.property("ExecMainStatus") == "78")
      #expect(try systemd.property("NRestarts") == "0")
      #expect(try systemd.run("systemctl status ddns").stdout.contains("sanitize on domain found"))
      #expect(world.updates.isEmpty)
    }

    @Test func `scripts, commands and hooks run within what the unit allows`() throws {
      let world = try World()
      let options = [
        "password": nil, "password_command": "cat /etc/ddns/word", "ip_source": "script",
        "ip_script": "/etc/ddns/address", "bind_network": "lo", "notify": "mine",
        "update_script": "/etc/ddns/update", "update_url": nil,
      ]
      let notify =
        "config notify 'mine'\n\toption type 'program'\n\toption program '/etc/ddns/told'\n"
      try world.configure(text: notify + "\n" + world.section("home", options))
      try world.write("etc/ddns/word", World.password, mode: 0o600)
      try world.write("etc/ddns/address", "#!/bin/sh\necho \(World.seen)\n", mode: 0o755)
      try world.write(
        "etc/ddns/told", "#!/bin/sh\necho \"$DDNS_EVENT\" >/etc/ddns/event\n", mode: 0o755)
      let url = "http://127.0.0.1:\(world.mock.http.port)/nic/update?hostname=$domain&myip=$__IP"
      try world.write(
        "etc/ddns/update",
        "id -u >/etc/ddns/who; curl -s -u \"$username:$password\" \"\(url)\" >$DATFILE; cat $DATFILE\n",
        mode: 0o755)
      let systemd = try Systemd(world)
      #expect(try systemd.run("systemctl start ddns").status == 0)
      #expect(
        Wait.until(within: 30) { world.text("etc/ddns/event") == "change\n" }, "\(world.log())")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
      #expect(world.text("etc/ddns/who") == "0\n")
    }

    @Test func `run_as needs the rights that the unit has in a comment, and says so`() throws {
      let world = try World()
      try world.configure(global: ["run_as": "ddns"])
      try world.write("var/log/ddns/home.log", "")
      let systemd = try Systemd(world)
      #expect(try systemd.run("systemctl start ddns").status == 0)
      #expect(Wait.until(within: 20) { (try? systemd.property("ExecMainStatus")) == "71" })
      #expect(try systemd.journal().contains("run_as: cannot "))
      #expect(world.updates.isEmpty)

      let unit = try String(contentsOfFile: Programs.source("linux/ddns.service"), encoding: .utf8)
      let rights = try #require(unit.firstMatch(of: /\n# (CapabilityBoundingSet=.*)\n/)).1
      try world.write("etc/systemd/system/ddns.service.d/own.conf", "[Service]\n\(rights)\n")
      let restarted = try systemd.run("systemctl daemon-reload && systemctl restart ddns")
      #expect(restarted.status == 0, "\(restarted.output)")
      #expect(Wait.until(within: 30) { world.runFile("nextcheck") != nil }, "\(world.log())")
      #expect(world.updates.count == 1)
      let user = try systemd.run("ps -o uid= -p $(systemctl show ddns -p MainPID --value)").stdout
      #expect(user.contains("65000"))
    }
  }
}
