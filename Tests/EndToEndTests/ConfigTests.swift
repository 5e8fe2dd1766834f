// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Wrong, missing and hostile configuration.
  @Suite struct ConfigTests {
    @Test(arguments: ["ddns-update", "ddns-detect-ip", "ddns-verify", "ddns-runner"])
    func `an unknown section is told in the contract's words`(program: String) throws {
      let world = try World()
      try world.configure()
      let result = try world.run(program, ["-S", "nobody"])
      #expect(result.status == 78)
      #expect(result.output.contains("Service section 'nobody' not defined"))
    }

    @Test(arguments: ["0", "off", "false", "no", "disabled"])
    func `a disabled section is not run (B29)`(word: String) throws {
      let world = try World()
      try world.configure(["enabled": word])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(result.output.contains("Service section disabled! - TERMINATE"))
      #expect(world.mock.http.requests.count == 0)
    }

    @Test(arguments: ["1", "on", "true", "yes", "enabled"])
    func `every word UCI has for true enables (B29)`(word: String) throws {
      let world = try World()
      try world.configure(["enabled": word])
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(!world.log().contains("numeric"))
    }

    @Test(arguments: ["domain", "username", "password", "param_enc", "param_opt"])
    func `a value the URL needs is missed in the contract's words (2.3)`(option: String) throws {
      let world = try World()
      var options: [String: String?] = [
        "param_enc": "e", "param_opt": "o",
        "update_url": world.nicUpdate + "&e=[PARAMENC]&o=[PARAMOPT]",
      ]
      options.updateValue(nil, forKey: option)
      if option == "domain" { options["lookup_host"] = World.host }
      try world.configure(options)
      for (program, arguments) in [
        ("ddns-update", ["-S", "home", World.seen]), ("ddns-runner", ["-S", "home", "-v", "2"]),
      ] {
        let result = try world.run(program, arguments)
        #expect(result.status == 78)
        #expect(result.output.contains("Service section missing '\(option)'"))
      }
      #expect(world.updates.isEmpty)
    }

    @Test func `neither lookup_host nor domain is an error in the contract's words`() throws {
      let world = try World()
      try world.configure(["lookup_host": nil, "domain": nil])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(
        result.output.contains(
          "Service section not configured correctly! Missing 'lookup_host'"))
    }

    @Test(arguments: ["nobody.test", "../../../etc/passwd", "a/b"])
    func `an unknown provider is an error that names it (users 33)`(name: String) throws {
      let world = try World()
      try world.configure(["service_name": name, "update_url": nil])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      let end = try #require(
        result.output.split(separator: "\n").last { $0.hasSuffix(" - TERMINATE") })
      #expect(end.contains(name))
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a misspelt option is named by --check and from level 1 on, not at level 0`() throws
    {
      let world = try World(registered: [World.seen])
      try world.configure(
        text: world.section("home", ["force_interval": "0", "usrname": "x", "token": "y"]),
        global: ["ddns_loglins": "9"])
      let lines = [
        "'ddns_loglins' is not known: did you mean 'ddns_loglines'?",
        "'usrname' is not known: did you mean 'username'?", "'token' is not known: nothing looks",
      ]
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 0, "a warning is no error")
      for line in lines {
        let found = check.stderr.split(separator: "\n").filter { $0.contains(line) }
        #expect(found.count == 1)
        #expect(found.first?.contains("/etc/config/ddns:") == true)
      }
      let once = try world.runner(["-v", "1", "--once"])
      for line in lines { #expect(once.stdout.contains(line) && world.log().contains(line)) }
      try FileManager.default.removeItem(atPath: "\(world.root)/var/log")
      _ = try world.runner(["-v", "0", "--once"])
      #expect(!world.log().contains("is not known") && !world.log().isEmpty)
    }

    @Test(arguments: ["CloudFlare", "cloudflare.com"])
    func `Cloudflare's first API is gone, and what to use is said`(name: String) throws {
      let world = try World()
      try world.configure(["service_name": name, "update_url": nil])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(result.output.contains("use 'cloudflare.com-v4', with option domain 'host@zone'"))
    }

    @Test func `no provider at all is an error in the contract's words`() throws {
      let world = try World()
      try world.configure(["update_url": nil])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(
        result.output.contains(
          "No update_url found/defined or no update_script found/defined!"))
    }

    @Test(arguments: ["-", "custom", "--custom--"])
    func `LuCI's words for a custom provider mean none (users 33)`(word: String) throws {
      let world = try World()
      try world.configure(["service_name": word])
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test func `a provider without the family wanted says so`() throws {
      let world = try World()
      try world.write(
        "usr/share/ddns/default/v4.test.json",
        "{\"name\": \"v4.test\", \"ipv4\": {\"url\": \"\(world.nicUpdate)\"}}")
      try world.configure([
        "service_name": "v4.test", "update_url": nil, "use_ipv6": "1",
      ])
      let result = try world.update([World.seenIPv6])
      #expect(result.status == 78)
      #expect(result.stderr.contains("IPv6"))
    }

    @Test(arguments: ["", "{", "[]", "{\"ipv4\": 7}", "{\"ipv4\": {\"url\": [1]}}", "\u{0}"])
    func `a broken row of the table is a clear error`(json: String) throws {
      let world = try World()
      try world.write("usr/share/ddns/default/bad.test.json", json)
      try world.configure(["service_name": "bad.test", "update_url": nil])
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(result.stderr.contains("bad.test"))
    }

    @Test(arguments: [
      ("domain", "home.example.com;id", "sanitize on domain found characters outside"),
      ("dns_server", "127.0.0.1|id", "sanitize on dns_server found characters outside"),
      ("param_opt", "x`id`", "sanitize on param_opt found rejected characters"),
    ])
    func `forbidden characters are refused in the contract's words (2.4)`(
      option: String, value: String, message: String
    ) throws {
      let world = try World()
      try world.configure([option: value])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 78)
      #expect(result.output.contains(message))
      #expect(world.updates.isEmpty)
    }

    @Test func `a missing configuration is an error`() throws {
      let world = try World()
      for program in Programs.names {
        let result = try world.run(program, ["-S", "home"])
        #expect(result.status == 78, "\(program)")
        #expect(result.stderr.contains("/etc/config/ddns"), "\(program)")
      }
    }

    @Test func `what is no regular file is not read: folder, pipe, device`() throws {
      let makers: [(String) -> Int32] = [
        { mkdir($0, 0o755) }, { mkfifo($0, 0o600) }, { symlink("/dev/zero", $0) },
      ]
      for (index, make) in makers.enumerated() {
        let world = try World()
        #expect(make("\(world.root)/etc/config/ddns") == 0)
        let result = try world.run("ddns-update", ["-S", "home", World.seen], seconds: 5)
        #expect(result.status == 78, "maker \(index)")
      }
    }

    @Test func `a huge configuration is refused with its limit`() throws {
      let world = try World()
      let line = "\toption note '" + String(repeating: "x", count: 1000) + "'\n"
      try world.configure(text: world.section("home") + String(repeating: line, count: 4_200))
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(result.stderr.contains("/etc/config/ddns: larger than 4194304 bytes"))
      #expect(result.seconds < 2 * Wait.slowness)
    }

    /// Its size is no Int on a processor of 32 bits.
    @Test func `a configuration of three gigabytes is refused like any that is too large`() throws {
      let world = try World()
      try world.configure()
      let file = FileHandle(forWritingAtPath: "\(world.root)/etc/config/ddns")
      try file?.truncate(atOffset: 3 << 30)
      let result = try world.run("ddns-runner", ["--check"])
      #expect(result.status == 78)
      #expect(result.stderr.contains("etc/config/ddns: larger than 4194304 bytes"))
    }

    @Test func `a section name with a dash is refused, never merged (B35)`() throws {
      let world = try World()
      try world.configure(
        text: world.section("home")
          + "config service 'my-ddns'\n\toption domain 'other.example.com'\n")
      let result = try world.runner(["--check"])
      #expect(result.status == 78)
      #expect(
        result.output.range(of: "ddns:[0-9]+: .*my-ddns", options: .regularExpression) != nil)
      _ = try world.update([World.seen])
      #expect(world.zone.addresses(of: "other.example.com") == [])
      #expect(world.updates.allSatisfy { !$0.target.contains("other.example.com") })
    }

    @Test func `-c names the folder of the configuration`() throws {
      let world = try World()
      try world.configure()
      let text = try #require(world.text("etc/config/ddns"))
      try world.write("elsewhere/ddns", text)
      try FileManager.default.removeItem(atPath: "\(world.root)/etc/config/ddns")
      let folder = try world.expose("\(world.root)/elsewhere")
      let result = try world.run("ddns-update", ["-c", folder, "-S", "home", World.seen])
      #expect(result.stdout == "good\n", "\(result.stderr)")
    }

    @Test func `uncommitted changes are honoured as uci does`() throws {
      let world = try World()
      try world.configure()
      try world.write("tmp/.uci/ddns", "ddns.home.user_agent='Delta/1 a@example.org'\n")
      _ = try world.update([World.seen])
      #expect(world.updates.first?.field("User-Agent") == "Delta/1 a@example.org")
    }

    @Test(arguments: [
      ("config service 'home'\n\toption a 'x\n", 3),
      ("config service 'home'\n\tbogus line\n", 5),
      ("config service\n\toption 'open\n", 5),
      ("config service 'home'\n\toption bad-name '1'\n", 5),
    ])
    func `--check names file and line of a syntax error`(text: String, line: Int) throws {
      let world = try World()
      try world.write("etc/config/ddns", "config ddns 'global'\n\toption use_curl '0'\n\n" + text)
      let result = try world.run("ddns-runner", ["--check"])
      #expect(result.status == 78)
      let place = result.output.range(of: "ddns:[0-9]+: .+", options: .regularExpression)
      let found = try #require(place.map { String(result.output[$0]) })
      // An open quote is found at its beginning or at the end of the file.
      let number = try #require(Int(found.split(separator: ":")[1]))
      #expect(number >= line && number <= line + 3, "\(found)")
    }

    @Test func `--check finds what a section lacks, and ends with 0 when nothing does`() throws {
      let world = try World()
      try world.configure()
      let good = try world.run("ddns-runner", ["--check"])
      #expect(good.status == 0, "\(good.output)")
      try world.configure(["service_name": "nobody.test", "update_url": nil])
      let bad = try world.run("ddns-runner", ["--check"])
      #expect(bad.status == 78)
      #expect(
        bad.output.range(of: "ddns:[0-9]+: .*nobody\\.test", options: .regularExpression) != nil)
      #expect(world.mock.http.requests.count == 0 && world.mock.dns.queries.count == 0)
    }

    @Test func `--show prints what uci show ddns prints`() throws {
      let world = try World()
      try world.write(
        "etc/config/ddns",
        """
        package ddns
        # comment
        config ddns 'global'
        \toption upd_privateip 0   # bare
        \toption ddns_dateformat "%F \\"%R\\""
        config 'service' home
        \toption domain  a"b c"'d'
        \toption quote "it's"
        \tlist x 'one'
        \tlist x 'two three'
        \toption empty ''
        config service
        \toption enabled 1

        """)
      let result = try world.run("ddns-runner", ["--show"])
      #expect(result.status == 0)
      #expect(
        result.stdout == """
          ddns.global=ddns
          ddns.global.upd_privateip='0'
          ddns.global.ddns_dateformat='%F "%R"'
          ddns.home=service
          ddns.home.domain='ab cd'
          ddns.home.quote='it'\\''s'
          ddns.home.x='one' 'two three'
          ddns.@service[1]=service
          ddns.@service[1].enabled='1'

          """)
    }

    @Test(arguments: Programs.names)
    func `-h and -V answer, wrong usage is 64`(program: String) throws {
      let world = try World()
      let help = try world.run(program, ["-h"])
      #expect(help.status == 0 && help.stdout.contains(program))
      let version = try world.run(program, ["-V"])
      #expect(version.status == 0)
      #expect(version.stdout.range(of: "[0-9]+\\.[0-9]+", options: .regularExpression) != nil)
      #expect(try world.run(program, ["--no-such-option"]).status == 64)
      #expect(try world.run(program, ["-S"]).status == 64)
    }

    @Test func `--status reads files and asks nobody (users 6)`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      let before = world.mock.http.requests.count + world.mock.dns.queries.count
      let result = try world.run("ddns-runner", ["--status"])
      #expect(result.status == 0)
      #expect(result.stdout.contains("home") && result.stdout.contains(World.seen))
      #expect(world.mock.http.requests.count + world.mock.dns.queries.count == before)
    }
  }
}
