// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Synchronization
import Testing

@_silgen_name("unshare") private func leaveNamespaces(_ kinds: Int32) -> Int32

/// A world of its own with two links, `wan0` and `wan1`: everything that starts here has no other
/// devices. What was seen is told at the end, for expectations have to be made in the test's task.
final class LinkWorld: @unchecked Sendable {
  // Unchecked: used by one thread only, which made it.
  let world: World
  var reports: [String] = []

  private init() throws {
    guard leaveNamespaces(0x4000_0000) == 0 else { throw MockError("unshare: errno \(errno)") }
    let ip = try Child.run("ip", ["link", "set", "lo", "up"], environment: Programs.searchPath)
    guard ip.status == 0 else { throw MockError(ip.stderr) }
    world = try World(hosts: ["b.example.com"])
    try self.ip(
      "link add wan0 type veth peer name far0", "link add wan1 type veth peer name far1",
      "link set far0 up", "link set far1 up", "link set wan0 up", "link set wan1 up")
  }

  /// Runs on a thread that is alone in a network namespace; what is not as it should be.
  static func run(_ body: @escaping @Sendable (LinkWorld) throws -> Void) async -> [String] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        do {
          let world = try LinkWorld()
          try body(world)
          continuation.resume(returning: world.reports)
        } catch {
          continuation.resume(returning: ["\(error)"])
        }
      }
    }
  }

  func expect(_ condition: Bool, _ words: @autoclosure () -> String) {
    if !condition { reports.append(words()) }
  }

  /// Runs lines of iproute2, all in one process.
  func ip(_ lines: String...) throws { try ip(lines) }

  func ip(_ lines: [String]) throws {
    try world.write("tmp/batch", lines.joined(separator: "\n") + "\n")
    let result = try Child.run(
      "ip", ["-batch", "\(world.root)/tmp/batch"], environment: Programs.searchPath)
    if result.status != 0 { throw MockError("ip: \(result.stderr)") }
  }

  /// A runner that has done its first pass; nothing but an event makes another soon.
  func runner(isIPv6: Bool = false, text: String? = nil) throws -> Child {
    let options: [String: String?] = [
      "ip_source": "interface", "ip_interface": "wan0", "use_ipv6": isIPv6 ? "1" : "0",
      "retry_interval": "600",
    ]
    try world.configure(text: text ?? world.section("home", options))
    let child = try world.start("ddns-runner", ["-v", "1"])
    expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil }, child.stdout)
    return child
  }

  /// The addresses sent so far.
  var sent: [String] {
    world.updates.map { request in
      let text = request.target.components(separatedBy: "myip=").last ?? ""
      return Address(text)?.description ?? text
    }
  }

  /// Does something; the next update has to have this address, and to come within a second.
  func reacts(_ address: String, _ action: () throws -> Void) throws {
    let count = sent.count
    let start = Clock.now()
    try action()
    expect(Wait.until(within: 10) { sent.count > count }, "\(address) is not sent")
    let seconds = Clock.now() - start
    expect(seconds < Wait.slowness, "\(address) is sent after \(seconds) s")
    expect(sent.last == address, "\(sent) instead of \(address)")
  }

  func end(_ child: Child) {
    child.signal(SIGTERM)
    let result = child.wait(seconds: 5)
    expect(result.status == 143, "\(result.status): \(result.output)")
  }
}

