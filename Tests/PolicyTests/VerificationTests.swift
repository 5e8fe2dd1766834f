// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// Option `verify`: its words, and a section that looks nothing up.
@Suite(.timeLimit(.minutes(15))) struct VerificationTests {
  private func blind(watched: Bool = false) -> Cycle.Mode {
    var mode = Cycle.Mode()
    mode.isOneShot = watched
    mode.retries = !watched
    mode.looksUp = false
    return mode
  }

  @Test(
    arguments: [
      ("option x y", .dns, true), ("option verify dns", .dns, true),
      ("option verify authoritative", .authoritative, true),
      ("option verify answer", .answer, false), ("option verify none", .none, false),
      ("option verify api", .api, true),
    ] as [(String, ServiceSection.Verification, Bool)])
  func `each word has its meaning, and DNS is the default`(
    option: String, verification: ServiceSection.Verification, looksUp: Bool
  ) throws {
    let section = try section(option)
    #expect(section.verification == verification)
    #expect(section.verification.looksUp == looksUp)
  }

  @Test(arguments: ["DNS", "yes", "1", "authority"])
  func `another word is a problem with its line`(word: String) {
    let found = #expect(throws: ConfigError.self) {
      try section("option domain a.example\noption verify '\(word)'")
    }
    #expect(found?.line == 3)
    #expect(
      found?.message
        == Text(
          "option 'verify' is '\(Array(word.utf8))': use 'dns', 'authoritative', 'api', 'answer' or 'none'"
        ))
  }

  @Test func `the option says nothing about an accepted address`() throws {
    #expect(
      try section("option verify none").fingerprint == section("option enabled 1").fingerprint)
  }

  @Test func `nothing is looked up before or after an update`() {
    var bench = Bench(Schedule(), blind())
    #expect(bench.step(.started) == .detect)
    #expect(bench.step(.detected(home)) == .update(home, .first))
    #expect(
      bench.step(.answered(.accepted(unchanged: false)))
        == .wait(until: 1_600, .unchanged(home, since: 1_000)))
    bench.now = 1_600
    #expect(bench.step(.timer) == .detect)
    #expect(
      bench.step(.detected(home)) == .wait(until: 2_200, .unchanged(home, since: 1_000)))
    bench.now = 2_200
    #expect(bench.step(.timer) == .detect)
    #expect(bench.step(.detected(moved)) == .update(moved, .changed(from: home)))
  }

  @Test func `level 2 ends with 0 once the provider has accepted, and with nothing to send`() {
    var bench = Bench(Schedule(), blind(watched: true))
    #expect(bench.pass(.started) == .stop(.ok, .unchanged(home, since: 1_000)))
    bench.restart(Schedule(), blind(watched: true))
    #expect(bench.pass(.started) == .stop(.ok, .unchanged(home, since: 1_000)))
    #expect(bench.sent == [.first])
  }

  @Test func `a record that DNS had shown is not repaired`() {
    var bench = Bench()
    bench.sleep(bench.pass(.started))
    #expect(bench.cycle.record.isVerified)
    bench.restart(Schedule(), blind())
    for _ in 0..<10 { bench.sleep(bench.pass(bench.now == 1_600 ? .started : .timer)) }
    #expect(bench.sent == [.first])
  }

  @Test func `the force interval and failures are as always`() {
    var bench = Bench(Schedule(), blind())
    bench.sleep(bench.pass(.started))
    bench.now = 1_000 + Schedule().force
    bench.sleep(bench.pass(answer: .temporary))
    bench.sleep(bench.pass())
    #expect(bench.sent == [.first, .forced, .forced])
    bench.now += Schedule().force
    guard case .wait(_, .blocked) = bench.pass(answer: .refused(word: [UInt8]("badauth"))) else {
      Issue.record("not blocked")
      return
    }
  }

  @Test func `a signal during the update makes one more pass`() {
    var bench = Bench(Schedule(), blind())
    _ = bench.step(.started)
    _ = bench.step(.detected(home))
    #expect(bench.step(.addressChanged) == .none)
    #expect(bench.step(.answered(.accepted(unchanged: false))) == .detect)
  }
}
