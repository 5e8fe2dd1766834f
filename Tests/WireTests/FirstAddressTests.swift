// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct FirstAddressTests {
  static let checkip = """
    <html><head><title>Current IP Check</title></head>\
    <body>Current IP Address: 203.0.113.7</body></html>
    """
  static let checkip6 = checkip.replacing("203.0.113.7", with: "2001:db8::7")
  static let trace = """
    fl=123f45
    h=cloudflare.com
    ip=2001:db8::7
    ts=1700000000.123
    visit_scheme=https
    uag=curl/8.22.0
    colo=FRA
    tls=TLSv1.3

    """

  @Test(arguments: [
    ("203.0.113.7", "203.0.113.7"), ("203.0.113.7\n", "203.0.113.7"),
    ("\u{feff}203.0.113.7\r\n", "203.0.113.7"), (checkip, "203.0.113.7"),
    (#"{"ip":"203.0.113.7"}"#, "203.0.113.7"), ("IPv4,203.0.113.7,v1.1,,,See", "203.0.113.7"),
    ("Your IP address is : 203.0.113.7", "203.0.113.7"), ("<b>203.0.113.7</b>", "203.0.113.7"),
    ("ip=203.0.113.7\nts=1.2.3", "203.0.113.7"), ("Address:203.0.113.7", "203.0.113.7"),
    ("Address:IPv4:203.0.113.7.", "203.0.113.7"), ("Add:203.0.113.7", "203.0.113.7"),
    ("It is 203.0.113.7.", "203.0.113.7"), ("203.0.113.7: yours", "203.0.113.7"),
    ("203.0.113.7...", "203.0.113.7"), ("203.0.113.7 198.51.100.9", "203.0.113.7"),
    ("203.0.113.7,198.51.100.9", "203.0.113.7"), ("999.1.1.1 203.0.113.7", "203.0.113.7"),
    ("1.2.3.4567 203.0.113.7", "203.0.113.7"), ("12:34:56 203.0.113.7", "203.0.113.7"),
    ("2001:db8::7 203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
    ("[::ffff:203.0.113.7]", "203.0.113.7"), ("http://203.0.113.7/", "203.0.113.7"),
  ])
  func `finds the IPv4 address of a page`(page: String, expected: String) {
    #expect(IPAddress.first(in: bytes(page), family: .v4) == address(expected))
  }

  @Test(arguments: [
    ("2001:db8::7", "2001:db8::7"), ("2001:DB8::7\n", "2001:db8::7"), (checkip6, "2001:db8::7"),
    (#"{"ip":"2001:db8::7"}"#, "2001:db8::7"), (trace, "2001:db8::7"),
    ("at 12:34:56 from 2001:db8::7.", "2001:db8::7"), ("2001:db8::", "2001:db8::"),
    ("2001:db8::.", "2001:db8::"), ("2001:db8::7: yours", "2001:db8::7"),
    ("Address:2001:db8::7", "2001:db8::7"), ("[2001:db8::7]:443", "2001:db8::7"),
    ("203.0.113.7 2001:db8::7 2001:db8::8", "2001:db8::7"), ("2001:db8::7/64", "2001:db8::7"),
    ("64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"),
  ])
  func `finds the IPv6 address of a page`(page: String, expected: String) {
    #expect(IPAddress.first(in: bytes(page), family: .v6) == address(expected))
  }

  @Test(arguments: [
    "", "no address", "1.2.3", "1.2.3.4567", "1.2.3.4.5", "999.1.1.1", "12:34:56", "x1.2.3.4",
    "1.2.3.4x", "01.2.3.4", "00:11:22:33:44:55", "1:2:3:4:5:6:7:8:9", "a:b", "1.2", ".", ":", "...",
    "64:ff9b::1.2.3.4567", "1.2.3.41.2.3.4", "v1.2.3.4", "beef", "1:2:3:4:5:6:7::8",
  ])
  func `finds nothing where nothing is`(page: String) {
    #expect(IPAddress.first(in: bytes(page), family: .v4) == nil)
    #expect(IPAddress.first(in: bytes(page), family: .v6) == nil)
  }

  @Test func `takes no address of the other family`() {
    #expect(IPAddress.first(in: bytes("203.0.113.7"), family: .v6) == nil)
    #expect(IPAddress.first(in: bytes("2001:db8::7"), family: .v4) == nil)
    #expect(IPAddress.first(in: bytes("64:ff9b::203.0.113.7"), family: .v4) == nil)
    #expect(IPAddress.first(in: bytes("::ffff:203.0.113.7"), family: .v6) == nil)
  }

  @Test(arguments: [".", ":", "a", "1.", "a:", "::", "1.1.1.1"])
  func `reads a page of 64 KiB of one thing in no time`(piece: String) {
    let page = bytes(String(repeating: piece, count: 65_536 / piece.utf8.count))
    #expect(IPAddress.first(in: page, family: .v4) == nil)
    #expect(IPAddress.first(in: page, family: .v6) == nil)
  }
}
