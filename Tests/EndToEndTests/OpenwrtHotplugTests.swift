// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/etc/hotplug.d/iface/95-ddns` under busybox ash (contract 8).
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct OpenwrtHotplugTests {
    /// Sections of wan (by default), wan6 and wan, one of them disabled; the service is enabled.
    private func router() throws -> Router {
      let world = try World(registered: [World.seen])
      try world.configure(
        text: world.section("home") + world.section("six", ["interface": "wan6"])
          + world.section("off", ["enabled": "0", "interface": "wan"]))
      let router = try Router(world)
      try router.service("enable")
      return router
    }

    private func event(
      _ router: Router, _ action: String, _ interface: String, _ more: [String: String] = [:]
    ) throws {
      let variables = ["ACTION": action, "INTERFACE": interface].merging(more) { $1 }
      let result = try router.run(["/sbin/hotplug-call", "iface"], environment: variables)
      #expect(result.status == 0 && result.output == "")
    }

    @Test func `ifup starts, and makes those that run check; ifdown stops (B18, B20)`() throws {
      let router = try router()
      try event(router, "ifup", "wan")
      #expect(router.isWaiting())
      #expect(router.runner(of: "six") == nil && router.runner(of: "off") == nil)
      try event(router, "ifup", "wan6")
      #expect(router.isWaiting("six"))
      let home = router.runner(of: "home")
      try event(router, "ifup", "wan")
      #expect(Wait.until(within: 10) { router.signals() == 1 })
      try event(router, "ifupdate", "wan", ["IFUPDATE_ADDRESSES": "1"])
      #expect(Wait.until(within: 10) { router.signals() == 2 })
      #expect(router.runner(of: "home") == home && router.signals("six") == 0)
      try event(router, "ifdown", "wan")
      #expect(Wait.until(within: 10) { router.runner(of: "home") == nil })
      #expect(router.runner(of: "six") != nil)
    }

    @Test func `other events, other networks and bad names do nothing`() throws {
      let router = try router()
      for action in ["ifup-failed", "iflink", "create", "free", "reload", ""] {
        try event(router, action, "wan")
      }
      try event(router, "ifup", "lan")
      try event(router, "ifup", "")
      try event(router, "ifup", "../../etc/config/ddns")
      try event(router, "ifupdate", "wan", ["IFUPDATE_ROUTES": "1"])
      try event(router, "ifupdate", "wan", ["IFUPDATE_DATA": "1"])
      // An event that counts is worked off after all of these.
      try event(router, "ifup", "wan6")
      #expect(router.isWaiting("six"))
      #expect(router.procd() == ["start six"] && router.runner(of: "home") == nil)
    }

    @Test func `ifup does nothing while the service is disabled, ifdown does`() throws {
      let router = try router()
      try router.service("start")
      #expect(router.isWaiting() && router.isWaiting("six"))
      try router.service("disable")
      _ = router.procd()
      try event(router, "ifup", "wan")
      try event(router, "ifdown", "wan6")
      #expect(Wait.until(within: 10) { router.runner(of: "six") == nil })
      #expect(router.procd() == ["stop six"] && router.signals() == 0)
    }

    @Test func `the entry returns within 50 ms and hands no descriptor on (users 1)`() throws {
      let router = try router()
      try router.world.write("tmp/sentinel", "")
      // Ends only when everybody who holds the pipe has closed it.
      let script = """
        exec 3</tmp/sentinel 7</tmp/sentinel 25>>/tmp/sentinel
        export ACTION=ifup INTERFACE=wan
        for round in 1 2 3 4 5 6 7 8 9; do
          read -r start rest </proc/uptime
          /sbin/hotplug-call iface | cat
          read -r end rest </proc/uptime
          echo "$((${end%.*}${end#*.} - ${start%.*}${start#*.}))"
        done
        """
      let result = try router.shell(script)
      let times = result.stdout.split(separator: "\n").compactMap { Int($0) }.sorted()
      // Hundredths of a second; other tests run at the same time, so the median counts.
      #expect(times.count == 9 && times[4] <= 5, "\(times) \(result.stderr)")
      #expect(router.isWaiting())
      #expect(Wait.until(within: 20) { router.processes().count == 1 })
      let pid = try #require(router.runner(of: "home"))
      let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
      for file in files {
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(pid)/fd/\(file)")
        let isOwn =
          ["/dev/null", "/var/run/ddns/home.lock", "anon_inode"].contains {
            target?.contains($0) ?? true
          } || target?.hasPrefix("socket:") ?? false
        #expect(isOwn, "descriptor \(file) is \(target ?? "")")
      }
      #expect(files.count < 8, "\(files)")
    }

    @Test func `a link that flaps 200 times leaves one updater, and no flood`() throws {
      let router = try router()
      let script = """
        export INTERFACE=wan
        for round in $(awk 'BEGIN { for (i = 1; i <= 200; i++) print i }'); do
          ACTION=ifdown /sbin/hotplug-call iface
          ACTION=ifup /sbin/hotplug-call iface
        done
        """
      #expect(try router.shell(script).status == 0)
      #expect(Wait.until(within: 60) { router.processes().count == 1 && router.isWaiting() })
      let home = try #require(router.runner(of: "home"))
      // What an `ifdown` cuts off before its answer is noted is sent again (SignalTests). By QEMU an update
      // takes long enough for that.
      let limit = Programs.isEmulated ? 4 : 1
      #expect(router.world.updates.count <= limit)
      try event(router, "ifdown", "wan")
      #expect(Wait.until(within: 10) { router.processes().isEmpty })
      try event(router, "ifup", "wan")
      #expect(router.isWaiting() && router.runner(of: "home") != home)
      #expect(router.world.updates.count <= limit)
    }
  }
}
