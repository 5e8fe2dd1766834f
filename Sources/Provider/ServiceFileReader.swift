// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// Takes members out of a service file, and knows whose file it is.
struct ServiceFileReader {
  let service: [UInt8]
  let file: [UInt8]

  func root(of bytes: [UInt8]) throws(ServiceError) -> JSONValue {
    guard bytes.count <= ServiceEntry.fileLimit else {
      throw ServiceError(.tooLarge(limit: ServiceEntry.fileLimit), service: service, file: file)
    }
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONValue.parse(bytes)
    } catch {
      throw ServiceError(.notJSON(error.message), service: service, file: file)
    }
    guard case .object = root else {
      throw ServiceError(.notJSON("not a JSON object"), service: service, file: file)
    }
    return root
  }

  func text(_ object: JSONValue, _ name: Literal) throws(ServiceError) -> [UInt8]? {
    guard let value = object[name] else { return nil }
    guard case .string(let text) = value else { throw badMember([UInt8](name)) }
    return text
  }

  func rules(
    _ root: JSONValue, _ block: JSONValue
  ) throws(ServiceError) -> Service.Rules {
    let answer = try text(block, "answer") ?? []
    try checkPattern(answer, [UInt8]("answer"))
    return Service.Rules(
      dialect: try dialect(root), answers: try answers(root),
      answer: answer.isEmpty ? nil : answer)
  }

  private func dialect(_ root: JSONValue) throws(ServiceError) -> Service.Rules.Dialect {
    guard let name = try text(root, "protocol") else { return .undeclared }
    switch name {
    case "dyndns2": return .dyndns2
    case "namecheap": return .namecheap
    case "text": return .text
    default: throw badMember([UInt8]("protocol"))
    }
  }

  func answers(_ root: JSONValue) throws(ServiceError) -> [Service.Rules.Answer] {
    guard let value = root["answers"] else { return [] }
    guard case .object(let members) = value else { throw badMember([UInt8]("answers")) }
    var answers: [Service.Rules.Answer] = []
    for member in members {
      guard let word = ResultWord(member.name), case .string(let pattern) = member.value,
        !pattern.isEmpty
      else { throw badMember([UInt8]("answers.") + member.name) }
      try checkPattern(pattern, [UInt8]("answers.") + member.name)
      answers.append(Service.Rules.Answer(word: word, pattern: pattern))
    }
    return answers
  }

  private func checkPattern(_ pattern: [UInt8], _ member: [UInt8]) throws(ServiceError) {
    guard PatternCost.isAffordable(pattern) else {
      throw ServiceError(.largePattern(member), service: service, file: file)
    }
  }

  /// The page with what is registered; nil when none is named.
  func page(_ block: JSONValue) throws(ServiceError) -> RegisteredPage? {
    guard let member = block["registered"] else { return nil }
    let url = try text(member, "url") ?? []
    let header = try text(member, "header") ?? []
    let page = RegisteredPage(url: URLTemplate(url), header: URLTemplate(header))
    guard url.hasPrefix("http"), !page.url.uses(.ip),
      header.isEmpty || header.contains(UInt8(ascii: ":"))
    else { throw badMember([UInt8]("registered")) }
    return page
  }

  func badMember(_ name: [UInt8]) -> ServiceError {
    ServiceError(.badMember(name), service: service, file: file)
  }
}
