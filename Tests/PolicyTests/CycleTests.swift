// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// Swift Testing has one, too.
typealias ExitStatus = Report.ExitStatus

let nothing = Cycle.Registered.addresses([])

/// A machine with a clock, and the tools that answer it.
struct Bench {
  var cycle: Cycle
  var now: Int64 = 1_000
  /// What was sent, and why.
  var sent: [Cycle.Cause] = []
  /// How many times the zone's own servers were asked.
  var zoneQuestions = 0

  init(
    _ schedule: Schedule = Schedule(), _ mode: Cycle.Mode = Cycle.Mode(),
    record: Record = Record(), fingerprint: UInt64 = 1, budget: Int64 = Cycle.defaultBudget
  ) {
    cycle = Cycle(
      schedule: schedule, mode: mode, record: record, fingerprint: fingerprint, budget: budget)
  }

  mutating func step(_ event: Cycle.Event) -> Cycle.Effect {
    cycle.step(event, at: now, random: 0)
  }

  /// Plays the tools for one pass, which `event` begins; what the machine says at its end.
  mutating func pass(
    _ event: Cycle.Event = .timer, address: IPAddress = home, before: Cycle.Registered = nothing,
    answer: Cycle.Answer = .accepted(unchanged: false), after: Cycle.Registered? = nil,
    zone: Cycle.Registered = .unknown
  ) -> Cycle.Effect {
    var effect = step(event)
    var hasSent = false
    while true {
      switch effect {
      case .detect: effect = step(.detected(address))
      case .lookUp:
        effect = step(.registered(hasSent ? after ?? .addresses([address]) : before))
      case .askZone:
        zoneQuestions += 1
        effect = step(.registered(zone))
      case .update(_, let cause):
        sent.append(cause)
        hasSent = true
        effect = step(.answered(answer))
      case .none, .wait, .stop: return effect
      }
    }
  }

  /// Lets the time of a `wait` come.
  mutating func sleep(_ effect: Cycle.Effect) {
    if case .wait(let until, _) = effect { now = until }
  }

  /// Ends the process and starts it again, with what its file says.
  mutating func restart(
    _ schedule: Schedule = Schedule(), _ mode: Cycle.Mode = Cycle.Mode(), fingerprint: UInt64 = 1
  ) {
    let record = Record(cycle.record.encoded, now: now) ?? Record()
    cycle = Cycle(schedule: schedule, mode: mode, record: record, fingerprint: fingerprint)
  }
}

