// SPDX-License-Identifier: Apache-2.0

import Provider
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSTargetTests {
  private static func target(_ text: String) -> DNSTarget? { DNSTarget(Array(text.utf8)) }

  @Test(
    arguments: [
      ("dns://", "", "", 300), ("dns:///", "", "", 300), ("dns://?ttl=600", "", "", 600),
      ("dns://ns1.example.com", "ns1.example.com", "", 300),
      ("dns://192.0.2.1:5353/", "192.0.2.1:5353", "", 300),
      ("dns://[2001:db8::1]:53/example.com?ttl=0", "[2001:db8::1]:53", "example.com", 0),
      ("dns:///example.com?ttl=60", "", "example.com", 60),
    ] as [(String, String, String, UInt32)])
  func `reads server, zone and TTL`(text: String, server: String, zone: String, ttl: UInt32) {
    let target = Self.target(text)
    #expect(target?.server == Array(server.utf8))
    #expect(target?.zone == Array(zone.utf8))
    #expect(target?.ttl == ttl)
  }

  @Test(arguments: [
    "", "dns:", "dns:example.com", "http://a/", "dns://a:b/", "dns://a/b/c", "dns://a/?x=1",
    "dns://a/?ttl=", "dns://a/?ttl=-1", "dns://a/?ttl=2147483648", "dns://a/?ttl=1&x=2",
  ])
  func `refuses what is something else`(text: String) {
    #expect(Self.target(text) == nil)
  }
}
