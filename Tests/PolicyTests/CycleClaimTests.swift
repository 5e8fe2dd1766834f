// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// A script's status 0 is a claim (DESIGN 6.9): what the zone's own servers do not show is sent again.
@Suite(.timeLimit(.minutes(15))) struct CycleClaimTests {
  private let old = Cycle.Registered.addresses([foreign])

  /// What a pass comes to when DNS shows the old address, and so does the zone.
  private func vainPass(_ bench: inout Bench, _ event: Cycle.Event = .timer) -> Cycle.Effect {
    bench.settled(bench.pass(event, before: old, answer: .claimed, after: old, zone: old), old)
  }

  @Test func `a claim that DNS shows is an update like any other`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started, answer: .claimed))
    #expect(bench.cycle.record.isVerified)
    #expect(bench.cycle.record.claim == nil)
    for _ in 0..<300 { bench.sleep(bench.pass(before: .addresses([home]))) }
    #expect(bench.sent == [.first])
    #expect(bench.zoneQuestions == 0)
  }

  @Test
  func `a claim that the zone's own servers do not show is sent again after a check interval`() {
    var bench = Bench()
    let effect = vainPass(&bench, .started)
    #expect(effect == .wait(until: 1_600, .claimed(home, until: 1_600)))
    bench.sleep(effect)
    #expect(bench.step(.timer) == .detect)
    #expect(bench.step(.detected(home)) == .lookUp)
    #expect(bench.step(.registered(old)) == .askZone)
    #expect(bench.step(.registered(old)) == .update(home, .disproved))
    #expect(bench.step(.answered(.claimed)) == .lookUp)
    #expect(bench.step(.registered(.addresses([home]))) == .wait(until: 2_200, .verified(home)))
    #expect(bench.cycle.record.claim == nil)
  }

  @Test func `an address that the provider has accepted is not sent again in such a case`() {
    var bench = Bench()
    var effect = bench.settled(bench.pass(.started, before: old, after: old), old)
    for _ in 0..<300 {
      bench.sleep(effect)
      effect = bench.settled(bench.pass(before: old, after: old, zone: old), old)
    }
    #expect(bench.sent == [.first])
    #expect(bench.zoneQuestions == 0)
  }

  @Test func `the pauses between tries double up to a day, and a force interval is not forgotten`()
  {
    var bench = Bench()
    var times: [Int64] = []
    var effect = vainPass(&bench, .started)
    while bench.now < 1_000 + 30 * 86_400 {
      bench.sleep(effect)
      let count = bench.sent.count
      let now = bench.now
      effect = vainPass(&bench)
      if bench.sent.count > count { times.append(now) }
    }
    let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(times.first == 1_600)
    #expect(pauses.prefix(4) == [1_200, 2_400, 4_800, 9_600])
    #expect(pauses.allSatisfy { $0 <= 86_400 + 600 })
    #expect(times.count < 40, "about one a day")
    #expect(bench.sent.dropFirst().allSatisfy { $0 == .disproved })
  }

  @Test
  func `a zone that shows it ends the doubt, whatever our resolver says (split DNS, a proxy)`() {
    var bench = Bench()
    bench.sleep(vainPass(&bench, .started))
    let effect = bench.pass(before: old, zone: .addresses([foreign, home]))
    #expect(effect == .wait(until: 2_200, .notVisible(home)))
    #expect(bench.zoneQuestions == 1)
    bench.sleep(effect)
    for _ in 0..<300 { bench.sleep(bench.pass(before: old, zone: old)) }
    #expect(bench.sent == [.first])
    #expect(bench.zoneQuestions == 1)
  }

  @Test func `servers that cannot be asked say nothing, and are asked at the next check`() {
    var bench = Bench()
    bench.sleep(vainPass(&bench, .started))
    for number in 1...20 {
      let effect = bench.pass(before: old, zone: .unknown)
      let next = bench.now + 600
      #expect(effect == .wait(until: next, .claimed(home, until: next)))
      // Events in between do not ask them.
      bench.now += 300
      _ = bench.pass(.addressChanged, before: old, zone: old)
      #expect(bench.zoneQuestions == number)
      bench.now = next
    }
    #expect(bench.sent == [.first])
  }

  @Test func `a resolver that cannot say raises no doubt`() {
    var bench = Bench()
    bench.sleep(bench.settled(bench.pass(.started, answer: .claimed, after: .unknown), .unknown))
    for _ in 0..<50 { bench.sleep(bench.pass(before: .unknown, zone: old)) }
    #expect(bench.sent == [.first])
    #expect(bench.zoneQuestions == 0)
  }

  @Test func `as long as a cache may have the old address no server is asked`() {
    var bench = Bench()
    _ = bench.step(.started)
    _ = bench.step(.detected(home))
    _ = bench.step(.registered(old))
    _ = bench.step(.answered(.claimed))
    var effect = bench.step(.registered(old, lifetime: 3_000))
    effect = bench.settled(effect, old)
    #expect(effect == .wait(until: 1_600, .cached(home, until: 4_000)))
    while bench.now < 4_000 {
      #expect(bench.zoneQuestions == 0)
      bench.sleep(effect)
      effect = bench.pass(before: old, answer: .claimed, zone: old)
    }
    #expect(bench.zoneQuestions == 1)
    #expect(bench.sent == [.disproved], "and the first one by hand")
  }

  @Test func `neither address events nor a restart shorten the pause`() {
    var bench = Bench()
    _ = vainPass(&bench, .started)
    bench.now = 1_500
    _ = bench.pass(.addressChanged, before: old, zone: old)
    bench.restart()
    bench.now = 1_599
    _ = bench.pass(.started, before: old, zone: old)
    #expect(bench.zoneQuestions == 0)
    bench.restart()
    bench.now = 1_600
    _ = bench.pass(.started, before: old, answer: .claimed, after: old, zone: old)
    #expect(bench.sent == [.first, .disproved])
    #expect(bench.cycle.record.claim == Record.Claim(repeats: 1, notBefore: 2_800))
  }

  @Test func `another address is sent at once, and its claim begins anew`() {
    var bench = Bench()
    for _ in 0..<4 {
      bench.sleep(vainPass(&bench, bench.sent.isEmpty ? .started : .timer))
    }
    bench.now += 1
    _ = bench.pass(.addressChanged, address: moved, before: old, answer: .claimed, after: old)
    #expect(bench.sent.last == .changed(from: home))
    #expect(bench.cycle.record.claim?.repeats == 0)
  }

  @Test func `a claim that fails the second time is retried like any failure`() {
    var bench = Bench()
    bench.sleep(vainPass(&bench, .started))
    guard case .wait(let until, .retry(1)) = bench.pass(before: old, answer: .temporary, zone: old)
    else {
      Issue.record("no retry")
      return
    }
    bench.now = until
    _ = bench.pass(before: old, answer: .claimed, zone: old)
    #expect(bench.sent == [.first, .disproved, .disproved])
  }

  @Test func `what DNS has shown is repaired by the old rule when it is gone`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started, answer: .claimed))
    bench.sleep(bench.pass(before: old, answer: .claimed))
    #expect(bench.sent == [.first, .repair])
    #expect(bench.zoneQuestions == 0)
  }

  @Test func `where nothing is looked up a claim is believed`() {
    var mode = Cycle.Mode()
    mode.looksUp = false
    var bench = Bench(Schedule(), mode)
    bench.sleep(bench.pass(.started, answer: .claimed))
    for _ in 0..<100 { bench.sleep(bench.pass()) }
    #expect(bench.sent == [.first])
  }

  @Test func `a run by cron finds out in its next run but one`() {
    var mode = Cycle.Mode()
    mode.isOneShot = true
    mode.retries = false
    var bench = Bench(Schedule(), mode)
    #expect(vainPass(&bench, .started) == .stop(.ok, .claimed(home, until: 1_600)))
    for now in [1_300, 1_600] as [Int64] {
      bench.restart(Schedule(), mode)
      bench.now = now
      _ = vainPass(&bench, .started)
    }
    #expect(bench.sent == [.first, .disproved])
  }

  @Test func `a claim survives its file, and a reboot forgets no doubt`() throws {
    var record = Record()
    record.acceptClaim(home, check: 600, at: 5_000)
    record.acceptClaim(home, check: 600, at: 6_000)
    #expect(record.claim == Record.Claim(repeats: 1, notBefore: 7_200))
    #expect(Record(record.encoded, now: 6_000) == record)
    #expect(String(decoding: record.encoded, as: UTF8.self).contains("\nclaimed 1 7200\n"))
    let file = record.saved(at: Moment(uptime: 6_000, wallClock: 0, boot: [97]), sequence: 3)
    let found = try #require(Record.load(file, at: Moment(uptime: 9, wallClock: 0, boot: [98])))
    #expect(found.record.claim == Record.Claim(repeats: 1, notBefore: 1_200))
  }

  @Test func `claims made again and again do not wear out the flash`() {
    var record = Record()
    record.acceptClaim(home, check: 600, at: 5_000)
    var again = record
    again.acceptClaim(home, check: 600, at: 6_000)
    #expect(record.isDurable(after: Record().durable))
    #expect(!again.isDurable(after: record.durable))
    again.acceptClaim(moved, check: 600, at: 7_000)
    #expect(again.isDurable(after: record.durable))
  }

  @Test(arguments: [
    "claimed", "claimed 1", "claimed -1 5", "claimed 1 x", "claimed 1 999999999999",
  ])
  func `a damaged claim is no record`(line: String) {
    let text = "version 1\nfingerprint 0 1\naccepted 198.51.100.7 5\n\(line)\n"
    #expect(Record(Array(text.utf8), now: 1_000) == nil)
  }
}

extension Bench {
  /// Goes through the look-ups after an update, all with this answer, to their end.
  mutating func settled(_ first: Cycle.Effect, _ answer: Cycle.Registered) -> Cycle.Effect {
    var effect = first
    while case .wait(_, .verifying) = effect {
      sleep(effect)
      _ = step(.timer)
      effect = step(.registered(answer))
    }
    return effect
  }
}
