// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// Decides what an answer to an update request means: total, and by one order of rules.
///
/// The body comes before the status, because a status of 200, 401 or 500 may carry any result:
/// 1. Namecheap's error count, where the service has it, and the tag of Simple DNS Plus;
/// 2. dyndns2 words, unless the service answers in its own text;
/// 3. the service's `answers`, then its `answer`;
/// 4. the HTTP status.
///
/// Of what a redirect to another origin has led to, only words and expressions count: no status
/// means success there, and none blocks a section.
public enum Judgement {
  /// What a server sent.
  public struct Answer: Equatable, Sendable {
    /// The HTTP status code.
    public var status: Int
    /// The body, decoded from its transfer coding.
    public var body: [UInt8]
    /// The value of the field `Retry-After`; nil without one.
    public var retryAfter: [UInt8]?
    /// Whether a redirect has led to another origin: perhaps the provider's, perhaps the log-in page
    /// of a network that lets nobody out.
    public var isFromElsewhere = false
    /// Whether the credentials of the request were not sent there.
    public var lacksCredentials = false

    /// Joins the parts of an answer.
    public init(status: Int, body: [UInt8], retryAfter: [UInt8]? = nil) {
      self.status = status
      self.body = body
      self.retryAfter = retryAfter
    }
  }

  /// What the request had in it.
  public struct Sent: Equatable, Sendable {
    /// How many host names.
    public var hostCount: Int
    /// The names, if anybody knows them.
    public var hosts: [[UInt8]] = []
    /// Every address that was sent; empty when the server was to find it out.
    public var addresses: [IPAddress]

    /// Joins the parts.
    public init(hostCount: Int, addresses: [IPAddress]) {
      self.hostCount = hostCount
      self.addresses = addresses
    }

    /// What a section sends: the comma list in `domain`, and one address.
    public init(domain: [UInt8], address: IPAddress) {
      hosts = domain.split(separator: UInt8(ascii: ",")).map { Array($0.trimmed) }
      hostCount = hosts.count
      addresses = [address]
    }
  }

  /// Whether a POSIX extended regular expression is found in a text. Case is ignored, `^` and `$`
  /// match at line ends (`REG_ICASE | REG_NEWLINE`), and a bad expression is found nowhere.
  public typealias Matcher = (_ pattern: [UInt8], _ text: [UInt8]) -> Bool

  /// Judges an answer. `now` is the time of day in seconds since 1970, for a `Retry-After` date.
  public static func outcome(
    of answer: Answer, sent: Sent, rules: Service.Rules, now: Int64, matches: Matcher
  ) -> Outcome {
    let status = HTTPStatus(answer.status)
    let pause = status.mayAskForPause ? status.pause(retryAfter: answer.retryAfter, now: now) : nil
    let said = bodyOutcome(
      of: answer, status: status, sent: sent, rules: rules, matches: matches)
    var outcome = said ?? statusOutcome(of: answer, status: status, rules: rules)
    if answer.isFromElsewhere, case .refused = outcome.kind,
      said == nil || answer.lacksCredentials
    {
      let quote = outcome.quote
      outcome = fromElsewhere(answer, outcome.reason)
      outcome.quote = quote
    }
    guard let pause else { return outcome }
    switch outcome.kind {
    case .later(let seconds):
      outcome.kind = .later(seconds: said == nil ? pause : max(seconds, pause))
    case .temporary:
      outcome.kind = .later(seconds: pause)
    case .refused where said == nil:
      outcome = Outcome(
        .later(seconds: pause), word: .interval, reason: outcome.reason, quote: outcome.quote)
    case .accepted, .unchanged, .refused, .notUnderstood:
      break
    }
    return outcome
  }

  /// What neither stores an address nor blocks a section: who says it need not be the provider, or
  /// was not told who we are.
  private static func fromElsewhere(_ answer: Answer, _ reason: Text) -> Outcome {
    Outcome(
      .notUnderstood, word: .unknown,
      reason: answer.lacksCredentials
        ? "\(reason), but a redirect has led to another server, which gets no credentials"
        : "\(reason), but a redirect has led to another server")
  }

  private static func bodyOutcome(
    of answer: Answer, status: HTTPStatus, sent: Sent, rules: Service.Rules, matches: Matcher
  ) -> Outcome? {
    let body = answer.body
    switch rules.dialect {
    case .namecheap:
      if let outcome = Namecheap.outcome(of: body, sent: sent) { return outcome }
    case .undeclared where SimpleDNS.recognises(body):
      if let outcome = SimpleDNS.outcome(of: body) { return outcome }
    case .undeclared where Namecheap.recognises(body):
      if let outcome = Namecheap.outcome(of: body, sent: sent) { return outcome }
    case .dyndns2, .undeclared:
      let trust = DynDNS2.Trust(
        isSuccessStatus: status.isSuccess,
        takesDialect: status.isSuccess && !rules.hasSuccessPattern && !answer.isFromElsewhere)
      let lines = DynDNS2.lines(of: body, trust: trust)
      if let outcome = DynDNS2.outcome(of: lines, in: body, sent: sent) { return outcome }
    case .text:
      break
    }
    return patternOutcome(of: body, status: status, rules: rules, matches: matches)
  }

  /// The first of the service's expressions that is found.
  ///
  /// `answer` is often as loose as `OK`, so it is believed with a status of 2xx only; and where the
  /// service's word is only "unknown", another status says more.
  private static func patternOutcome(
    of body: [UInt8], status: HTTPStatus, rules: Service.Rules, matches: Matcher
  ) -> Outcome? {
    let text = oneByteText(body)
    for rule in rules.answers where matches(rule.pattern, text) {
      if rule.word == .unknown, !status.isSuccess { continue }
      return Outcome(rule.word, quote: rule.word.kind == .accepted ? nil : Quote(body))
    }
    if let pattern = rules.answer, status.isSuccess, matches(pattern, text) {
      return Outcome(.good)
    }
    return nil
  }

  private static func statusOutcome(
    of answer: Answer, status: HTTPStatus, rules: Service.Rules
  ) -> Outcome {
    guard status.isSuccess else { return status.outcome(quoting: Quote(answer.body)) }
    guard rules.hasSuccessRule else {
      if answer.isFromElsewhere { return fromElsewhere(answer, "HTTP status \(answer.status)") }
      return Outcome(
        .accepted, word: .good,
        reason: "HTTP status \(answer.status), and nothing says what the answer should be")
    }
    guard answer.body.contains(where: { $0 > 32 }) else {
      return Outcome(.notUnderstood, word: .unknown, reason: "empty answer")
    }
    return Outcome(
      .notUnderstood, word: .unknown, reason: "answer not understood", quote: Quote(answer.body))
  }

  /// The body for a C function that ends at NUL, with plain line ends.
  private static func oneByteText(_ body: [UInt8]) -> [UInt8] {
    body.compactMap { byte in
      if byte == UInt8(ascii: "\r") { return nil }
      return byte == 0 ? UInt8(ascii: " ") : byte
    }
  }
}
