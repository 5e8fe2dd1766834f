// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Wire

@Suite(.timeLimit(.minutes(15))) struct AddressPrefixTests {
  @Test(arguments: [
    ("2001:db8:1:ff00::9", 56, "::1234", "2001:db8:1:ff00::1234"),
    ("2001:db8:1:ff:8::9", 64, "::1234", "2001:db8:1:ff::1234"),
    ("2001:db8:1:ff00::", 56, "::12:0:0:0:34", "2001:db8:1:ff12::34"),
    ("2001:db8:1:ff00::", 56, "ffff:ffff:ffff:ff12::34", "2001:db8:1:ff12::34"),
    ("2001:db8::", 0, "fe80::1", "fe80::1"), ("2001:db8::7", 128, "::1", "2001:db8::7"),
    ("2001:db8::ffff:0:0:1", 80, "::7", "2001:db8::ffff:0:0:7"),
  ])
  func `an address is a prefix and the end of another`(
    prefix: String, length: Int, suffix: String, whole: String
  ) {
    let found = AddressPrefix(ip(prefix), length: length)
    #expect(found.address(endingLike: ip(suffix)) == ip(whole))
    #expect(found.contains(ip(whole)) && found.contains(ip(prefix)))
  }

  @Test func `what is outside is not in it`() {
    let prefix = AddressPrefix(ip("2001:db8:1:2::9"), length: 64)
    #expect(prefix.address == ip("2001:db8:1:2::"))
    #expect(!prefix.contains(ip("2001:db8:1:3::9")))
    #expect(!prefix.contains(ip("81.2.69.142")))
    #expect(AddressPrefix(ip("2001:db8::"), length: 999).length == 128)
    #expect(AddressPrefix(ip("2001:db8::"), length: -1).address == ip("::"))
  }

  @Test func `a MAC becomes the end of an address (RFC 4291, appendix A)`() {
    let mac: [UInt8] = [0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]
    #expect(IPAddress.ending(ofMAC: mac) == ip("::3656:78ff:fe9a:bcde"))
    #expect(IPAddress.ending(ofMAC: [1, 2]) == ip("::"))
  }
}
