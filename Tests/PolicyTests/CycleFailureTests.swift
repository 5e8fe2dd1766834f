// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct CycleFailureTests {
  private let badauth = Cycle.Answer.refused(word: [UInt8]("badauth"))

  @Test func `a refusal blocks the section, over restarts too (DESIGN 6.3)`() {
    var bench = Bench()
    var effect = bench.pass(.started, answer: badauth)
    for _ in 0..<200 {
      let blocked = Cycle.Reason.blocked(word: [UInt8]("badauth"), since: 1_000)
      #expect(effect == .wait(until: bench.now + 600, blocked))
      bench.sleep(effect)
      effect = bench.pass(address: moved)
    }
    bench.restart()
    _ = bench.pass(.started)
    #expect(bench.sent == [.first])
  }

  @Test func `a person lifts a block`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: badauth)
    var record = bench.cycle.record
    record.lift()
    bench = Bench(record: record)
    bench.sent = [.first]
    #expect(bench.pass(.started) == .wait(until: 1_600, .verified(home)))
    #expect(bench.sent == [.first, .first])
    #expect(bench.cycle.record.block == nil)
  }

  @Test func `a changed configuration lifts a block`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: badauth)
    bench.restart(fingerprint: 2)
    _ = bench.pass(.started)
    #expect(bench.sent == [.first, .first])
  }

  @Test func `--force lifts a block`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: badauth)
    var mode = Cycle.Mode()
    mode.isForced = true
    bench.restart(Schedule(), mode)
    _ = bench.pass(.started)
    #expect(bench.sent == [.first, .requested])
  }

  @Test func `another configuration inherits the requests already sent and nothing else`() {
    var bench = Bench()
    _ = bench.pass(.started)
    bench.restart(fingerprint: 2)
    let record = bench.cycle.record
    #expect(record.accepted == nil)
    #expect(!record.isVerified)
    #expect(record.fingerprint == 2)
    #expect(record.sent == [1_000])
    _ = bench.pass(.started, before: .addresses([home]))
    #expect(bench.sent == [.first, .first])
  }

  @Test func `a refused word of several words does not damage the file`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: .refused(word: [UInt8]("!yours 5\nnohost")))
    bench.restart()
    #expect(bench.cycle.record.block?.word == [UInt8]("!yours"))
    _ = bench.pass(.started)
    #expect(bench.sent == [.first])
  }

  @Test func `a pause the provider asks for is kept`() {
    var bench = Bench()
    let effect = bench.pass(.started, answer: .later(seconds: 1_800))
    #expect(effect == .wait(until: 2_800, .later(seconds: 1_800)))
    bench.sleep(effect)
    _ = bench.pass()
    #expect(bench.sent == [.first, .first])
  }

  @Test func `neither address event nor restart shortens a pause the provider asks for`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: .later(seconds: 1_800))
    bench.now = 1_500
    #expect(bench.pass(.addressChanged) == .wait(until: 2_800, .later(seconds: 1_300)))
    bench.restart()
    #expect(bench.pass(.started) == .wait(until: 2_800, .later(seconds: 1_300)))
    #expect(bench.sent == [.first])
    bench.restart(fingerprint: 2)
    _ = bench.pass(.started)
    #expect(bench.sent == [.first, .first])
  }

  @Test(
    arguments: [
      (0, 60), (1, 60), (59, 60), (3_600, 3_600), (86_401, 86_400), (.max, 86_400),
    ] as [(Int64, Int64)])
  func `a pause is at least the retry interval and at most a day`(asked: Int64, kept: Int64) {
    var bench = Bench()
    let effect = bench.pass(.started, answer: .later(seconds: asked))
    #expect(effect == .wait(until: 1_000 + kept, .later(seconds: kept)))
  }

  @Test func `an answer that is not understood waits for the check interval`() {
    var bench = Bench()
    let effect = bench.pass(.started, answer: .notUnderstood)
    #expect(effect == .wait(until: 1_600, .notUnderstood))
  }

  @Test func `temporary failures double the pause, with jitter, up to the check interval`() {
    for random in [0, 1, 7, 1_000, UInt64.max] {
      var cycle = Bench().cycle
      var now: Int64 = 1_000
      _ = cycle.step(.started, at: now)
      for count in 1...60 as ClosedRange<Int64> {
        let effect = cycle.step(.notDetected(retry: true), at: now, random: random)
        guard case .wait(let until, .retry(count)) = effect else {
          Issue.record("no retry but \(effect)")
          return
        }
        let base: Int64 = count > 4 ? 600 : 60 << (count - 1)
        let pause = until - now
        #expect(pause >= base - base / 8)
        #expect(pause <= base + (base + 7) / 8)
        now = until
        #expect(cycle.step(.timer, at: now) == .detect)
      }
    }
  }

  @Test func `retry_backoff 0 has the fixed pause of ddns-scripts`() {
    var bench = Bench(Schedule(retry: 33, backsOff: false))
    var effect = bench.pass(.started, answer: .temporary)
    for count in 1...11 as ClosedRange<Int64> {
      #expect(effect == .wait(until: bench.now + 33, .retry(count)))
      bench.sleep(effect)
      effect = bench.pass(answer: .temporary)
    }
  }

  @Test func `a success forgets the failures before it`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started, answer: .temporary))
    bench.sleep(bench.pass(answer: .temporary))
    bench.sleep(bench.pass())
    let effect = bench.pass(address: moved, answer: .temporary)
    guard case .wait(_, .retry(1)) = effect else {
      Issue.record("\(effect)")
      return
    }
  }

  @Test func `retry_max_count waits for the check interval and begins again (B6, B22, B23)`() {
    var bench = Bench(Schedule(retryMaxCount: 2, backsOff: false))
    var effect = bench.pass(.started, answer: .temporary)
    for _ in 0..<3 {
      for count in 1...2 as ClosedRange<Int64> {
        #expect(effect == .wait(until: bench.now + 60, .retry(count)))
        bench.sleep(effect)
        effect = bench.pass(answer: .temporary)
      }
      #expect(effect == .wait(until: bench.now + 600, .gaveUp(2)))
      bench.sleep(effect)
      effect = bench.pass(answer: .temporary)
    }
  }

  @Test func `an address that will not be found soon waits for the check interval`() {
    var bench = Bench()
    #expect(bench.step(.started) == .detect)
    #expect(bench.step(.notDetected(retry: false)) == .wait(until: 1_600, .noAddress))
  }

  @Test(arguments: [48, 1, 5, 0] as [Int64])
  func `no answer whatever makes it send more than the budget in a day`(budget: Int64) {
    let answers: [Cycle.Answer] = [
      .temporary, .notUnderstood, .later(seconds: 0), .accepted(unchanged: true),
      .accepted(unchanged: false),
    ]
    for answer in answers {
      var bench = Bench(Schedule(force: 600, retry: 1, backsOff: false), budget: budget)
      bench.now = 100_000
      var effect = bench.pass(.started, answer: answer)
      while bench.now < 100_000 + 86_400 {
        bench.sleep(effect)
        if bench.now < 100_000 + 86_400 { effect = bench.pass(answer: answer) }
      }
      #expect(Int64(bench.sent.count) <= budget)
      #expect(budget == 0 || !bench.sent.isEmpty)
    }
  }

  @Test func `a used up budget is over a day after its first request, and survives a restart`() {
    var bench = Bench(budget: 1)
    bench.now = 100_000
    bench.sleep(bench.pass(.started))
    // Meanwhile our address and DNS are looked at as ever.
    while bench.now < 186_400 {
      let effect = bench.pass(address: moved)
      let next = min(bench.now + 600, 186_400)
      #expect(effect == .wait(until: next, .budget(moved, until: 186_400)))
      bench.sleep(effect)
    }
    bench.sleep(bench.pass(address: moved))
    #expect(bench.sent == [.first, .changed(from: home)])
    let record = Record(bench.cycle.record.encoded, now: bench.now)
    #expect(record?.sent == [186_400])
  }

  @Test func `any 24 hours have no more requests than the budget, not only those of a clock`() {
    var bench = Bench(Schedule(force: 600, backsOff: false))
    var times: [Int64] = []
    var address = home
    for minute in 0..<(60 * 24 * 4) {
      bench.now = 100_000 + Int64(minute) * 60
      let count = bench.sent.count
      // Quiet, and then a burst around the end of a day that would begin with the first request.
      if minute == 0 || minute > 60 * 23 { address = address == home ? moved : home }
      _ = bench.pass(minute == 0 ? .started : .timer, address: address)
      if bench.sent.count > count { times.append(bench.now) }
      let inDay = times.count { bench.now - $0 < 86_400 }
      #expect(Int64(inDay) <= Cycle.defaultBudget)
    }
    #expect(times.count > 48)
  }

  @Test(arguments: [Cycle.Answer.temporary, .notUnderstood, .accepted(unchanged: false)])
  func `repeats use half of the budget, and a change late in the day is sent at once`(
    answer: Cycle.Answer
  ) {
    var bench = Bench(Schedule(force: 600, retry: 60, backsOff: false))
    bench.now = 100_000
    var effect = bench.pass(.started, answer: answer)
    var longest: Int64 = 0
    var last = bench.now
    while bench.now < 100_000 + 80_000 {
      bench.sleep(effect)
      let count = bench.sent.count
      effect = bench.pass(answer: answer)
      if bench.sent.count > count {
        longest = max(longest, bench.now - last)
        last = bench.now
      }
    }
    #expect(bench.sent.count <= 24 + 1)
    #expect(longest <= 2 * 3_600 + 600, "no repeat waits for a day")
    for number in 0..<20 {
      bench.now += 900
      _ = bench.pass(.addressChanged, address: number % 2 == 0 ? moved : home)
      #expect(bench.cycle.record.accepted == (number % 2 == 0 ? moved : home))
    }
  }
}
