// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/etc/init.d/ddns` under busybox ash (contract 6.4 and 8).
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct OpenwrtInitTests {
    private func router(_ sections: [String: [String: String?]]) throws -> Router {
      let world = try World(registered: [World.seen])
      try configure(world, sections)
      return try Router(world)
    }

    private func configure(_ world: World, _ sections: [String: [String: String?]]) throws {
      try world.configure(
        text: sections.sorted { $0.key < $1.key }.map { world.section($0.key, $0.value) }.joined())
    }

    @Test(.native) func `start runs one updater for each enabled section, and no other`() throws {
      let router = try router(["home": [:], "second": ["enabled": "on"], "off": ["enabled": "0"]])
      #expect(try router.service("start").status == 0)
      #expect(router.procd() == ["start home", "start second"])
      let home = try #require(router.isWaiting() ? router.runner(of: "home") : nil)
      #expect(router.isWaiting("second") && router.runner(of: "off") == nil)
      let words = try String(contentsOfFile: "/proc/\(home)/cmdline", encoding: .utf8)
      #expect(
        words.split(separator: "\0") == ["/usr/lib/ddns/dynamic_dns_updater.sh", "-S", "home"])
      let name = try String(contentsOfFile: "/proc/\(home)/comm", encoding: .utf8)
      #expect(name == "dynamic_dns_upd\n")
      // No respawn (B19): procd would start what has done its work, or cannot work, again.
      #expect(router.world.names(in: "tmp/procd/home") == ["command", "env"])
      #expect(try router.service("stop").status == 0)
      #expect(router.procd() == ["stop home", "stop second"])
      #expect(router.runner(of: "home") == nil && router.processes().isEmpty)
    }

    @Test func `a reload restarts what has changed, and ends what is gone (B18)`() throws {
      let router = try router(["home": [:], "second": [:], "third": [:]])
      try router.service("boot")
      #expect(router.isWaiting() && router.isWaiting("second") && router.isWaiting("third"))
      let (home, second) = (router.runner(of: "home"), router.runner(of: "second"))
      _ = router.procd()
      try router.service("reload")
      #expect(router.procd() == ["keep home", "keep second", "keep third"])
      try configure(router.world, ["home": [:], "second": ["check_interval": "20"]])
      try router.service("reload")
      #expect(router.procd() == ["keep home", "restart second", "stop third"])
      #expect(Wait.until(within: 10) { router.runner(of: "second") ?? second != second })
      #expect(router.runner(of: "home") == home && router.runner(of: "third") == nil)
      let change = "\n\toption upd_privateip '1'\n"
      try router.world.write(
        "etc/config/ddns", "config ddns 'global'" + change + router.world.section("home"))
      try router.service("reload")
      #expect(router.procd() == ["restart home", "stop second"])
      try router.run(["/etc/init.d/ddns", "triggers"])
      #expect(router.world.text("tmp/procd.triggers") == "reload on ddns\n")
    }

    @Test func `what procd shows of the options is no help in guessing a password`() throws {
      let router = try router(["home": [:], "second": [:]])
      try router.service("start")
      let shown = try #require(router.world.text("tmp/procd/home/env"))
      #expect(shown.wholeMatch(of: #/DDNS_OPTIONS=[0-9a-f]{64}\n/#) != nil)
      let plain = try router.shell(
        "{ /sbin/uci -q show ddns.global; /sbin/uci -q show ddns.home; } | sha256sum")
      #expect(!shown.contains(plain.output.prefix(64)))
      let salt = "\(router.root)/var/run/ddns.salt"
      let mode = try FileManager.default.attributesOfItem(atPath: salt)[.posixPermissions]
      #expect(mode as? Int == 0o600)
      // A salt of this boot: without it every section counts as changed, once.
      #expect(router.isWaiting() && router.isWaiting("second"))
      _ = router.procd()
      try FileManager.default.removeItem(atPath: salt)
      try router.service("reload")
      #expect(router.procd() == ["restart home", "restart second"])
      try router.service("reload")
      #expect(router.procd() == ["keep home", "keep second"])
    }

    @Test func `start SECTION makes a running one check at once (B18)`() throws {
      let router = try router(["home": [:], "second": [:], "off": ["enabled": "0"]])
      try router.service("start")
      #expect(router.isWaiting() && router.isWaiting("second"))
      let home = router.runner(of: "home")
      let before = router.world.mock.http.requests.count
      _ = router.procd()
      try router.service("start", "home")
      #expect(router.procd() == ["keep home"])
      #expect(Wait.until(within: 10) { router.world.mock.http.requests.count > before })
      #expect(Wait.until(within: 10) { router.signals() == 1 } && router.signals("second") == 0)
      #expect(router.runner(of: "home") == home)
      try router.service("start", "off")
      try router.service("start", "nowhere")
      try router.service("start", "global")
      #expect(router.procd() == [])
      #expect(router.runner(of: "second") != nil)
    }

    @Test func `stop SECTION ends that one only (B20)`() throws {
      let router = try router(["home": [:], "second": [:]])
      try router.service("start")
      #expect(router.isWaiting() && router.isWaiting("second"))
      try router.service("stop", "home")
      #expect(router.runner(of: "home") == nil && router.runner(of: "second") != nil)
      try router.service("start", "home")
      #expect(router.isWaiting() && router.runner(of: "second") != nil)
      let (home, second) = (router.runner(of: "home"), router.runner(of: "second"))
      try router.service("restart")
      #expect(router.isWaiting() && router.isWaiting("second"))
      #expect(router.runner(of: "home") != home && router.runner(of: "second") != second)
    }

    @Test func `stop and ifdown go offline, a restart and a reload do not`() throws {
      let world = try World()
      let base = "http://[USERNAME]:[PASSWORD]@127.0.0.1:\(world.mock.http.port)/nic/update"
      let options = ["offline": "192.0.2.1", "update_url": "\(base)?hostname=[DOMAIN]&myip=[IP]"]
      try configure(world, ["home": options, "second": ["offline": "off"]])
      let router = try Router(world)
      let isOffline = { (count: Int) in
        world.updates.count { $0.target.hasSuffix("myip=192.0.2.1") } == count
      }
      try router.service("start")
      #expect(router.isWaiting() && router.isWaiting("second"))
      try router.service("restart")
      #expect(router.isWaiting() && router.isWaiting("second") && isOffline(0))
      try configure(
        world, ["home": options.merging(["check_interval": "20"]) { $1 }, "second": [:]])
      try router.service("reload")
      #expect(router.isWaiting() && router.isWaiting("second") && isOffline(0))
      try router.service("stop", "second")
      #expect(isOffline(0) && router.runner(of: "home") != nil)
      try router.service("stop")
      #expect(isOffline(1) && router.processes().isEmpty)
      #expect(world.log().contains("terminated by 'SIGUSR2'"))
      try router.service("start", "home")
      #expect(Wait.until(within: 10) { world.updates.last?.target.hasSuffix(World.seen) == true })
      #expect(router.isWaiting())
      try router.service("enable")
      try router.run(
        ["/sbin/hotplug-call", "iface"], environment: ["ACTION": "ifdown", "INTERFACE": "wan"])
      #expect(Wait.until(within: 15) { isOffline(2) && router.runner(of: "home") == nil })
    }

    @Test func `what has ended stays ended, and comes back when asked for (B19)`() throws {
      let router = try router([
        "home": ["force_interval": "0"], "broken": ["update_url": nil], "good": [:],
      ])
      try router.service("start")
      #expect(router.isWaiting("good"))
      #expect(Wait.until(within: 10) { router.world.log().contains("exit normal") })
      #expect(Wait.until(within: 10) { router.world.log(of: "broken").contains("TERMINATE") })
      #expect(Wait.until(within: 10) { router.processes().count == 1 })
      #expect(router.world.log().components(separatedBy: "exit normal").count == 2)
      #expect(router.world.updates.count <= 2)
      let good = try #require(router.runner(of: "good"))
      kill(good, SIGKILL)
      #expect(Wait.until(within: 10) { router.processes().isEmpty })
      _ = router.procd()
      try router.service("start", "good")
      #expect(router.procd() == ["start good"] && router.isWaiting("good"))
    }

    @Test func `an old pid file of somebody else is not signalled (B31)`() throws {
      let router = try router(["home": ["enabled": "0"]])
      let other = try Child("sleep", ["60"], environment: Programs.searchPath)
      try router.world.write("var/run/ddns/home.pid", "\(other.pid)\n")
      try router.service("start", "home")
      try router.world.configure()
      try router.world.write("var/run/ddns/home.pid", "\(other.pid)\n")
      try router.service("start", "home")
      #expect(other.isRunning)
      #expect(router.isWaiting() && router.runner(of: "home") != other.pid)
    }

    @Test func `START and STOP are where LuCI looks for them, enabled tells (contract 10.5)`()
      throws
    {
      let router = try router(["home": [:]])
      let start = router.world.text("etc/init.d/ddns")?.utf8.prefix(2048) ?? "".utf8.prefix(0)
      let lines = String(decoding: start, as: UTF8.self).components(separatedBy: "\n")
      #expect(lines.contains("START=95") && lines.contains("STOP=10"))
      #expect(try router.service("enabled").status != 0)
      try router.service("enable")
      #expect(try router.service("enabled").status == 0)
      #expect(router.world.names(in: "etc/rc.d") == ["K10ddns", "S95ddns"])
      try router.service("disable")
      #expect(try router.service("enabled").status != 0)
    }
  }
}
