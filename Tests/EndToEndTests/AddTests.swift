// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--add`: a person at a terminal, and a program that is none.
  @Suite struct AddTests {
    /// What is in the file before: with comments, and no end of its last line.
    private static let before = """
      # mine, \u{20}
      config ddns 'global'
      \toption date_format "%F"   # a comment

      config service 'office'
      \toption enabled '0'   ; option domain 'office.example.com'
      """

    private static let password = "Zq7's3cr\"et\\ #p%w"

    /// A router with a provider that is the mock, and this file.
    private func router(_ before: String? = AddTests.before, mode: Int = 0o640) throws -> World {
      let world = try World()
      world.mock.provider.settings.password = Self.password
      let url = world.nicUpdate
      for (name, note) in [
        ("mock.example", "username: the user; password: a token."), ("mock.other", "For others."),
      ] {
        try world.write(
          "usr/share/ddns/default/\(name).json",
          """
          { "name": "\(name)", "ipv4": { "url": "\(url)" }, "ipv6": { "url": "\(url)" },
            "protocol": "dyndns2", "note": "\(note)" }
          """)
      }
      if let before { try world.write("etc/config/ddns", before, mode: mode) }
      return world
    }

    /// What the mock needs and no person would say.
    private func place(_ world: World) -> [String] {
      [
        "--ip-url", "http://127.0.0.1:\(world.mock.http.port)/ip", "--dns-server",
        "127.0.0.1:\(world.mock.dns.port)",
      ]
    }

    private struct Screen: Decodable {
      let status: Int32
      let screen: String
      let wrong: [String]
    }

    /// A step of a person: what is waited for, what is typed, and whether nobody may see that.
    private typealias Step = (text: String, answer: String, unseen: Bool)

    private static let dialogue: [Step] = [
      ("service_name (", "mock\n", false), ("one of mock.example mock.other", "mock.e\t", false),
      ("domain (", "home.example.com\n", false), ("[home_example_com]", "home\n", false),
      ("use_ipv6 (", "\n", false), ("[web]", "\n", false), ("username (the user)", "user\n", false),
      ("password (a token)", "\(password)\n", true),
    ]

    private func talk(_ world: World, _ steps: [Step], _ words: [String] = []) throws -> Screen {
      let list = try JSONSerialization.data(
        withJSONObject: steps.map { [$0.text, $0.answer, $0.unseen] as [Any] })
      let result = try Child.run(
        "python3",
        [
          Programs.source("Tests/Fixtures/scripts/terminal.py"),
          String(decoding: list, as: UTF8.self),
          Programs.path("ddns-runner"), "--root", world.root, "--add",
        ] + place(world) + words, environment: Programs.searchPath, seconds: 70)
      #expect(result.stderr == "")
      let screen = try JSONDecoder().decode(Screen.self, from: Data(result.stdout.utf8))
      #expect(screen.wrong == [], "\(screen.screen)")
      #expect(!screen.screen.contains(Self.password), "\(screen.screen)")
      return screen
    }

    /// Runs it with these lines in place of a person.
    private func add(_ world: World, _ words: [String], input: String = "") throws -> Child.Result {
      try world.write("input", input)
      let result = try Child.run(
        "sh",
        [
          "-c", "exec \"$0\" \"$@\" <'\(world.root)/input'", Programs.path("ddns-runner"), "--root",
          world.root, "--add",
        ] + words, environment: Programs.searchPath, seconds: 25)
      #expect(!result.output.contains(Self.password), "\(result.output)")
      return result
    }

    private func whole(_ world: World) -> [String] {
      [
        "-S", "home", "--service-name", "mock.example", "--domain", World.host, "--username",
        World.user, "--password", "-",
      ] + place(world)
    }

    /// The file has what it had, and the section behind it, with which everything works.
    private func expectSection(_ world: World, after before: String, mode: Int) throws {
      let text = try #require(world.text("etc/config/ddns"))
      #expect(text.hasPrefix(before))
      #expect(
        text.dropFirst(before.count).trimmingPrefix("\n\n").hasPrefix("config service 'home'\n"))
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(world.root)/etc/config/ddns")
      #expect(attributes[.posixPermissions] as? Int == mode)
      #expect(world.names(in: "etc/config") == ["ddns"])
      #expect(world.updates.isEmpty)
      let check = try world.run("ddns-runner", ["--check", "-S", "home"])
      #expect(check.status == 0 && check.stderr == "", "\(check.output)")
      let update = try world.update()
      #expect(update.status == 0 && update.stdout == "good\n", "\(update.output)")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
    }

    private func unchanged(_ world: World, _ before: String? = AddTests.before) {
      #expect(world.text("etc/config/ddns") == before)
      #expect(world.names(in: "etc/config") == (before == nil ? [] : ["ddns"]))
      #expect(world.updates.isEmpty)
    }

    @Test func `a person is asked, sees what was found, and has a section that works`() throws {
      let world = try router()
      let end: [Step] = [("write section 'home'? yes, no or change [yes]", "\n", false)]
      let talk = try talk(world, Self.dialogue + end)
      #expect(talk.status == 0, "\(talk.screen)")
      for words in [
        "Current IP '\(World.seen)' detected via web", "has no record", "/nic/update?hostname=",
        "Dry Run: NOT sending update", "'home' is written; now: systemctl reload-or-restart ddns",
      ] {
        #expect(talk.screen.contains(words), "\(words) in \(talk.screen)")
      }
      try expectSection(world, after: Self.before, mode: 0o640)
    }

    @Test func `no is an answer, and change asks again`() throws {
      let world = try router()
      let again: [Step] = [
        ("write section", "change\n", false), ("[mock.example]", "\n", false),
        ("[home.example.com]", "\n", false), ("[home]", "other\n", false), ("[0]", "\n", false),
        ("[web]", "\n", false), ("ip_url (", "\n", false), ("[user]", "\n", false),
        ("password (a token) [***]", "\n", true), ("dns_server (", "\n", false),
        ("write section 'other'", "no\n", false),
      ]
      let talk = try talk(world, Self.dialogue + again)
      #expect(talk.status == 1 && talk.screen.contains("nothing is written"))
      unchanged(world)
    }

    @Test(arguments: [("\u{3}", -2), ("\u{1c}", -3), ("\u{4}", 64)] as [(String, Int32)])
    func `who gives up at the password leaves terminal and file as they were`(
      key: String, status: Int32
    ) throws {
      let world = try router()
      var steps = Self.dialogue
      steps[steps.count - 1].answer = key
      #expect(try talk(world, steps).status == status)
      unchanged(world)
    }

    @Test func `without a person options and standard input say it all`() throws {
      let world = try router()
      let result = try add(world, whole(world), input: "\(Self.password)\n")
      #expect(result.status == 0, "\(result.output)")
      try expectSection(world, after: Self.before, mode: 0o640)
    }

    @Test(arguments: [["--ip-source", "web"], ["--yes"], ["--status", "--domain", "x"]])
    func `its options are for nothing else`(_ options: [String]) throws {
      let world = try router()
      let result = try world.run("ddns-runner", ["-S", "office"] + options)
      let option = options.first { $0 != "--status" } ?? ""
      #expect(result.status == 64)
      #expect(result.stderr == "ddns-runner: option \(option) needs --add; see ddns-runner -h\n")
    }

    @Test func `the README's line for scripts is one that works`() throws {
      let readme = try String(contentsOfFile: Programs.source("README.md"), encoding: .utf8)
      let line = try #require(readme.firstMatch(of: /\nddns-runner --add (-S .*) <password\n/)?.1)
      let world = try router()
      let words = line.replacing("no-ip.com", with: "mock.example")
        .replacing("your_username", with: World.user).split(separator: " ").map(String.init)
      let result = try add(world, words + place(world), input: Self.password)
      #expect(result.status == 0, "\(result.output)")
      try expectSection(world, after: Self.before, mode: 0o640)
    }

    @Test func `a file that is not there is made, for nobody else to read`() throws {
      let world = try router(nil)
      let result = try add(world, whole(world), input: Self.password)
      #expect(result.status == 0, "\(result.output)")
      try expectSection(world, after: "", mode: 0o600)
    }

    @Test func `a password file stays where it is, and both families are looked at`() throws {
      let world = try router(Self.before + "\n")
      try world.write("etc/ddns/password", Self.password + "\n", mode: 0o600)
      var words = whole(world)
      words.replaceSubrange(8...9, with: ["--password-file", "/etc/ddns/password"])
      let result = try add(world, words)
      #expect(result.status == 0, "\(result.output)")
      #expect(
        world.text("etc/config/ddns")?.contains("option password_file '/etc/ddns/password'") == true
      )
      #expect(world.text("etc/config/ddns")?.contains("option password '") == false)
      #expect(try world.update().stdout == "good\n")
      words[1] = "both"
      let both = try add(world, words + ["--use-ipv6", "both", "--yes"])
      #expect(both.status == 0 && both.stdout.contains("section 'both_v6': ok"), "\(both.output)")
      #expect(world.text("etc/config/ddns")?.contains("option use_ipv6 'both'") == true)
    }

    @Test(
      arguments: [
        ([], "", 64, "option --service-name is missing"),
        (
          ["--service-name", "mock"], "", 64,
          "option --service-name: one of mock.example mock.other"
        ),
        (["--service-name", "mock.example"], "", 64, "option --domain is missing"),
        (
          ["--service-name", "mock.example", "--domain", "a.example.com"], "", 64,
          "option --username is missing"
        ),
        (
          ["--service-name", "mock.example", "--domain", "a.example.com", "--username", "u"], "",
          64,
          "option --password is missing"
        ),
        (["--password", "hidden"], "", 64, "option --password takes only -"),
        (["--param-enc", "hidden"], "", 64, "option --param-enc takes only -"),
        (["--password", "-"], "", 64, "standard input has ended"),
        (
          ["--service-name", "mock.example", "--domain", "-"], "a\tb\n", 64, "no control characters"
        ),
        (
          ["-S", "office", "--service-name", "mock.example", "--domain", "a.example.com"], "", 64,
          "'office'"
        ),
        (
          ["-S", "a b", "--service-name", "mock.example", "--domain", "a.example.com"], "", 64,
          "letters"
        ),
        (
          [
            "--service-name", "mock.example", "--domain", "a b'", "--username", "u", "--password",
            "-",
          ], "p\n", 78, "sanitize on domain"
        ),
      ] as [([String], String, Int32, String)])
    func `what is missing or wrong is named, and nothing is written`(
      words: [String], input: String, status: Int32, said: String
    ) throws {
      let world = try router()
      let result = try add(world, words, input: input)
      #expect(result.status == status && result.stderr.contains(said), "\(result.output)")
      #expect(!result.output.contains("hidden"))
      unchanged(world)
    }

    @Test func `what does not work is written only if that is wanted, and -d writes nothing`()
      throws
    {
      let world = try router()
      world.mock.provider.settings.seen = "10.0.0.7"
      let failing = try add(world, whole(world), input: Self.password)
      #expect(failing.status == 76, "\(failing.output)")
      unchanged(world)
      world.mock.provider.settings.seen = World.seen
      let dry = try add(world, ["-d"] + whole(world), input: Self.password)
      #expect(dry.status == 0 && dry.stderr.contains("nothing is written"), "\(dry.output)")
      unchanged(world)
      world.mock.provider.settings.seen = "10.0.0.7"
      let sure = try add(world, ["--yes"] + whole(world), input: Self.password)
      #expect(sure.status == 0, "\(sure.output)")
      #expect(world.text("etc/config/ddns")?.contains("config service 'home'") == true)
    }

    @Test func `an uncommitted section counts, and its change stays`() throws {
      let world = try router()
      try world.write("tmp/.uci/ddns", "ddns.home='service'\n")
      let result = try add(world, whole(world), input: Self.password)
      #expect(result.status == 64 && result.stderr.contains("there is a section 'home'"))
      unchanged(world)
    }

    @Test func `a symbolic link stays one, and whoever holds the lock is waited for no time`()
      throws
    {
      let world = try router(nil)
      try world.write("elsewhere/ddns", Self.before, mode: 0o600)
      try FileManager.default.createSymbolicLink(
        atPath: "\(world.root)/etc/config/ddns", withDestinationPath: "../../elsewhere/ddns")
      let lock = try Child(
        "flock",
        [
          "-o", "\(world.root)/elsewhere/ddns", "sh", "-c",
          "touch \(world.root)/held; exec sleep 60",
        ],
        environment: Programs.searchPath)
      try #require(Wait.until(within: 10) { world.exists("held") })
      let busy = try add(world, whole(world), input: Self.password)
      #expect(busy.status == 75 && busy.stderr.contains("somebody else"), "\(busy.output)")
      lock.signal(SIGKILL)
      _ = lock.wait()
      let result = try add(world, whole(world), input: Self.password)
      #expect(result.status == 0, "\(result.output)")
      #expect(world.text("elsewhere/ddns")?.contains("config service 'home'") == true)
      #expect(world.names(in: "elsewhere") == ["ddns"])
      let path = "\(world.root)/etc/config/ddns"
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: path) == "../../elsewhere/ddns")
    }

    @Test(.enabled(if: Tracing.canMount, "cannot mount here"))
    func `a full disk leaves the old file, and says so`() throws {
      let world = try router()
      let words = whole(world).map { "'\($0)'" }.joined(separator: " ")
      try world.write("input", Self.password)
      let result = try Child.run(
        "unshare",
        [
          "-m", "sh", "-c",
          """
          cd '\(world.root)' && cp etc/config/ddns old && mount -t tmpfs -o size=8k none etc/config &&
            cp old etc/config/ddns && head -c 4096 /dev/zero >etc/config/filler
          '\(Programs.path("ddns-runner"))' --root '\(world.root)' --add \(words) <input
          echo "status $?"; cmp old etc/config/ddns && ls etc/config
          """,
        ], environment: Programs.searchPath, seconds: 25)
      #expect(result.output.lowercased().contains("no space left"), "\(result.output)")
      #expect(result.stdout.hasSuffix("status 71\nddns\nfiller\n"), "\(result.output)")
      #expect(!result.output.contains(Self.password))
    }
  }
}
