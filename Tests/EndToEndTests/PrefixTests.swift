// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// What netifd says of a network's prefixes, options, and what is made of both: an address, or a part
/// of the complaint.
private struct PrefixCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var assigned: [String] = []
  var delegated: [String] = []
  var options: [String: String] = ["ip_suffix": "::1234"]
  var isPrivate = false
  let expected: String

  static let all = [
    PrefixCase(
      testDescription: "assigned to the LAN", assigned: ["2a02:8010:9:1::/64"],
      expected: "2a02:8010:9:1::1234"),
    PrefixCase(
      testDescription: "assigned before delegated", assigned: ["2a02:8010:9:10::/60"],
      delegated: ["2a02:8010:9::/56"], options: ["ip_suffix": "::2:0:0:0:34"],
      expected: "2a02:8010:9:12::34"),
    PrefixCase(
      testDescription: "delegated to wan6", delegated: ["2a02:8010:9::/56"],
      expected: "2a02:8010:9::1234"),
    PrefixCase(
      testDescription: "that lives longest",
      assigned: [
        "2a02:8010:8::/64 preferred 100", "2a02:8010:9::/64 preferred 900",
      ], expected: "2a02:8010:9::1234"),
    PrefixCase(
      testDescription: "not a ULA", assigned: ["fd00:1::/64", "2a02:8010:9::/64 preferred 5"],
      expected: "2a02:8010:9::1234"),
    PrefixCase(
      testDescription: "a ULA where it may be", assigned: ["fd00:1::/64"], isPrivate: true,
      expected: "fd00:1::1234"),
    PrefixCase(
      testDescription: "outlived", assigned: ["2a02:8010:8::/64 preferred 0"],
      expected: "'lan' has no usable IPv6 prefix: not 2a02:8010:8::: deprecated"),
    PrefixCase(
      testDescription: "lost", expected: "'lan' has no usable IPv6 prefix: it has none"),
    PrefixCase(
      testDescription: "of a MAC", assigned: ["2a02:8010:9:1::/64"],
      options: ["ip_mac": "34-56-78-9A-bc-de"], expected: "2a02:8010:9:1:3656:78ff:fe9a:bcde"),
    PrefixCase(
      testDescription: "of a MAC, said so", assigned: ["2a02:8010:9:1::/64"],
      options: ["ip_mac": "34:56:78:9a:bc:de", "ip_suffix": "eui64"],
      expected: "2a02:8010:9:1:3656:78ff:fe9a:bcde"),
  ]
}

extension EndToEnd {
  /// `ip_source 'prefix'`: addresses of other hosts.
  @Suite struct PrefixTests {
    private static func options(_ more: [String: String?]) -> [String: String?] {
      ["use_ipv6": "1", "ip_source": "prefix", "ip_url": nil].merging(more) { $1 }
    }

    @Test(arguments: PrefixCase.all)
    fileprivate func `netifd's prefix and the host's part make the address`(
      example: PrefixCase
    ) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set(
        "lan", .up("br-lan", [], prefixes: example.assigned, delegated: example.delegated))
      try world.configure(
        Self.options(example.options.mapValues { $0 }),
        global: example.isPrivate ? ["upd_privateip": "1"] : [:])
      let result = try world.detect()
      if example.expected.contains(" ") {
        #expect(result.status == 75 && result.stderr.contains(example.expected), "\(result.stderr)")
      } else {
        #expect(result.stdout == "\(example.expected)\n", "\(result.stderr)")
      }
    }

