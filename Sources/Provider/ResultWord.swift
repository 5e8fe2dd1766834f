// SPDX-License-Identifier: Apache-2.0

import Wire

/// A result in the words of the dyndns2 protocol, which is also how every other answer is reported.
///
/// Dialects are folded onto these words; `kind` says what a client does about each.
public enum ResultWord: CaseIterable, Equatable, Sendable {
  case good, nochg
  case badauth, badagent, badsys, badparam, donator
  case notfqdn, nohost, yours, active, numhost, abuse
  case dnserr, emergency, servererror, interval, wait
  case unknown

  /// The word as it is printed and as it is spelt in a service's `answers`.
  public var text: Literal {
    switch self {
    case .good: "good"
    case .nochg: "nochg"
    case .badauth: "badauth"
    case .badagent: "badagent"
    case .badsys: "badsys"
    case .badparam: "badparam"
    case .donator: "!donator"
    case .notfqdn: "notfqdn"
    case .nohost: "nohost"
    case .yours: "!yours"
    case .active: "!active"
    case .numhost: "numhost"
    case .abuse: "abuse"
    case .dnserr: "dnserr"
    case .emergency: "911"
    case .servererror: "servererror"
    case .interval: "interval"
    case .wait: "wait"
    case .unknown: "unknown"
    }
  }

  /// The word with exactly this text, ASCII case ignored; nil for any other text.
  public init?(_ text: some Collection<UInt8>) {
    for word in Self.allCases where text.equalsIgnoringCase(word.text) {
      self = word
      return
    }
    return nil
  }

  /// What the word asks of a client. Pauses are seconds.
  public var kind: Outcome.Kind {
    switch self {
    case .good: .accepted
    case .nochg: .unchanged
    case .badauth: .refused(.auth)
    case .badagent: .refused(.agent)
    case .badsys, .badparam, .donator: .refused(.option)
    case .notfqdn, .nohost, .yours, .active, .numhost: .refused(.host)
    case .abuse: .refused(.abuse)
    case .dnserr, .emergency: .later(seconds: 1800)
    case .servererror, .wait: .later(seconds: 600)
    case .interval: .later(seconds: 120)
    case .unknown: .notUnderstood
    }
  }

  /// What the word means, for people.
  public var message: Literal {
    switch self {
    case .good: "address accepted"
    case .nochg: "the provider has this address already"
    case .badauth: "wrong username or password"
    case .badagent: "the provider does not accept this program"
    case .badsys: "the provider does not know the value of 'system'"
    case .badparam: "the provider does not accept a parameter of the request"
    case .donator: "the provider offers this to paying customers only"
    case .notfqdn: "'domain' is not a complete host name"
    case .nohost: "'domain' is not a host of this account"
    case .yours: "'domain' belongs to another account"
    case .active: "'domain' is not activated at the provider"
    case .numhost: "too many hosts in 'domain'"
    case .abuse: "blocked for abuse; unblock it at the provider"
    case .dnserr: "the provider's DNS has a fault"
    case .emergency: "the provider is out of order or under maintenance"
    case .servererror: "the provider's server has a fault"
    case .interval: "too many requests"
    case .wait: "the provider asks for a pause"
    case .unknown: "answer not understood"
    }
  }
}
