// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSQueryTCPTests {
  /// A query whose first answer was truncated.
  private func truncated() -> QueryRun {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 50) { $0.flags |= 0x0200 }
    return run
  }

  @Test func `repeats over TCP at the same server when an answer is truncated`() {
    var run = truncated()
    #expect(run.packet?.server == QueryRun.one)
    #expect(run.packet?.overTCP == true)
    #expect(run.packet?.until == 5050)
    #expect(run.packet?.bytes.prefix(2) == [0, 45])
    #expect(run.packet?.bytes.count == 47)
    #expect(run.answer(at: 60, QueryRun.home) == QueryRun.found)
  }

  @Test func `begins with TCP when told to`() {
    var run = QueryRun { $0.forceTCP = true }
    run.step(.started, at: 0)
    #expect(run.packet?.overTCP == true)
    #expect(run.packet?.until == 5000)
    #expect(run.answer(at: 60, QueryRun.home) == QueryRun.found)
  }

  @Test func `puts an answer together byte by byte`() {
    var run = truncated()
    let reply = run.reply(QueryRun.home)
    for byte in reply.dropLast() {
      #expect(run.step(.received([byte]), at: 60) == .wait(until: 5050))
    }
    #expect(run.step(.received(Array(reply.suffix(1)) + [1, 2]), at: 61) == QueryRun.found)
  }

  @Test func `goes to the next server when the connection ends early`() {
    var run = truncated()
    run.step(.received([0, 200, 1]), at: 60)
    run.step(.closed, at: 61)
    #expect(run.packet?.server == QueryRun.two)
    #expect(run.packet?.overTCP == false)
  }

  static let useless: [(String, QueryRun.Build)] = [
    ("a wrong id", { $0.id &+= 1 }),
    ("a second truncation", { $0.flags |= 0x0200 }),
    ("too short data", { $0.answers = [ReplyBuilder.record("x", .a, data: [1])] }),
  ]

  @Test(arguments: useless)
  func `goes to the next server after`(
    what: String, spoil: QueryRun.Build
  ) {
    var run = QueryRun(servers: [QueryRun.one]) { $0.forceTCP = true }
    run.step(.started, at: 0)
    #expect(run.answer(at: 60, spoil) == .fail(DNSFailure(.malformed, at: QueryRun.one)))
  }

  @Test func `goes to the next server when TCP is silent`() {
    var run = truncated()
    run.step(.timerFired, at: 5050)
    #expect(run.packet?.server == QueryRun.two)
  }

  @Test func `an empty message is no answer`() {
    var run = QueryRun(servers: [QueryRun.one]) { $0.forceTCP = true }
    run.step(.started, at: 0)
    #expect(
      run.step(.received([0, 0]), at: 1) == .fail(DNSFailure(.malformed, at: QueryRun.one)))
  }
}
