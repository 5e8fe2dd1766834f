// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Net
import Provider
import Report
import Section
import System
import Wire

/// Tells a section's provider an address.
public enum Delivery {
  /// How much of an answer a log quotes, in bytes.
  static let quoteLimit = 512

  /// The body behind a URL, fetched the section's way; for scripts, which have their own judgement.
  /// An HTTP status of 400 and more is a failure, as wget has it (B16).
  public static func fetch(
    _ text: [UInt8], _ settings: ServiceSection, root: [UInt8], _ console: Console,
    field: [UInt8] = []
  ) throws(Failure) -> (status: Int, body: [UInt8], isElsewhere: Bool) {
    guard let url = URL(text) else { throw Failure(.usage, "that is no http or https URL") }
    console.log(.debug, "#> GET \(url.host)")
    let client = try SectionClient(settings, root: root)
    let response = try client.fetch(url, families: client.families, field: field)
    return (response.status, response.body, response.isElsewhere)
  }

  /// Sends the address, nil for none any more, and in the same request that of the other family where
  /// the provider takes both; or with `isDryRun` only says what would be sent; nil then.
  public static func send(
    _ address: IPAddress?, with other: IPAddress? = nil, for settings: ServiceSection,
    _ configuration: Configuration, isDryRun: Bool, _ console: Console
  ) throws(Failure) -> Outcome? {
    let provider = try configuration.checkedProvider(of: settings)
    console.redactor.add(provider)
    var (service, address) = (provider.service, address)
    if address == nil, let page = configuration.offlinePage(of: provider, for: settings) {
      var rules = Service.Rules()
      if case .request(_, let own) = service { rules = own }
      (service, address) = (.request(page, rules), .unspecified(settings.family))
    }
    // All but a script is talk with a server from here on, a recipe once it has opened its file.
    switch service {
    case .dnsUpdate(let target):
      Process.confine()
      let delivery = try DNSDelivery(target, settings, configuration, console)
      return try delivery.send(address, with: other, isDryRun: isDryRun)
    case .gnuDIP(let target):
      Process.confine()
      let delivery = try GnuDIPDelivery(address, settings, root: configuration.root, console)
      return try delivery.send(target, isDryRun: isDryRun)
    case .script(let script):
      let address = try given(address)
      guard isDryRun else {
        return try UpdateScript(script, settings, configuration, console).send(address)
      }
      console.log(.info, "Dry Run: NOT sending update with \(script)")
      return nil
    case .recipe(let recipe):
      return try RecipeRun.send(
        given(address), with: other, by: recipe, settings, configuration, isDryRun: isDryRun,
        console)
    case .request(let template, let rules):
      Process.confine()
      return try requests(
        template, rules, given(address), other, settings, configuration, isDryRun: isDryRun,
        console)
    }
  }

  /// An address to send, for what can send nothing else.
  @inline(never)
  private static func given(_ address: IPAddress?) throws(Failure) -> IPAddress {
    guard let address else { throw Failure(.config, "\(Configuration.noOffline)") }
    return address
  }

  /// A request for each host that wants one of its own; what has failed decides.
  @inline(never)
  private static func requests(
    _ template: URLTemplate, _ rules: Service.Rules, _ address: IPAddress,
    _ other: IPAddress?, _ settings: ServiceSection, _ configuration: Configuration,
    isDryRun: Bool, _ console: Console
  ) throws(Failure) -> Outcome? {
    var result: Outcome?
    let usernames = rules.usernames(settings.username)
    for username in usernames {
      guard
        let outcome = try request(
          template, rules, address, other, username, settings, configuration,
          isDryRun: isDryRun, console)
      else { continue }
      if outcome.isSuccess, result != nil { continue }
      if !outcome.isSuccess, usernames.count > 1 {
        outcome.reason = "host \(username): \(outcome.reason)"
      }
      result = outcome
      // What else is wrong is wrong with all of them.
      guard outcome.isSuccess || outcome.word == .nohost else { break }
    }
    return result
  }

  /// Fetches the provider's URL with the address in it, and judges the answer.
  @inline(never)
  private static func request(
    _ template: URLTemplate, _ rules: Service.Rules, _ address: IPAddress,
    _ other: IPAddress?, _ username: [UInt8], _ settings: ServiceSection,
    _ configuration: Configuration, isDryRun: Bool, _ console: Console
  ) throws(Failure) -> Outcome? {
    let root = configuration.root
    let values = URLTemplate.Values(settings, address: address)
    values.username = username
    if template.takesBoth { values.other = other }
    if template.usesPrefix {
      values.prefix = try PrefixDetection.prefix(
        of: address, settings, configuration.global, root: root)
    }
    let text = template.expanded(values, useHTTPS: settings.usesHTTPS)
    guard let url = URL(text) else {
      throw Failure(.config, "update_url is no http or https URL")
    }
    let shown = template.redacted(values, useHTTPS: settings.usesHTTPS)
    console.log(.debug, "#> GET \(shown)")
    if !url.isSecure, !settings.password.isEmpty, shown != text {
      console.log(.info, "\(url.host): password is sent without encryption: try use_https '1'")
    }
    if isDryRun {
      console.log(.info, "Dry Run: NOT sending update")
      return nil
    }
    let client = try SectionClient(settings, root: root)
    let response = try client.fetch(url, families: client.families)
    let said = console.redactor.shown(Quote(response.body), limit: quoteLimit)
    console.log(.debug, "DDNS Provider answered: HTTP \(response.status): \(said)")
    var sent = Judgement.Sent(domain: settings.domain, address: address)
    if let other = values.other { sent.addresses.append(other) }
    let outcome = Judgement.outcome(
      of: Judgement.Answer(response), sent: sent, rules: rules, now: Clock.wallClock,
      matches: Regex.matches)
    outcome.sentToo = values.other
    return outcome
  }
}

extension Judgement.Answer {
  /// What of a response decides.
  @inline(never)
  init(_ response: HTTPResponse) {
    self.init(status: response.status, body: response.body, retryAfter: response.retryAfter)
    isFromElsewhere = response.isElsewhere
    lacksCredentials = response.lacksCredentials
  }
}

extension ExitStatus {
  /// The status for an outcome (DESIGN 3).
  public init(_ outcome: Outcome) {
    switch outcome.kind {
    case .accepted, .unchanged: self = .ok
    case .refused: self = .refused
    case .later, .temporary: self = .temporary
    case .notUnderstood: self = .protocolError
    }
  }
}