@Suite(.timeLimit(.minutes(15))) struct CycleTests {
  @Test(arguments: [nothing, .addresses([foreign]), .addresses([home]), .unknown])
  func `a first update goes out whatever DNS says or cannot say (users 9)`(
    before: Cycle.Registered
  ) {
    var bench = Bench()
    #expect(bench.pass(.started, before: before) == .wait(until: 1_600, .verified(home)))
    #expect(bench.sent == [.first])
  }

  @Test func `the steps of a pass follow one another`() {
    var bench = Bench()
    #expect(bench.step(.started) == .detect)
    #expect(bench.step(.detected(home)) == .update(home, .first))
    #expect(bench.step(.answered(.accepted(unchanged: false))) == .lookUp)
    #expect(bench.step(.registered(.addresses([home]))) == .wait(until: 1_600, .verified(home)))
    bench.now = 1_600
    #expect(bench.step(.timer) == .detect)
    #expect(bench.step(.detected(home)) == .lookUp)
    #expect(
      bench.step(.registered(.addresses([home])))
        == .wait(until: 2_200, .unchanged(home, since: 1_000)))
  }

  @Test func `DNS is asked before an update only while nothing may be sent, or in a dry run`() {
    var bench = Bench()
    _ = bench.pass(.started, answer: .later(seconds: 3_600))
    _ = bench.step(.addressChanged)
    #expect(bench.step(.detected(home)) == .lookUp)
    #expect(bench.step(.registered(nothing)) == .wait(until: 4_600, .later(seconds: 3_600)))
    var mode = Cycle.Mode()
    mode.isDryRun = true
    bench = Bench(Schedule(), mode)
    _ = bench.step(.started)
    #expect(bench.step(.detected(home)) == .lookUp)
    #expect(bench.step(.registered(nothing)) == .wait(until: 1_600, .dryRun(home)))
  }

  @Test func `an address that was accepted is not sent again`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started))
    for _ in 0..<300 {
      let effect = bench.pass(before: .addresses([home]))
      #expect(effect == .wait(until: bench.now + 600, .unchanged(home, since: 1_000)))
      bench.sleep(effect)
    }
    #expect(bench.sent == [.first])
  }

  @Test func `a changed address is sent, and the log can say from what`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started))
    bench.sleep(bench.pass(address: moved, before: .addresses([home])))
    #expect(bench.sent == [.first, .changed(from: home)])
  }

  @Test func `a resolver that cannot say neither blocks nor triggers an update (users 9, 10)`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started))
    bench.sleep(bench.pass(before: .unknown))
    #expect(bench.sent == [.first])
    bench.sleep(bench.pass(address: moved, before: .unknown, after: .unknown))
    #expect(bench.sent == [.first, .changed(from: home)])
  }

  @Test func `the force interval sends again, and not a second before`() {
    var bench = Bench(Schedule(force: 3_600))
    bench.sleep(bench.pass(.started))
    bench.now = 1_000 + 3_599
    #expect(bench.pass(before: .addresses([home])) != .none)
    #expect(bench.sent == [.first])
    bench.now = 1_000 + 3_600
    // The timer of the wait above.
    _ = bench.pass(before: .addresses([home]), answer: .accepted(unchanged: true))
    #expect(bench.sent == [.first, .forced])
  }

  @Test func `a force interval goes on counting over a restart`() {
    var bench = Bench(Schedule(force: 3_600))
    _ = bench.pass(.started)
    bench.now += 3_600
    bench.restart(Schedule(force: 3_600))
    _ = bench.pass(.started, before: .addresses([home]))
    #expect(bench.sent == [.first, .forced])
  }

  @Test func `--force sends what is known already, once`() {
    var bench = Bench()
    _ = bench.pass(.started)
    var mode = Cycle.Mode()
    mode.isForced = true
    bench.restart(Schedule(), mode)
    bench.sleep(bench.pass(.started, before: .addresses([home])))
    bench.sleep(bench.pass(before: .addresses([home])))
    #expect(bench.sent == [.first, .requested])
  }

  @Test func `--force that fails stays asked for`() {
    var mode = Cycle.Mode()
    mode.isForced = true
    var record = Record()
    record.accepted = home
    record.acceptedAt = 900
    record.fingerprint = 1
    var bench = Bench(Schedule(), mode, record: record)
    bench.sleep(bench.pass(.started, before: .addresses([home]), answer: .temporary))
    bench.sleep(bench.pass(before: .addresses([home])))
    #expect(bench.sent == [.requested, .requested])
  }

  @Test(arguments: [nothing, .addresses([foreign])])
  func `a record that was right and is not any more is repaired`(later: Cycle.Registered) {
    var bench = Bench()
    bench.sleep(bench.pass(.started))
    bench.sleep(bench.pass(before: later))
    #expect(bench.sent == [.first, .repair])
  }

  @Test func `a foreign answer after good is never answered with an update (users 10, 21)`() {
    let proxy = Cycle.Registered.addresses([foreign])
    var bench = Bench(Schedule(force: 10_000_000))
    var effect = bench.pass(.started, before: proxy, after: proxy)
    for _ in 0..<2_000 {
      bench.sleep(effect)
      effect = bench.pass(before: proxy, after: proxy)
    }
    #expect(effect == .wait(until: bench.now + 600, .notVisible(home)))
    #expect(bench.sent == [.first])
  }

  @Test func `one of several addresses of a name is enough (users 20)`() {
    var bench = Bench()
    let both = Cycle.Registered.addresses([foreign, home])
    let effect = bench.pass(.started, before: both, after: both)
    #expect(effect == .wait(until: 1_600, .verified(home)))
    bench.sleep(effect)
    _ = bench.pass(before: both)
    #expect(bench.sent == [.first])
  }

  @Test func `two nochg in a row are the last until the address changes`() {
    let unchanged = Cycle.Answer.accepted(unchanged: true)
    var bench = Bench(Schedule(force: 10_000_000))
    // Resolvers that disagree: the record is seen after each update and gone before the next.
    bench.sleep(bench.pass(.started, answer: unchanged))
    for _ in 0..<100 { bench.sleep(bench.pass(before: .addresses([foreign]), answer: unchanged)) }
    #expect(bench.sent == [.first, .repair])
    bench.restart(Schedule(force: 10_000_000))
    bench.sleep(bench.pass(.started, before: .addresses([foreign]), answer: unchanged))
    #expect(bench.sent == [.first, .repair])
    bench.sleep(bench.pass(address: moved, before: .addresses([foreign])))
    #expect(bench.sent == [.first, .repair, .changed(from: home)])
    bench.sleep(bench.pass(address: moved, before: .addresses([foreign])))
    #expect(bench.sent.last == .repair)
  }

  @Test func `two nochg in a row do not stop the force interval`() {
    let unchanged = Cycle.Answer.accepted(unchanged: true)
    var bench = Bench(Schedule(force: 86_400))
    bench.sleep(bench.pass(.started, answer: unchanged))
    for _ in 0..<(144 * 3) {
      bench.sleep(bench.pass(before: .addresses([foreign]), answer: unchanged))
    }
    #expect(bench.sent.filter { $0 == .forced }.count == 2)
    #expect(bench.sent.filter { $0 == .repair }.count == 1)
  }

  @Test func `an address that was sent but not answered is not forgotten`() {
    var record = Record()
    record.accepted = home
    record.acceptedAt = 900
    record.fingerprint = 1
    var bench = Bench(record: record)
    let proxy = Cycle.Registered.addresses([foreign])
    // The provider takes the new address, the answer is lost, and the old address comes back.
    bench.sleep(bench.pass(.started, address: moved, before: proxy, answer: .temporary))
    bench.restart()
    bench.sleep(bench.pass(.started, before: proxy))
    #expect(bench.sent == [.changed(from: home), .changed(from: moved)])
  }

  @Test func `the look-ups after an update do not put the next check off`() {
    var bench = Bench()
    var effect = bench.pass(.started, after: nothing)
    var pauses: [Int64] = []
    while case .wait(let until, .verifying(home)) = effect {
      pauses.append(until - bench.now)
      bench.sleep(effect)
      #expect(bench.step(.timer) == .lookUp)
      effect = bench.step(.registered(nothing))
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256])
    #expect(effect == .wait(until: 1_600, .notVisible(home)))
  }

  @Test func `a record that shows late ends the look-ups`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started, after: .unknown))
    #expect(bench.step(.timer) == .lookUp)
    #expect(
      bench.step(.registered(.addresses([home]))) == .wait(until: 1_600, .verified(home)))
    #expect(bench.cycle.record.isVerified)
  }

  @Test(arguments: ["use_ipv6 1", "domain c", "lookup_host c"])
  func `another family or host starts afresh, and so does changing back`(other: String) throws {
    let one = try section("option domain b").fingerprint
    let two = try section("option domain b\noption \(other)").fingerprint
    #expect(one != two)
    var bench = Bench(fingerprint: one)
    _ = bench.pass(.started)
    for fingerprint in [two, one] {
      bench.restart(fingerprint: fingerprint)
      #expect(bench.cycle.record.accepted == nil)
      _ = bench.pass(.started, before: .addresses([home]))
    }
    #expect(bench.sent == [.first, .first, .first])
  }
}
