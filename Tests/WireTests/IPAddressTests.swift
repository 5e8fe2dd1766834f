// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct IPAddressTests {
  // RFC 5952 §1, §2, §4, §5 and RFC 4291 §2.2.
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("203.0.113.7", "203.0.113.7"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),
    ("2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
    ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"),
    ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8::0:1", "2001:db8::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"),
    ("2001:DB8::AAAA", "2001:db8::aaaa"), ("0:0:0:0:0:0:0:1", "::1"), ("::", "::"),
    ("0:0:0:0:0:0:0:0", "::"), ("1::", "1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ("::FFFF:c000:201", "::ffff:192.0.2.1"), ("::192.0.2.1", "::c000:201"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ("FF01:0:0:0:0:0:0:101", "ff01::101"),
  ])
  func `reads an address and writes it as RFC 5952 says`(text: String, canonical: String) {
    #expect(address(text).map { string($0.text) } == canonical)
    #expect(address(canonical) == address(text))
  }

  @Test(arguments: [
    "", " ", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.04", "999.1.1.1", "256.1.1.1",
    "1.2.3.-4",
    "1.2.3.4 ", " 1.2.3.4", "1..3.4", ".1.2.3", "1.2.3.", "0x1.2.3.4", "1.2.3.4/24", "1.2.3.a",
    "1.2.3.0004", ":", ":::", "::1::", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "12345::", "g::", "::g",
    "1.2.3.4::", "1.2.3.4::1", "::1.2.3.4:5", "1:1.2.3.4:2::", "::1.2.3", "::01.2.3.4",
    "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "[::1]", "::1/64", "::1 ", "1:2:3:4:5:6:7:",
    ":2:3:4:5:6:7:8", "2001:db8:::1", "12:34:56", "00:11:22:33:44:55",
    "0000:0000:0000:0000:0000:0000:0000:00001",
  ])
  func `refuses what is no address`(text: String) {
    #expect(address(text) == nil)
  }

  @Test(arguments: [
    ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
    ("::", "0000:0000:0000:0000:0000:0000:0000:0000"),
    ("1:20:300:4000:a:B:cC:dDd", "0001:0020:0300:4000:000a:000b:00cc:0ddd"),
    ("203.0.113.7", "203.0.113.7"),
  ])
  func `expands IPv6 to 39 bytes`(text: String, expanded: String) {
    #expect(address(text).map { string($0.expandedText) } == expanded)
  }

  @Test func `reads back every random address in both forms`() {
    var random = SplitMix64(state: 7)
    for _ in 0..<2_000 {
      let octets = (0..<(Bool.random(using: &random) ? 4 : 16)).map { _ in
        Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
      }
      let made = IPAddress(octets: octets)
      #expect(made?.octets == octets)
      #expect(made != nil)
      #expect(made.flatMap { IPAddress($0.text.bytes) } == made)
      #expect(made.flatMap { IPAddress($0.expandedText.bytes) } == made)
    }
  }

  @Test func `is made of four or sixteen bytes only`() {
    for count in 0...20 {
      let made = IPAddress(octets: [UInt8](repeating: 1, count: count))
      #expect((made != nil) == (count == 4 || count == 16))
      #expect(made == nil || made?.family == (count == 4 ? .v4 : .v6))
    }
    #expect(IPAddress.unspecified(.v4) == address("0.0.0.0"))
    #expect(IPAddress.unspecified(.v6) == address("::"))
    #expect(address("1.2.3.4")?.octets == [1, 2, 3, 4])
    #expect(
      address("102:304::ff")?.octets == [1, 2, 3, 4] + [UInt8](repeating: 0, count: 11) + [255])
  }

  @Test func `compares addresses as values, families apart`() {
    #expect(address("2001:db8::1") == address("2001:0DB8:0:0:0:0:0:1"))
    #expect(address("::1.2.3.4") != address("1.2.3.4"))
    #expect(address("::ffff:1.2.3.4") != address("1.2.3.4"))
    #expect(address("::ffff:1.2.3.4")?.unmapped == address("1.2.3.4"))
    #expect(address("::fffe:1.2.3.4")?.unmapped == address("::fffe:1.2.3.4"))
    #expect(address("1::ffff:1.2.3.4")?.unmapped == address("1::ffff:1.2.3.4"))
    #expect(address("1.2.3.4")?.unmapped == address("1.2.3.4"))
  }

  @Test func `describes an interface address as a plain static one unless told otherwise`() throws {
    let home = try #require(address("2001:db8::1"))
    let plain = InterfaceAddress(home)
    #expect(plain.address == home)
    #expect(plain.prefixLength == 64)
    #expect(plain.isGlobalScope)
    #expect(!plain.isDeprecated && !plain.isTemporary && !plain.isTentative && !plain.isSecondary)
    #expect(plain.preferredSeconds == nil)
    let brief = InterfaceAddress(home, prefixLength: 56, isTemporary: true, preferredSeconds: 60)
    #expect(brief != plain)
    #expect(brief.preferredSeconds == 60)
  }
}
