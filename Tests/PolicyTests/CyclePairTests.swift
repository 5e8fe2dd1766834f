// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// The two machines of a section of both families: one budget, and nothing else in common.
@Suite(.timeLimit(.minutes(15))) struct CyclePairTests {
  private struct Family {
    var cycle: Cycle
    var address: IPAddress
    var timer: Int64 = 0
    var provided: IPAddress?
    var isBlocked = false
  }

  /// Days of a provider that says anything, then calm ones; all requests, and what is at the end.
  private static func play(_ seed: UInt64) -> (requests: [Int64], families: [Family]) {
    var random = SplitMix64(state: seed)
    let schedule = Schedule(check: 300 << Int64(random.next() % 5), retry: 30)
    var families = ["81.2.69.1", "2a02:8010::1"].map {
      Family(
        cycle: Cycle(schedule: schedule, mode: Cycle.Mode(), record: Record(), fingerprint: 1),
        address: ip($0))
    }
    var requests: [Int64] = []
    var now: Int64 = 1_000
    let (calm, end) = (now + 12 * Cycle.day, now + 15 * Cycle.day)
    while now < end {
      let index = families[0].timer <= families[1].timer ? 0 : 1
      now = max(now, families[index].timer)
      if now < calm, random.next() % 20 == 0 {
        let host = "\(random.next() % 200 + 1)"
        families[index].address = ip(index == 0 ? "81.2.69.\(host)" : "2a02:8010::\(host)")
      }
      let isStart = families[index].cycle.state == .idle
      var event: Cycle.Event? = isStart ? .started : .timer
      while let next = event {
        families[index].cycle.otherRequests = families[1 - index].cycle.record.sent
        let effect = families[index].cycle.step(next, at: now, random: random.next())
        switch effect {
        case .detect: event = .detected(families[index].address)
        case .lookUp, .askZone:
          event = .registered(.addresses(families[index].provided.map { [$0] } ?? []))
        case .update(let address, _):
          requests.append(now)
          let luck = now < calm ? random.next() % 10 : 9
          if luck > 3 { families[index].provided = address }
          event = .answered(
            luck > 5
              ? .accepted(unchanged: luck == 6)
              : luck > 4 ? .later(seconds: 3_600) : luck > 3 ? .notUnderstood : .temporary)
        case .wait(let until, _):
          families[index].timer = max(until, now + 1)
          event = nil
        case .none, .stop: event = nil
        }
      }
    }
    return (requests, families)
  }

  @Test func `both together never send more than one budget, and both arrive`() {
    for seed in 0..<100 as Range<UInt64> {
      let (requests, families) = Self.play(seed)
      for (index, time) in requests.enumerated() where index >= Int(Cycle.defaultBudget) {
        let first = requests[index - Int(Cycle.defaultBudget)]
        #expect(time - first >= Cycle.day, "world \(seed): too many before \(time)")
      }
      for family in families {
        #expect(family.provided == family.address, "world \(seed)")
      }
    }
  }

  @Test func `a request that is shared is one of the budget`() {
    var bench = Bench()
    var effect = bench.step(.started)
    effect = bench.step(.detected(home))
    #expect(effect == .update(home, .first) && bench.cycle.record.sent == [1_000])
    bench.cycle.sharesRequest()
    _ = bench.step(.answered(.accepted(unchanged: false)))
    #expect(bench.cycle.record.sent == [] && bench.cycle.record.accepted == home)
  }

  @Test func `what others have sent is used up`() {
    var bench = Bench(budget: 3)
    bench.cycle.otherRequests = [900, 950, 990]
    let effect = bench.pass(.started)
    guard case .wait(_, .budget(home, until: 900 + Cycle.day)) = effect else {
      Issue.record("\(effect)")
      return
    }
    #expect(bench.sent == [])
  }
}
