// SPDX-License-Identifier: Apache-2.0

import DNS
import Wire

/// Why a name has no addresses.
public enum ResolverError: Error, Equatable, Sendable {
  /// What is asked for is no domain name.
  case invalidName([UInt8])
  /// The host is an address, and not of a family that can be used.
  case wrongFamily([UInt8])
  /// Option `dns_server` is neither a host nor an address.
  case invalidServer([UInt8])
  /// The name of the DNS server in option `dns_server` has no address.
  case unknownServer([UInt8], DNSFailure?)
  /// The DNS says that there is no address.
  case notFound([UInt8], DNSAnswer.Absence)
  /// Nobody could tell.
  case failed([UInt8], DNSFailure)

  /// Whether nothing is known now and another try may help; a name without addresses is known.
  ///
  /// That a DNS server's own name does not exist is never the last word: a captive portal says so of
  /// every name, and so does a resolver that has only just begun.
  public var isTemporary: Bool {
    switch self {
    case .failed, .unknownServer, .wrongFamily: true
    case .invalidName, .invalidServer, .notFound: false
    }
  }

  /// The error for a person: `cannot resolve home.example.com: dns server 192.0.2.1: ...`.
  public var message: Text {
    switch self {
    case .invalidName(let name): "\(name) is not a valid host name"
    case .wrongFamily(let host): "\(host) is an address of the other IP version"
    case .invalidServer(let text): "dns_server \(text) is neither a host nor an address"
    case .unknownServer(let name, let failure):
      "cannot resolve dns_server \(name): \(failure?.message ?? "it has no address")"
    case .notFound(let name, .nxDomain): "\(name) does not exist (NXDOMAIN)"
    case .notFound(let name, .noData): "\(name) has no address of this IP version"
    case .failed(let name, let failure): "cannot resolve \(name): \(failure.message)"
    }
  }
}
