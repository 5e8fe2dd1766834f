// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct CycleOfflineTests {
  private func offline(_ bench: inout Bench, at now: Int64) -> Bool {
    bench.cycle.goesOffline(at: now)
  }

  @Test func `what was accepted is taken back once, and sent anew by the next start`() {
    var bench = Bench()
    #expect(!offline(&bench, at: bench.now), "nothing was sent")
    _ = bench.pass(.started)
    #expect(bench.sent == [.first])
    bench.now += 10
    let before = bench.cycle.record
    #expect(offline(&bench, at: bench.now))
    #expect(bench.cycle.record.sent == [1_000, 1_010])
    // It survives a reboot, and `keep_others` knows which address was ours.
    #expect(bench.cycle.record.isDurable(after: before.durable))
    #expect(bench.cycle.record.accepted == home)
    #expect(!offline(&bench, at: bench.now), "it is offline")
    bench.restart()
    _ = bench.pass(.started, before: .addresses([home]))
    #expect(bench.sent == [.first, .first])
    #expect(!bench.cycle.record.isOffline)
    bench.restart()
    _ = bench.pass(.started, before: .addresses([home]))
    #expect(bench.sent == [.first, .first])
  }

  @Test func `a try to come back that has failed is another to go offline`() {
    var bench = Bench()
    _ = bench.pass(.started)
    #expect(offline(&bench, at: bench.now))
    bench.restart()
    _ = bench.pass(.started, answer: .temporary)
    #expect(bench.cycle.record.isOffline)
    // It may have been obeyed.
    #expect(offline(&bench, at: bench.now))
    bench.restart()
    _ = bench.pass(.started)
    #expect(bench.sent == [.first, .first, .first])
  }

  @Test func `a block, a pause, a dry run and the budget hold`() {
    var bench = Bench()
    _ = bench.pass(.started)
    var record = bench.cycle.record
    record.block = Record.Block(word: [UInt8]("badauth"), since: 1_000)
    var blocked = Bench(record: record)
    #expect(!offline(&blocked, at: 1_000))
    record = bench.cycle.record
    record.notBefore = 2_000
    var paused = Bench(record: record)
    #expect(!offline(&paused, at: 1_999))
    #expect(offline(&paused, at: 2_000))
    var mode = Cycle.Mode()
    mode.isDryRun = true
    var dry = Bench(Schedule(), mode, record: bench.cycle.record)
    #expect(!offline(&dry, at: 1_000))
    var poor = Bench(record: bench.cycle.record, budget: 1)
    #expect(!offline(&poor, at: 1_000 + Cycle.day - 1))
    #expect(offline(&poor, at: 1_000 + Cycle.day))
  }

  @Test func `a link that flaps all day leaves half of the budget for addresses`() {
    var bench = Bench()
    for _ in 0..<1_000 {
      _ = bench.pass(.started)
      _ = bench.cycle.goesOffline(at: bench.now)
      bench.restart()
      bench.now += 80
    }
    #expect(bench.cycle.record.sent.count <= Int(Cycle.defaultBudget) - 10)
  }
}
