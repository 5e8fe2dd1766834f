// SPDX-License-Identifier: Apache-2.0

import DNS
import Wire

/// Messages produced by an independent implementation.
enum Vector {
  /// home.example.com A, EDNS 1232, RD=1, id 0x1236.
  static let query = hex(
    "12360100000100000000000104686f6d65076578616d706c6503636f6d000001000100002904d0000000000000")
  /// The same with RD=0.
  static let queryAuthority = hex(
    "12360000000100000000000104686f6d65076578616d706c6503636f6d000001000100002904d0000000000000")
  /// home.example.com SOA without EDNS, RD=1, id 0x1235.
  static let querySOA = hex(
    "12350100000100000000000004686f6d65076578616d706c6503636f6d0000060001")
  /// ns1.example.com A without EDNS, RD=0, id 0x1240.
  static let queryGlue = hex(
    "124000000001000000000000036e7331076578616d706c6503636f6d0000010001")
  /// whoami.cloudflare TXT CH.
  static let queryChaos = hex(
    "12370100000100000000000006" + "77686f616d690a636c6f7564666c6172650000100003")
  /// AA, A 203.0.113.7, TTL 60.
  static let answer = hex(
    "12368400000100010000000104686f6d65076578616d706c6503636f6d0000010001"
      + "c00c000100010000003c0004cb0071070000292000000000000000")
  /// NXDOMAIN with the SOA of example.com: TTL 300, MINIMUM 60.
  static let nxDomain = hex(
    "12368403000100000001000104686f6d65076578616d706c6503636f6d0000010001"
      + "c011000600010000012c0027036e7331c0110a686f73746d6173746572c011"
      + "78a3f17500001c2000000384001275000000003c0000292000000000000000")
  /// A referral of a parent zone with the address of ns1.example.com.
  static let glue = hex(
    "124080000001000000020001036e7331076578616d706c6503636f6d0000010001"
      + "c010000200010002a3000006036e7332c010c010000200010002a3000002c00c"
      + "c00c000100010002a3000004cb007107")
  /// NODATA for the SOA question, with the SOA of example.com: TTL 60, MINIMUM 60.
  static let noData = hex(
    "12358180000100000001000004686f6d65076578616d706c6503636f6d0000060001"
      + "c011000600010000003c0027036e7331c0110a686f73746d6173746572c011"
      + "78a3f17500001c2000000384001275000000003c")

  static let home = DNSQuestion(name("home.example.com"), .a)
}

func hex(_ text: String) -> [UInt8] {
  let digits = text.utf8.compactMap(\.hexValue)
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The name a test is sure of; the root when it is none.
func name(_ text: String) -> DNSName { DNSName(Array(text.utf8)) ?? .root }

func ip(_ text: String) -> IPAddress {
  IPAddress(Array(text.utf8)) ?? IPAddress(octets: [0, 0, 0, 0]).unsafelyUnwrapped
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
  }
}
