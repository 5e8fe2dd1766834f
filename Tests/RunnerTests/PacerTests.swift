// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Runner

@Suite(.timeLimit(.minutes(15))) struct PacerTests {
  @Test func `the first is answered at once, others ever later, and after a rest at once again`() {
    var pacer = Pacer()
    var answers: [Int64] = []
    for now in stride(from: 0, through: 100_000, by: 100) as StrideThrough<Int64> {
      _ = pacer.ask(at: now)
      if pacer.take(at: now) { answers.append(now) }
    }
    #expect(answers == [0, 2_000, 6_000, 14_000, 30_000, 62_000])
    #expect(pacer.due == 126_000)
    let isTaken = pacer.take(at: 126_000)
    let isAsked = pacer.ask(at: 1_000_000)
    #expect(isTaken && isAsked && pacer.due == 1_000_000)
  }

  @Test func `never longer than five minutes, and who asks while another waits gets its answer`() {
    var pacer = Pacer()
    var now: Int64 = 0
    for _ in 1...20 {
      let asked = [pacer.ask(at: now), pacer.ask(at: now)]
      now = pacer.due ?? 0
      let taken = [pacer.take(at: now), pacer.take(at: now)]
      #expect(asked == [true, false] && taken == [true, false])
    }
    let isAsked = pacer.ask(at: now)
    #expect(isAsked && pacer.due == now + 300_000)
  }
}
