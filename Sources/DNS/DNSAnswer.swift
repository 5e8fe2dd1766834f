// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the DNS says about a question, once all aliases are followed.
public struct DNSAnswer: Equatable, Sendable {
  /// The two ways to have nothing.
  public enum Absence: Equatable, Sendable {
    /// The name exists and has no record of the type.
    case noData
    /// The name does not exist.
    case nxDomain
  }

  /// What there is.
  public enum Content: Equatable, Sendable {
    /// The addresses of an A or AAAA question, each once, in the order of the answer.
    case addresses([IPAddress])
    /// The records of any other question.
    case records([DNSRecord])
    /// Nothing is registered.
    case none(Absence)
  }

  /// The name at the end of the CNAME chain; not the one asked for when that is an alias.
  public var name: DNSName
  /// What there is.
  public var content: Content
  /// Seconds the answer may be kept: the smallest TTL on the way to it. For an absence the smaller
  /// of TTL and MINIMUM of the SOA record (RFC 2308 §5), 0 without one.
  public var ttl: UInt32
  /// Whether the server answered from its own zone.
  public var isAuthoritative: Bool
  /// The SOA record that came with an absence: its owner is the zone of the name.
  public var authority: DNSRecord?

  /// An answer.
  public init(
    name: DNSName, content: Content, ttl: UInt32, isAuthoritative: Bool = false,
    authority: DNSRecord? = nil
  ) {
    self.name = name
    self.content = content
    self.ttl = ttl
    self.isAuthoritative = isAuthoritative
    self.authority = authority
  }

  /// The addresses; none for an absence or records of other types.
  public var addresses: [IPAddress] {
    switch content {
    case .addresses(let addresses): addresses
    case .records, .none: []
    }
  }
}
