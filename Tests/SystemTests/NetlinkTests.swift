// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import System

@Suite(.timeLimit(.minutes(15))) struct NetlinkTests {
  /// The captured message of a link-local address, without its header, as this machine has it.
  private static func captured(
    flags: UInt8 = 0x80, scope: UInt8 = 0xfd, preferred: [UInt8] = [255, 255, 255, 255],
    wideFlags: UInt8 = 0x80
  ) -> [UInt8] {
    [0x0a, 0x40, flags, scope, 4, 0, 0, 0]
      + [0x14, 0, 1, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
      + [0x14, 0, 6, 0] + preferred + [255, 255, 255, 255, 0x14, 0, 0, 0, 0x14, 0, 0, 0]
      + [8, 0, 8, 0, wideFlags, 0, 0, 0] + [5, 0, 0x0b, 0, 3, 0, 0, 0]
  }

  private static var isLittleEndian: Bool { 1.littleEndian == 1 }

  private func ip(_ text: String) -> IPAddress? { IPAddress(bytes(text)) }

  @Test(.enabled(if: isLittleEndian))
  func `a captured message is read (rtnetlink(7))`() {
    let found = Netlink.parse(Self.captured(), index: 4)
    #expect(found?.address == ip("fe80::1"))
    #expect(found?.prefixLength == 64)
    #expect(found?.isGlobalScope == false)
    #expect(found?.preferredSeconds == nil)
    #expect(found?.isTemporary == false)
    #expect(found?.isTentative == false)
    #expect(found?.isDeprecated == false)
    #expect(found?.isSecondary == false)
  }

  @Test(.enabled(if: isLittleEndian))
  func `another device's message is not ours`() {
    #expect(Netlink.parse(Self.captured(), index: 5) == nil)
  }

  @Test(.enabled(if: isLittleEndian))
  func `flags say what an address is good for, the wide ones count (rtnetlink(7))`() {
    let temporary = Netlink.parse(Self.captured(flags: 0, scope: 0, wideFlags: 1), index: 4)
    #expect(temporary?.isTemporary == true)
    #expect(temporary?.isSecondary == false)
    #expect(temporary?.isGlobalScope == true)
    #expect(Netlink.parse(Self.captured(wideFlags: 0x20), index: 4)?.isDeprecated == true)
    #expect(Netlink.parse(Self.captured(wideFlags: 0x40), index: 4)?.isTentative == true)
    #expect(Netlink.parse(Self.captured(wideFlags: 0x08), index: 4)?.isTentative == true)
    let dying = Netlink.parse(Self.captured(preferred: [0, 0, 0, 0]), index: 4)
    #expect(dying?.isDeprecated == true)
    let living = Netlink.parse(Self.captured(preferred: [0x10, 0x0e, 0, 0]), index: 4)
    #expect(living?.preferredSeconds == 3_600)
  }

  @Test(.enabled(if: isLittleEndian))
  func `on a point-to-point link our own end is taken, not the peer's`() {
    let body: [UInt8] =
      [2, 32, 1, 0, 4, 0, 0, 0] + [8, 0, 1, 0, 192, 0, 2, 1] + [8, 0, 2, 0, 198, 51, 100, 7]
    let found = Netlink.parse(body, index: 4)
    #expect(found?.address == ip("198.51.100.7"))
    #expect(found?.isSecondary == true)
    #expect(found?.isTemporary == false)
  }

  @Test func `a message cut anywhere or with any byte changed does not trap`() {
    let body = Self.captured()
    for count in 0...body.count {
      _ = Netlink.parse(Array(body.prefix(count)), index: 4)
    }
    for place in body.indices {
      for value in [0, 1, 3, 4, 127, 255] as [UInt8] {
        var changed = body
        changed[place] = value
        _ = Netlink.parse(changed, index: 4)
      }
    }
  }

  @Test(.enabled(if: isLittleEndian))
  func `what is said unasked is about the device at its beginning, if it has one`() {
    let message = [0x50, 0, 0, 0, 20, 0] + [UInt8](repeating: 0, count: 10) + Self.captured()
    #expect(NetlinkEvents.index(in: message) == 4)
    #expect(NetlinkEvents.index(in: Array(message.prefix(24))) == 4)
    for count in 0..<24 { #expect(NetlinkEvents.index(in: Array(message.prefix(count))) == nil) }
  }

  @Test func `the loopback device has its address, which is not global`() throws {
    let found = try Netlink.addresses(of: bytes("lo"))
    let loopback = found.first { $0.address == ip("127.0.0.1") }
    #expect(loopback?.isGlobalScope == false)
    #expect(loopback?.prefixLength == 8)
    #expect((Netlink.link(bytes("lo"))?.index ?? 0) > 0)
  }

  @Test func `a device that does not exist is not found`() {
    let error = failure { _ = try Netlink.addresses(of: bytes("ddnsnone0")) }
    #expect(error?.kind == .notFound)
    #expect(
      error.map { string($0.message.bytes) } == "cannot find device ddnsnone0: No such device")
    #expect(Netlink.link(bytes("ddnsnone0")) == nil)
    #expect(Netlink.link([]) == nil)
    #expect(Netlink.link(bytes("a-name-of-more-than-15")) == nil)
  }

  @Test(.enabled(if: Namespaces.work))
  func `the kernel's own addresses are read with their flags and lifetimes`() async {
    await #expect(processExitsWith: .success) {
      try Namespaces.leave(mounts: false)
      try Namespaces.run("ip", "link", "add", "ddns0", "type", "veth", "peer", "name", "ddns1")
      try Namespaces.run("ip", "link", "set", "ddns0", "up")
      let none = try Netlink.addresses(of: bytes("ddns0")).filter { $0.isGlobalScope }
      precondition(none.isEmpty, "an address too many")
      try Namespaces.run("ip", "addr", "add", "11.0.0.1/24", "dev", "ddns0")
      try Namespaces.run("ip", "addr", "add", "11.0.0.2/24", "dev", "ddns0")
      try Namespaces.run(
        "ip", "addr", "add", "2a01::1/64", "dev", "ddns0", "nodad", "valid_lft", "900",
        "preferred_lft", "600")
      try Namespaces.run(
        "ip", "addr", "add", "2a01::2/64", "dev", "ddns0", "nodad", "valid_lft", "900",
        "preferred_lft", "0")
      let all = try Netlink.addresses(of: bytes("ddns0"))
      func find(_ text: String) -> InterfaceAddress? {
        all.first { $0.address == IPAddress(bytes(text)) }
      }
      precondition(find("11.0.0.1")?.isSecondary == false, "primary: \(all)")
      precondition(find("11.0.0.1")?.prefixLength == 24, "prefix: \(all)")
      precondition(find("11.0.0.1")?.preferredSeconds == nil, "for ever: \(all)")
      precondition(find("11.0.0.2")?.isSecondary == true, "secondary: \(all)")
      precondition((590...600).contains(find("2a01::1")?.preferredSeconds ?? 0), "life: \(all)")
      precondition(find("2a01::1")?.isDeprecated == false, "preferred: \(all)")
      precondition(find("2a01::2")?.isDeprecated == true, "deprecated: \(all)")
    }
  }

  @Test(.enabled(if: Namespaces.work))
  func `hundreds of addresses arrive complete, over several datagrams`() async {
    await #expect(processExitsWith: .success) {
      try Namespaces.leave(mounts: false)
      let script = """
        ip link add ddns0 type veth peer name ddns1
        i=0; while [ $i -lt 600 ]; do
          echo "addr add 11.0.$((i / 250)).$((i % 250 + 1))/32 dev ddns0"; i=$((i + 1))
        done | ip -batch -
        """
      try Namespaces.run("sh", "-c", script)
      let all = try Netlink.addresses(of: bytes("ddns0"))
      precondition(all.filter { $0.address.family == .v4 }.count == 600, "\(all.count)")
    }
  }
}
