// SPDX-License-Identifier: Apache-2.0

import Wire

/// Collects the pieces of a message, in network byte order.
struct DNSWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: number >> 8))
    bytes.append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(_ number: UInt32) {
    append(UInt16(truncatingIfNeeded: number >> 16))
    append(UInt16(truncatingIfNeeded: number))
  }

  mutating func append(_ name: DNSName) { bytes += name.wire }

  mutating func append(_ data: [UInt8]) { bytes += data }
}
