// SPDX-License-Identifier: Apache-2.0

extension Zone {
  /// The bytes to answer with; nil to stay silent.
  func answer(_ question: DNSQuestion, _ fault: DNSFault?) -> [UInt8]? {
    if case .drop = fault { return nil }
    if case .onlyTCP = fault, question.transport == .udp { return nil }
    if case .garbage = fault { return (0..<40).map { UInt8(truncatingIfNeeded: $0 &* 71 &+ 9) } }
    var answer = DNSAnswer(to: question)
    if let fault, spoil(&answer, question, fault) {
      // The fault decided everything.
    } else {
      fill(&answer, question, records(of: question.name))
    }
    let bytes = answer.encode(recursionDesired: question.recursionDesired)
    guard question.transport == .udp, bytes.count > question.sizeLimit else { return bytes }
    answer.isTruncated = true
    answer.answers = []
    return answer.encode(recursionDesired: question.recursionDesired)
  }

  /// What is true: the addresses, the aliases on the way, or the SOA of a negative answer.
  private func fill(_ answer: inout DNSAnswer, _ question: DNSQuestion, _ records: Records?) {
    var name = question.name
    var current = records
    var hops = 0
    while let alias = current?.alias, hops < 16 {
      answer.answers.append(.init(name: DNSAnswer.name(name), type: 5, data: DNSAnswer.name(alias)))
      name = alias
      current = self.records(of: alias)
      hops += 1
    }
    if question.type == 2, self.records(of: "ns.\(name)") != nil {
      answer.answers.append(
        .init(name: DNSAnswer.name(name), type: 2, data: DNSAnswer.name("ns.\(name)")))
      return
    }
    let wanted = (current?.addresses ?? []).filter { question.type == ($0.isIPv6 ? 28 : 1) }
    let owner = name == question.name ? [0xc0, 12] : DNSAnswer.name(name)
    for address in wanted {
      let type: UInt16 = address.isIPv6 ? 28 : 1
      answer.answers.append(
        .init(name: owner, type: type, ttl: current?.ttl ?? 60, data: address.bytes))
    }
    if wanted.isEmpty {
      answer.rcode = current == nil ? 3 : 0
      answer.authority = [Zone.startOfAuthority(for: name)]
    }
  }

  /// Applies a fault; false when the rest of the answer is still the true one.
  private func spoil(
    _ answer: inout DNSAnswer, _ question: DNSQuestion, _ fault: DNSFault
  ) -> Bool {
    let owner: [UInt8] = [0xc0, 12]
    let name = question.name
    switch fault {
    case .code(let code):
      answer.rcode = code
    case .noData:
      answer.authority = [Zone.startOfAuthority(for: name)]
    case .truncate:
      guard question.transport == .udp else { return false }
      answer.isTruncated = true
    case .wrongID:
      answer.id = ~answer.id
      return false
    case .wrongQuestion:
      answer.question = DNSAnswer.name("other.\(name)") + question.wire.suffix(4)
      fill(&answer, question, Records(addresses: Zone.decoys(1, question.type)))
    case .lyingLength:
      answer.answers = [
        .init(name: owner, type: question.type, data: [81, 2, 69, 1], claimedLength: 0xfff0)
      ]
    case .compressionLoop:
      let here = UInt16(12 + question.wire.count)
      let pointer = DNSAnswer.number(0xc000 | here)
      answer.answers = [.init(name: pointer, type: question.type, data: [81, 2, 69, 1])]
    case .aliasLoop:
      let (there, back) = (DNSAnswer.name("loop.\(name)"), DNSAnswer.name(name))
      answer.answers = [
        .init(name: back, type: 5, data: there), .init(name: there, type: 5, data: back),
      ]
    case .aliasChain(let count):
      chain(&answer, question, count)
    case .many(let count):
      let truth = records(of: name)?.addresses ?? []
      let all = Zone.decoys(count, question.type) + truth
      fill(&answer, question, Records(addresses: all))
    case .stale:
      fill(&answer, question, previousRecords(of: name))
    case .noEDNS:
      guard question.hasEDNS else { return false }
      answer.rcode = 1
      answer.hasEDNS = false
    case .addresses(let texts):
      fill(&answer, question, Records(addresses: texts.compactMap { Address($0) }))
    case .drop, .onlyTCP, .garbage, .delay:
      return false
    }
    return true
  }

  private func chain(_ answer: inout DNSAnswer, _ question: DNSQuestion, _ count: Int) {
    var name = question.name
    for hop in 0..<count {
      let next = "c\(hop).\(question.name)"
      answer.answers.append(.init(name: DNSAnswer.name(name), type: 5, data: DNSAnswer.name(next)))
      name = next
    }
    for address in records(of: question.name)?.addresses ?? []
    where question.type == (address.isIPv6 ? 28 : 1) {
      answer.answers.append(
        .init(name: DNSAnswer.name(name), type: question.type, data: address.bytes))
    }
  }

  /// Addresses nobody asked for.
  private static func decoys(_ count: Int, _ type: UInt16) -> [Address] {
    (0..<count).compactMap { index in
      type == 28
        ? Address("2a02:8010:ffff::\(String(index + 1, radix: 16))")
        : Address("81.3.\(index / 250).\(index % 250 + 1)")
    }
  }

  private static func startOfAuthority(for name: String) -> DNSAnswer.Record {
    let zone = name.split(separator: ".").suffix(2).joined(separator: ".")
    var data = DNSAnswer.name("ns.\(zone)") + DNSAnswer.name("hostmaster.\(zone)")
    for number: UInt16 in [1, 7200, 900, 3600, 30] { data += [0, 0] + DNSAnswer.number(number) }
    return .init(name: DNSAnswer.name(zone), type: 6, ttl: 30, data: data)
  }
}
