// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Net
import Provider
import Report
import Section
import System
import Wire

/// Follows a recipe over the network: sends what its machine says, and tells it the answers.
enum RecipeRun {
  /// How long all requests together may take, to send an address and to ask for it, in milliseconds;
  /// both are less than a runner gives the tool.
  static let patience: Int64 = 55_000
  static let readingPatience: Int64 = 30_000

  /// Tells the provider an address; or only says what would be sent, nil then.
  @inline(never)
  static func send(
    _ address: IPAddress, with other: IPAddress?, by recipe: Recipe, _ settings: ServiceSection,
    _ configuration: Configuration, isDryRun: Bool, _ console: Console
  ) throws(Failure) -> Outcome? {
    let memory = RecipeMemory(settings, configuration)
    let isRemembered = recipe.hasMemory && !isDryRun
    let known = isRemembered ? memory.text() : []
    let file = isRemembered ? (try? File.lock(memory.path)) ?? nil : nil
    Process.confine()
    let other = recipe.mentions("[IP4]") && recipe.mentions("[IP6]") ? other : nil
    var prefix: AddressPrefix?
    if recipe.mentions("[PREFIX") {
      prefix = try PrefixDetection.prefix(
        of: address, settings, configuration.global, root: configuration.root)
    }
    let machine = RecipeMachine(
      recipe,
      configuration.values(of: settings, for: recipe, address, with: other, in: prefix),
      for: .update, random: Random.number, memory: known)
    if isDryRun {
      for line in machine.plan { console.log(.debug, "#> " + line) }
      console.log(.info, "Dry Run: NOT sending update")
      return nil
    }
    let end = try follow(
      machine, settings, root: configuration.root, Clock.uptime + patience, console)
    if machine.memory != known { try? file?.write(memory.line(machine.memory)) }
    guard case .finished(let outcome) = end else {
      throw Failure(.software, "a recipe that ends with nothing")
    }
    outcome.sentToo = other
    return outcome
  }

  /// The registered address as the provider has it; none when there is none.
  static func registered(
    by recipe: Recipe, _ settings: ServiceSection, _ configuration: Configuration,
    _ console: Console
  ) throws(Failure) -> [IPAddress] {
    let values = configuration.values(of: settings, for: recipe, .unspecified(settings.family))
    let end = try follow(
      RecipeMachine(recipe, values, for: .reading, random: Random.number), settings,
      root: configuration.root,
      Clock.uptime + readingPatience, console)
    switch end {
    case .read(let text):
      if text.isEmpty { return [] }
      guard let address = IPAddress(text), address.family == settings.family else {
        throw Failure(.protocolError, "API check failed: the provider has no address there")
      }
      return [address]
    case .finished(let outcome):
      throw Failure(.temporary, "API check failed: " + outcome.message(hiding: console.redactor))
    case .send: throw Failure(.software, "a recipe that does not end")
    }
  }

  private static func follow(
    _ machine: RecipeMachine, _ settings: ServiceSection, root: [UInt8], _ deadline: Int64,
    _ console: Console
  ) throws(Failure) -> RecipeMachine.Effect {
    let client = try SectionClient(settings, root: root)
    let cookies = machine.recipe.session.map { CookieJar(hosts: $0) }
    var effect = machine.start(now: Clock.wallClock)
    while case .send(let request, let pause) = effect {
      if pause > 0 {
        guard Clock.uptime + pause * 1000 < deadline else {
          throw Failure(.temporary, "the provider takes too long")
        }
        _ = try? Poll.wait(for: [], until: Clock.uptime + pause * 1000)
      }
      console.log(.debug, "#> " + request.shown)
      guard let url = URL(request.url) else {
        throw Failure(.config, "the recipe has made no http or https URL")
      }
      if !url.isSecure, !settings.password.isEmpty {
        console.log(.info, "\(url.host): password is sent without encryption")
      }
      let response = try client.send(request, url, cookies, deadline: deadline)
      effect = machine.step(
        Judgement.Answer(response), now: Clock.wallClock, matches: Regex.matches)
      // What has been taken may be a key to everything.
      for secret in machine.secrets { console.redactor.add(secret) }
      let said = console.redactor.shown(Quote(response.body), limit: Delivery.quoteLimit)
      console.log(.debug, "DDNS Provider answered: HTTP \(response.status): \(said)")
    }
    return effect
  }
}
