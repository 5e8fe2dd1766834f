// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the DNS says about a question, once all aliases are followed.
public final class DNSAnswer: Equatable, Sendable {
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
  public let name: DNSName
  /// What there is.
  public let content: Content
  /// Seconds the answer may be kept: the smallest TTL on the way to it. For an absence the smaller
  /// of TTL and MINIMUM of the SOA record (RFC 2308 §5), 0 without one.
  public let ttl: UInt32
  /// Whether the server answered from its own zone.
  public let isAuthoritative: Bool
  /// The SOA record that came with an absence: its owner is the zone of the name.
  public let authority: DNSRecord?

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

  /// Whether they say the same.
  public static func == (left: DNSAnswer, right: DNSAnswer) -> Bool {
    left.name == right.name && left.content == right.content && left.ttl == right.ttl
      && left.isAuthoritative == right.isAuthoritative && left.authority == right.authority
  }

  /// The same, to be kept no longer than so many seconds.
  func kept(atMost limit: UInt32) -> DNSAnswer {
    DNSAnswer(
      name: name, content: content, ttl: min(ttl, limit), isAuthoritative: isAuthoritative,
      authority: authority)
  }

  /// The addresses; none for an absence or records of other types.
  public var addresses: [IPAddress] {
    switch content {
    case .addresses(let addresses): addresses
    case .records, .none: []
    }
  }
}
