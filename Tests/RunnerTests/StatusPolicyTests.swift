// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import TestSupport
import Testing
import Wire

@testable import Runner

@Suite(.timeLimit(.minutes(15))) struct StatusPolicyTests {
  @Test(arguments: [
    (Cycle.Reason.retry(2), Status.State.retrying), (.budget(home, until: 9), .paused),
    (.cached(home, until: 9), .waiting),
    (.later(seconds: 9), .paused), (.blocked(word: [], since: 1), .blocked),
    (.verifying(home), .verifying), (.verified(home), .waiting), (.gaveUp(3), .waiting),
    (.unusable, .stopped),
  ])
  func `each reason has its state`(reason: Cycle.Reason, state: Status.State) {
    #expect(Status.State(reason) == state)
  }

  @Test func `a status takes over what is remembered`() {
    var record = Record()
    record.accepted = home
    record.acceptedAt = -50
    record.sent = [-70, -30, -20]
    let status = Status()
    status.adopt(record)
    #expect(status.accepted == home && status.acceptedAt == -50)
    #expect(status.budgetUsed == 3 && status.budgetLast == -20 && status.budgetLimit == 48)
  }
}
