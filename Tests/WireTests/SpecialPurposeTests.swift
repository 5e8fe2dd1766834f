// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct SpecialPurposeTests {
  typealias Row = (
    before: String?, first: String, last: String, after: String?, IPAddress.SpecialPurpose
  )

  // IANA's IPv4 registry, and multicast: the neighbours are nil where another row touches.
  static let ipv4: [Row] = [
    (nil, "0.0.0.0", "0.255.255.255", "1.0.0.0", .host),
    ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", .privateUse),
    ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", .carrierNAT),
    ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", .host),
    ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", .link),
    ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", .privateUse),
    ("191.255.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.9", .reserved),
    ("192.0.0.10", "192.0.0.11", "192.0.0.255", "192.0.1.0", .reserved),
    ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", .reserved),
    ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0", .reserved),
    ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", .privateUse),
    ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", .reserved),
    ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0", .reserved),
    ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", .reserved),
    ("223.255.255.255", "224.0.0.0", "239.255.255.255", nil, .multicast),
    (nil, "240.0.0.0", "255.255.255.254", nil, .reserved),
    (nil, "255.255.255.255", "255.255.255.255", nil, .multicast),
  ]

  // IANA's IPv6 registry, multicast, and all that is outside 2000::/3.
  static let ipv6: [Row] = [
    (nil, "::", "::1", nil, .host),
    (nil, "::ffff:0:0", "::ffff:ffff:ffff", nil, .host),
    (nil, "64:ff9b::", "64:ff9b::ffff:ffff", nil, .reserved),
    (nil, "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "100::", "100::ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1fff:ffff::", "2000::", .reserved),
    (
      "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
      "2001:200::", .reserved
    ),
    (
      "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::",
      "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", .reserved
    ),
    (
      "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
      "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::", .reserved
    ),
    (
      "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::",
      "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", .reserved
    ),
    ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "4000::1", nil, .reserved),
    (nil, "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "e000::", nil, .reserved),
    (nil, "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .privateUse),
    (nil, "fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .link),
    (nil, "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .reserved),
    (nil, "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil, .multicast),
  ]

  @Test(arguments: ipv4 + ipv6)
  func `knows both edges of every row of the registries`(row: Row) throws {
    for inside in [row.first, row.last] {
      let found = try #require(address(inside))
      #expect(found.specialPurpose == row.4, "\(inside)")
      #expect(!found.isPublic)
    }
    for outside in [row.before, row.after].compactMap({ $0 }) {
      let found = try #require(address(outside))
      #expect(found.specialPurpose == nil, "\(outside)")
      #expect(found.isPublic)
    }
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "192.0.0.9", "192.0.0.10", "192.31.196.1", "192.52.193.1", "192.175.48.1",
    "2606:4700::1111", "2a00::1", "2620:4f:8000::1",
  ])
  func `lets a public address through`(text: String) {
    #expect(address(text)?.isPublic == true)
  }

  @Test func `has words for each`() {
    let all: [IPAddress.SpecialPurpose] = [
      .privateUse, .carrierNAT, .host, .link, .reserved, .multicast,
    ]
    let words = Set(all.map { string($0.message.bytes) })
    #expect(words.count == all.count)
    #expect(!words.contains(""))
  }
}
