// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/usr/lib/ddns/dynamic_dns_lucihelper.sh` (contract 6.2).
  @Suite struct CommandLineHelperTests {
    private func commands(registered: [String] = [World.seen]) throws -> CommandLines {
      let world = try World(registered: registered)
      try world.configure()
      return try CommandLines(world)
    }

    @Test(arguments: [
      ("", "missing command"), ("-x", "invalid option -x"), ("-S home -l", "option"),
      ("-- get_registered_ip", "option '-l' is missing"),
      ("-- get_local_ip", "get_local_ip: 'ip_source' not set"),
      ("-- verify_dns", "option '-d' is missing"), ("-- verify_proxy", "option '-p' is missing"),
      ("-- start", "option '-S' is missing"),
    ])
    func `a usage error ends with 255`(line: String, words: String) throws {
      let result = try commands().helper(line == "-S home -l" ? "-S home -l x -l" : line)
      #expect(result.status == 255)
      #expect(result.stdout == "")
      #expect(result.stderr.hasPrefix("dynamic_dns_lucihelper.sh: \(words)"), "\(result.stderr)")
      #expect(result.stderr.contains("usage: dynamic_dns_lucihelper.sh"))
    }

    @Test func `help and version end with 255, an unknown command says nothing`() throws {
      let commands = try commands()
      let help = try commands.helper("-h")
      #expect(help.status == 255)
      #expect(help.stdout.hasPrefix("usage: dynamic_dns_lucihelper.sh"))
      let version = try commands.helper("-V")
      #expect(version.status == 255)
      #expect(version.stdout.hasPrefix("ddns-scripts 2.8.4-") && version.stdout.hasSuffix("\n"))
      let unknown = try commands.helper("-S home -- jump")
      #expect(unknown.status == 255)
      #expect(unknown.output == "")
    }

    @Test(arguments: [
      "-l HOST -S home -d DNS -- get_registered_ip", "-tlHOST -Shome -dDNS get_registered_ip",
      "-ftl HOST -S home -d DNS -v 0 -- get_registered_ip",
    ])
    func `the registered address is printed without newline and put into the file`(
      line: String
    ) throws {
      let commands = try commands()
      let world = commands.world
      let line = line.replacingOccurrences(of: "HOST", with: World.host)
        .replacingOccurrences(of: "DNS", with: "127.0.0.1:\(world.mock.dns.port)")
      let result = try commands.helper(line)
      #expect(result.status == 0, "\(result.stderr)")
      #expect(result.stdout == World.seen)
      #expect(world.runFile("ip") == "\(World.seen)\n")
    }

    @Test(arguments: [(nil, 127), (.code(2), 75), (.code(3), 127)] as [(DNSFault?, Int32)])
    func `a failed look-up leaves the file with a newline, so that LuCI does not ask again`(
      fault: DNSFault?, status: Int32
    ) throws {
      let commands = try commands(registered: [])
      let world = commands.world
      try world.write("var/run/ddns/home.ip", "old\n")
      if let fault { world.mock.dns.script.add("*", fault) }
      let server = "127.0.0.1:\(world.mock.dns.port)"
      let result = try commands.helper(
        "-6 -l \(World.host) -S home -d \(server) -- get_registered_ip")
      #expect(result.status == status)
      #expect(result.stdout == "")
      #expect(world.runFile("ip") == "\n")
    }

    @Test func `LuCI's word for no name, and no configuration at all, leave a file, too`() throws {
      let commands = try commands()
      try commands.world.write("etc/config/ddns", "config broken '\n")
      let result = try commands.helper(
        "-l _nolookup_ -S some -d 127.0.0.1:\(commands.world.mock.dns.port) -- get_registered_ip")
      #expect(result.status == 127)
      #expect(commands.world.runFile("ip", of: "some") == "\n")
      _ = try commands.helper("-l a.b -S ../some -d 127.0.0.1:1 -- get_registered_ip")
      #expect(!commands.world.exists("var/run/some.ip"))
    }

    @Test func `the positional form of old LuCI works`() throws {
      let commands = try commands()
      let world = commands.world
      let server = "127.0.0.1:\(world.mock.dns.port)"
      let registered = try commands.helper("get_registered_ip \(World.host) 0 1 1 \(server)")
      #expect(registered.status == 0)
      #expect(registered.stdout == World.seen)
      let page = world.page("/ip", isIPv6: false)
      #expect(try commands.helper("get_local_ip 0 web - \(page) - - -").status == 0)
      #expect(try commands.helper("get_local_ip 0 script - \(page) - /no/such -").status == 1)
      #expect(try commands.helper("get_local_ip 0 interface - - nodev0 - -").status == 1)
      #expect(try commands.helper("verify_dns \(server) 0 0").status == 0)
      #expect(try commands.helper("verify_proxy 127.0.0.1 0 0").status == 5)
      let short = try Child.run(
        "\(world.root)/usr/lib/ddns/dynamic_dns_lucihelper.sh", ["get_registered_ip"],
        environment: Programs.searchPath)
      #expect(short.status == 1)
    }

    @Test func `a source is tried, with addresses that are not public, too`() throws {
      let commands = try commands()
      let world = commands.world
      try commands.script("bin/ip", "echo 192.168.1.1")
      try commands.script("bin/none", "echo none")
      for (source, status) in [
        ("-u \(world.page("/ip", isIPv6: false))", 0), ("-s /bin/ip", 0),
        ("-s /bin/none", 1), ("-s /bin/nobody", 1), ("-i nodev0", 1), ("-6 -s /bin/ip", 1),
        ("-u http://127.0.0.1:1/", 1),
        ("-u http://pages.test/ip -p 127.0.0.1:\(world.mock.http.port)", 0),
      ] as [(String, Int32)] {
        let result = try commands.helper("\(source) -- get_local_ip")
        #expect(result.status == status, "\(source): \(result.stderr)")
        #expect(result.stdout == "")
      }
    }

    @Test(arguments: ["page", "script"])
    func `a page and a script have three seconds`(source: String) throws {
      let commands = try commands()
      let world = commands.world
      world.mock.http.script.add("/ip", .silent)
      try commands.script("bin/slow", "sleep 600")
      let option = source == "page" ? "-u \(world.page("/ip", isIPv6: false))" : "-s /bin/slow"
      let result = try commands.helper("\(option) -- get_local_ip")
      #expect(result.status == 143, "\(result.stderr)")
      #expect(result.seconds < 8 * Wait.slowness)
    }

    @Test func `servers are tried by a connection (B25, B26)`() throws {
      let commands = try commands()
      let world = commands.world
      let open = "127.0.0.1:\(world.mock.http.port)"
      for (line, status) in [
        ("-d \(open) -- verify_dns", 0), ("-d 127.0.0.1:1 -- verify_dns", 3),
        ("-6 -f -d \(open) -- verify_dns", 4), ("-d a..b -- verify_dns", 2),
        ("-f -d localhost:\(world.mock.http.port) -- verify_dns", 0),
        ("-p \(open) -- verify_proxy", 0), ("-p user:p@ss@\(open) -- verify_proxy", 0),
        ("-p 127.0.0.1 -- verify_proxy", 5), ("-p 127.0.0.1:1 -- verify_proxy", 3),
        ("-p [::1 -- verify_proxy", 2),
      ] as [(String, Int32)] {
        let result = try commands.helper(line)
        #expect(result.status == status, "\(line): \(result.stderr)")
        #expect(result.stdout == "")
      }
    }

    @Test func `-L keeps a log of its own, without secrets`() throws {
      let commands = try commands()
      let world = commands.world
      let server = "127.0.0.1:\(world.mock.dns.port)"
      _ = try commands.helper("-L -l \(World.host) -d \(server) -- get_registered_ip")
      let log = try #require(world.text("var/log/ddns/lucihelper.log"))
      #expect(
        log.range(
          of: "^ [0-9]{6}       : Registered IP '\(World.seen)' detected\n$",
          options: .regularExpression) != nil, "\(log)")
      _ = try commands.helper("-p u:s3cret@127.0.0.1:1 -L -v 2 -- verify_proxy")
      #expect(world.text("var/log/ddns/lucihelper.log")?.contains("s3cret") == false)
    }

    @Test func `without an init script it starts, wakes, restarts and stops (B18)`() throws {
      let commands = try commands()
      let world = commands.world
      try commands.script("etc/init.d/ddns", "touch \(world.root)/tmp/ran")
      #expect(try commands.helper("-S home -- start").status == 0)
      #expect(Wait.until(within: 15) { commands.isWaiting("home") })
      let first = try #require(commands.process("home"))
      world.mock.provider.settings.seen = "81.2.69.200"
      #expect(try commands.helper("-S home -- start").status == 0)
      #expect(
        Wait.until(within: 10) { world.zone.addresses(of: World.host) == ["81.2.69.200"] },
        "checks at once")
      #expect(commands.process("home") == first)
      #expect(try commands.helper("-- restart").status == 0)
      #expect(
        Wait.until(within: 15) { commands.process("home").map { $0 != first } ?? false })
      #expect(try commands.helper("-S home -- stop").status == 0)
      #expect(Wait.until(within: 5) { commands.process("home") == nil })
      #expect(try commands.helper("-S home -- stop").status == 0)
      #expect(!world.exists("tmp/ran"), "the real init script is not run for another root")
    }

    @Test func `with one it leaves it to that, and its status does not count`() throws {
      let commands = try commands()
      let world = commands.world
      try commands.script(
        "init", "echo \"$*\" >>\(world.root)/tmp/calls; echo done; exit 7")
      let script = ["DDNS_INIT": "\(world.root)/init"]
      for line in ["-S home -- start", "-- stop", "-S home -- stop", "-- reload", "-- restart"] {
        let result = try commands.helper(line, environment: script)
        #expect(result.status == 0)
        #expect(result.stdout == "done\n")
      }
      #expect(world.text("tmp/calls") == "start home\nstop\nstop home\nreload\nrestart\n")
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 15) { commands.isWaiting("home") })
      #expect(try commands.helper("-S home -- start", environment: script).stdout == "")
      #expect(
        Wait.until(within: 5) { world.log().contains("PID '\(child.pid)' received 'SIGUSR1'") },
        "procd does nothing to what runs already")
    }
  }
}
