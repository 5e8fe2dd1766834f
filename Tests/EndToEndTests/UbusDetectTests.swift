// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension World {
  /// An ubusd below the root, where OpenWrt has it.
  func ubus(_ path: String = "var/run/ubus/ubus.sock") throws -> LoopbackUbus {
    let full = "\(root)/\(path)"
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    return try LoopbackUbus(path: full)
  }
}

extension BlobValue {
  static func up(_ device: String, _ addresses: String..., assigned: [String] = []) -> BlobValue {
    up(device, addresses, assigned: assigned)
  }
}

/// What netifd says, and what is made of it: an address, or a part of the complaint.
struct NetworkCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let status: BlobValue?
  var options: [String: String] = [:]
  var allowsPrivate = false
  let expected: String

  static let all = [
    NetworkCase(
      testDescription: "the IPv4 address", status: .up("eth0", "81.2.69.142"),
      expected: "81.2.69.142"),
    NetworkCase(
      testDescription: "the public one of two",
      status: .up("eth0", "192.168.3.7", "81.2.69.142"), expected: "81.2.69.142"),
    NetworkCase(
      testDescription: "the longest preferred lifetime",
      status: .up(
        "eth0", "2a02:8010:1::6 preferred 300", "2a02:8010:1::7 preferred 600",
        "2a02:8010:1::5 preferred 20"), options: ["use_ipv6": "1"], expected: "2a02:8010:1::7"),
    NetworkCase(
      testDescription: "none that is deprecated, nor a ULA",
      status: .up(
        "eth0", "2a02:8010:1::6 preferred 0", "fd00::7", "2a02:8010:1::7 preferred 5"),
      options: ["use_ipv6": "1"], expected: "2a02:8010:1::7"),
    NetworkCase(
      testDescription: "of the family asked for",
      status: .up("eth0", "81.2.69.142", "2a02:8010:1::7"),
      options: ["use_ipv6": "1"], expected: "2a02:8010:1::7"),
    NetworkCase(
      testDescription: "the router's own in an assigned prefix",
      status: .up("br-lan", "fd00::1", assigned: ["2a02:8010:2::1 preferred 90"]),
      options: ["use_ipv6": "1"], expected: "2a02:8010:2::1"),
    NetworkCase(
      testDescription: "its own before one in an assigned prefix",
      status: .up("eth0", "2a02:8010:1::7 preferred 9", assigned: ["2a02:8010:2::1"]),
      options: ["use_ipv6": "1"], expected: "2a02:8010:1::7"),
    NetworkCase(
      testDescription: "a ULA when upd_privateip allows it", status: .up("eth0", "fd00::7"),
      options: ["use_ipv6": "1"], allowsPrivate: true, expected: "fd00::7"),
    NetworkCase(
      testDescription: "no ULA otherwise", status: .up("eth0", "fd00::7"),
      options: ["use_ipv6": "1"], expected: "not fd00::7: a private address"),
    NetworkCase(
      testDescription: "no address of a provider's NAT", status: .up("eth0", "100.64.3.4"),
      expected: "not 100.64.3.4: behind carrier-grade NAT"),
    NetworkCase(
      testDescription: "all outlived", status: .up("eth0", "2a02:8010:1::6 preferred 0"),
      options: ["use_ipv6": "1"], expected: "not 2a02:8010:1::6: deprecated"),
    NetworkCase(
      testDescription: "up, but without an address yet", status: .up("eth0"),
      expected: "network 'uplink' has no usable IPv4 address: it has none"),
    NetworkCase(testDescription: "down", status: .down, expected: "network 'uplink': it is down"),
    NetworkCase(
      testDescription: "unknown", status: nil,
      expected: "network 'uplink': netifd knows none of that name"),
    NetworkCase(
      testDescription: "an answer that is no status", status: .table([("up", .string("1"))]),
      expected: "it is down"),
  ]
}

/// A bus that does not do what it should, and the words for it.
struct BusCase: Sendable, CustomTestStringConvertible {
  let at: String
  let fault: UbusFault
  let words: String

  var testDescription: String { "\(fault) at \(at)" }

