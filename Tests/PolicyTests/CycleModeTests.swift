// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct CycleModeTests {
  private func mode(
    watched: Bool = false, oneShot: Bool = true, retries: Bool = false, dry: Bool = false
  ) -> Cycle.Mode {
    var mode = Cycle.Mode()
    mode.isOneShot = oneShot
    mode.retries = retries
    mode.isDryRun = dry
    mode.demandsVerification = watched
    return mode
  }

  @Test func `level 2 ends with 0 when DNS shows the address (contract 5.4)`() {
    var bench = Bench(Schedule(), mode(watched: true))
    #expect(bench.pass(.started) == .stop(.ok, .verified(home)))
  }

  @Test func `level 2 ends with 1 within seconds when DNS shows another (contract 5.4, B36)`() {
    var bench = Bench(Schedule(), mode(watched: true))
    var effect = bench.pass(.started, after: .addresses([foreign]))
    while case .wait(_, .verifying) = effect {
      bench.sleep(effect)
      #expect(bench.step(.timer) == .lookUp)
      effect = bench.step(.registered(.addresses([foreign])))
    }
    #expect(effect == .stop(.differs, .notVisible(home)))
    #expect(bench.now <= 1_000 + Cycle.watchedPatience)
  }

  @Test(arguments: [
    (Cycle.Registered.addresses([home]), ExitStatus.ok), (.addresses([foreign]), .differs),
    (nothing, .differs), (.unknown, .differs),
  ])
  func `level 2 with nothing to send answers what DNS says`(
    before: Cycle.Registered, status: ExitStatus
  ) {
    var record = Record()
    record.accepted = home
    record.acceptedAt = 900
    record.fingerprint = 1
    var bench = Bench(Schedule(), mode(watched: true), record: record)
    guard case .stop(status, _) = bench.pass(.started, before: before) else {
      Issue.record("no stop with \(status)")
      return
    }
    #expect(bench.sent == [])
  }

  @Test func `run once ends with 0 after an accepted update even when DNS is slow`() {
    var bench = Bench(Schedule(isRunOnce: true), mode(retries: true))
    var effect = bench.pass(.started, after: nothing)
    while case .wait(_, .verifying) = effect {
      bench.sleep(effect)
      _ = bench.step(.timer)
      effect = bench.step(.registered(nothing))
    }
    #expect(effect == .stop(.ok, .notVisible(home)))
    #expect(bench.now <= 1_000 + Cycle.oneShotPatience)
  }

  @Test func `run once tries again after a temporary failure`() {
    var bench = Bench(Schedule(isRunOnce: true), mode(retries: true))
    let effect = bench.pass(.started, answer: .temporary)
    guard case .wait(_, .retry(1)) = effect else {
      Issue.record("\(effect)")
      return
    }
    bench.sleep(effect)
    #expect(bench.pass() == .stop(.ok, .verified(home)))
  }

  @Test(arguments: [
    (Cycle.Answer.temporary, ExitStatus.temporary), (.later(seconds: 60), .temporary),
    (.notUnderstood, .protocolError), (.refused(word: [UInt8]("nohost")), .refused),
  ])
  func `--once ends with the status of what went wrong`(
    answer: Cycle.Answer, status: ExitStatus
  ) {
    var bench = Bench(Schedule(), mode())
    guard case .stop(status, _) = bench.pass(.started, answer: answer) else {
      Issue.record("no stop with \(status)")
      return
    }
    #expect(bench.step(.timer) == .none)
  }

  @Test(arguments: [true, false])
  func `--once without an address ends with a temporary failure`(retry: Bool) {
    var bench = Bench(Schedule(), mode())
    _ = bench.step(.started)
    guard case .stop(.temporary, _) = bench.step(.notDetected(retry: retry)) else {
      Issue.record("no stop")
      return
    }
  }

  @Test func `--once stops a blocked section with the refusal, and a spent budget`() {
    var record = Record()
    record.fingerprint = 1
    record.block = Record.Block(word: [UInt8]("abuse"), since: 5)
    var bench = Bench(Schedule(), mode(), record: record)
    #expect(
      bench.pass(.started) == .stop(.refused, .blocked(word: [UInt8]("abuse"), since: 5)))
    bench = Bench(Schedule(), mode(), budget: 0)
    #expect(
      bench.pass(.started) == .stop(.temporary, .budget(home, until: 1_000 + 86_400)))
  }

  @Test(arguments: [true, false])
  func `a dry run sends nothing, remembers nothing and does not spin (B2, B3)`(oneShot: Bool) {
    var bench = Bench(Schedule(), mode(oneShot: oneShot, dry: true))
    let before = bench.cycle.record
    let effect = bench.pass(.started)
    if oneShot {
      #expect(effect == .stop(.ok, .dryRun(home)))
    } else {
      #expect(effect == .wait(until: 1_600, .dryRun(home)))
    }
    #expect(bench.sent == [])
    #expect(bench.cycle.record == before)
  }

  @Test func `a dry run of what is up to date sends nothing either`() {
    var record = Record()
    record.accepted = home
    record.acceptedAt = 900
    record.fingerprint = 1
    var bench = Bench(Schedule(), mode(dry: true), record: record)
    #expect(
      bench.pass(.started, before: .addresses([home]))
        == .stop(.ok, .unchanged(home, since: 900)))
  }

  @Test func `address events during a pass are remembered, and make one more pass`() {
    let steps: [Cycle.Event] = [
      .detected(home), .registered(nothing), .answered(.accepted(unchanged: false)),
      .registered(.addresses([home])),
    ]
    for place in steps.indices {
      var bench = Bench()
      #expect(bench.step(.started) == .detect)
      for (index, event) in steps.enumerated() {
        if index == place {
          #expect(bench.step(.addressChanged) == .none)
          #expect(bench.step(.addressChanged) == .none)
        }
        let effect = bench.step(event)
        if index == steps.count - 1 { #expect(effect == .detect) }
      }
      #expect(
        bench.pass(.detected(home), before: .addresses([home]))
          == .wait(until: 1_600, .unchanged(home, since: 1_000)))
    }
  }

  @Test func `an address event while look-ups are paused checks at once`() {
    var bench = Bench()
    _ = bench.pass(.started, after: nothing)
    #expect(bench.step(.addressChanged) == .detect)
  }

  @Test func `an address event during a failing pass does not wait for the retry`() {
    var bench = Bench()
    _ = bench.step(.started)
    _ = bench.step(.addressChanged)
    #expect(bench.step(.notDetected(retry: true)) == .detect)
    guard case .wait(_, .retry(2)) = bench.step(.notDetected(retry: true)) else {
      Issue.record("the event was not used up")
      return
    }
  }

  @Test(arguments: [ExitStatus.config, .usage, .software])
  func `a tool that cannot work ends the section for good`(status: ExitStatus) {
    var bench = Bench()
    _ = bench.step(.started)
    #expect(bench.step(.unusable(status)) == .stop(status, .unusable))
    #expect(bench.step(.addressChanged) == .none)
    #expect(bench.step(.started) == .none)
  }
}
