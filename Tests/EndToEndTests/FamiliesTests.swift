// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `use_ipv6 'both'`: A and AAAA from one section.
  @Suite(.enabled(if: Programs.hasIPv6, "no IPv6 here")) struct FamiliesTests {
    private static let long = "2a02:8010:0001:0000:0000:0000:0000:0007"

    /// A section of both, with a page that shows the caller's address.
    private static func world(_ url: String?, _ more: [String: String?] = [:]) throws -> World {
      let world = try World()
      let port = world.mock.http.port
      var options: [String: String?] = [
        "use_ipv6": "both", "ip_url": "http://localhost:\(port)/ip",
      ]
      if let url {
        options["update_url"] = "http://[USERNAME]:[PASSWORD]@127.0.0.1:\(port)/nic/update?\(url)"
      }
      try world.configure(options.merging(more) { $1 })
      return world
    }

    private static func targets(_ world: World) -> [String] {
      world.updates.map { $0.target.replacing("/nic/update?", with: "") }
    }

    @Test func `one request for each, where a URL takes one address`() throws {
      let world = try Self.world("hostname=[DOMAIN]&myip=[IP]")
      #expect(try world.runner(["--once"]).status == 0)
      #expect(
        Set(Self.targets(world)) == [
          "hostname=home.example.com&myip=\(World.seen)",
          "hostname=home.example.com&myip=\(Self.long)",
        ])
      #expect(world.updates.count == 2)
      #expect(world.runFile("ip") == "\(World.seen)\n")
      #expect(world.runFile("ip", of: "home_v6") == "\(World.seenIPv6)\n")
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 2, "nothing has changed")
    }

    @Test(arguments: [
      ("h=[DOMAIN]&a=[IP4]&aaaa=[IP6]&z", "h=home.example.com&a=\(World.seen)&aaaa=\(long)&z"),
      ("myip=[IPS]", "myip=\(World.seen),\(long)"),
    ])
    func `one request has both addresses, and one alone leaves the other as it is (users 17)`(
      url: String, request: String
    ) throws {
      let world = try Self.world("hostname=home.example.com&\(url)")
      #expect(try world.runner(["--once"]).status == 0, "\(world.log())")
      #expect(Self.targets(world) == ["hostname=home.example.com&\(request)"])
      let log = world.log() + world.log(of: "home_v6")
      #expect(log.contains("Update successful - IP '\(World.seen)' accepted (good)"))
      #expect(log.contains("Update successful - IP '\(World.seenIPv6)' accepted (good)"))
      // One request is one of the budget.
      let sent = ["home", "home_v6"].flatMap {
        (world.text("etc/ddns/state/\($0).state") ?? "").split(separator: "\n")
          .filter { $0.hasPrefix("sent ") }
      }
      #expect(sent.count == 1, "\(sent)")
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 1, "both are known to be accepted")
    }

    @Test func `a family without an address holds nothing back and deletes nothing`() throws {
      for (url, keeps, request) in [
        ("a=[IP4]&aaaa=[IP6]&z", "preserve", "a=\(World.seen)&aaaa=preserve&z"),
        ("a=[IP4]&aaaa=[IP6]&z", "", "a=\(World.seen)&z"),
        ("myip=[IPS]", "", "myip=\(World.seen)"),
      ] {
        // A page that is asked by IPv4 only.
        let world = try World()
        let base =
          "http://[USERNAME]:[PASSWORD]@127.0.0.1:\(world.mock.http.port)/nic/update?hostname=[DOMAIN]&"
        let file = "{ \"url\": \"\(base)\(url)\" }"
        try world.write(
          "usr/share/ddns/custom/mine.json",
          "{ \"ipv4\": \(file), \"ipv6\": \(file), \"protocol\": \"dyndns2\""
            + (keeps.isEmpty ? "" : ", \"keeps\": \"\(keeps)\"") + " }\n")
        try world.configure([
          "use_ipv6": "both", "update_url": nil, "service_name": "mine", "verify": "answer",
        ])
        let result = try world.runner(["--once"])
        #expect(result.status == 75 || result.status == 76, "IPv6 has none: \(result.output)")
        #expect(Self.targets(world) == ["hostname=home.example.com&" + request])
        #expect(world.log().contains("Update successful - IP '\(World.seen)'"))
      }
    }

    @Test func `a refusal of one family blocks that one`() throws {
      let world = try World()
      let server = try LoopbackHTTP { request in
        HTTPAnswer(request.target.contains(":") ? "badauth\n" : "good\n")
      }
      try world.configure([
        "use_ipv6": "both", "ip_url": "http://localhost:\(world.mock.http.port)/ip",
        "verify": "answer", "update_url": "http://127.0.0.1:\(server.port)/u?ip=[IP]",
      ])
      #expect(try world.runner(["--once"]).status == 77)
      #expect(
        Set(server.requests.all.map(\.target)) == ["/u?ip=\(World.seen)", "/u?ip=\(Self.long)"])
      #expect(try world.runner(["--once", "--force"]).status == 77)
      #expect(server.requests.count == 4)
      #expect(world.runFile("state", of: "home")?.contains("blocked") != true)
      let blocked = world.text("etc/ddns/state/home_v6.state") ?? ""
      #expect(blocked.contains("blocked badauth"))
    }

    @Test func `it looks like two sections, and is started and stopped as one`() throws {
      let world = try Self.world("hostname=[DOMAIN]&myip=[IPS]")
      let check = try world.runner(["--check"])
      #expect(check.status == 0 && check.stdout.contains("section 'home_v6': ok"))
      // It shows secrets, too.
      let shown = try world.start("ddns-runner", ["--show"]).wait(seconds: 10).stdout
      #expect(shown.contains("ddns.home.use_ipv6='both'\n") && !shown.contains("home_v6"))
      #expect(try world.detect(["-S", "home_v6"]).stdout == "\(World.seenIPv6)\n")
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(
        Wait.until(within: 15) {
          world.runFile("nextcheck") != nil && world.runFile("nextcheck", of: "home_v6") != nil
        })
      #expect(world.runFile("pid", of: "home_v6") == world.runFile("pid"))
      let status = try world.runner(["--status"]).stdout
      #expect(status.contains("home: waiting") && status.contains("home_v6: waiting"), "\(status)")
      let commands = try CommandLines(world)
      let stop = try commands.updater("-S home -- stop")
      #expect(stop.status == 0 && stop.output == "")
      #expect(child.wait(seconds: 10).status == 128 + SIGTERM)
      #expect(commands.process("home") == nil)
      #expect(world.updates.count == 1)
      // A section of that name is somebody's own.
      try world.configure(
        text: world.section("home", ["use_ipv6": "both"]) + world.section("home_v6"))
      let taken = try world.runner(["--check"])
      #expect(taken.status == 78 && taken.stderr.contains("option 'use_ipv6' is 'both'"))
    }
  }
}
