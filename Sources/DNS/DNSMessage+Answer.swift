// SPDX-License-Identifier: Apache-2.0

import Wire

extension DNSMessage {
  /// The most CNAME records that are followed for one question.
  public static let aliasLimit = 8

  /// Finds the answer to a question, following CNAME records inside the message.
  ///
  /// Records whose owner, type or class do not belong to the chain are ignored. With `acceptsGlue`
  /// the addresses beside a referral count too: they are what a parent zone has registered for a
  /// name server.
  public func reply(
    to question: DNSQuestion, aliasLimit: Int = DNSMessage.aliasLimit, acceptsGlue: Bool = false
  ) -> DNSReply {
    guard rcode == .noError || rcode == .nxDomain else { return .failure(rcode) }
    var question = question
    var hops = 0
    var ttl = UInt32.max
    while question.type != .cname, let (target, seconds) = alias(of: question) {
      hops += 1
      ttl = min(ttl, seconds)
      guard hops <= aliasLimit else { return .tooManyAliases }
      question.name = target
    }
    var found = answers.filter { $0.answers(question) }
    if found.isEmpty, acceptsGlue { found = additional.filter { $0.answers(question) } }
    if !found.isEmpty, rcode == .noError {
      return .answer(
        DNSAnswer(
          name: question.name, content: Self.content(of: found, type: question.type),
          ttl: found.reduce(ttl) { min($0, $1.ttl) }, isAuthoritative: isAuthoritative))
    }
    return absence(of: question.name, hops: hops, ttl: ttl)
  }

  /// What the lack of records means: absence, an alias that leads out of the message, or a referral.
  private func absence(of name: DNSName, hops: Int, ttl: UInt32) -> DNSReply {
    let authority = self.authority.first { $0.type == .soa && name.isInside($0.name) }
    if rcode == .noError, authority == nil {
      if hops > 0 { return .alias(name, hops: hops, ttl: ttl) }
      if !isAuthoritative, self.authority.contains(where: { $0.type == .ns }) { return .referral }
    }
    var negativeTTL: UInt32 = 0
    if let authority, case .startOfAuthority(let soa) = authority.data {
      negativeTTL = min(authority.ttl, soa.minimum)
    }
    return .answer(
      DNSAnswer(
        name: name, content: .none(rcode == .nxDomain ? .nxDomain : .noData),
        ttl: min(ttl, negativeTTL), isAuthoritative: isAuthoritative, authority: authority))
  }

  private func alias(of question: DNSQuestion) -> (DNSName, UInt32)? {
    for record in answers where record.name == question.name {
      if record.recordClass == question.recordClass, case .alias(let target) = record.data {
        return (target, record.ttl)
      }
    }
    return nil
  }

  private static func content(of records: [DNSRecord], type: DNSType) -> DNSAnswer.Content {
    guard type.family != nil else { return .records(records) }
    var addresses: [IPAddress] = []
    for record in records {
      if case .address(let address) = record.data, !addresses.contains(address) {
        addresses.append(address)
      }
    }
    return .addresses(addresses)
  }
}

extension DNSRecord {
  /// Whether owner, type and class are the question's.
  fileprivate func answers(_ question: DNSQuestion) -> Bool {
    name == question.name && type == question.type && recordClass == question.recordClass
  }
}
