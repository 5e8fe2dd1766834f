// SPDX-License-Identifier: Apache-2.0

import JSON
import Section
import Wire

/// Follows a recipe: it is told answers and says what to send next. It never waits and sends nothing.
///
/// What cannot be read ends it: that something is missing is believed only of an answer that is built
/// as the recipe says, so no record is made a second time because of a page of mark-up.
public final class RecipeMachine {
  /// What it is followed for.
  public enum Purpose: Equatable, Sendable {
    /// To tell the provider an address.
    case update
    /// To ask which one it has: the steps up to the one that takes it.
    case reading
  }

  /// What is to be done.
  public enum Effect {
    /// Send this, after so many seconds.
    case send(RecipeRequest, after: Int64)
    /// That is all.
    case finished(Outcome)
    /// The registered address, as the provider has it; empty when there is none.
    case read([UInt8])
  }

  /// The most requests, pages of all lists and polls included.
  public static let requestLimit = 24

  /// What is followed.
  public let recipe: Recipe
  private let purpose: Purpose
  private var scope: RecipeScope
  private var place = 0
  private var requests = 0
  private var page: Int64 = 1
  private var hasWritten = false
  /// Whether names have values that an earlier run has found.
  private var usesMemory = false
  /// Where a list goes on, when the answer has named a whole URL.
  private var nextURL: [UInt8] = []

  /// The time of day, for signatures.
  private var now: Int64 = 0
  /// What nobody can guess.
  private let random: UInt64

  /// Begins at the first step. `memory` is what an earlier run has left.
  public init(
    _ recipe: Recipe, _ values: RecipeValues, for purpose: Purpose, random: UInt64 = 0,
    memory: [UInt8] = []
  ) {
    self.recipe = recipe
    self.purpose = purpose
    self.random = random
    self.memory = memory
    scope = RecipeScope(recipe, values)
    for known in RecipeValues.pairs(memory) where scope[known.name].isEmpty {
      scope[known.name] = known.value
      usesMemory = true
    }
  }

  /// What the next run may begin with: the names that the recipe remembers, with their values.
  public private(set) var memory: [UInt8]

  /// What is to be kept from logs of what answers have had in them.
  public private(set) var secrets: [Secret] = []

  /// The first request.
  public func start(now: Int64) -> Effect {
    self.now = now
    return proceed()
  }

  // MARK: - Answers

  /// Takes the answer to the last request. `now` is the time of day, for a `Retry-After` date.
  public func step(
    _ answer: Judgement.Answer, now: Int64, matches: Judgement.Matcher
  ) -> Effect {
    self.now = now
    let effect = judged(answer, matches)
    var isGone = answer.status == 404
    if case .finished(let outcome) = effect, outcome.word == .nohost { isGone = true }
    guard usesMemory, isGone, !answer.isFromElsewhere else { return effect }
    return startedAgain()
  }

  private func judged(
    _ answer: Judgement.Answer, _ matches: Judgement.Matcher
  ) -> Effect {
    let step = recipe.steps[place]
    func failed() -> Effect { failure(of: answer, now: now, matches) }
    guard !answer.isFromElsewhere else { return failed() }
    let absence = step["absent"]?.string
    guard isAccepted(answer.status, by: step) else {
      return answer.status == 404 && absence != nil ? absent(absence) : failed()
    }
    // What is no JSON has no members, and is no list, either.
    let json = (try? JSONValue.parse(answer.body)) ?? .bool(false)
    let look = { [scope] (path: [UInt8]) -> [UInt8] in
      if path == "body" { return answer.body }
      guard case .value(let text) = RecipePath.find(path, in: json, scope) else { return [] }
      return text
    }
    let holds = { [scope] (name: Literal) -> Bool? in
      step[name]?.string.map { scope.holds($0, look) }
    }
    if holds("missing") == true { return absent(absence) }
    let expected = holds("expect") ?? recipe.root["expect"]?.string.map { scope.holds($0, look) }
    if expected == false || holds("fail") == true { return failed() }
    if json == .bool(false), step["until"] != nil || step["take"] != nil { return failed() }
    if holds("until") == false { return again(after: Int64(step["every"]?.integer ?? 2)) }
    for found in step["find"]?.object ?? [] {
      guard let text = RecipePath.cut(answer.body, by: found.value.array ?? []) else {
        return failed()
      }
      set(found.name, text)
    }
    for taken in step["take"]?.object ?? [] {
      switch RecipePath.find(taken.value.string ?? [], in: json, scope) {
      case .value(let text) where !text.isEmpty: set(taken.name, text)
      case .nothing, .value:
        let next = nextPage(of: step, look)
        return next ?? absent(absence)
      case .several:
        return ended(.numhost, "the provider has several records of this name and type")
      case .mismatch: return failed()
      }
    }
    return completed(step)
  }

