// SPDX-License-Identifier: Apache-2.0

import Policy
import Wire

extension Cycle.Cause {
  /// The start of the line about an update (contract 5.2).
  var message: Text {
    switch self {
    case .first: "Update needed - no address is known to have been accepted"
    case .changed(let old): "Update needed - accepted address was '\(old)'"
    case .forced: "Forced Update - force interval is over"
    case .requested: "Forced Update - on request"
    case .repair: "Update needed - record was changed by somebody else"
    case .disproved: "Update needed - the zone's own servers do not show what the script has sent"
    }
  }
}

extension Cycle.Reason {
  /// Why nothing is done for now: the one line each pass ends with.
  func message(date: (Int64) -> [UInt8]) -> Text {
    switch self {
    case .unchanged(let address, let since):
      "skip: accepted \(address) unchanged since \(date(since))"
    case .unanswered(let address, let since):
      "skip: accepted \(address) unchanged since \(date(since)); DNS cannot be asked"
    case .verified(let address): "verified: DNS shows \(address)"
    case .notVisible(let address):
      "accepted \(address), but DNS shows another: a cache, a proxy or split DNS; not sent again"
    case .claimed(let address, let until):
      "the script says that \(address) was accepted, but DNS does not show it: the zone's own servers are asked after \(date(until))"
    case .verifying(let address): "accepted \(address), waiting for DNS to show it"
    case .dryRun(let address): "Dry Run: NOT sending update of \(address)"
    case .retry(let count): "temporary failure \(count) in a row"
    case .gaveUp(let count): "gave up after \(count) retries"
    case .unrecorded: "nothing is sent that cannot be recorded"
    case .later(let seconds): "the provider asks to wait \(seconds) seconds"
    case .notUnderstood: "answer not understood"
    case .noAddress: "no address that could be sent was found"
    case .blocked(let word, let since):
      "blocked: \(word) since \(date(since)), until the configuration changes, HUP or --force"
    case .cached(let address, let until):
      "accepted \(address); caches of the DNS may show the old one until \(date(until))"
    case .budget(let address, let until):
      "as many updates sent in 24 hours as are allowed: \(address) not sent before \(date(until))"
    case .unsettled: "addresses change again and again: the next check waits a little"
    case .unusable: "cannot go on with this configuration"
    }
  }
}
