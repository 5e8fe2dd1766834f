// SPDX-License-Identifier: Apache-2.0

/// How a DNS server misbehaves.
package enum DNSFault: Equatable, Sendable {
  /// No answer at all.
  case drop
  /// None over UDP.
  case onlyTCP
  /// This RCODE, nothing else: 1 FORMERR, 2 SERVFAIL, 3 NXDOMAIN, 4 NOTIMP, 5 REFUSED.
  case code(UInt8)
  /// The name exists, but has no record of that type.
  case noData
  /// TC over UDP, the true answer over TCP.
  case truncate
  case wrongID
  case wrongQuestion
  /// A record that claims more data than the message has.
  case lyingLength
  /// A record whose name is a pointer to itself.
  case compressionLoop
  /// Two names that are aliases of each other.
  case aliasLoop
  /// This many aliases before the address.
  case aliasChain(Int)
  /// This many addresses before the true ones.
  case many(Int)
  /// What the name had before its last change.
  case stale
  /// FORMERR to EDNS, the true answer without.
  case noEDNS
  /// Bytes that are no DNS message.
  case garbage
  /// These addresses.
  case addresses([String])
  /// The true answer, later.
  case delay(Double)
}
