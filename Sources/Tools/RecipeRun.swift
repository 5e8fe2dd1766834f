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

  /// Tells the provider an address.
  static func send(
    _ address: URLTemplate.Values, by recipe: Recipe, _ settings: ServiceSection,
    _ configuration: Configuration, _ console: inout Console
  ) throws(Failure) -> Outcome {
    let memory = RecipeMemory(settings, configuration)
    let known = recipe.hasMemory ? memory.text() : []
    let file = recipe.hasMemory ? (try? File.lock(memory.path)) ?? nil : nil
    Process.confine()
    let values = configuration.values(of: settings, for: recipe, address)
    let machine = RecipeMachine(
      recipe, values, for: .update, random: Random.number, memory: known)
    let end = try follow(
      machine, settings, root: configuration.root, Clock.uptime + patience, &console)
    if machine.memory != known { try? file?.write(memory.line(machine.memory)) }
    guard case .finished(var outcome) = end else {
      throw Failure(.software, "a recipe that ends with nothing")
    }
    outcome.sentToo = address.other
    return outcome
  }

  /// Says what would be sent.
  static func show(
    _ address: URLTemplate.Values, by recipe: Recipe, _ settings: ServiceSection,
    _ configuration: Configuration, _ console: Console
  ) {
    let values = configuration.values(of: settings, for: recipe, address)
    for line in RecipeMachine(recipe, values, for: .update).plan {
      console.log(.debug, "#> " + line)
    }
    console.log(.info, "Dry Run: NOT sending update")
  }

  /// The registered address as the provider has it; none when there is none.
  static func registered(
    by recipe: Recipe, _ settings: ServiceSection, _ configuration: Configuration,
    _ console: inout Console
  ) throws(Failure) -> [IPAddress] {
    let values = configuration.values(
      of: settings, for: recipe,
      URLTemplate.Values(settings, address: .unspecified(settings.family)))
    let end = try follow(
      RecipeMachine(recipe, values, for: .reading, random: Random.number), settings,
      root: configuration.root,
      Clock.uptime + readingPatience, &console)
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
    _ console: inout Console
  ) throws(Failure) -> RecipeMachine.Effect {
    let client = try SectionClient(settings, root: root)
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
      let response = try client.send(request, url, deadline: deadline)
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
