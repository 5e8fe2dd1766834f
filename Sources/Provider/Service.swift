// SPDX-License-Identifier: Apache-2.0

/// How a provider is told an address of one family.
public enum Service: Equatable, Sendable {
  /// The URL to fetch, and how its answer is read.
  case request(URLTemplate, Rules)
  /// The name server that takes DNS updates.
  case dnsUpdate(DNSTarget)
  /// The GnuDIP server.
  case gnuDIP(GnuDIP.Target)
  /// The path of a shell script (contract 9).
  case script([UInt8])
  /// Several requests, one after the other.
  case recipe(Recipe)
}