  static let all = [
    BusCase(at: "lookup", fault: .silent, words: "does not answer within 2 s"),
    BusCase(at: "network.interface.uplink status", fault: .silent, words: "does not answer"),
    BusCase(at: "connect", fault: .mute, words: "does not answer within 2 s"),
    BusCase(at: "connect", fault: .close, words: "closed the connection"),
    BusCase(at: "lookup", fault: .close, words: "closed the connection"),
    BusCase(at: "invoke", fault: .close, words: "closed the connection"),
    BusCase(at: "connect", fault: .bytes(Array("HTTP/1.1 400 Bad\r\n".utf8)), words: "damaged"),
    BusCase(
      at: "lookup", fault: .bytes([0, 2, 0, 1, 0, 0, 0, 0, 0, 255, 255, 255]),
      words: "says more than 64 KiB"),
    BusCase(
      at: "lookup", fault: .bytes([0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 8]), words: "damaged"),
    BusCase(at: "lookup", fault: .bytes([0, 2, 0, 1, 0, 0, 0, 0, 0, 0]), words: "does not answer"),
    BusCase(at: "invoke", fault: .bytes([0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2]), words: "damaged"),
    BusCase(at: "lookup", fault: .code(6), words: "run as root"),
    BusCase(at: "invoke", fault: .code(6), words: "run as root"),
    BusCase(at: "lookup", fault: .code(0), words: "ubusd hides it from this user"),
    BusCase(at: "lookup", fault: .code(4), words: "netifd knows none of that name"),
    BusCase(at: "invoke", fault: .code(4), words: "netifd knows none of that name"),
  ]
}

extension EndToEnd {
  /// `ip_source 'network'` and `@network`: what netifd says on ubus (contract 3.1, 3.2).
  @Suite struct UbusDetectTests {
    private static let source: [String: String?] = ["ip_source": "network", "ip_network": "uplink"]

    @Test(arguments: NetworkCase.all)
    func `a network's address is chosen as an interface's is (users 15)`(
      given: NetworkCase
    ) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("other", .up("eth7", "81.2.69.9", "2a02:8010:1::9"))
      ubus.set("uplink", given.status)
      try world.configure(
        Self.source.merging(given.options) { $1 },
        global: given.allowsPrivate ? ["upd_privateip": "1"] : [:])
      let result = try world.detect()
      if given.expected.contains(" ") {
        #expect(result.status == 75)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(given.expected), "\(result.stderr)")
      } else {
        #expect(result.stdout == given.expected + "\n", "\(result.stderr)")
        #expect(result.status == 0)
      }
    }

