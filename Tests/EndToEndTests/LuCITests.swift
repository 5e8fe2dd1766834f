// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What LuCI's page reads and calls (contract 10), and our object for it.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct LuCITests {
    private static let object = "/usr/libexec/rpcd/luci.ddns"

    private func router(
      _ text: (World) -> String = { $0.section("home") }, global: [String: String] = [:]
    ) throws -> Router {
      let world = try World(registered: [World.seen])
      try world.configure(text: text(world), global: global)
      return try Router(world)
    }

    private func object(_ text: String) throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
      return try #require(value as? [String: Any], "\(text)")
    }

    private func call(
      _ router: Router, _ method: String, _ arguments: String = "{}"
    ) throws -> [String: Any] {
      try router.world.write("tmp/arguments", arguments)
      let result = try router.shell("\(LuCITests.object) call \(method) </tmp/arguments")
      #expect(result.status == 0 && result.stderr == "")
      return try object(result.stdout)
    }

    private func status(_ router: Router, _ section: String = "home") throws -> [String: Any] {
      let sections = try call(router, "get_services_status")
      let found = try #require(sections[section] as? [String: Any])
      #expect(found.keys.sorted() == ["ip", "last_update", "next_check", "next_update", "pid"])
      for (key, value) in found where !(value is NSNull) {
        #expect(key == "pid" ? value is Int : value is String, "\(key)")
      }
      return found
    }

    private static var uptime: Int {
      let text = (try? String(contentsOfFile: "/proc/uptime", encoding: .utf8)) ?? "0"
      return Int(text.prefix { $0 != "." }) ?? 0
    }

    /// The date of an uptime, as the page shows it, with the seconds around it.
    private func isDate(_ value: Any?, at uptime: Int) -> Bool {
      let formatter = DateFormatter()
      formatter.locale = Locale(identifier: "en_US_POSIX")
      formatter.timeZone = TimeZone(identifier: "UTC")
      formatter.dateFormat = "yyyy-MM-dd HH:mm"
      let boot = Date().timeIntervalSince1970 - Double(LuCITests.uptime)
      return (-2...2).contains {
        formatter.string(from: Date(timeIntervalSince1970: boot + Double(uptime + $0)))
          == value as? String
      }
    }

    // MARK: The object

    @Test func `lists the four methods, and none while LuCI's own object is there`() throws {
      let router = try router()
      let methods = try object(router.run([LuCITests.object, "list"]).stdout)
      #expect(
        methods as NSDictionary == [
          "get_services_log": ["service_name": "str"], "get_services_status": [:] as [String: Any],
          "get_ddns_state": [:] as [String: Any], "get_env": [:] as [String: Any],
        ] as NSDictionary)
      try router.world.write("usr/share/rpcd/ucode/ddns.uc", "")
      #expect(try object(router.run([LuCITests.object, "list"]).stdout).isEmpty)
      #expect(try router.run([LuCITests.object, "call", "load"]).status == 1)
      #expect(try router.run([LuCITests.object]).status == 1)
    }

    @Test func `get_env keeps every option visible without curl and host`() throws {
      let router = try router()
      let all = [
        "has_wget", "has_curl", "has_ssl", "has_proxy", "has_forceip", "has_bindnet",
        "has_bindhost", "has_dnsserver", "has_cacerts", "has_ipv6",
      ]
      var found = try call(router, "get_env")
      #expect(found.keys.sorted() == all.sorted())
      let hasIPv6 = FileManager.default.fileExists(atPath: "/proc/net/ipv6_route")
      for key in all {
        let isTrue = key == "has_ipv6" ? hasIPv6 : key != "has_cacerts"
        #expect(found[key] as? Bool == isTrue, "\(key)")
      }
      try router.world.write("etc/ssl/certs/ca.crt", "")
      found = try call(router, "get_env")
      #expect(found["has_cacerts"] as? Bool == true)
    }

    @Test func `get_ddns_state tells version, link, date and list`() throws {
      let router = try router(global: ["ddns_dateformat": "%F%n%t%R"])
      var state = try call(router, "get_ddns_state")
      let keys = ["_curr_dateformat", "_enabled", "_services_list", "_version"]
      #expect(state.keys.sorted() == keys)
      let version = router.world.text("usr/share/ddns/version") ?? ""
      #expect((state["_version"] as? String ?? "-") + "\n" == version)
      #expect(state["_enabled"] as? Bool == false)
      #expect((state["_curr_dateformat"] as? String)?.contains("<br />    ") == true)
      #expect(state["_services_list"] as? String == "NO_LIST")
      try router.service("enable")
      try router.world.write("usr/share/ddns/list", "no-ip.com\n")
      try FileManager.default.removeItem(atPath: router.root + "/usr/share/ddns/version")
      state = try call(router, "get_ddns_state")
      #expect(state["_enabled"] as? Bool == true && state["_version"] is NSNull)
      #expect((state["_services_list"] as? String)?.hasPrefix("20") == true)
    }

    @Test func `get_services_log is the log, whatever is in it`() throws {
      let router = try router()
      let text = " 120000  info : \"quoted\" \\ back\ttab\u{1} bell \u{e4}\n next line"
      try router.world.write("var/log/ddns/home.log", text + "\n")
      let log = try call(router, "get_services_log", #"{"service_name":"home","x":1}"#)
      #expect(log as NSDictionary == ["result": text] as NSDictionary)
      for name in ["nowhere", "", "../../../etc/config/ddns", "home; id"] {
        let log = try call(router, "get_services_log", #"{ "service_name": "\#(name)" }"#)
        #expect(log["result"] as? String == "File not found or empty")
      }
    }

    @Test func `a folder of logs with .. in it is not followed`() throws {
      let router = try router(global: ["ddns_logdir": "/var/log/../../etc"])
      try router.world.write("etc/home.log", "secret\n")
      let log = try call(router, "get_services_log", #"{"service_name":"home"}"#)
      #expect(log["result"] as? String == "File not found or empty")
    }

    @Test func `get_services_status of a section that runs, and one that was killed`() throws {
      let router = try router()
      try router.service("start")
      #expect(router.isWaiting())
      var home = try status(router)
      #expect((home["pid"] as? Int).map(pid_t.init) == router.runner(of: "home"))
      #expect(home["ip"] as? String == World.seen)
      let next = Int((router.world.runFile("nextcheck") ?? "").dropLast()) ?? 0
      #expect(isDate(home["next_check"], at: next))
      let last = LuCITests.uptime
      try router.world.write("var/run/ddns/home.update", "\(last)\n")
      home = try status(router)
      #expect(isDate(home["last_update"], at: last))
      #expect(isDate(home["next_update"], at: last + 72 * 3600))
      // Where nothing is known to have been sent, nobody knows when it is sent again.
      try router.world.write("var/run/ddns/home.update", "")
      home = try status(router)
      #expect(home["last_update"] is NSNull && home["next_update"] is NSNull)
      kill(try #require(router.runner(of: "home")), SIGKILL)
      #expect(Wait.until(within: 10) { router.processes().isEmpty })
      home = try status(router)
      #expect(home["pid"] is NSNull && home["next_update"] as? String == "Stopped")
      try router.world.write("var/run/ddns/home.pid", "1\n")
      #expect(try status(router)["pid"] is NSNull)
    }

    @Test func `get_services_status has a word for every state`() throws {
      let router = try router { world in
        world.section("off", ["enabled": "0"]) + world.section("unset", ["enabled": nil])
          + world.section("once", ["force_interval": "0"])
          + world.section("odd", ["force_unit": "weeks"])
          + world.section("nameless", ["lookup_host": nil, "domain": nil])
          + world.section("octal", ["force_interval": "08"])
          + world.section("late", ["force_interval": "10", "force_unit": "minutes"])
          + world.section("home", ["enabled": "1"])
      }
      for (section, word) in [
        ("off", "Disabled"), ("unset", "Stopped"), ("once", "Run once"), ("home", "Stopped"),
        ("octal", "Stopped"),
      ] {
        let found = try status(router, section)
        #expect(found["next_update"] as? String == word, "\(section)")
        #expect(found["pid"] is NSNull && found["last_update"] is NSNull)
        #expect(found["next_check"] is NSNull)
      }
      #expect(try status(router, "odd")["next_update"] is NSNull)
      #expect(try status(router, "nameless")["ip"] is NSNull)
      try router.service("start", "late")
      #expect(router.isWaiting("late"))
      let long = LuCITests.uptime - 660
      try router.world.write("var/run/ddns/late.update", "\(max(long, 1))\n")
      let expected = long > 0 ? "Verify" : nil
      let late = try status(router, "late")
      #expect(expected == nil || late["next_update"] as? String == expected)
      #expect(isDate(late["last_update"], at: max(long, 1)))
      try router.world.write("var/run/ddns/off.ip", "81.2.69.1\n81.2.69.2\n")
      #expect(try status(router, "off")["ip"] as? String == "81.2.69.1<br/>81.2.69.2")
      try router.world.write("var/run/ddns/off.update", "junk\n")
      #expect(try status(router, "off")["last_update"] is NSNull)
    }

    @Test func `a name nobody has looked up yet is looked up once, without waiting`() throws {
      let router = try router { world in
        world.section("six", ["use_ipv6": "1", "force_dnstcp": "1", "dns_server": "192.0.2.1"])
          + world.section(
            "two",
            ["lookup_host": nil, "domain": "www@example.com,b.example.com", "dns_server": nil])
      }
      try router.world.write("var/run/ddns/two.ip", "81.2.69.1\n")
      // A stand-in that takes its time.
      let helper = "/usr/lib/ddns/dynamic_dns_lucihelper.sh"
      try router.shell("rm \(helper); cat >\(helper); chmod 755 \(helper)")
      try router.shell(
        "echo '#!/bin/sh\necho \"$*\" >>/tmp/called; sleep 2' >\(helper); chmod 755 \(helper)")
      let start = Date()
      #expect(try status(router, "six")["ip"] is NSNull)
      #expect(try status(router, "six")["ip"] is NSNull)
      #expect(Date().timeIntervalSince(start) < 2)
      #expect(Wait.until(within: 5) { router.world.exists("tmp/called") })
      #expect(
        router.world.text("tmp/called")
          == "-l \(World.host) -S six -6 -t -d 192.0.2.1 -- get_registered_ip\n")
      // An updater takes the domain where there is no lookup_host; so does the page.
      #expect(try status(router, "two")["ip"] as? String == "81.2.69.1")
      try FileManager.default.removeItem(atPath: router.root + "/var/run/ddns/two.ip")
      #expect(try status(router, "two")["ip"] is NSNull)
      let called = "-l www.example.com -S two -- get_registered_ip\n"
      #expect(Wait.until(within: 5) { router.world.text("tmp/called")?.hasSuffix(called) ?? false })
    }

    // MARK: Files and commands

    @Test func `every file and command of the page is there, with its mode`() throws {
      let router = try router()
      let files = FileManager.default
      for (path, mode) in [
        "usr/bin/ddns": 0o755, "usr/lib/ddns/dynamic_dns_lucihelper.sh": 0o755,
        "usr/lib/ddns/dynamic_dns_updater.sh": 0o755, "etc/init.d/ddns": 0o755,
        "etc/hotplug.d/iface/95-ddns": 0o644, "etc/config/ddns": 0o600,
        "usr/share/ddns/version": 0o644, "usr/libexec/rpcd/luci.ddns": 0o755,
        "usr/share/ddns/default": 0o755, "usr/share/ddns/custom": 0o755,
        "lib/upgrade/keep.d/ddns": 0o644, "etc/uci-defaults/50-ddns": 0o755,
        "usr/share/rpcd/ucode/ddns-toolkit.uc": 0o644,
        "usr/share/rpcd/acl.d/ddns-toolkit.json": 0o644,
        "www/luci-static/resources/view/status/include/71_ddns_toolkit.js": 0o644,
      ] {
        let result = try router.shell("stat=$(ls -ldL /\(path)) && echo $stat")
        #expect(result.status == 0, "\(path)")
        let inside = path == "usr/libexec/rpcd/luci.ddns" ? "usr/lib/ddns/luci.ddns" : path
        let full = URL(fileURLWithPath: "\(router.root)/\(inside)").resolvingSymlinksInPath().path
        let found = try files.attributesOfItem(atPath: full)[.posixPermissions] as? Int
        #expect(found == mode, "\(path)")
      }
      // LuCI executes these two by name; they answer by themselves, without a shell.
      #expect(try router.run(["/usr/lib/ddns/dynamic_dns_updater.sh", "-V"]).status == 0)
      #expect(router.world.text("usr/share/ddns/version")?.hasSuffix("\n") == true)
      for kept in ["/etc/config/ddns", "/etc/ddns/", "/usr/share/ddns/custom/"] {
        #expect(router.world.text("lib/upgrade/keep.d/ddns")?.contains("\n\(kept)\n") == true)
      }
    }

    @Test func `every provider file is what the dialog can read`() throws {
      let router = try router()
      let names = router.world.names(in: "usr/share/ddns/default")
      #expect(names.count > 100 && names.allSatisfy { $0.hasSuffix(".json") })
      for name in names {
        let file = try object(router.world.text("usr/share/ddns/default/\(name)") ?? "")
        let row = try #require(file["ipv4"] as? [String: Any], "\(name)")
        #expect(row["url"] is String, "\(name)")
      }
    }
  }
}
