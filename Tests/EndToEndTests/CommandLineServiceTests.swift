// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/usr/bin/ddns` (contract 6.3).
  @Suite struct CommandLineServiceTests {
    private static let good = "{ \"name\": \"x\", \"ipv4\": { \"url\": \"http://x.test/[IP]\" } }\n"

    /// A server with a list and a provider, laid out as OpenWrt's or flat.
    private func commands(
      _ global: [String: String] = [:], isFlat: Bool = false
    ) throws -> CommandLines {
      let world = try World()
      let options = ["url": "http://127.0.0.1:\(world.mock.http.port)/pkg/"]
      try world.configure(global: options.merging(global) { $1 })
      let script = world.mock.http.script
      script.add("/pkg/list", .respond(HTTPAnswer(200, "one.test\ntwo.test\n")))
      let folder = isFlat ? "/pkg" : "/pkg/default"
      script.add("\(folder)/one.test.json", .respond(HTTPAnswer(200, Self.good)))
      script.add("\(folder)/two.test.json", .respond(HTTPAnswer(200, "<html>Log in</html>")))
      script.add("\(folder)/ten.test.json", .respond(HTTPAnswer(200, "{\"ipv4\": {}}")))
      script.add("\(folder)/cut.test.json", .cut(after: 10))
      script.add("*", .respond(HTTPAnswer(404, "no")))
      return try CommandLines(world)
    }

    private let folder = "usr/share/ddns/custom"

    @Test(
      arguments: [
        ("", 1, "\nusage: ddns", ""), ("-h", 0, "usage: ddns", ""),
        ("-V", 0, "ddns-scripts 2.8.4-", ""),
        ("--version", 0, "ddns-scripts 2.8.4-", ""),
        ("jump", 1, "", "Command not supported\nusage:"),
        ("service", 2, "", "Action not supported\nusage:"),
        ("service jump", 2, "", "Action not supported\nusage:"),
        (
          "service list-available", 3, "",
          "No custom service list file found. Please download first\n"
        ),
        ("service list-installed", 4, "", "No custom services installed\n"),
        ("service install", 4, "", "No custom service specified\n"),
        ("service install ../one.test", 4, "", "'../one.test' is no service name\n"),
        ("service install a/b", 4, "", "'a/b' is no service name\n"),
        ("service install ..", 4, "", "'..' is no service name\n"),
        ("service remove", 4, "", "No custom service specified\n"),
        ("service remove ../default/x", 4, "", "'../default/x' is no service name\n"),
        ("service remove one.test", 1, "", "/usr/share/ddns/custom/one.test.json: no such file\n"),
        ("service purge", 0, "", ""),
      ] as [(String, Int32, String, String)])
    func `every call has its status and words`(
      line: String, status: Int32, stdout: String, stderr: String
    ) throws {
      let commands = try commands()
      let result = try commands.ddns(line)
      #expect(result.status == status)
      #expect(stdout.isEmpty ? result.stdout.isEmpty : result.stdout.hasPrefix(stdout))
      let said = result.stderr.replacingOccurrences(of: commands.world.root, with: "")
      #expect(stderr.isEmpty ? said.isEmpty : said.hasPrefix(stderr), "\(said)")
      #expect(commands.world.mock.http.requests.count == 0)
    }

    @Test(arguments: [true, false])
    func `one base URL serves list and files, in OpenWrt's layout or flat (B33)`(
      isFlat: Bool
    ) throws {
      let commands = try commands(isFlat: isFlat)
      let world = commands.world
      let update = try commands.ddns("service update")
      #expect(update.status == 0, "\(update.stderr)")
      #expect(try commands.ddns("service list-available").stdout == "one.test\ntwo.test\n")
      let install = try commands.ddns("service install one.test")
      #expect(install.status == 0, "\(install.stderr)")
      #expect(world.text("\(folder)/one.test.json") == Self.good)
      try world.write("\(folder)/a.json", "{}")
      #expect(try commands.ddns("service list-installed").stdout == "a.json\none.test.json\n")
      #expect(try commands.ddns("service remove one.test").status == 0)
      #expect(try commands.ddns("service list-installed").stdout == "a.json\n")
      #expect(try commands.ddns("service purge").output == "")
      #expect(world.names(in: folder) == [])
      #expect(!world.exists("usr/share/ddns/list"))
    }

    @Test func `an installed file is the section's provider at once`() throws {
      let commands = try commands()
      let world = commands.world
      #expect(try commands.ddns("service install one.test").status == 0)
      try world.configure(["service_name": "one.test", "update_url": nil])
      #expect(try world.runner(["--check"]).status == 0)
    }

    @Test(arguments: ["two.test", "ten.test", "cut.test", "not.test"])
    func `what is no provider file never takes the place of one (B34)`(name: String) throws {
      let commands = try commands()
      let world = commands.world
      try world.write("\(folder)/\(name).json", Self.good)
      let result = try commands.ddns("service install \(name)")
      #expect(result.status == 1)
      #expect(result.stderr.hasPrefix("ddns: "))
      #expect(world.text("\(folder)/\(name).json") == Self.good)
      #expect(world.names(in: folder) == ["\(name).json"], "nothing half-written")
    }

    @Test func `what is no list leaves the old one`() throws {
      let commands = try commands()
      let world = commands.world
      try world.write("usr/share/ddns/list", "old\n")
      world.mock.http.script.clear()
      for body in ["", "<html><b>Log in</b></html>\n"] {
        world.mock.http.script.add("/pkg/list", times: 1, .respond(HTTPAnswer(200, body)))
        #expect(try commands.ddns("service update").status == 1)
      }
      #expect(world.text("usr/share/ddns/list") == "old\n")
    }

    @Test func `LuCI's option services_url is the same as url, which wins`() throws {
      let commands = try commands()
      let world = commands.world
      let base = "http://127.0.0.1:\(world.mock.http.port)/pkg"
      try world.configure(global: ["services_url": base])
      #expect(try commands.ddns("service update").status == 0)
      try world.configure(global: ["services_url": base, "url": "\(base)/no"])
      #expect(try commands.ddns("service update").status == 1)
    }

    @Test(.enabled(if: Programs.hasNginx, "nginx or openssl is not installed"))
    func `a certificate is checked, by a file of one's own or not at all`() throws {
      let commands = try commands()
      let world = commands.world
      let port = try world.tlsFront(.good)
      let file = try world.expose(Authority.shared().file)
      for (trust, status) in [(file, 0), ("IGNORE", 0), ("/no/such.pem", 5), (nil, 1)]
        as [(String?, Int32)]
      {
        var global = ["url": "https://localhost:\(port)/pkg"]
        global["cacert"] = trust
        try world.configure(global: global)
        for line in ["service update", "service install one.test"] {
          let result = try commands.ddns(line)
          #expect(result.status == status, "\(trust ?? "system"): \(result.stderr)")
          if status == 5 {
            #expect(result.stderr == "Certification file not found (/no/such.pem)\n")
          }
        }
      }
    }
  }
}
