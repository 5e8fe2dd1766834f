// SPDX-License-Identifier: Apache-2.0

import Policy
import TestSupport
import Testing
import Wire

@testable import Runner

@Suite(.timeLimit(.minutes(1))) struct WordsTests {
  private static let home = IPAddress(octets: [198, 51, 100, 7]) ?? .unspecified(.v4)

  private func words(_ reason: Cycle.Reason) -> String {
    let text = reason.words { seconds in Text("T+\(seconds)").bytes }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (.unchanged(home, since: 60), "skip: accepted 198.51.100.7 unchanged since T+60"),
      (.verified(home), "verified: DNS shows 198.51.100.7"),
      (
        .notVisible(home),
        "accepted 198.51.100.7, but DNS shows another: a cache, a proxy or split DNS; not sent again"
      ),
      (.verifying(home), "accepted 198.51.100.7, waiting for DNS to show it"),
      (.dryRun(home), "Dry Run: NOT sending update of 198.51.100.7"),
      (.retry(3), "temporary failure 3 in a row"), (.gaveUp(5), "gave up after 5 retries"),
      (.later(seconds: 1_800), "the provider asks to wait 1800 seconds"),
      (.notUnderstood, "answer not understood"),
      (
        .blocked(word: [UInt8]("badauth"), since: 9),
        "blocked: badauth since T+9, until the configuration changes, HUP or --force"
      ),
      (
        .budget(home, until: 9),
        "as many updates sent in 24 hours as are allowed: 198.51.100.7 not sent before T+9"
      ),
      (.unsettled, "addresses change again and again: the next check waits a little"),
      (
        .cached(home, until: 9),
        "accepted 198.51.100.7; caches of the DNS may show the old one until T+9"
      ),
      (.unusable, "cannot go on with this configuration"),
    ] as [(Cycle.Reason, String)])
  func `every reason for a pause says why and until when (users 32)`(
    reason: Cycle.Reason, text: String
  ) {
    #expect(words(reason) == text)
  }

  @Test(
    arguments: [
      (.first, "Update needed - no address is known to have been accepted"),
      (.changed(from: home), "Update needed - accepted address was '198.51.100.7'"),
      (.forced, "Forced Update - force interval is over"),
      (.requested, "Forced Update - on request"),
      (.repair, "Update needed - record was changed by somebody else"),
    ] as [(Cycle.Cause, String)])
  func `a line about an update begins as in ddns-scripts (contract 5.2)`(
    cause: Cycle.Cause, text: String
  ) {
    #expect(String(decoding: cause.words.bytes, as: UTF8.self) == text)
  }
}