extension EndToEnd {
  /// A runner that hears of changes by rtnetlink, in a network namespace with two links.
  @Suite(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
  struct LinkEventTests {
    @Test func `an address that is added is sent within a second`() async {
      let reports = await LinkWorld.run { links in
        let child = try links.runner()
        links.expect(links.sent.isEmpty, "\(links.sent)")
        try links.reacts("81.2.69.142") {
          try links.ip("addr add 81.2.69.142/32 dev wan0")
        }
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `an address that goes and comes back is not sent again`() async {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 81.2.69.142/32 dev wan0")
        let child = try links.runner()
        links.expect(links.sent == ["81.2.69.142"], "\(links.sent)")
        try links.ip("addr del 81.2.69.142/32 dev wan0")
        links.expect(
          !Wait.until(within: 1) { child.stdout.contains("addresses have changed") },
          "a pass for an address that went")
        try links.ip("addr add 81.2.69.142/32 dev wan0")
        links.expect(
          Wait.until(within: 2) { child.stdout.contains("addresses have changed") },
          "no pass for an address that came")
        links.expect(links.sent == ["81.2.69.142"], "\(links.sent)")
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `a renumbered link sends its new address, the other link's section nothing`() async {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 81.2.69.142/32 dev wan0", "addr add 81.2.70.1/32 dev wan1")
        let options: [String: String?] = ["ip_source": "interface", "ip_interface": "wan0"]
        let other: [String: String?] = [
          "ip_interface": "wan1", "lookup_host": "b.example.com", "domain": "b.example.com",
        ]
        let child = try links.runner(
          text: links.world.section("home", options)
            + links.world.section("b", options.merging(other) { $1 }))
        links.expect(Wait.until(within: 15) { links.sent.count == 2 }, "\(links.sent)")
        links.expect(
          Wait.until(within: 15) { links.world.runFile("nextcheck", of: "b") != nil }, "no b")
        try links.reacts("81.2.69.143") {
          try links.ip("addr add 81.2.69.143/32 dev wan0", "addr del 81.2.69.142/32 dev wan0")
        }
        try links.reacts("81.2.70.2") {
          try links.ip("addr add 81.2.70.2/32 dev wan1", "addr del 81.2.70.1/32 dev wan1")
        }
        links.expect(links.sent.count == 4, "\(links.sent)")
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `a tentative address is waited for, and no failure is counted`() async {
      let reports = await LinkWorld.run { links in
        try links.world.configure()
        try links.ip("addr add 2a02:8010:1::6/64 dev wan0")
        let result = try links.world.detect(["-6", "-i", "wan0", "-v", "2"])
        links.expect(result.status == 0, "\(result.status): \(result.output)")
        links.expect(result.stdout == "2a02:8010:1::6\n", result.output)
        links.expect(result.seconds < 5 * Wait.slowness, "\(result.seconds) s")
        try links.ip("addr flush dev wan0 scope global", "addr add 2a02:8010:1::7/64 dev wan0")
        let child = try links.runner(isIPv6: true)
        links.expect(links.sent == ["2a02:8010:1::7"], "\(links.sent)")
        links.expect(!child.stdout.contains("temporary failure"), child.stdout)
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `a deprecated address gives way to its successor (users 15)`() async {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 2a02:8010:1::6/64 dev wan0 nodad valid_lft 900 preferred_lft 800")
        let child = try links.runner(isIPv6: true)
        links.expect(links.sent == ["2a02:8010:1::6"], "\(links.sent)")
        // A router says again and again what is so: neither that nor a ULA is news.
        for second in 1...20 {
          try links.ip(
            "addr change 2a02:8010:1::6/64 dev wan0 nodad valid_lft 900 preferred_lft \(800 - second)",
            "addr change fd00::\(second)/64 dev wan0 nodad")
        }
        links.expect(
          !Wait.until(within: 1) { child.stdout.contains("addresses have changed") },
          "a pass for a lifetime")
        try links.reacts("2a02:8010:1::7") {
          try links.ip(
            "addr add 2a02:8010:1::7/64 dev wan0 nodad valid_lft 900 preferred_lft 700",
            "addr change 2a02:8010:1::6/64 dev wan0 nodad valid_lft 900 preferred_lft 0")
        }
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `a device that comes back under another index is followed`() async {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 81.2.69.142/32 dev wan0")
        let child = try links.runner()
        try links.ip("link del wan0")
        try links.reacts("81.2.69.143") {
          try links.ip(
            "link add wan0 type veth peer name far0", "link set far0 up", "link set wan0 up",
            "addr add 81.2.69.143/32 dev wan0")
        }
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `a link that flaps 200 times costs few passes, and the last address is sent`() async
    {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 2a02:8010:1::6/64 dev wan0 nodad")
        let child = try links.runner(isIPv6: true)
        var lines: [String] = []
        for _ in 1...200 {
          lines += ["link set wan0 down", "link set wan0 up"]
          // The kernel takes the address with the link.
          lines.append("addr add 2a02:8010:1::6/64 dev wan0 nodad")
        }
        try links.ip(lines)
        let start = Clock.now()
        try links.ip(
          "addr replace 2a02:8010:1::9/64 dev wan0 nodad", "addr del 2a02:8010:1::6/64 dev wan0")
        links.expect(
          Wait.until(within: 20) { links.sent.last == "2a02:8010:1::9" }, "\(links.sent)")
        let seconds = Clock.now() - start
        links.expect(seconds < 10, "the last address is sent after \(seconds) s")
        links.expect(links.sent.count <= 3, "\(links.sent)")
        let passes = child.stdout.components(separatedBy: "addresses have changed").count - 1
        links.expect((1...5).contains(passes), "\(passes) passes")
        links.end(child)
      }
      #expect(reports == [])
    }

    @Test func `messages that are lost are made up for`() async {
      let reports = await LinkWorld.run { links in
        try links.ip("addr add 81.2.69.142/32 dev wan0")
        let child = try links.runner()
        child.signal(SIGSTOP)
        // More than the kernel keeps for a reader that sleeps.
        var lines: [String] = []
        for round in 0..<6_000 {
          lines.append("addr \(round % 2 == 0 ? "add" : "del") 11.0.0.1/32 dev wan1")
        }
        try links.ip(lines)
        try links.ip("addr add 81.2.69.143/32 dev wan0", "addr del 81.2.69.142/32 dev wan0")
        try links.reacts("81.2.69.143") { child.signal(SIGCONT) }
        links.end(child)
      }
      #expect(reports == [])
    }
  }
}