    @Test func `a host of the LAN follows the prefix within a second`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("lan", .up("br-lan", [], prefixes: ["2a02:8010:9:1::/64"]))
      let base = "http://[USERNAME]:[PASSWORD]@127.0.0.1:\(world.mock.http.port)/nic/update"
      let url = "\(base)?hostname=[DOMAIN]&prefix=[PREFIX]/[PREFIXLEN]&myip=[IP]"
      try world.configure(
        Self.options(["ip_suffix": "::7", "verify": "answer", "update_url": url]))
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      let start = "/nic/update?hostname=home.example.com&prefix="
      let first =
        "\(start)2a02:8010:9:1::/64&myip=2a02:8010:0009:0001:0000:0000:0000:0007"
      #expect(world.updates.map(\.target) == [first])
      ubus.update(
        "lan",
        .up("br-lan", [], prefixes: ["2a02:8010:9:1::/64 preferred 0", "2a02:8010:a::/62"]))
      #expect(Wait.until(within: 1) { world.updates.count == 2 })
      #expect(
        world.updates.last?.target == "\(start)2a02:8010:a::/62"
          + "&myip=2a02:8010:000a:0000:0000:0000:0000:0007")
      // What netifd repeats is no news, and neither is a prefix that goes.
      #expect(
        Wait.until(within: 10) { world.log().components(separatedBy: "Rerun IP").count == 3 })
      let count = passes(world)
      ubus.update("lan", .up("br-lan", [], prefixes: ["2a02:8010:a::/62 preferred 100"]))
      ubus.update("lan", .up("br-lan", [], prefixes: []))
      #expect(!Wait.until(within: 3) { passes(world) > count })
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 10))
      #expect(world.updates.count == 2)
    }

    private func passes(_ world: World) -> Int {
      world.log().components(separatedBy: "Detecting current IP").count
    }

    @Test func `--check says what is missing`() throws {
      let world = try World()
      let hint = "set ip_suffix to an IPv6 address such as '::1234', or ip_mac to a MAC"
      for (options, words) in [
        (["use_ipv6": "0", "ip_suffix": "::7"], "ip_source 'prefix' needs use_ipv6 '1'"),
        ([:], hint), (["ip_suffix": "1.2.3.4"], hint), (["ip_suffix": "eui64"], hint),
        (["ip_suffix": "neighbour", "ip_mac": "1:2:3:4:5:6"], hint),
        (["ip_suffix": "::7", "ip_mac": "34:56:78:9a:bc:de"], hint),
        (["ip_mac": "34:56:78:9a:bc:d!"], hint), (["ip_mac": "34:56:78:9a:bc.de"], hint),
        (
          ["ip_source": "web", "update_url": "http://127.0.0.1/?p=[PREFIX]"],
          "[PREFIX] in a URL needs ip_source 'prefix'"
        ),
      ] as [([String: String?], String)] {
        try world.configure(Self.options(options))
        let result = try world.runner(["--check"])
        #expect(
          result.status == 78 && result.stderr.contains(words), "\(options): \(result.stderr)")
      }
    }

    @Test(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
    func `a device has the prefix, and its neighbours have addresses in it`() async {
      let reports = await LinkWorld.run { links in
        let world = links.world
        func detect(_ options: [String: String?]) throws -> Child.Result {
          let place: [String: String?] = ["ip_interface": "wan0"]
          try world.configure(PrefixTests.options(place.merging(options) { $1 }))
          return try world.detect()
        }
        func expect(_ options: [String: String?], _ address: String) throws {
          let result = try detect(options)
          links.expect(result.stdout == "\(address)\n", "\(options): \(result.output)")
        }
        let mac = "34:56:78:9a:bc:de"
        let neighbour: [String: String?] = ["ip_suffix": "neighbour", "ip_mac": mac]
        let none = try detect(["ip_suffix": "::7"])
        links.expect(
          none.status == 75 && none.stderr.contains("no usable IPv6 prefix"), none.output)
        try links.ip(
          "addr add 2a02:8010:5::5/128 dev wan0 nodad",
          "addr add 2a02:8010:1:1::1/60 dev wan0 nodad")
        try expect(["ip_suffix": "::7"], "2a02:8010:1:1::7")
        try expect(["ip_mac": mac], "2a02:8010:1:1:3656:78ff:fe9a:bcde")
        // QEMU does not hand on the question for neighbours.
        if !Programs.isEmulated {
          let missing = try detect(neighbour)
          links.expect(
            missing.status == 75
              && missing.stderr.contains("no neighbour with that ip_mac has an address in"),
            missing.output)
          // Addresses of others, in another prefix, and one that does not answer.
          try links.ip(
            "neigh add 2a02:8010:1:1::9 lladdr 34:56:78:9a:bc:df dev wan0",
            "neigh add fe80::9 lladdr \(mac) dev wan0",
            "neigh add 2a02:8010:5::9 lladdr \(mac) dev wan0",
            "neigh add 2a02:8010:1:1:b::9 lladdr \(mac) dev wan0 nud failed",
            "neigh add 2a02:8010:1:1:f::9 lladdr \(mac) dev wan0",
            "neigh add 2a02:8010:1:1:e::9 lladdr \(mac) dev wan0 nud stale")
          try expect(neighbour, "2a02:8010:1:1:e::9")
          try links.ip("neigh add 2a02:8010:1:1::ffff lladdr \(mac) dev wan0")
          try expect(neighbour, "2a02:8010:1:1::ffff")
          try links.ip("neigh add 2a02:8010:1:1:3656:78ff:fe9a:bcde lladdr \(mac) dev wan0")
          try expect(neighbour, "2a02:8010:1:1:3656:78ff:fe9a:bcde")
        }
        // The runner hears of another prefix on the device.
        try links.ip("addr del 2a02:8010:1:1::1/60 dev wan0")
        let options: [String: String?] = [
          "ip_interface": "wan0", "ip_suffix": "::7", "retry_interval": "600",
        ]
        let child = try links.runner(
          text: world.section("home", PrefixTests.options(options)))
        try links.reacts("2a02:8010:2::7") {
          try links.ip("addr add 2a02:8010:2::1/64 dev wan0 nodad")
        }
        links.end(child)
      }
      #expect(reports == [])
    }
  }
}
