// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSQueryAliasTests {
  @Test func `asks for the target of an alias, first where the alias came from`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 1, QueryRun.rcode(.servFail))
    run.answer(at: 2) {
      $0.answers = [ReplyBuilder.alias("home.example.com", "target.example", ttl: 20)]
    }
    #expect(run.packet?.server == QueryRun.two)
    #expect(run.sent?.questions == [DNSQuestion(name("target.example"), .a)])
    let effect = run.answer(at: 3) {
      $0.answers = [ReplyBuilder.address("target.example", "192.0.2.7", ttl: 50)]
    }
    #expect(
      effect
        == .finish(
          DNSAnswer(
            name: name("target.example"), content: .addresses([ip("192.0.2.7")]), ttl: 20)))
  }

  @Test func `does not take the answer to the alias for that of its target`() {
    var run = QueryRun()
    run.step(.started, at: 0)
    run.answer(at: 2) { $0.answers = [ReplyBuilder.alias("home.example.com", "target.example")] }
    let effect = run.answer(at: 3) {
      QueryRun.home(&$0)
      $0.question = Vector.home
    }
    #expect(effect == .wait(until: 2002))
  }

  @Test(arguments: [8, 9])
  func `follows eight aliases over all messages and no more`(count: Int) {
    var run = QueryRun()
    var effect = run.step(.started, at: 0)
    for index in 1...count {
      guard case .send = effect else { break }
      let owner = run.sent?.questions.first?.name.text.bytes ?? []
      effect = run.answer(at: 1) {
        $0.answers = [ReplyBuilder.alias(String(decoding: owner, as: UTF8.self), "n\(index).x")]
      }
    }
    if count == 8 {
      #expect(run.sent?.questions.first?.name == name("n8.x"))
      #expect(effect != .fail(DNSFailure(.tooManyAliases, at: QueryRun.one)))
    } else {
      #expect(effect == .fail(DNSFailure(.tooManyAliases, at: QueryRun.one)))
    }
  }

  @Test func `ends in a loop over two messages`() {
    var run = QueryRun()
    var effect = run.step(.started, at: 0)
    var count = 0
    while case .send = effect {
      count += 1
      let isHome = run.sent?.questions == [Vector.home]
      effect = run.answer(at: 1) {
        $0.answers = [
          isHome
            ? ReplyBuilder.alias("home.example.com", "other.example")
            : ReplyBuilder.alias("other.example", "home.example.com")
        ]
      }
    }
    #expect(count == 9)
    #expect(effect == .fail(DNSFailure(.tooManyAliases, at: QueryRun.one)))
  }
}
