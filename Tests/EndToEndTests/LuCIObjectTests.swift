// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Our two objects `luci.ddns` and LuCI's own: which of them counts, and that ours say the same.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct LuCIObjectTests {
    private static let theirs = "usr/share/rpcd/ucode/ddns.uc"
    private static let aside = "usr/share/rpcd/ddns.uc.luci"
    private static let ours = "usr/share/rpcd/ucode/ddns-toolkit.uc"
    private static let page = "usr/share/rpcd/acl.d/luci-app-ddns.json"

    /// What the object in ucode has answered in rpcd, in a state that can be made again.
    private struct Recording: Decodable {
      let code: String
      let config: [String]
      let files: [String: String]
    }

    private static func recording() throws -> Data {
      let path = Programs.source("Tests/Fixtures/luci/calls.json")
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private func router() throws -> Router {
      let world = try World(registered: [World.seen])
      try world.configure()
      let router = try Router(world)
      try router.shell("echo '#!/bin/sh\necho $1 >>/tmp/rpcd.log' >/etc/init.d/rpcd")
      try router.shell("chmod 755 /etc/init.d/rpcd")
      return router
    }

    /// What rpcd was told since the last question.
    private func reloads(_ router: Router) -> Int {
      let text = router.world.text("tmp/rpcd.log") ?? ""
      try? FileManager.default.removeItem(atPath: "\(router.root)/tmp/rpcd.log")
      #expect(text.split(separator: "\n").allSatisfy { $0 == "reload" })
      return text.split(separator: "\n").count
    }

    private func remove(_ router: Router, _ paths: String...) throws {
      for path in paths { try FileManager.default.removeItem(atPath: "\(router.root)/\(path)") }
    }

    /// LuCI's package is unpacked.
    private func unpack(_ router: Router, _ text: String = "LuCI's") throws {
      try router.world.write(LuCIObjectTests.theirs, text)
      try router.world.write(LuCIObjectTests.page, "{}")
    }

    private func object(_ data: Data) throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    // MARK: What they say

    @Test func `the object in shell says what the one in ucode has said in rpcd`() throws {
      let data = try LuCIObjectTests.recording()
      let recording = try JSONDecoder().decode(Recording.self, from: data)
      let calls = try #require(try object(data)["calls"] as? [[String: Any]])
      let router = try router()
      try router.world.write("etc/config/ddns", recording.config.joined(separator: "\n") + "\n")
      try router.shell(
        """
        echo '#!/bin/sh\nsleep 60' >/tmp/ddns; chmod 755 /tmp/ddns
        /tmp/ddns </dev/null >/dev/null 2>&1 & echo $! >/tmp/ddns.pid
        """)
      let pid = try #require(Int(router.world.text("tmp/ddns.pid")?.dropLast() ?? ""))
      let name = "/proc/\(pid)/comm"
      #expect(
        Wait.until(within: 5) { (try? String(contentsOfFile: name, encoding: .utf8)) == "ddns\n" })
      let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8).prefix { $0 != "." }
      for (path, text) in recording.files {
        let text = text.replacingOccurrences(of: "$pid", with: "\(pid)")
        try router.world.write(path, text.replacingOccurrences(of: "$now", with: uptime))
      }
      for call in calls {
        let method = try #require(call["method"] as? String)
        let arguments = try #require(call["arguments"])
        var expected = try #require(call["answer"] as? [String: Any])
        if method == "get_env" {
          expected["has_ipv6"] = FileManager.default.fileExists(atPath: "/proc/net/ipv6_route")
        }
        for (section, value) in expected {
          guard var status = value as? [String: Any], status["pid"] is String else { continue }
          status["pid"] = pid
          expected[section] = status
        }
        let input = try JSONSerialization.data(withJSONObject: arguments)
        try router.world.write("tmp/arguments", String(decoding: input, as: UTF8.self))
        let result = try router.shell("/usr/lib/ddns/luci.ddns call \(method) </tmp/arguments")
        let found = try object(Data(result.stdout.utf8))
        #expect(found as NSDictionary == expected as NSDictionary, "\(method) \(arguments)")
      }
    }

    /// Debian has no rpcd and no ucode to try it with: who changes it has to record it again.
    @Test func `the code in ucode is what was recorded`() throws {
      let file = Programs.source("openwrt/files/ddns.uc")
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
      let code = lines.filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
      let scratch = try Scratch()
      try Data((code.joined(separator: "\n") + "\n").utf8).write(
        to: URL(fileURLWithPath: scratch.path + "/code"))
      let sum = try Child.run(
        "sha256sum", [scratch.path + "/code"], environment: Programs.searchPath)
      let recording = try JSONDecoder().decode(Recording.self, from: LuCIObjectTests.recording())
      #expect(sum.stdout.prefix { $0 != " " } == recording.code)
    }

    // MARK: Which one counts

    @Test func `the object in shell has no methods where rpcd can take the one in ucode`() throws {
      let router = try router()
      func methods() throws -> Int {
        try object(Data(router.run(["/usr/libexec/rpcd/luci.ddns", "list"]).stdout.utf8)).count
      }
      #expect(try methods() == 4)
      try router.world.write("usr/lib/rpcd/ucode.so", "")
      #expect(try methods() == 0)
      try remove(router, LuCIObjectTests.ours)
      #expect(try methods() == 4)
      try unpack(router)
      #expect(try methods() == 0)
    }

    @Test func `a start puts LuCI's object aside, and again after LuCI's update`() throws {
      let router = try router()
      try router.service("start")
      #expect(reloads(router) == 0 && !router.world.exists(LuCIObjectTests.aside))
      for text in ["the first", "the second"] {
        try unpack(router, text)
        try router.service("start", "home")
        #expect(reloads(router) == 0 && router.world.exists(LuCIObjectTests.theirs))
        try router.service("start")
        #expect(router.world.text(LuCIObjectTests.aside) == text)
        #expect(reloads(router) == 1 && !router.world.exists(LuCIObjectTests.theirs))
        try router.service("reload")
        #expect(reloads(router) == 0)
      }
    }

    @Test func `LuCI has its object back when the package goes, or ours is removed`() throws {
      let router = try router()
      let prerm = try String(
        contentsOfFile: Programs.source("openwrt/files/ddns.prerm"), encoding: .utf8)
      try router.world.write("tmp/prerm", prerm, mode: 0o755)
      try unpack(router)
      try router.service("start")
      #expect(reloads(router) == 1)
      // In an image that is being built nothing runs.
      try router.run(["/bin/sh", "/tmp/prerm"], environment: ["IPKG_INSTROOT": "/root"])
      #expect(reloads(router) == 0 && !router.world.exists(LuCIObjectTests.theirs))
      try router.run(["/bin/sh", "/tmp/prerm"])
      #expect(router.world.text(LuCIObjectTests.theirs) == "LuCI's")
      #expect(reloads(router) == 1 && !router.world.exists(LuCIObjectTests.aside))
      try router.run(["/bin/sh", "/tmp/prerm"])
      #expect(reloads(router) == 0)
      try router.service("start")
      #expect(reloads(router) == 1)
      try remove(router, LuCIObjectTests.ours)
      try router.service("start")
      #expect(router.world.exists(LuCIObjectTests.theirs) && reloads(router) == 1)
    }

    @Test func `what is aside goes with LuCI's page, and when a newer one is there`() throws {
      let router = try router()
      try unpack(router)
      try router.service("start")
      try remove(router, LuCIObjectTests.page)
      try router.service("start")
      #expect(!router.world.exists(LuCIObjectTests.aside) && reloads(router) == 1)
      try unpack(router, "newer")
      try router.world.write(LuCIObjectTests.aside, "older")
      try remove(router, LuCIObjectTests.ours)
      try router.service("start")
      #expect(router.world.text(LuCIObjectTests.theirs) == "newer")
      #expect(!router.world.exists(LuCIObjectTests.aside))
    }

    // MARK: Who may what

    /// rpcd was tried with it: who has only the group for reading is refused every other command.
    @Test func `whoever may only read may ask for the status, and nothing else`() throws {
      let router = try router()
      let text = router.world.text("usr/share/rpcd/acl.d/ddns-toolkit.json") ?? ""
      let group = try #require(try object(Data(text.utf8))["ddns-toolkit"] as? [String: Any])
      #expect(group.keys.sorted() == ["description", "read", "write"])
      #expect(
        group["read"] as? NSDictionary == [
          "file": ["/usr/sbin/ddns-runner --status --json": ["exec"]], "ubus": ["file": ["exec"]],
        ] as NSDictionary)
      #expect(
        group["write"] as? NSDictionary == [
          "file": ["/etc/init.d/ddns start *": ["exec"], "/etc/init.d/ddns stop *": ["exec"]]
        ] as NSDictionary)
    }

    /// ubusd was tried with it: without any one of these a runner of that user is refused an address,
    /// hears of no change, or of none after netifd has started again.
    @Test func `ubusd lets a runner of another user ask and hear what it needs`() throws {
      let router = try router()
      let path = "usr/share/acl.d/ddns-toolkit.json"
      let found = try object(Data((router.world.text(path) ?? "").utf8))
      #expect(
        found as NSDictionary == [
          "user": "ddns",
          "access": [
            "network.interface": ["methods": ["status"]],
            "network.interface.*": ["methods": ["status"]],
          ],
          "subscribe": ["network.interface"], "listen": ["network.interface", "ubus.object.add"],
        ] as NSDictionary)
      // It ignores a file that others may write or execute.
      let mode = try FileManager.default.attributesOfItem(atPath: "\(router.root)/\(path)")
      #expect(mode[.posixPermissions] as? Int == 0o644)
    }
  }
}
