// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The packages: what is in them, unpacked and installed below a scratch root.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct PackageTests {
    /// Builds a package twice, in folders of its own, and answers its path.
    private func build(_ tool: String, _ scratch: Scratch) throws -> String {
      var paths: [String] = []
      for folder in ["one", "two"] {
        let result = try Child.run(
          Programs.source("tools/\(tool).sh"),
          [Router.executable, "x86_64", "\(scratch.path)/\(folder)"],
          environment: ["SOURCE_DATE_EPOCH": "1700000000"].merging(Programs.searchPath) { $1 })
        #expect(result.status == 0 && result.stderr == "", "\(result.stderr)")
        paths.append(result.stdout.trimmingCharacters(in: .newlines))
      }
      let files = paths.map { FileManager.default.contents(atPath: $0) }
      #expect(files[0] != nil && files[0] == files[1], "the same sources give the same bytes")
      return paths[0]
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
      let result = try Child.run(program, arguments, environment: Programs.searchPath)
      #expect(result.status == 0, "\(program) \(arguments): \(result.output)")
      return result.stdout
    }

    private func shell(_ script: String, _ arguments: String...) throws -> String {
      try run("sh", ["-ec", script] + arguments)
    }

    private var version: String {
      get throws {
        let text = try String(
          contentsOfFile: Programs.source("Sources/Section/Product.swift"), encoding: .utf8)
        return try #require(text.firstMatch(of: /let version\b.*"(.*)"/)).1 + "-1"
      }
    }

    /// Lines such as `-rwxr-xr-x root/root ... ./path` as the mode of each path.
    private func modes(_ listing: String, owner: String) -> [String: String] {
      var modes: [String: String] = [:]
      for line in listing.split(separator: "\n") {
        let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard words.count > 5 else { continue }
        #expect(words[1] == owner, "\(line)")
        modes[words[5]] = words[0]
      }
      return modes
    }

    // MARK: opkg

    /// The packages of providers that ddns-scripts 2.8.4 has, by what follows `ddns-scripts-`, and the
    /// one provider file in each. opkg installs nothing when a file is another package's, unless that is
    /// among those the new one replaces.
    private static let ofProviderPackages = [
      ("aliyun", "aliyun.com"),
      ("beget", "beget.com"),
      ("blazingfast", "blazingfast.io"),
      ("cloudflare", "cloudflare.com-v4"),
      ("cnkuai", "cnkuai.cn"),
      ("digitalocean", "digitalocean.com-v2"),
      ("dnspod", "dnspod.cn"),
      ("dnspod-v3", "dnspod.cn-v3"),
      ("freedns", "freedns.42.pl"),
      ("gandi", "gandi.net"),
      ("gcp", "cloud.google.com-v1"),
      ("godaddy", "godaddy.com-v1"),
      ("hetzner-cloud", "hetzner.cloud"),
      ("huaweicloud", "huaweicloud.com"),
      ("luadns", "luadns.com-v1"),
      ("namesilo", "namesilo.com-v1"),
      ("netcup-com", "netcup.com"),
      ("noip", "no-ip.com"),
      ("ns1", "ns1.com"),
      ("nsupdate", "bind-nsupdate"),
      ("one", "one.com"),
      ("pdns", "pdns"),
      ("porkbun", "porkbun.com-v3"),
      ("route53", "route53-v1"),
      ("scaleway", "scaleway.com"),
      ("servercow", "servercow.de"),
      ("transip", "transip.nl"),
    ]

    /// Those of them that only a script knows, and whose file the ipk therefore leaves to its package.
    private static let onlyScripts = ["cnkuai.cn"]

    private static let replaced =
      ["ddns-scripts", "ddns-scripts-services"]
      + ofProviderPackages.filter { !onlyScripts.contains($0.1) }.map { "ddns-scripts-\($0.0)" }

    @Test func `the ipk is what opkg reads`() throws {
      let scratch = try Scratch()
      let ipk = try build("ipk", scratch)
      #expect(try ipk.hasSuffix("/ddns-toolkit_\(version)_x86_64.ipk"))
      #expect(
        try run("tar", ["-tzf", ipk]) == "./debian-binary\n./data.tar.gz\n./control.tar.gz\n")
      #expect(try run("tar", ["-xzOf", ipk, "./debian-binary"]) == "2.0\n")
      let control = try shell("tar -xzOf \"$0\" ./control.tar.gz | tar -xzO ./control", ipk)
      let fields = control.split(separator: "\n").map(String.init)
      #expect(try fields.contains("Version: \(version)") && fields[0] == "Package: ddns-toolkit")
      #expect(fields.contains("Architecture: x86_64"))
      #expect(!control.contains("Depends:"))
      #expect(fields.contains("Provides: ddns-scripts, ddns-scripts-services"))
      #expect(fields.contains("Replaces: \(Self.replaced.joined(separator: ", "))"))
      #expect(!control.contains("Conflicts:"))
      let control2 = try shell("tar -xzOf \"$0\" ./control.tar.gz | tar -tzv", ipk)
      let scripts = modes(control2, owner: "0/0")
      for name in ["postinst", "postinst-pkg", "prerm", "prerm-pkg"] {
        #expect(scripts["./\(name)"] == "-rwxr-xr-x", "\(name)")
      }
      let data = modes(
        try shell("tar -xzOf \"$0\" ./data.tar.gz | tar -tzv", ipk), owner: "0/0")
      for (path, mode) in [
        "./etc/config/ddns": "-rw-------", "./etc/init.d/ddns": "-rwxr-xr-x",
        "./etc/hotplug.d/iface/95-ddns": "-rw-r--r--", "./usr/lib/ddns/ddns": "-rwxr-xr-x",
        "./usr/lib/ddns/dynamic_dns_updater.sh": "lrwxrwxrwx", "./usr/bin/ddns": "lrwxrwxrwx",
        "./usr/lib/ddns/luci.ddns": "-rwxr-xr-x", "./lib/upgrade/keep.d/ddns": "-rw-r--r--",
        "./usr/lib/ddns/luci.sh": "-rw-r--r--", "./usr/share/acl.d/ddns-toolkit.json": "-rw-r--r--",
        "./usr/share/rpcd/ucode/ddns-toolkit.uc": "-rw-r--r--",
        "./usr/share/rpcd/acl.d/ddns-toolkit.json": "-rw-r--r--",
        "./www/luci-static/resources/view/status/include/71_ddns_toolkit.js": "-rw-r--r--",
      ] { #expect(data[path] == mode, "\(path)") }
      // A provider's own package has its script and its file, and stays. opkg refuses a package with a
      // file of another, unless it replaces that.
      #expect(data["./usr/share/ddns/default/duckdns.org.json"] == "-rw-r--r--")
      let common = Self.ofProviderPackages.map(\.1).filter {
        data["./usr/share/ddns/default/\($0).json"] != nil
      }
      #expect(
        common == Self.ofProviderPackages.map(\.1).filter { !Self.onlyScripts.contains($0) })
      // It would clash with a file of LuCI's, up to 23.05 the first; and nobody reads manuals on a router.
      let others = [
        "libexec", "rpcd/ucode/ddns.uc", "acl.d/luci-app-ddns.json", "70_ddns.js", "/man",
      ]
      #expect(!data.keys.contains { path in others.contains { path.contains($0) } })
    }

    @Test func `a processor's ipk has each name that OpenWrt has for it`() throws {
      let scratch = try Scratch()
      let result = try Child.run(
        Programs.source("tools/ipk.sh"), [Router.executable, "aarch64", scratch.path],
        environment: Programs.searchPath)
      let names = ["cortex-a53", "cortex-a72", "cortex-a76", "generic"].map { "aarch64_\($0)" }
      let files = result.output.split(separator: "\n").map(String.init)
      let expected = try names.map { try "ddns-toolkit_\(version)_\($0).ipk" }
      #expect(files.map { URL(fileURLWithPath: $0).lastPathComponent } == expected)
      for (name, file) in zip(names, files) {
        let control = try shell("tar -xzOf \"$0\" ./control.tar.gz | tar -xzO ./control", file)
        #expect(control.contains("\nArchitecture: \(name)\n"))
      }
    }

    @Test func `the arithmetic for processors without is that of this one`() throws {
      let scratch = try Scratch()
      let source = Programs.source("Tests/Fixtures/arithmetic_test.c")
      _ = try run("gcc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", "\(scratch.path)/a", source])
      #expect(try run("\(scratch.path)/a", []) == "0 differences\n")
    }

    @Test func `of OpenWrt's names for processors each has one executable`() throws {
      let rows = try String(contentsOfFile: Programs.source("tools/processors"), encoding: .utf8)
        .split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ") }
      let names = rows.flatMap { $0.dropFirst(2) }
      #expect(Set(names).count == names.count && names.count > 15)
      let compiler = try String(contentsOfFile: Programs.source("tools/cc.sh"), encoding: .utf8)
      for row in rows {
        let branch = try Regex("\n  ([a-z0-9]+ \\| )*\(row[0])( \\| .*)?\\)")
        #expect(compiler.contains(branch), "\(row[0])")
      }
    }

    @Test func `the ipk takes over a router of ddns-scripts and runs its sections`() throws {
      let scratch = try Scratch()
      let ipk = try build("ipk", scratch)
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(["lookup_host": nil, "retry_count": "3"])
      let router = try Router(world, isInstalled: false)
      // What is in conffiles and has been changed stays, as it does with opkg.
      _ = try shell(
        """
        cd "$1"
        tar -xzOf "$0" ./control.tar.gz | tar -xzC tmp
        tar -xzOf "$0" ./data.tar.gz | tar -xz --exclude ./etc/config/ddns
        """, ipk, world.root)
      #expect(world.text("tmp/conffiles") == "/etc/config/ddns\n")
      let installed = try router.run(["/tmp/postinst", "configure"])
      #expect(installed.status == 0 && installed.output == "")
      #expect(!world.exists("etc/uci-defaults/50-ddns") && world.exists("etc/rc.d/S95ddns"))
      let text = world.text("etc/config/ddns") ?? ""
      #expect(text.contains("option retry_max_count '3'"))
      #expect(text.contains("option lookup_host '\(World.host)'"))
      #expect(Wait.until(within: 10) { world.zone.addresses(of: World.host) == [World.seen] })
      let removed = try router.run(["/tmp/prerm", "remove"])
      #expect(removed.status == 0 && router.processes().isEmpty)
      #expect(!world.exists("etc/rc.d/S95ddns"))
    }

    /// opkg's list of our files has none yet that were ddns-scripts' while `postinst` runs.
    @Test func `installed over ddns-scripts the ipk takes its running sections over`() throws {
      let scratch = try Scratch()
      let ipk = try build("ipk", scratch)
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let router = try Router(world, isInstalled: false)
      _ = try shell(
        """
        cd "$1"
        mkdir -p usr/lib/opkg/info etc/rc.d
        touch usr/lib/opkg/info/ddns-scripts.list
        ln -s ../init.d/ddns etc/rc.d/S95ddns
        tar -xzOf "$0" ./control.tar.gz | tar -xzC tmp
        tar -xzOf "$0" ./data.tar.gz | tar -xz --exclude ./etc/config/ddns
        """, ipk, world.root)
      let installed = try router.run(["/tmp/postinst-pkg"])
      #expect(installed.status == 0 && installed.output == "")
      #expect(router.procd() == ["start home"] && router.isWaiting())
      try router.service("stop")
      try router.service("disable")
      try router.run(["/tmp/postinst-pkg"])
      #expect(router.processes().isEmpty, "who has disabled it wants it to stay so")
    }

    @Test func `the feed's Makefile installs what the ipk does`() throws {
      let scratch = try Scratch()
      let feed = Programs.source("Tests/Fixtures/openwrt/feed")
      _ = try run(
        "make",
        [
          "-s", "-C", Programs.source("openwrt"), "TOPDIR=\(feed)", "OUT=\(scratch.path)",
          "DDNS_BINARY=\(Router.executable)", "compile",
        ])
      func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)
      }
      #expect(
        try text("name") == "ddns-toolkit \(version) @(aarch64||arm||mipsel||riscv64||x86_64)\n")
      #expect(try text("provides") == "ddns-scripts ddns-scripts-services\n")
      #expect(try text("conflicts") == Self.replaced.joined(separator: " ") + "\n")
      #expect(try text("conffiles") == "/etc/config/ddns\n")
      let ipk = try build("ipk", scratch)
      for name in ["postinst-pkg", "prerm-pkg"] {
        let script = try shell("tar -xzOf \"$0\" ./control.tar.gz | tar -xzO ./\(name)", ipk)
        // Make 4.3 now and then keeps the last line end of a file it reads into a variable.
        let found = try text(name).trimmingCharacters(in: .newlines)
        #expect(found == script.trimmingCharacters(in: .newlines))
      }
      let unpacked = "mkdir \"$1/ipk\"; tar -xzOf \"$0\" ./data.tar.gz | tar -xzC \"$1/ipk\""
      _ = try shell(unpacked, ipk, scratch.path)
      #expect(try run("diff", ["-r", "\(scratch.path)/ipk", "\(scratch.path)/data"]) == "")
    }

    // MARK: dpkg

    @Test(.enabled(if: Programs.isInstalled("dpkg"), "no dpkg"))
    func `the deb installs, runs, keeps its configuration, and goes`() throws {
      let scratch = try Scratch()
      let deb = try build("deb", scratch)
      #expect(try deb.hasSuffix("/ddns-toolkit_\(version)_amd64.deb"))
      let fields = try run("dpkg-deb", ["-f", deb, "Package", "Architecture", "Depends"])
      #expect(fields == "Package: ddns-toolkit\nArchitecture: amd64\n")
      let content = modes(try run("dpkg-deb", ["-c", deb]), owner: "root/root")
      #expect(content["./etc/config/ddns"] == "-rw-------")
      #expect(content["./usr/lib/systemd/system/ddns.service"] == "-rw-r--r--")
      #expect(content["./etc/network/if-up.d/ddns"] == "-rwxr-xr-x")
      #expect(!content.keys.contains { $0.contains("init.d") || $0.contains("hotplug") })

      let root = scratch.path + "/root"
      _ = try shell("mkdir -p \"$0/var/lib/dpkg/info\"; touch \"$0/var/lib/dpkg/status\"", root)
      try Router.furnish(root)
      let dpkg = ["--root=\(root)", "--force-not-root"]
      _ = try run("dpkg", dpkg + ["--install", deb])
      let conffiles = try run(
        "dpkg-query", ["--root=\(root)", "-W", "-f=${Conffiles}", "ddns-toolkit"])
      for path in ["/etc/config/ddns", "/etc/NetworkManager/dispatcher.d/90-ddns"] {
        #expect(conffiles.contains(" \(path) "), "\(conffiles)")
      }
      let show = try run(root + "/usr/sbin/ddns-runner", ["--root", root, "--show"])
      #expect(show.hasPrefix("ddns.global=ddns\n"))
      // Both examples are disabled: there is nothing to run yet.
      let idle = try Child.run(root + "/usr/sbin/ddns-runner", ["--root", root])
      #expect(idle.status == 78)
      _ = try shell("echo '# mine' >>\"$0/etc/config/ddns\"", root)
      _ = try run("dpkg", dpkg + ["--install", deb])
      #expect(try shell("tail -n 1 \"$0/etc/config/ddns\"", root) == "# mine\n")
      _ = try run("dpkg", dpkg + ["--remove", "ddns-toolkit"])
      let files = FileManager.default
      #expect(files.fileExists(atPath: root + "/etc/config/ddns"))
      #expect(!files.fileExists(atPath: root + "/usr/lib/ddns/ddns"))
      _ = try run("dpkg", dpkg + ["--purge", "ddns-toolkit"])
      #expect(!files.fileExists(atPath: root + "/etc/config/ddns"))
    }

    // MARK: Linux without OpenWrt

    @Test(.enabled(if: Programs.isInstalled("systemd-analyze"), "no systemd"))
    func `systemd accepts the unit and finds little exposed`() throws {
      let scratch = try Scratch()
      try Router.install("linux", to: scratch.path)
      _ = try shell(
        """
        mkdir "$0/bin"; cp /bin/true "$0/bin/kill"
        cp -rn /usr/lib/systemd/system "$0/usr/lib/systemd/" || [ -e "$0/usr/lib/systemd/system/sysinit.target" ]
        """, scratch.path)
      let verify = try Child.run(
        "systemd-analyze", ["verify", "--man=no", "--root=\(scratch.path)", "ddns.service"],
        environment: Programs.searchPath)
      #expect(verify.status == 0 && verify.output == "", "\(verify.output)")
      // 0 is locked up, 10 is open to all; a unit without any hardening has 9.6.
      let security = try Child.run(
        "systemd-analyze",
        ["security", "--offline=true", "--threshold=20", "--root=\(scratch.path)", "ddns.service"],
        environment: Programs.searchPath)
      #expect(security.status == 0, "\(security.output)")
      let unit = try String(
        contentsOfFile: scratch.path + "/usr/lib/systemd/system/ddns.service", encoding: .utf8)
      #expect(unit.contains("\nRestartPreventExitStatus=64 77 78\n"))
    }

    @Test func `hooks of NetworkManager and ifupdown make the runner check`() throws {
      let world = try World(registered: [World.seen])
      try world.configure(text: world.section("home") + world.section("second"))
      let router = try Router(world)
      try Router.install("linux", to: world.root)
      try router.service("start", "home")
      #expect(router.isWaiting())
      let manager = "/etc/NetworkManager/dispatcher.d/90-ddns"
      let ifup = "/etc/network/if-up.d/ddns"
      for (command, variables, counts) in [
        ([manager, "eth0", "up"], [:], true), ([manager, "eth0", "dhcp4-change"], [:], true),
        ([manager, "eth0", "dhcp6-change"], [:], true), ([manager, "tun0", "vpn-up"], [:], true),
        ([manager, "eth0", "down"], [:], false), ([manager, "eth0", "pre-up"], [:], false),
        ([manager, "lo", "up"], [:], false), ([manager, "", "hostname"], [:], false),
        ([ifup], ["IFACE": "eth0", "MODE": "start"], true),
        ([ifup], ["IFACE": "lo", "MODE": "start"], false),
        ([ifup], ["IFACE": "eth0", "MODE": "stop"], false), ([ifup], [:], false),
      ] as [([String], [String: String], Bool)] {
        let before = router.signals()
        let result = try router.run(command, environment: variables)
        #expect(result.status == 0 && result.output == "", "\(command)")
        if counts {
          #expect(Wait.until(within: 10) { router.signals() == before + 1 }, "\(command)")
        } else {
          #expect(router.signals() == before, "\(command) \(variables)")
        }
      }
      try router.service("stop")
      #expect(try router.run([manager, "eth0", "up"]).status == 0)
    }

    @Test func `the cron line makes one pass and sends once`() throws {
      let line = try #require(
        try String(contentsOfFile: Programs.source("linux/ddns.cron"), encoding: .utf8)
          .split(separator: "\n").last)
      let words = line.split(separator: " ").map(String.init)
      #expect(words[5] == "root" && words[0] == "*/10")
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let router = try Router(world)
      for _ in 1...2 { #expect(try router.run(Array(words[6...])).status == 0) }
      #expect(world.updates.count == 1)
    }
  }
}
