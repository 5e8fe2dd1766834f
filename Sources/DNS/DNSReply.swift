// SPDX-License-Identifier: Apache-2.0

/// What one message says about a question.
public enum DNSReply: Equatable, Sendable {
  /// The answer.
  case answer(DNSAnswer)
  /// The name is an alias, and its target, of which the message says nothing, has to be asked for.
  /// `hops` CNAME records were followed, the smallest TTL is given in seconds.
  case alias(DNSName, hops: Int, ttl: UInt32)
  /// The CNAME chain is a loop, or longer than the limit.
  case tooManyAliases
  /// The server knows only who else might know.
  case referral
  /// The server failed.
  case failure(DNSRcode)
}
