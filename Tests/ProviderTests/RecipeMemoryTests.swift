// SPDX-License-Identifier: Apache-2.0

import JSON
import Section
import Testing
import Wire

@testable import Provider

/// What a recipe remembers: the samples once more, with what their first run has left.
@Suite(.timeLimit(.minutes(15))) struct RecipeMemoryTests {
  private static let samples = RecipeSample.all.filter {
    (try? $0.recipe().hasMemory) == true && $0.result == "good"
  }
  private static let gone = Judgement.Answer(status: 404, body: [])

  /// The requests of a run and its end. `first` is the answer to the first request, if it is another
  /// than that of the sample.
  private func run(
    _ sample: RecipeSample, memory: [UInt8], first: Judgement.Answer? = nil
  ) throws -> (requests: [[String]], end: RecipeMachine.Effect, memory: [UInt8]) {
    let machine = try sample.machine(memory: memory)
    var effect = machine.start(now: 1_700_000_000)
    var requests: [[String]] = []
    while case .send(let request, _) = effect, requests.count < 20 {
      let lines = RecipeSample.lines(request)
      requests.append(lines)
      let step = sample.exchange.first { RecipeSample.lines(of: $0) == lines }
      let answer = try RecipeSample.answer(#require(step, "\(lines)"))
      let isFirst = requests.count == 1
      effect = machine.step(
        isFirst ? first ?? answer : answer, now: 1_700_000_000, matches: Expression.find)
    }
    return (requests, effect, machine.memory)
  }

  private func all(_ sample: RecipeSample) -> [[String]] {
    sample.exchange.map { RecipeSample.lines(of: $0) }
  }

  @Test(arguments: samples)
  func `what was found is not asked for again`(sample: RecipeSample) throws {
    let first = try run(sample, memory: [])
    #expect(first.requests == all(sample))
    guard !first.memory.isEmpty else { return }
    let second = try run(sample, memory: first.memory)
    #expect(second.end.word == "good")
    #expect(second.memory == first.memory)
    #expect(second.requests.count < first.requests.count)
    #expect(second.requests.last == first.requests.last)
    let skipped = first.requests.filter { !second.requests.contains($0) }
    #expect(skipped.allSatisfy { $0[0].hasPrefix("GET ") }, "\(skipped)")
  }

  @Test(arguments: samples)
  func `what is there no more is looked for once more, and only once`(sample: RecipeSample) throws {
    let first = try run(sample, memory: [])
    guard !first.memory.isEmpty else { return }
    let second = try run(sample, memory: first.memory, first: Self.gone)
    #expect(Array(second.requests.dropFirst()) == all(sample))
    #expect(second.end.word == "good" && second.memory == first.memory)
    let machine = try sample.machine(memory: first.memory)
    _ = machine.start(now: 1_700_000_000)
    let effect = machine.step(Self.gone, now: 1_700_000_000, matches: Expression.find)
    #expect(effect.word.hasPrefix("asks"))
    #expect(machine.memory.count < first.memory.count)
  }

  @Test func `each name that a recipe remembers is found in one of its samples`() throws {
    for name in Set(Self.samples.map(\.service)) {
      let own = Self.samples.filter { $0.service == name }
      let recipe = try own[0].recipe()
      let left = try own.map { try run($0, memory: []).memory }
      for word in recipe.root["remember"]?.string?.words ?? [] {
        #expect(!Redactor.isSecretName(Array(word)))
        #expect(
          left.contains { $0.firstIndex(of: Array(word) + [UInt8(ascii: "=")]) != nil },
          "\(name): \(String(decoding: word, as: UTF8.self))")
      }
    }
  }

  private func cloudflare(_ memory: String) throws -> RecipeMachine {
    let sample = try #require(RecipeSample.all.first { $0.service == "cloudflare.com-v4" })
    let recipe = try sample.recipe()
    return RecipeMachine(
      recipe, sample.values(for: recipe), for: .update,
      memory: Array(memory.utf8))
  }

  private func first(_ machine: RecipeMachine) -> String {
    guard case .send(let request, _) = machine.start(now: 0) else { return "" }
    return RecipeSample.lines(request)[0].replacing(
      "https://api.cloudflare.com/client/v4", with: "")
  }

  @Test func `a value that is no single word is not remembered`() throws {
    for zone in ["a b", "a&b=c", "a\nb", ""] {
      let machine = try cloudflare("")
      _ = machine.start(now: 0)
      let body = JSONValue.object([
        (name: Array("success".utf8), value: .bool(true)),
        (
          name: Array("result".utf8),
          value: .array([
            .object([
              (name: Array("name".utf8), value: .string(Array("example.com".utf8))),
              (name: Array("id".utf8), value: .string(Array(zone.utf8))),
            ])
          ])
        ),
      ])
      _ = machine.step(
        Judgement.Answer(status: 200, body: body.encode()), now: 0, matches: Expression.find)
      #expect(machine.memory.isEmpty, "\(zone)")
    }
  }

  @Test func `what another server says of a name is not believed`() throws {
    let machine = try cloudflare("zone_id=z1 record=r1")
    _ = machine.start(now: 0)
    var answer = Self.gone
    answer.isFromElsewhere = true
    let effect = machine.step(answer, now: 0, matches: Expression.find)
    #expect(effect.word == "unknown")
    #expect(!machine.memory.isEmpty)
  }
}
