// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Where scripts come from, when one is asked, and the library by hand.
  @Suite(.enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"))
  struct ScriptProviderTests {
    private static let asking = """
      if [ "${GET_REGISTERED_IP:-}" = 1 ]; then
        [ -z "$__IP" ] || return 3
        REGISTERED_IP=81.2.69.160
        return 0
      fi
      return 1

      """

    @Test(arguments: [true, false])
    func `a row that names a script runs it from /usr/lib/ddns (contract 2)`(isTable: Bool) throws {
      let world = try World()
      try world.installLibrary()
      try world.configure(["service_name": "row.test", "update_url": nil])
      if isTable {
        try world.write("etc/ddns/services", "\"row.test\"\t\"update_row.sh\"\n")
      } else {
        try world.service("row.test", url: "update_row.sh")
      }
      let missing = try world.update([World.seen])
      #expect(missing.status == 78)
      #expect(missing.stderr.contains("/usr/lib/ddns/update_row.sh"), "\(missing.stderr)")
      try world.write("usr/lib/ddns/update_row.sh", "[ \"$service_name\" = row.test ]\n")
      #expect(try world.update([World.seen]).stdout == "good\n")
      try FileManager.default.removeItem(atPath: "\(world.root)/\(World.library)")
      let library = try world.update([World.seen])
      #expect(library.status == 78 && library.stderr.contains(World.library))
    }

    @Test func `a missing update_script is told in the contract's words`() throws {
      let world = try World()
      try world.configure(["update_url": nil, "update_script": "/usr/lib/ddns"])
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(result.stderr.contains("Custom update_script not found!"))
    }

    @Test func `every script row of the services runs once its file is there`() throws {
      let world = try World()
      try world.installLibrary()
      let folder = Programs.source("services")
      var rows: [(name: String, script: String, hasRecipe: Bool)] = []
      for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      where file.hasSuffix(".json") {
        let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(file)"))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let url = (object?["ipv4"] as? [String: Any])?["url"] as? String,
          url.hasSuffix(".sh"), object?["retired"] == nil
        else { continue }
        let hasRecipe = object?["protocol"] as? String == "recipe"
        rows.append((String(file.dropLast(5)), url, hasRecipe))
        try world.write("usr/share/ddns/default/\(file)", String(decoding: data, as: UTF8.self))
      }
      #expect(rows.count > 20, "\(rows.count)")
      let sections = rows.enumerated().map { index, row in
        world.section("s\(index)", ["service_name": row.name, "update_url": nil])
      }
      try world.configure(text: sections.joined())
      let before = try world.run("ddns-runner", ["--check"])
      #expect(before.status == 78)
      for row in rows {
        let words = "needs the script /usr/lib/ddns/\(row.script)"
        #expect(before.output.contains(words) == !row.hasRecipe, "\(row)")
        try world.write("usr/lib/ddns/\(row.script)", "return 0\n")
      }
      let after = try world.run("ddns-runner", ["--check"])
      #expect(after.status == 0, "\(after.output)")
    }

    @Test func `use_api_check asks the script, not DNS`() throws {
      let world = try World(registered: ["81.2.69.161"])
      try world.script(Self.asking, ["use_api_check": "1"])
      let result = try world.run("ddns-verify", ["-S", "home", "-v", "2"])
      #expect(result.status == 0 && result.stdout == "81.2.69.160\n", "\(result.output)")
      #expect(result.stderr.contains("Registered IP '81.2.69.160' detected via provider API"))
      #expect(try world.run("ddns-verify", ["-S", "home", "81.2.69.161"]).status == 1)
    }

    @Test func `use_api_check finds the script by the provider's name (contract 4)`() throws {
      let world = try World(registered: ["81.2.69.161"])
      try world.installLibrary()
      try world.service("a-b.test-v4", url: world.nicUpdate)
      try world.write("usr/lib/ddns/update_a_b_test_v4.sh", Self.asking)
      try world.configure([
        "service_name": "a-b.test-v4", "update_url": nil, "use_api_check": "1",
      ])
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "81.2.69.160\n")
    }

    @Test(arguments: [
      ("touch ROOT/ran; return 0\n", "no script of this provider knows GET_REGISTERED_IP", false),
      ("# GET_REGISTERED_IP\ntouch ROOT/ran; return 5\n", "API check failed (error: '5')", true),
      ("# GET_REGISTERED_IP\ntouch ROOT/ran; REGISTERED_IP=x\n", "API check failed", true),
      ("# GET_REGISTERED_IP\ntouch ROOT/ran; exit 4\n", "API check failed (error: 'left by", true),
    ])
    func `a script that cannot say is not asked or not believed, and DNS is (B28)`(
      text: String, words: String, runs: Bool
    ) throws {
      let world = try World(registered: ["81.2.69.161"])
      try world.script(
        text.replacingOccurrences(of: "ROOT", with: world.root), ["use_api_check": "1"])
      let result = try world.run("ddns-verify", ["-S", "home"])
      #expect(result.stdout == "81.2.69.161\n", "\(result.output)")
      #expect(result.stderr.contains(words), "\(result.stderr)")
      #expect(world.exists("ran") == runs)
    }

    // MARK: By hand

    private func shell(
      _ world: World, _ text: String, shell: String = "busybox"
    ) throws -> Child.Result {
      let head = """
        __DDNS_LIBRARY=\(world.root)/\(World.library) __DDNS_ROOT=\(world.root)
        __DDNS_PROGRAM=\(Programs.path("../ddns"))
        [ -x "$__DDNS_PROGRAM" ] || __DDNS_PROGRAM=\(Programs.path("../debug/ddns"))
        . "$__DDNS_LIBRARY"

        """
      let words = shell == "busybox" ? ["ash", "-c", head + text] : ["-c", head + text]
      let result = try Child.run(shell, words, environment: Programs.searchPath)
      world.check(result)
      return result
    }

    @Test func `sourced by hand it starts and stops the daemons of a network`() throws {
      let world = try World(registered: [World.seen])
      try world.installLibrary()
      let sections = [
        world.section("home"), world.section("lan", ["interface": "lan"]),
        world.section("off", ["enabled": "0"]),
      ]
      try world.configure(text: sections.joined())
      let run = "\(world.root)/var/run/ddns"
      let wait = "n=0; while [ $n -lt 100 ] && ! CONDITION; do sleep 0.1; n=$((n + 1)); done\n"
      let result = try shell(
        world,
        "start_daemon_for_all_ddns_sections wan\n"
          + wait.replacingOccurrences(of: "CONDITION", with: "[ -s \(run)/home.nextcheck ]")
            + """
            ls \(run)/*.pid
            grep -ac dynamic_dns_updater.sh /proc/$(cat \(run)/home.pid)/cmdline
            stop_daemon_for_all_ddns_sections lan
            [ -e \(run)/home.pid ] && echo still
            stop_section_processes home; echo "told $?"

            """ + wait.replacingOccurrences(of: "CONDITION", with: "[ ! -e \(run)/home.pid ]")
          + "stop_section_processes home; echo \"none $?\"\n")
      #expect(result.stdout == "\(run)/home.pid\n1\nstill\ntold 1\nnone 0\n", "\(result.output)")
    }

    @Test func `sourced by hand it writes the section's log, masked`() throws {
      let world = try World()
      try world.installLibrary()
      try world.configure()
      let result = try shell(
        world,
        """
        load_all_config_options ddns home
        write_log 4 "password $password"
        send_update \(World.seen); cat "$DATFILE"
        (write_log 14 last); echo "ended $?"
        """)
      #expect(result.stdout == "good\nended 1\n", "\(result.output)")
      #expect(world.log().contains(" WARN : password ***"))
      #expect(world.log().contains(" WARN : last - TERMINATE"))
    }

    @Test(arguments: ["busybox", "bash", "dash"])
    func `jsonfilter and jshn stand in for OpenWrt's (contract 9.2)`(shell: String) throws {
      guard Programs.isInstalled(shell) else { return }
      let fixtures = Programs.source("Tests/Fixtures/scripts")
      let words = ["\(fixtures)/json.sh", Programs.source("openwrt/lib/dynamic_dns_functions.sh")]
      let result = try Child.run(
        shell, (shell == "busybox" ? ["ash"] : []) + words,
        environment: Programs.searchPath.merging(
          ["__DDNS_PROGRAM": Programs.path("ddns-update")]) { $1 })
      #expect(
        result.stdout
          == (try String(contentsOfFile: "\(fixtures)/json.expected", encoding: .utf8)))
      #expect(result.stderr.isEmpty)
    }

    /// LuCI's helper does the connecting.
    private static let hasProbes: Bool = {
      let path = Programs.path("../ddns")
      let program =
        FileManager.default.isExecutableFile(atPath: path) ? path : Programs.path("../debug/ddns")
      let result = try? Child.run(
        program, ["dynamic_dns_lucihelper.sh", "-p", "127.0.0.1", "--", "verify_proxy"],
        environment: Programs.searchPath)
      return result?.status == 5
    }()

    @Test(.enabled(if: hasProbes, "no helper"))
    func `verify_host_port, verify_proxy and verify_dns try to connect (contract 5.5)`() throws {
      let world = try World()
      try world.installLibrary()
      try world.configure()
      let (http, dns) = (world.mock.http.port, world.mock.dns.port)
      let result = try shell(
        world,
        """
        verify_host_port 127.0.0.1 \(http); echo $?
        verify_host_port 127.0.0.1 1; echo $?
        verify_proxy "user:\(World.password)@127.0.0.1:\(http)"; echo $?
        verify_proxy 127.0.0.1; echo $?
        verify_dns 127.0.0.1:\(dns); echo $?
        """)
      #expect(result.stdout == "0\n3\n0\n5\n0\n", "\(result.output)")
    }
  }
}
