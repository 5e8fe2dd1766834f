// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DDNS

/// What an address event starts, and what it must not shorten.
@Suite(.timeLimit(.minutes(1))) struct CycleEventTests {
  @Test func `an address event starts a pass at once`() {
    var bench = Bench(Schedule(check: 86_400))
    _ = bench.pass(.started)
    bench.now += 10
    let effect = bench.pass(.addressChanged, address: moved)
    #expect(effect == .wait(until: 87_410, .verified(moved)))
    #expect(bench.sent == [.first, .changed(from: home)])
  }

  @Test func `an address event lifts no block and does not wake a blocked section (issue 3)`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: .refused(word: [UInt8]("badauth")))
    for _ in 0..<100 {
      bench.now += 1
      #expect(bench.step(.addressChanged) == .none)
    }
    bench.now = 1_600
    guard case .wait(_, .blocked) = bench.step(.timer) else {
      Issue.record("not blocked any more")
      return
    }
    #expect(bench.sent == [.first])
  }

  @Test func `a block of the pass in which the event comes stays`() {
    var bench = Bench()
    _ = bench.step(.started)
    _ = bench.step(.addressChanged)
    let effect = bench.pass(.detected(home), answer: .refused(word: [UInt8]("abuse")))
    #expect(effect == .wait(until: 1_600, .blocked(word: [UInt8]("abuse"), since: 1_000)))
  }

  @Test(arguments: [Cycle.Answer.temporary, .notUnderstood])
  func `the same address is not sent again before the back-off is over`(answer: Cycle.Answer) {
    var bench = Bench(Schedule(check: 3_600, retry: 600))
    guard case .wait(let until, _) = bench.pass(.started, answer: answer) else { return }
    for _ in 0..<200 {
      bench.now += 1
      _ = bench.pass(.addressChanged)
    }
    #expect(bench.sent == [.first])
    bench.now = until
    _ = bench.pass(.timer)
    #expect(bench.sent == [.first, .first])
  }

  @Test func `another address is sent although the last one failed`() {
    var bench = Bench(Schedule(check: 3_600, retry: 600))
    _ = bench.pass(.started, answer: .temporary)
    bench.now += 5
    _ = bench.pass(.addressChanged, address: moved)
    #expect(bench.sent == [.first, .first])
    #expect(bench.cycle.record.accepted == moved)
  }

  @Test func `failures go on counting over address events`() {
    var bench = Bench(Schedule(backsOff: false))
    _ = bench.step(.started)
    for count in 1...5 as ClosedRange<Int64> {
      guard case .wait(_, .retry(count)) = bench.step(.notDetected(retry: true)) else {
        Issue.record("not failure \(count)")
        return
      }
      bench.now += 40
      #expect(bench.step(.addressChanged) == .detect)
    }
  }

  @Test func `a budget that is used up is not renewed by events`() {
    var bench = Bench(budget: 1)
    _ = bench.pass(.started)
    for _ in 0..<200 {
      bench.now += 300
      _ = bench.pass(.addressChanged, address: moved, before: .addresses([home]))
    }
    #expect(bench.sent == [.first])
  }

  @Test func `events in quick succession begin ever fewer passes, and the last one is not lost`() {
    var bench = Bench(Schedule(check: 3_600))
    _ = bench.pass(.started)
    bench.now = 2_000
    var passes = 0
    var timer = Int64.max
    for _ in 0..<86_400 {
      bench.now += 1
      let event = bench.now >= timer ? Cycle.Event.timer : .addressChanged
      switch bench.pass(event, before: .addresses([home])) {
      case .wait(let until, .unsettled): timer = until
      case .wait(let until, _):
        timer = until
        passes += 1
      default: break
      }
    }
    // 1, 2, 4, ... seconds up to the check interval; then one each check interval.
    #expect(passes > 24 && passes <= 24 + 13)
    _ = bench.step(.addressChanged)
    bench.now = timer
    _ = bench.pass(.timer, address: moved)
    #expect(bench.cycle.record.accepted == moved)
    // After a quiet time the next event is answered at once again.
    bench.now += 3_600
    _ = bench.pass(.timer, address: moved)
    bench.now += 1
    #expect(bench.step(.addressChanged) == .detect)
  }
}
