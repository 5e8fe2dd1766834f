// SPDX-License-Identifier: Apache-2.0

import JSON
import Section
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct RecipeTests {
  /// Follows a sample up to the answer with this number, which is replaced; the end.
  private func follow(
    _ sample: RecipeSample, replacing number: Int? = nil, by answer: Judgement.Answer? = nil
  ) throws -> RecipeMachine.Effect {
    let machine = try sample.machine()
    var effect = machine.start(now: 1_700_000_000)
    for (index, step) in sample.exchange.enumerated() {
      guard case .send(let request, let pause) = effect else {
        Issue.record("\(sample.testDescription): no request \(index + 1), but \(effect.word)")
        return effect
      }
      #expect(
        RecipeSample.lines(request) == RecipeSample.lines(of: step),
        "\(sample.testDescription): request \(index + 1)")
      #expect(pause == step["after"]?.integer ?? 0)
      let shown = String(decoding: request.shown.bytes, as: UTF8.self)
      let password = String(decoding: sample.option("password"), as: UTF8.self)
      #expect(!shown.contains(password))
      let sent = index == number ? answer ?? RecipeSample.answer(step) : RecipeSample.answer(step)
      effect = machine.step(sent, now: 1_700_000_000, matches: Expression.find)
      if index == number { break }
    }
    return effect
  }

  @Test func `a path has all its brackets, and braces at its end only`() {
    for path in ["a", "a[0].b", "a[[TYPE]][].b", "a{}", "a[0]{}"] {
      #expect(RecipePath.isValid(Array(path.utf8)), "\(path)")
    }
    for path in ["", "a[", "a]", "a{", "{}a", "a{}.b", "a{b}", "a{}{}"] {
      #expect(!RecipePath.isValid(Array(path.utf8)), "\(path)")
    }
  }

  @Test func `a recipe has words of its own for why it ends`() throws {
    let samples = RecipeSample.all.filter { $0.service == "beget.com" }
    let sample = try #require(samples.first { $0.text("case").hasPrefix("what could") })
    guard case .finished(let outcome) = try follow(sample) else {
      Issue.record("it goes on")
      return
    }
    #expect(outcome.word == .numhost && outcome.kind == .refused(.host))
    #expect(outcome.reason == "the name has CAA records, which the provider's API would lose")
  }

  @Test(arguments: RecipeSample.all)
  func `a recipe asks what its sample says, byte for byte`(sample: RecipeSample) throws {
    let effect = try follow(sample)
    #expect(effect.word == sample.result, "\(effect)")
  }

  /// What any step may get instead of an answer, and the words that are right.
  private static let faults: [(Judgement.Answer, Set<String>)] = [
    (Judgement.Answer(status: 401, body: []), ["badauth"]),
    (Judgement.Answer(status: 429, body: [], retryAfter: [UInt8]("120")), ["interval"]),
    (Judgement.Answer(status: 500, body: []), ["servererror"]),
    (Judgement.Answer(status: 503, body: [UInt8]("<html>later")), ["servererror"]),
  ]

  @Test(arguments: RecipeSample.all)
  func `any step that fails ends a recipe with a clear word`(sample: RecipeSample) throws {
    for number in sample.exchange.indices {
      for (answer, words) in Self.faults {
        let effect = try follow(sample, replacing: number, by: answer)
        #expect(words.contains(effect.word), "\(sample.testDescription): \(number + 1): \(effect)")
        if answer.status == 429, case .finished(let outcome) = effect {
          #expect(outcome.kind == .later(seconds: 120))
        }
      }
    }
  }

  @Test(arguments: RecipeSample.all)
  func `what is not there is said, or made, and never a success by itself`(
    sample: RecipeSample
  ) throws {
    for number in sample.exchange.indices {
      let effect = try follow(
        sample, replacing: number, by: Judgement.Answer(status: 404, body: []))
      let isLast = number == sample.exchange.count - 1
      #expect(
        effect.word == "nohost" || (effect.word == "none" && sample.isReading)
          || (effect.word.hasPrefix("asks") && (!isLast || sample.result != "good")),
        "\(sample.testDescription): \(number + 1): \(effect.word)")
    }
  }

  @Test func `a recipe may have the prefix in it, and the addresses of both families`() throws {
    let entry = try ServiceEntry(
      json: Array(
        #"{"ipv6":{},"protocol":"recipe","base":"http://x","steps":[{"put":"/[HOST]","json":{"a":"[IP4]","aaaa":"[IP6]","prefix":"[PREFIX]/[PREFIXLEN]"}}]}"#
          .utf8), name: [], family: .v6, file: [])
    let recipe = try #require(entry.recipe)
    #expect(recipe.mentions("[IP4]") && recipe.mentions("[PREFIX") && !recipe.mentions("[IP]"))
    func body(_ values: URLTemplate.Values) -> String {
      let machine = RecipeMachine(
        recipe, RecipeValues(recipe, values, lookupHost: []), for: .update)
      guard case .send(let request, _) = machine.start(now: 0) else { return "" }
      return String(decoding: request.body ?? [], as: UTF8.self)
    }
    let values = URLTemplate.Values(address: try #require(IPAddress(Array("2001:db8::7".utf8))))
    values.domain = Array("home.example.com".utf8)
    #expect(body(values) == #"{"a":"","aaaa":"2001:db8::7","prefix":"/"}"#)
    values.other = IPAddress(Array("203.0.113.7".utf8))
    values.prefix = AddressPrefix(values.address, length: 56)
    #expect(body(values) == #"{"a":"203.0.113.7","aaaa":"2001:db8::7","prefix":"2001:db8::/56"}"#)
  }

  @Test(arguments: RecipeSample.all)
  func `no recipe takes a page, half an answer or nothing for an absence`(
    sample: RecipeSample
  ) throws {
    for (number, step) in sample.exchange.enumerated() {
      // An answer nobody reads may be anything.
      guard step["unread"] == nil else { continue }
      let whole = RecipeSample.answer(step).body
      let bodies = [
        Array(whole.dropLast(whole.count / 3 + 1)), [], Array("{}".utf8), Array("[]".utf8),
        Array("<html>".utf8) + [UInt8](repeating: 120, count: 65_000),
      ]
      for (index, body) in bodies.enumerated() where step["lenient"] == nil || index < 2 {
        // Half a number is a number.
        if index == 0, step["answer"]?.integer != nil { continue }
        let effect = try follow(
          sample, replacing: number, by: Judgement.Answer(status: 200, body: body))
        let isList = index == 3 && step["answer"]?.array != nil
        // Half an answer may have the error in it.
        let isError = number == sample.exchange.count - 1 && effect.word == sample.result
        guard !isList, !isError || step["answer"]?["success"] == .bool(true) else { continue }
        #expect(
          effect.word == "unknown",
          "\(sample.testDescription): \(number + 1), body \(index): \(effect.word)")
      }
    }
  }

  @Test(arguments: RecipeSample.all)
  func `what a section lacks is said before anything is sent`(sample: RecipeSample) throws {
    let recipe = try sample.recipe()
    #expect(sample.values(for: recipe).missing(for: recipe) == [])
    #expect(sample.values(for: recipe).problem(for: recipe) == nil)
    let empty = URLTemplate.Values(address: .unspecified(.v4))
    let missing = RecipeValues(recipe, empty, lookupHost: []).missing(for: recipe)
    #expect(missing.contains(.domain) && missing.contains(.password))
  }

  @Test(arguments: ServiceSamples.names)
  func `every recipe that ships has samples, and a way to ask what is registered`(
    name: String
  ) throws {
    guard let entry = try? ServiceSamples.service(name, .v4),
      case .recipe(let recipe) = entry.service
    else { return }
    #expect(RecipeSample.all.contains { $0.service == name })
    #expect(!entry.note.isEmpty)
    if recipe.canRead {
      #expect(RecipeSample.all.contains { $0.service == name && $0.isReading }, "\(name)")
    }
  }
}
