// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--import`: other clients' configurations, each beside the program it is for.
  @Suite struct ImportTests {
    /// A router with the providers that ship, and what the examples name.
    private func router() throws -> World {
      let world = try World()
      let folder = Programs.source("services")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder)
      where name.hasSuffix(".json") {
        try world.write(
          "usr/share/ddns/default/\(name)",
          String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
      }
      for program in ["bin/sh", "usr/bin/address"] {
        try world.write(program, "#!/bin/sh\n", mode: 0o755)
      }
      try world.write("etc/ssl/certs/ca-certificates.crt", "")
      return world
    }

    private func example(_ name: String) -> String {
      Programs.source("Tests/Fixtures/migration/\(name)")
    }

    @Test(arguments: [
      "inadyn.conf", "inadyn-providers.conf", "ddclient.conf", "ddns-go.yaml", "ddns.conf",
      "config.ini",
    ])
    func `an example's sections are as the unit tests have them, and --check is content`(
      name: String
    ) throws {
      let world = try router()
      let stem = (name as NSString).deletingPathExtension
      let result = try world.run("ddns-runner", ["--import", example(name)])
      let folder = Programs.source("Tests/Fixtures/migration/")
      let expected = try String(contentsOfFile: example("\(stem).uci"), encoding: .utf8)
      #expect(result.stdout.replacing(folder, with: "") == expected)
      #expect(result.status == 0 && result.stderr == "")
      try world.write("etc/config/ddns", result.stdout, mode: 0o600)
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 0 && check.stderr == "", "\(check.stderr)")
      #expect(!check.stdout.contains("disabled"))
    }

    @Test(.enabled(if: Programs.isInstalled("inadyn")))
    func `inadyn itself understands the example`() throws {
      let result = try Child.run(
        "inadyn", ["--check-config", "-f", example("inadyn.conf")],
        environment: Programs.searchPath)
      #expect(result.status == 0, "\(result.output)")
    }

    @Test func `what inadyn includes is looked for in the home folder, too`() throws {
      let world = try router()
      try world.write("root/.pw", "username = me\npassword = 'p w'\n")
      try world.write(
        "mine.conf", "provider no-ip.com {\n include(\"~/.pw\")\n hostname = a.example.com\n}\n")
      let result = try world.run(
        "ddns-runner", ["--import", "\(world.root)/mine.conf"],
        environment: ["HOME": "\(world.root)/root"])
      #expect(result.status == 0 && result.stdout.contains("\n\toption password 'p w'\n"))
      #expect(!result.stdout.contains("include"))
    }

    @Test(.enabled(if: Programs.isInstalled("ddclient") && Programs.hasNamespaces))
    func `ddclient itself understands the example`() throws {
      let world = try router()
      let text = try String(contentsOfFile: example("ddclient.conf"), encoding: .utf8)
      try world.write("ddclient.conf", text, mode: 0o600)
      // Where nobody can be reached: it asks for addresses at once.
      let result = try Child.run(
        "unshare",
        [
          "-n", "ddclient", "-daemon=0", "-noexec", "-file", "\(world.root)/ddclient.conf",
          "-cache",
          "\(world.root)/cache",
        ], environment: Programs.searchPath)
      #expect(result.output.contains("third.example.com"))
      for words in ["unrecognized", "Invalid Value", "ended with", "file ends", "annot open file"] {
        #expect(!result.output.contains(words), "\(result.output)")
      }
    }

    @Test func `no configuration of ours is needed, and a file that is none has its name told`()
      throws
    {
      let world = try router()
      #expect(!world.exists("etc/config/ddns"))
      try world.write("mine.conf", "provider no-ip.com {\n password = \"\(World.password)\n")
      let result = try world.run("ddns-runner", ["--import", "\(world.root)/mine.conf"])
      #expect(result.status == 78 && result.stdout == "")
      #expect(result.stderr.hasSuffix("mine.conf:2: this quote or comment never ends\n"))
      let absent = try world.run("ddns-runner", ["--import", "\(world.root)/absent"])
      #expect(absent.status == 78 && absent.stderr.contains("absent"))
      try world.write("large", String(repeating: "#", count: 262_145))
      let large = try world.run("ddns-runner", ["--import", "\(world.root)/large"])
      #expect(large.status == 78 && large.stderr.contains("larger than 262144 bytes"))
    }
  }
}
