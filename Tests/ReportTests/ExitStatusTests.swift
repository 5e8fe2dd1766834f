// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Report

/// Swift Testing has one, too.
typealias ExitStatus = Report.ExitStatus

@Suite(.timeLimit(.minutes(15))) struct ExitStatusTests {
  @Test(
    arguments: [
      (.ok, 0), (.differs, 1), (.usage, 64), (.software, 70), (.osError, 71), (.temporary, 75),
      (.protocolError, 76), (.refused, 77), (.config, 78),
    ] as [(ExitStatus, Int32)])
  func `the numbers are frozen (DESIGN 3)`(status: ExitStatus, number: Int32) {
    #expect(status.rawValue == number)
    #expect(ExitStatus(child: number) == status)
    #expect(status.word.count > 0)
  }

  @Test(arguments: [2, 63, 72, 126, 127, 128, 255, -1] as [Int32])
  func `a status no tool should give is our own mistake`(number: Int32) {
    #expect(ExitStatus(child: number) == .software)
  }

  @Test func `a failure is its status and its words`() {
    let failure = Failure(.config, "what")
    #expect(failure == Failure(.config, "what"))
    #expect(failure != Failure(.usage, "what"))
    #expect(failure.message == "what")
  }
}
