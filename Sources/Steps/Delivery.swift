// SPDX-License-Identifier: Apache-2.0

import DDNS
import Net
import Program
import System
import Wire

/// Tells a section's provider an address.
public enum Delivery {
  /// How much of an answer a log quotes, in bytes.
  static let quoteLimit = 512

  /// Sends the address, or with `isDryRun` only says what would be sent; nil then.
  public static func send(
    _ address: IPAddress, for settings: ServiceSection, _ configuration: Configuration,
    isDryRun: Bool, _ console: Console
  ) throws(Failure) -> Outcome? {
    let service = try configuration.check(settings)
    let values = URLTemplate.Values(settings, address: address)
    guard let url = URL(service.template.expanded(values, useHTTPS: settings.usesHTTPS)) else {
      throw Failure(.config, "update_url is no http or https URL")
    }
    let shown = service.template.redacted(values, useHTTPS: settings.usesHTTPS)
    console.log(.debug, "#> GET \(shown)")
    if !url.isSecure, !settings.password.isEmpty {
      console.log(.info, "\(url.host): password is sent without encryption: try use_https '1'")
    }
    if isDryRun {
      console.log(.info, "Dry Run: NOT sending update")
      return nil
    }
    let client = try SectionClient(settings, root: configuration.root)
    let families: [IPAddress.Family] =
      settings.forcesFamily ? [settings.family] : [.v4, .v6]
    let response = try client.fetch(url, families: families)
    console.log(
      .debug,
      "DDNS Provider answered: HTTP \(response.status): \(response.body.prefix(quoteLimit).trimmed)"
    )
    return Judgement.outcome(
      of: Judgement.Answer(
        status: response.status, body: response.body, retryAfter: response.retryAfter),
      sent: Judgement.Sent(domain: settings.domain, address: address), rules: service.rules,
      now: Clock.wallClock, matches: Regex.matches)
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