  private func isAccepted(_ status: Int, by step: JSONValue) -> Bool {
    guard let statuses = step["ok"]?.array else { return HTTPStatus(status).isSuccess }
    return statuses.contains { $0.integer == Int64(status) }
  }

  private func set(_ name: [UInt8], _ value: [UInt8]) {
    scope[name] = value
    if Redactor.isSecretName(name) { secrets.append(Secret(value)) }
    if recipe.remembers(name), !value.contains(where: { $0 <= 32 || $0 == UInt8(ascii: "&") }) {
      memory += name + [UInt8(ascii: "=")] + value + [UInt8(ascii: " ")]
    }
  }

  /// The step has done what it should.
  private func completed(_ step: JSONValue) -> Effect {
    if step["get"] == nil { hasWritten = true }
    if isReading(step) { return .read(scope[recipe.registered ?? []]) }
    return say(step) ?? goOn()
  }

  /// What the step was to find is not there: its word says what that means.
  private func absent(_ word: [UInt8]?) -> Effect {
    if word.map({ $0 == "ok" }) != true {
      let word = word.flatMap { ResultWord($0) } ?? .unknown
      return ended(word, "the provider's answer does not have what step \(place + 1) looks for")
    }
    return isReading(recipe.steps[place]) ? .read([]) : goOn()
  }

  /// Whether a step takes what is wanted.
  private func isReading(_ step: JSONValue) -> Bool {
    guard purpose == .reading, let registered = recipe.registered else { return false }
    return step["take"]?[registered] != nil
  }

  private func goOn() -> Effect {
    place += 1
    page = 1
    nextURL = []
    scope["next"] = []
    return proceed()
  }

  /// The request once more, for the next part of a list; nil when that was the last.
  private func nextPage(
    of step: JSONValue, _ look: ([UInt8]) -> [UInt8]
  ) -> Effect? {
    if let path = step["pages"]?.string, let count = look(path).decimalValue, page < count {
      page += 1
      return again(after: 0)
    }
    guard let path = step["next"]?.string else { return nil }
    let next = look(path)
    if next.isEmpty || next == nextURL || next == scope["next"] { return nil }
    if next.hasPrefix("http") { nextURL = next } else { scope["next"] = next }
    return again(after: 0)
  }

  private func again(after seconds: Int64) -> Effect {
    send(recipe.steps[place], after: seconds)
  }

  /// What an answer means that the step does not expect.
  private func failure(
    of answer: Judgement.Answer, now: Int64, _ matches: Judgement.Matcher
  ) -> Effect {
    let outcome = Judgement.outcome(
      of: answer, sent: Judgement.Sent(hostCount: 1, addresses: []), rules: recipe.rules, now: now,
      matches: matches)
    outcome.reason = "step \(place + 1): \(outcome.reason)"
    return .finished(outcome)
  }

  private func ended(_ word: ResultWord, _ reason: Text) -> Effect {
    .finished(Outcome(word.kind, word: word, reason: reason))
  }

  /// Forgets everything and begins at the first step: what was known is there no more.
  private func startedAgain() -> Effect {
    usesMemory = false
    hasWritten = false
    memory = []
    scope = RecipeScope(recipe, scope.values)
    place = -1
    return goOn()
  }

  // MARK: - Requests

  /// Goes on to the next step that applies and is a request, or to the end.
  private func proceed() -> Effect {
    while place < end {
      let step = recipe.steps[place]
      if scope.applies(step) {
        if Recipe.request(of: step) != nil { return send(step, after: 0) }
        if let effect = say(step) { return effect }
      }
      place += 1
    }
    if purpose == .reading { return .read([]) }
    return hasWritten
      ? .finished(Outcome(.good))
      : ended(.unknown, "no step of the recipe has sent the address")
  }

