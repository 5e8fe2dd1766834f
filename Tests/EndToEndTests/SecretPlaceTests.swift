// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A password that is in a file, with systemd, in the environment, or with a program.
  @Suite struct SecretPlaceTests {
    static let ways = ["file", "credential", "env", "command"]

    /// A section whose password is elsewhere; the environment that the programs need for it.
    private func configure(
      _ world: World, _ way: String, _ changes: [String: String?] = [:], password: String
    ) throws -> [String: String] {
      var option = ["password_\(way)": ""]
      var environment: [String: String] = [:]
      switch way {
      case "file":
        option = ["password_file": "/secret/file"]
        try world.write("secret/file", password + "\n", mode: 0o600)
      case "credential":
        option = ["password_file": "home.password"]
        try world.write("secret/credentials/home.password", password, mode: 0o400)
        environment = ["CREDENTIALS_DIRECTORY": "/secret/credentials"]
      case "env":
        option = ["password_env": "DDNS_API_PASSWORD"]
        environment = ["DDNS_API_PASSWORD": password]
      default:
        option = ["password_command": "/secret/print the \"one of home\""]
        let script = "#!/bin/sh\n[ \"$2\" = 'one of home' ] && cat \(world.root)/secret/value\n"
        try world.write("secret/value", password + "\n", mode: 0o600)
        try world.write("secret/print", script, mode: 0o755)
      }
      var all = changes.merging(option) { $1 }
      all.updateValue(nil, forKey: "password")
      try world.configure(all)
      return environment
    }

    /// Files in which the password is, but for where it was put.
    private func leaks(_ world: World) -> [String] {
      let names = FileManager.default.enumerator(atPath: world.root)?.allObjects ?? []
      return names.compactMap { $0 as? String }.filter { name in
        !name.hasPrefix("secret/")
          && world.text(name).map { world.redactor.leak(in: $0) != nil } ?? false
      }
    }

    @Test(arguments: ways) func `arrives, and is in no environment and no file`(way: String) throws
    {
      let world = try World()
      try world.write(
        "usr/bin/address",
        "#!/bin/sh\nenv >\(world.root)/tmp/env\ncat /proc/$PPID/cmdline /proc/$PPID/environ"
          + " >>\(world.root)/tmp/env\necho \(World.seen)\n", mode: 0o755)
      let source = ["ip_source": "script", "ip_script": "/usr/bin/address"]
      let environment = try configure(world, way, source, password: World.password)
      let words = ["-S", "home", "-v", "2"]
      let result = try world.run("ddns-runner", words, environment: environment)
      #expect(result.status == 0, "\(result.output)")
      #expect(world.updates.first?.basic()?.password == World.password)
      let seen = try #require(world.text("tmp/env"))
      #expect(seen.contains("ddns-detect-ip") && !seen.contains("DDNS_API_PASSWORD"))
      let byHand = try world.run(
        "ddns-update", words + [World.seen], environment: environment)
      #expect(byHand.status == 0, "\(byHand.output)")
      #expect(world.updates.last?.basic()?.password == World.password)
      _ = try world.run("ddns-runner", ["--check"], environment: environment)
      #expect(try world.run("ddns-runner", ["--show"], environment: environment).status == 0)
      #expect(leaks(world) == [])
    }

    @Test(arguments: ["file", "command"])
    func `what changes there lifts a block at the next check`(way: String) throws {
      let world = try World()
      let schedule = [
        "check_interval": "1", "check_interval_min": "1", "check_unit": "seconds",
      ]
      _ = try configure(world, way, schedule, password: "wrong-one")
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("status")?.contains("state blocked") == true })
      let path = way == "file" ? "secret/file" : "secret/value"
      try world.write(path, World.password + "\n", mode: 0o600)
      #expect(Wait.until(within: 15) { world.zone.addresses(of: World.host) == [World.seen] })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(world.updates.count == 2)
      #expect(leaks(world) == [])
    }

    @Test(
      .enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"), arguments: ways)
    func `a script has it in its variable, and not in its environment`(way: String) throws {
      let world = try World()
      try world.script(
        "printf %s \"$password $URL_PASS\" >\(world.root)/secret/seen; env >\(world.root)/tmp/env")
      try world.write("secret/seen", "")
      let environment = try configure(
        world, way, ["update_url": nil, "update_script": "/usr/lib/ddns/update_test.sh"],
        password: World.password)
      let result = try world.run(
        "ddns-update", ["-S", "home", "-v", "2", World.seen],
        environment: environment.merging(UpdateShell.installed[0].environment) { $1 })
      #expect(result.status == 0, "\(result.output)")
      #expect(world.text("secret/seen")?.hasPrefix(World.password + " ") == true)
      #expect(world.text("tmp/env")?.contains("DDNS_API_PASSWORD") == false)
      #expect(leaks(world) == [])
    }

    @Test func `what is missing is named with its line, and what to do`() throws {
      let world = try World()
      try world.configure(["password": nil, "password_file": "/none"])
      for words in [["--check"], ["--once"], ["--status"]] {
        let result = try world.run("ddns-runner", words)
        #expect(result.status == (words == ["--status"] ? 0 : 78))
        let said = words == ["--once"] ? world.log() : result.output
        #expect(said.contains("section 'home': option 'password_file': cannot open "), "\(said)")
      }
      try world.write("none", World.password, mode: 0o644)
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 0 && check.stderr.contains("everybody may read"), "\(check.output)")
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.log().contains(" WARN : everybody may read"))
    }

    @Test func `a command that hangs ends, and nothing is sent without its word`() throws {
      let world = try World()
      try world.write("secret/hang", "#!/bin/sh\nexec tail -f /dev/null\n", mode: 0o755)
      try world.configure(["password": nil, "password_command": "/secret/hang"])
      let result = try world.runner(["--once"], seconds: 40)
      #expect(result.status == 75, "\(result.output)")
      #expect(world.updates.isEmpty && world.log().contains("within 10 s"))
    }
  }
}
