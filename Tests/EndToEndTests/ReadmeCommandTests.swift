// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What the README tells to type, typed on a router.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct ReadmeCommandTests {
    /// Typed in this order, as it stands there; and words that it answers, or nothing.
    private static let typed: [(command: String, words: String)] = [
      ("ddns-runner --once", ""),
      ("ddns-runner --check", "section 'home': ok"),
      ("ddns-runner -S home -v 3", "Verbose Mode: 3 - NO reloop"),
      ("ddns-runner -S home -v 2", "Verbose Mode: 2 - NO reloop"),
      ("ddns-update -S SECTION -d -v 2", "http://***:***@127.0.0.1"),
      ("ddns-runner --status", "home: done since"),
      ("ddns-runner --history -S home", "home: addresses\n  \(World.seen) since"),
      ("ddns-runner --html", "<h2>home</h2>"),
      ("ddns-runner --html /www/ddns.html", ""),
      ("ddns-runner --metrics", "ddns_section_enabled{section=\"home\"} 1"),
      ("ddns-runner --notify-test", "mine: sent"),
      (
        ". /usr/lib/ddns/dynamic_dns_functions.sh; start_daemon_for_all_ddns_sections wan", ""
      ),
      ("ddns-runner --import /etc/inadyn.conf >>/etc/config/ddns", ""),
      ("ln -sf /usr/lib/ddns/luci.ddns /usr/libexec/rpcd/luci.ddns", ""),
      ("/etc/init.d/rpcd restart", "get_env"),
      ("rm /usr/share/rpcd/ucode/ddns-toolkit.uc", ""), ("/etc/init.d/ddns start", ""),
    ]

    /// What asks a person, another machine, or a program that Debian lacks, and the test of that.
    private static let shown: [String: (file: String, test: String)] = [
      "ddns-runner --add": (
        "AddTests", "a person is asked, sees what was found, and has a section that works"
      ),
      "ddns-runner --add -S home --service-name no-ip.com --domain home.example.com "
        + "--username your_username --password - <password": (
          "AddTests", "the README's line for scripts is one that works"
        ),
      "ddns-runner --doctor -S home": ("ReadmeSampleTests", "what the doctor says is what it says"),
      "ddns-runner --import FILE": (
        "ImportTests",
        "an example's sections are as the unit tests have them, and --check is content"
      ),
      "opkg install ./ddns-toolkit_0.1.0-1_x86_64.ipk": (
        "PackageTests", "the ipk takes over a router of ddns-scripts and runs its sections"
      ),
      "opkg remove --force-depends ddns-scripts ddns-scripts-services": (
        "PackageTests", "the ipk is what opkg reads"
      ),
      "opkg print-architecture": (
        "PackageTests", "of OpenWrt's names for processors each has one executable"
      ),
      "systemctl enable --now ddns": (
        "SystemdTests", "enabled it runs, and is reloaded, killed, restarted and stopped"
      ),
      "make install DESTDIR=/tmp/router": (
        "PackageTests", "the feed's Makefile installs what the ipk does"
      ),
      "make ipk": ("PackageTests", "the ipk is what opkg reads"),
      "make ipk ARCH=mipsel": (
        "PackageTests", "a processor's ipk has each name that OpenWrt has for it"
      ),
      "make deb": ("PackageTests", "the deb installs, runs, keeps its configuration, and goes"),
    ]

    /// All that is told to be typed: what is in blocks, but for those with a program's answers, which
    /// `ReadmeSampleTests` compares, and what stands in the text. What builds is left out: without it
    /// nobody is here, and whether `make` has it is asked elsewhere.
    private static func commands(_ readme: String) -> Set<String> {
      var commands: Set<String> = []
      for block in readme.matches(of: /```sh\n((?:.|\n)*?)```/)
      where !block.1.hasPrefix("# /usr/lib/ddns/") {
        for line in block.1.split(separator: "\n") {
          commands.insert(String(line.replacing(#/ +# .*$/#, with: "")))
        }
      }
      let start =
        #/(ddns-(runner|update|verify|detect-ip) -|opkg |systemctl |\. |/etc/init\.d/[a-z]+ )/#
      let text = readme.replacing(/```[a-z]*\n(?:.|\n)*?```/, with: "")
      for (index, word) in text.components(separatedBy: "`").enumerated()
      where index % 2 == 1 && word.prefixMatch(of: start) != nil {
        commands.insert(word)
      }
      for command in readme.matches(of: /\n# (ddns-[^\n]+)/) { commands.insert(String(command.1)) }
      return commands.filter {
        $0.firstMatch(of: /^(make( (demo|check|size|bench))?|swift build)$/) == nil
      }
    }

    private static func readme() throws -> String {
      try String(contentsOfFile: Programs.source("README.md"), encoding: .utf8)
    }

    @Test func `each command has a row here, and each row is there`() throws {
      let rows = Set(Self.typed.map { $0.command }).union(Self.shown.keys)
      let other = try Self.commands(Self.readme()).symmetricDifference(rows)
      #expect(other == [], "\(other)")
      for row in Self.shown.values {
        let path = Programs.source("Tests/EndToEndTests/\(row.file).swift")
        let source = try String(contentsOfFile: path, encoding: .utf8)
        #expect(source.contains("func `\(row.test)`"), "\(row.test)")
      }
    }

    @Test func `each command does what it says, as it stands there`() throws {
      let world = try World(registered: ["81.2.69.1"])
      let notify = "config notify 'mine'\n\toption type 'program'\n\toption program '/bin/told'\n"
      try world.configure(text: notify + "\n" + world.section("home", ["interface": "wan"]))
      let router = try Router(world)
      try world.write("bin/told", "#!/bin/sh\necho \"$DDNS_EVENT\" >/tmp/told\n", mode: 0o755)
      try world.write("www/index.html", "")
      try world.write(
        "etc/inadyn.conf",
        "provider no-ip.com {\n username = you\n password = secret\n hostname = you.example.com\n}\n"
      )
      let luci = "usr/share/rpcd/ucode/ddns.uc"
      try world.write(
        "etc/init.d/rpcd", "#!/bin/sh\n[ $1 = reload ] || /usr/libexec/rpcd/luci.ddns list\n",
        mode: 0o755)
      for row in Self.typed {
        if row.command.hasPrefix("rm ") { try world.write(luci, "LuCI's") }
        let result = try router.shell(row.command.replacing("SECTION", with: "home"))
        #expect(result.status == 0, "\(row.command): \(result.output)")
        let isSaid = row.words == "" ? result.output == "" : result.output.contains(row.words)
        #expect(isSaid, "\(row.command): \(result.output)")
        if row.command.hasPrefix(". ") {
          #expect(router.isWaiting())
          try router.service("stop")
        }
      }
      #expect(world.updates.count == 1 && world.zone.addresses(of: World.host) == [World.seen])
      #expect(world.text("www/ddns.html")?.contains("<h2>home</h2>") == true)
      #expect(world.text("tmp/told") != nil)
      #expect(world.text("etc/config/ddns")?.contains("you.example.com") == true)
      #expect(world.text(luci) == "LuCI's")
    }

    @Test(arguments: [("OK\n", Int32(0)), ("no\n", 75)])
    func `the script for a provider of one's own is one that works`(answer: String, status: Int32)
      throws
    {
      let block = /```sh\n# \/(usr\/lib\/ddns\/[a-z_]+.sh)\n((?:.|\n)*?)```/
      let script = try #require(try Self.readme().firstMatch(of: block))
      let world = try World()
      world.mock.http.script.add("/set", .respond(HTTPAnswer(200, answer)))
      let place = "http://127.0.0.1:\(world.mock.http.port)"
      let router = try Router(world)
      try world.write(
        String(script.1), String(script.2).replacing("https://example.org", with: place),
        mode: 0o755)
      try world.configure(["update_script": "/\(script.1)", "update_url": nil])
      let result = try router.run(["/usr/sbin/ddns-update", "-v", "2", "-S", "home", World.seen])
      #expect(result.status == status, "\(result.output)")
      let request = try #require(world.mock.http.requests.last)
      #expect(request.target.hasSuffix("&name=\(World.host)&ip=\(World.seen)"))
      #expect(status == 0 || result.output.contains("answer: no"))
    }
  }
}
