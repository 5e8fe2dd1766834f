// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// What an address event starts, and what it must not shorten.
@Suite(.timeLimit(.minutes(15))) struct CycleEventTests {
  @Test func `an address event starts a pass at once`() {
    var bench = Bench(Schedule(check: 86_400))
    _ = bench.pass(.started)
    bench.now += 10
    let effect = bench.pass(.addressChanged, address: moved)
    #expect(effect == .wait(until: 87_410, .verified(moved)))
    #expect(bench.sent == [.first, .changed(from: home)])
  }

  @Test func `an address event lifts no block and does not wake a blocked section`() {
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

  @Test func `as long as a cache may have the old address it is called a cache`() {
    // The first answer counts: later ones of other caches would prolong it without end.
    var bench = Bench()
    _ = bench.step(.started)
    _ = bench.step(.detected(home))
    _ = bench.step(.registered(nothing))
    _ = bench.step(.answered(.accepted(unchanged: false)))
    var effect = bench.step(.registered(.addresses([foreign]), lifetime: 900))
    while case .wait(_, .verifying) = effect {
      bench.sleep(effect)
      _ = bench.step(.timer)
      effect = bench.step(.registered(.addresses([foreign]), lifetime: 5_000))
    }
    #expect(effect == .wait(until: 1_600, .cached(home, until: 1_900)))
    bench.sleep(effect)
    effect = bench.pass(before: .addresses([foreign]))
    #expect(effect == .wait(until: 2_200, .cached(home, until: 1_900)))
    bench.sleep(effect)
    #expect(bench.pass(before: .addresses([foreign])) == .wait(until: 2_800, .notVisible(home)))
    #expect(bench.sent == [])
  }

  @Test(arguments: [(Int64.max, 4_600), (3_601, 4_600), (60, 1_060)] as [(Int64, Int64)])
  func `no cache is waited for longer than an hour`(lifetime: Int64, until: Int64) {
    var bench = Bench(Schedule(check: 1))
    _ = bench.step(.started)
    _ = bench.step(.detected(home))
    _ = bench.step(.registered(nothing))
    _ = bench.step(.answered(.accepted(unchanged: false)))
    guard case .wait(_, .cached(home, until)) = bench.step(.registered(nothing, lifetime: lifetime))
    else {
      Issue.record("not until \(until)")
      return
    }
  }

  @Test func `a pass that takes too long is a temporary failure, wherever it hangs`() {
    var accepted = Record()
    accepted.fingerprint = 1
    accepted.accept(home, unchanged: false, at: 100)
    let paths: [([Cycle.Event], Record, Cycle.Effect)] = [
      ([.started], Record(), .detect), ([.started, .detected(home)], accepted, .lookUp),
      ([.started, .detected(home)], Record(), .update(home, .first)),
    ]
    for (path, record, last) in paths {
      var bench = Bench(record: record)
      var effect = Cycle.Effect.none
      for event in path { effect = bench.step(event) }
      #expect(effect == last && bench.cycle.isInPass)
      bench.now += Cycle.passPatience
      guard case .wait(_, .retry(1)) = bench.step(.expired) else {
        Issue.record("\(path)")
        return
      }
      #expect(!bench.cycle.isInPass)
      #expect(bench.cycle.record.attempted == (last == .update(home, .first) ? home : nil))
    }
  }

  @Test func `whoever waits for --once waits no longer than is said, even if DNS is silent`() {
    var mode = Cycle.Mode()
    mode.isOneShot = true
    mode.retries = false
    var bench = Bench(Schedule(), mode)
    #expect(bench.cycle.lookUpDeadline == nil)
    _ = bench.step(.started)
    _ = bench.step(.detected(home))
    #expect(bench.cycle.lookUpDeadline == nil)
    _ = bench.step(.answered(.accepted(unchanged: false)))
    #expect(bench.cycle.lookUpDeadline == 1_000 + Cycle.watchedPatience)
    bench.now += Cycle.watchedPatience
    #expect(bench.step(.registered(.unknown)) == .stop(.ok, .notVisible(home)))
  }
}
