// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import System

@Suite(.timeLimit(.minutes(15))) struct NeighbourTests {
  private static let isLittleEndian = 1.littleEndian == 1

  /// `struct ndmsg` of an address on device 4, and its attributes.
  private static func captured(state: UInt8 = 4) -> [UInt8] {
    [10, 0, 0, 0, 4, 0, 0, 0, state, 0, 0, 1]
      + [20, 0, 1, 0] + [0x2a, 1] + [UInt8](repeating: 0, count: 13) + [9]
      + [10, 0, 2, 0, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0, 0]
  }

  @Test(.enabled(if: isLittleEndian)) func `a neighbour has an address and a MAC`() {
    let mac: [UInt8] = [0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]
    #expect(Netlink.neighbour(Self.captured(), mac) == ip("2a01::9"))
    #expect(Netlink.neighbour(Self.captured(), [1, 2, 3, 4, 5, 6]) == nil)
    #expect(Netlink.neighbour(Self.captured(state: 1), mac) == nil, "incomplete")
    #expect(Netlink.neighbour(Self.captured(state: 0x20), mac) == nil, "failed")
    #expect(Netlink.neighbour(Array(Self.captured().prefix(32)), mac) == nil, "no MAC")
  }

  @Test func `a message cut anywhere or with any byte changed does not trap`() {
    let body = Self.captured()
    for count in 0...body.count { _ = Netlink.neighbour(Array(body.prefix(count)), [1]) }
    for place in body.indices {
      for value in [0, 1, 3, 4, 127, 255] as [UInt8] {
        var changed = body
        changed[place] = value
        _ = Netlink.neighbour(changed, [1])
      }
    }
  }
}