  /// Where the steps end: who only asks goes no further than to the last that may take the address.
  private var end: Int {
    guard purpose == .reading else { return recipe.steps.count }
    return (recipe.steps.lastIndex { isReading($0) } ?? -1) + 1
  }

  private func say(_ step: JSONValue) -> Effect? {
    guard purpose == .update, let word = step["say"]?.string.flatMap({ ResultWord($0) })
    else { return nil }
    let outcome = Outcome(word)
    if let reason = step["because"]?.string { outcome.reason = Text(reason) }
    return .finished(outcome)
  }

  private func send(_ step: JSONValue, after seconds: Int64) -> Effect {
    requests += 1
    guard requests <= Self.requestLimit else {
      return ended(.unknown, "the recipe has no end after \(Self.requestLimit) requests")
    }
    var page: [UInt8] = []
    page.append(decimal: self.page)
    scope["page"] = page
    // A number that no other request has.
    var nonce: [UInt8] = []
    nonce.append(decimal: Int64(random >> 1))
    nonce.append(decimal: Int64(requests))
    scope["nonce"] = nonce
    let request = Self.request(step, recipe, scope)
    if !nextURL.isEmpty {
      // The fields have our key in them.
      guard let next = URL(nextURL), next.origin == URL(request.url)?.origin else {
        return ended(.unknown, "the list of step \(place + 1) goes on at another server")
      }
      request.url = nextURL
    }
    request.shown = Self.shown(step, recipe, scope)
    if let terms = recipe.root["sign"], step["sign"]?.bool != false {
      signer(terms).sign(request)
    }
    return .send(request, after: seconds)
  }

  private func signer(_ terms: JSONValue) -> RecipeSigner {
    RecipeSigner(
      terms: terms, key: scope.values.option(.username), secret: scope.values.option(.password),
      consumer: scope.values.option(.paramEnc),
      time: RecipeTime(seconds: scope["time"].decimalValue ?? now), nonce: scope["nonce"])
  }

  private static func request(
    _ step: JSONValue, _ recipe: Recipe, _ scope: RecipeScope
  ) -> RecipeRequest {
    let (method, path) = Recipe.request(of: step) ?? ([], [])
    let url = path.hasPrefix("http") ? path : recipe.base + path
    let request = RecipeRequest(
      method: method.map { $0 - 32 }, url: scope.expand(url, .url))
    for fields in Recipe.headers(recipe.root) + Recipe.headers(step) where scope.applies(fields) {
      for field in fields.object ?? [] where !Recipe.isCondition(field.name) {
        request.fields.append(
          RecipeRequest.Field(
            name: field.name, value: scope.expand(field.value.string ?? [], .plain)))
      }
    }
    var type: Literal = ""
    if let json = step["json"] {
      request.body = scope.expand(json).encode()
      type = "application/json"
    } else if let form = step["form"] {
      request.body = scope.form(form)
      type = "application/x-www-form-urlencoded"
    } else if let xml = step["xml"]?.string {
      request.body = scope.expand(xml, .xml)
      type = "application/xml"
    }
    if request.body != nil {
      request.fields.append(
        RecipeRequest.Field(name: [UInt8]("Content-Type"), value: [UInt8](type)))
    }
    return request
  }

  private static func shown(
    _ step: JSONValue, _ recipe: Recipe, _ scope: RecipeScope
  ) -> Text {
    var scope = scope
    scope.isShown = true
    let request = request(step, recipe, scope)
    return request.body.map { "\(request.method) \(request.url) \($0)" }
      ?? "\(request.method) \(request.url)"
  }

  // MARK: - For people

  /// What the recipe would do, a line a step; names that only answers give a value stay as they are.
  public var plan: [Text] {
    recipe.steps.map { step in
      var text: Text = ""
      if let condition = step["if"]?.string { text += "if \(condition): " }
      if let condition = step["unless"]?.string { text += "unless \(condition): " }
      if Recipe.request(of: step) != nil { text += Self.shown(step, recipe, scope) }
      if let word = step["say"]?.string { text += " -> \(word)" }
      return text
    }
  }
}
