// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Section
import Testing
import Wire

@testable import Provider

/// One sample of `Tests/Fixtures/recipes`: what a section says, and each request with its answer.
struct RecipeSample: CustomTestStringConvertible, Sendable {
  static let folder = ServiceSamples.root.appendingPathComponent("Tests/Fixtures/recipes")
  static let all: [RecipeSample] = ServiceSamples.names(in: folder).flatMap { service in
    let bytes = (try? ServiceSamples.bytes(service, in: folder)) ?? []
    let cases = (try? JSONValue.parse(bytes))?.array ?? []
    precondition(!cases.isEmpty, "\(service): no list of samples")
    return cases.map { RecipeSample(service: service, json: $0) }
  }

  let service: String
  let json: JSONValue

  var testDescription: String { "\(service): \(text("case"))" }
  var exchange: [JSONValue] { json["exchange"]?.array ?? [] }
  var isReading: Bool { json["reading"] != nil }
  var result: String { text("result") }
  var family: IPAddress.Family { json["ipv6"] == nil ? .v4 : .v6 }

  func text(_ name: Literal) -> String {
    String(decoding: json[name]?.string ?? [], as: UTF8.self)
  }

  func option(_ name: Literal) -> [UInt8] { json["options"]?[name]?.string ?? [] }

  func recipe() throws -> Recipe {
    let entry = try ServiceSamples.service(service, family)
    guard case .recipe(let recipe) = entry.service else { throw NoRecipe() }
    return recipe
  }

  struct NoRecipe: Error {}

  func values(for recipe: Recipe) -> RecipeValues {
    let address = family == .v6 ? "2001:db8::7" : "203.0.113.7"
    let values = URLTemplate.Values(address: IPAddress(Array(address.utf8)) ?? .unspecified(family))
    values.domain = option("domain")
    values.username = option("username")
    values.password = Secret(option("password"))
    values.paramEnc = Secret(option("param_enc"))
    values.paramOpt = option("param_opt")
    return RecipeValues(recipe, values, lookupHost: option("lookup_host"))
  }

  func machine(memory: [UInt8] = []) throws -> RecipeMachine {
    let recipe = try recipe()
    return RecipeMachine(
      recipe, values(for: recipe), for: isReading ? .reading : .update, memory: memory)
  }

  /// The answer to a request: a value of JSON, or a text.
  static func answer(_ step: JSONValue) -> Judgement.Answer {
    let value = step["answer"] ?? .string([])
    let body = value.string ?? value.encode()
    return Judgement.Answer(
      status: Int(step["status"]?.integer ?? 200), body: body,
      retryAfter: step["retryAfter"]?.string)
  }

  /// A request as a sample has it, a line each.
  static func lines(_ request: RecipeRequest) -> [String] {
    var lines = [request.method + [UInt8(ascii: " ")] + request.url]
    lines += request.fields.map { $0.name + Array(": ".utf8) + $0.value }
    if let body = request.body { lines += [[], body] }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  static func lines(of step: JSONValue) -> [String] {
    (step["request"]?.array ?? []).map { String(decoding: $0.string ?? [], as: UTF8.self) }
  }
}

extension RecipeMachine.Effect {
  /// As a sample's result has it.
  var word: String {
    switch self {
    case .send(let request, _): "asks \(RecipeSample.lines(request))"
    case .finished(let outcome): String(decoding: [UInt8](outcome.word.text), as: UTF8.self)
    case .read(let text): text.isEmpty ? "none" : String(decoding: text, as: UTF8.self)
    }
  }
}