    @Test(arguments: [("0", "wan", "81.2.69.142"), ("1", "wan6", "2a02:8010:1::7")])
    func `the source is network and its network wan or wan6 when nothing is said`(
      family: String, network: String, expected: String
    ) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set(network, .up("eth0", expected))
      try world.configure(["ip_source": nil, "ip_url": nil, "use_ipv6": family])
      #expect(try world.detect().stdout == expected + "\n")
      #expect(try world.detect(family == "1" ? ["-6"] : []).stdout == expected + "\n")
      #expect(try world.detect(["-n", network] + (family == "1" ? ["-6"] : [])).status == 0)
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 0, "\(check.output)")
    }

    @Test func `without ubusd the failure is temporary and says what to do`() throws {
      let world = try World()
      try world.configure(Self.source)
      let result = try world.detect()
      #expect(result.status == 75)
      #expect(result.stderr.contains("no ubusd at /var/run/ubus/ubus.sock"))
      #expect(result.stderr.contains("ip_source 'interface' or 'web'"))
    }

    /// Root may open everything, so somebody else tries.
    @Test(.enabled(if: Programs.isRoot, "needs root"))
    func `a socket one may not open is not called absent`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("eth0", World.seen))
      try world.configure(Self.source)
      // A shell copies the program: where it was built nobody else may have access.
      let script = """
        chmod 755 "$0" "$0/etc/config" "$0/etc/config/ddns"
        chmod 700 "$0/var/run/ubus"
        cp -L "$1" "$0/ddns-detect-ip"
        exec setpriv --reuid=65534 --clear-groups "$0/ddns-detect-ip" --root "$0" -S home
        """
      let result = try Child.run(
        "sh", ["-ec", script, world.root, Programs.path("ddns-detect-ip")],
        environment: Programs.searchPath)
      #expect(result.status == 75)
      #expect(result.stderr.contains("ubusd does not allow it: run as root"), "\(result.output)")
    }

    @Test func `the socket of older releases is found`() throws {
      let world = try World()
      let ubus = try world.ubus("var/run/ubus.sock")
      ubus.set("uplink", .up("eth0", World.seen))
      try world.configure(Self.source)
      #expect(try world.detect().stdout == "\(World.seen)\n")
    }

    @Test func `ddns-mock is a netifd when told to`() throws {
      let program = Programs.source(".build/debug/ddns-mock")
      try #require(FileManager.default.isExecutableFile(atPath: program))
      let world = try World()
      let path = "\(world.root)/var/run/ubus.sock"
      try world.write("var/run/empty", "")
      try world.configure(Self.source)
      let child = try Child(
        program, ["--ubus", path, "--network", "uplink=eth0,\(World.seen)"], environment: [:])
      #expect(Wait.until(within: 10) { child.stdout.hasPrefix("ready http=") })
      #expect(try world.detect().stdout == "\(World.seen)\n")
      child.signal(SIGUSR1)
      child.signal(SIGTERM)
      #expect(child.wait(seconds: 10).status == 0)
      #expect(try Child.run(program, ["--network", "wan="], environment: [:]).status == 64)
    }

    @Test func `a name with an asterisk is no pattern`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("eth0", World.seen))
      try world.configure(["ip_source": "network", "ip_network": "up*"])
      #expect(try world.detect().status == 75)
    }

    @Test(arguments: BusCase.all)
    func `a bus that is silent, broken or says no costs two seconds and is temporary`(
      given: BusCase
    ) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("eth0", World.seen))
      ubus.script.add(given.at, given.fault)
      try world.configure(Self.source)
      let result = try world.detect()
      #expect(result.status == 75)
      #expect(result.stderr.contains(given.words), "\(result.stderr)")
      #expect(result.stdout.isEmpty)
      #expect(result.seconds < 6 * Wait.slowness)
    }

    @Test func `a status of many kilobytes is read`() throws {
      let world = try World()
      let ubus = try world.ubus()
      let routes = (1...700).map { _ in
        BlobValue.table([("target", .string("0.0.0.0")), ("nexthop", .string("81.2.69.1"))])
      }
      guard case .table(let fields) = BlobValue.up("eth0", World.seen) else { return }
      ubus.set("uplink", .table([("route", .array(routes))] + fields))
      try world.configure(Self.source)
      #expect(try world.detect().stdout == "\(World.seen)\n")
    }

    // MARK: With the kernel's flags

    /// Runs the detector with devices of its own.
    private func detect(_ world: World, setUp: String) throws -> Child.Result {
      let program = Programs.path("ddns-detect-ip")
      let command = "ip link set lo up; \(setUp); exec \(program) --root \(world.root) -S home"
      let result = try Child.run(
        "unshare", ["-n", "sh", "-c", command], environment: Programs.searchPath)
      world.check(result)
      return result
    }

    @Test(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
    func `what only the kernel knows of an address counts, too`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "2a02:8010:1::6", "2a02:8010:1::7 preferred 60"))
      try world.configure(Self.source.merging(["use_ipv6": "1"]) { $1 })
      #expect(try detect(world, setUp: "true").stdout == "2a02:8010:1::6\n")
      let result = try detect(
        world,
        setUp: "ip addr add 2a02:8010:1::6/64 dev lo nodad valid_lft 900 preferred_lft 0;"
          + "ip addr add 2a02:8010:1::7/64 dev lo nodad")
      #expect(result.stdout == "2a02:8010:1::7\n", "\(result.stderr)")
    }

    @Test(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
    func `a temporary address of the kernel's is not published`() throws {
      let world = try World()
      let ubus = try world.ubus()
      try world.configure(Self.source.merging(["use_ipv6": "1"]) { $1 })
      // Which one it makes is known only afterwards: the script tells the test, and waits.
      let told = "\(world.root)/tmp/temporary"
      let setUp = """
        ip link add d0 type veth peer name d1; ip link set d1 up; ip link set d0 up
        echo 2 >/proc/sys/net/ipv6/conf/d0/use_tempaddr
        ip addr add 2a02:8010:1::7/64 dev d0 nodad mngtmpaddr valid_lft 9000 preferred_lft 60
        until ip -6 addr show dev d0 temporary | grep -q 'global temp'; do :; done
        ip -6 addr show dev d0 temporary | sed -n 's|.*inet6 \\(.*\\)/.*|\\1|p' >\(told)~
        mv \(told)~ \(told)
        while [ -e \(told) ]; do :; done
        """
      let program = Programs.path("ddns-detect-ip")
      let child = try Child(
        "unshare",
        ["-n", "sh", "-c", "\(setUp)\nexec \(program) --root \(world.root) -S home"],
        environment: Programs.searchPath)
      #expect(Wait.until(within: 10) { world.exists("tmp/temporary") })
      let temporary = (world.text("tmp/temporary") ?? "").split(separator: "\n").map(String.init)
      try #require(!temporary.isEmpty)
      ubus.set("uplink", .up("d0", temporary[0], "2a02:8010:1::7 preferred 60"))
      try FileManager.default.removeItem(atPath: told)
      let result = child.wait(seconds: 20)
      #expect(result.stdout == "2a02:8010:1::7\n", "\(result.stderr)")
    }

    @Test(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
    func `@NETWORK is the device of that network`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("wan6", .up("lo"))
      try world.configure(["ip_source": "interface", "ip_interface": "@wan6", "use_ipv6": "1"])
      let setUp = "ip addr add \(World.seenIPv6)/64 dev lo nodad"
      #expect(try detect(world, setUp: setUp).stdout == "\(World.seenIPv6)\n")
      ubus.set("wan6", .down)
      let down = try detect(world, setUp: setUp)
      #expect(down.status == 75)
      #expect(down.stderr.contains("network 'wan6': it is down"))
      ubus.set("wan6", nil)
      #expect(try detect(world, setUp: setUp).stderr.contains("knows none of that name"))
    }
  }
}
