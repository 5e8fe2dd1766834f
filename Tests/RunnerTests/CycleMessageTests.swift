// SPDX-License-Identifier: Apache-2.0

import Policy
import TestSupport
import Testing
import Wire

@testable import Runner

@Suite(.timeLimit(.minutes(15))) struct WordsTests {
  private static let home = IPAddress(octets: [198, 51, 100, 7]) ?? .unspecified(.v4)

  private func words(_ reason: Cycle.Reason) -> String {
    let text = reason.message { seconds in Text("T+\(seconds)").bytes }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  private static let reasons: [(Cycle.Reason, [String])] = [
    (.unchanged(home, since: 60), ["198.51.100.7", "T+60"]),
    (.verified(home), ["198.51.100.7"]), (.notVisible(home), ["198.51.100.7"]),
    (.claimed(home, until: 9), ["198.51.100.7", "T+9"]), (.verifying(home), ["198.51.100.7"]),
    (.dryRun(home), ["198.51.100.7", "Dry Run: NOT sending update"]),
    (.retry(3), ["3"]), (.gaveUp(5), ["5"]), (.later(seconds: 1_800), ["1800"]),
    (.unanswered(home, since: 60), ["198.51.100.7", "T+60"]), (.noAddress, []),
    (.notUnderstood, []), (.blocked(word: [UInt8]("badauth"), since: 9), ["badauth", "T+9"]),
    (.budget(home, until: 9), ["198.51.100.7", "T+9"]), (.unsettled, []),
    (.cached(home, until: 9), ["198.51.100.7", "T+9"]), (.unusable, []),
  ]

  @Test func `every pause has a line of its own, with address, number and date (users 32)`() {
    for (reason, parts) in Self.reasons {
      for part in parts { #expect(words(reason).contains(part), "\(reason)") }
    }
    #expect(Set(Self.reasons.map { words($0.0) }).count == Self.reasons.count)
  }

  @Test(
    arguments: [
      (.first, "Update needed - "), (.changed(from: home), "Update needed - "),
      (.repair, "Update needed - "), (.forced, "Forced Update - "),
      (.requested, "Forced Update - "), (.disproved, "Update needed - "),
    ] as [(Cycle.Cause, String)])
  func `a line about an update begins as in ddns-scripts (contract 5.2)`(
    cause: Cycle.Cause, start: String
  ) {
    #expect(String(decoding: cause.message.bytes, as: UTF8.self).hasPrefix(start))
  }
}
