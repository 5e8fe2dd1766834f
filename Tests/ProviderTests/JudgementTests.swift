// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct JudgementTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT.
  private let then: Int64 = 784_111_777

  private func judge(
    _ body: String, status: Int, rules: Service.Rules = Service.Rules(dialect: .dyndns2),
    retryAfter: String? = nil
  ) -> Outcome {
    Judgement.outcome(
      of: Judgement.Answer(
        status: status, body: Array(body.utf8), retryAfter: retryAfter.map { Array($0.utf8) }),
      sent: Judgement.Sent(hostCount: 1, addresses: []), rules: rules, now: then,
      matches: Expression.find)
  }

  /// What a redirect has led to.
  private func elsewhere(
    _ body: String, status: Int, lacksCredentials: Bool = false,
    rules: Service.Rules = Service.Rules()
  ) -> Outcome {
    var answer = Judgement.Answer(status: status, body: Array(body.utf8))
    answer.isFromElsewhere = true
    answer.lacksCredentials = lacksCredentials
    return Judgement.outcome(
      of: answer, sent: Judgement.Sent(hostCount: 1, addresses: []), rules: rules, now: then,
      matches: Expression.find)
  }

  @Test(arguments: ["<html>Please log in</html>", "", "OK", "updated", "Thank you"])
  func `without a rule no status of another server is a success`(body: String) {
    let outcome = elsewhere(body, status: 200)
    #expect(outcome.kind == .notUnderstood)
    #expect(outcome.word == .unknown)
  }

  @Test func `a rule or a word of the protocol counts wherever a redirect has led`() {
    #expect(elsewhere("Thank you", status: 200, rules: rules(answer: "thank")).kind == .accepted)
    #expect(elsewhere("good 192.0.2.1", status: 200).kind == .accepted)
    #expect(elsewhere("nohost", status: 200).kind == .refused(.host))
    #expect(elsewhere("911", status: 500).kind == judge("911", status: 500).kind)
  }

  @Test(arguments: [("badauth", 401), ("badauth", 200), ("nohost", 200), ("", 401), ("", 403)])
  func `who was not told our credentials blocks nothing`(body: String, status: Int) {
    let outcome = elsewhere(
      body, status: status, lacksCredentials: true, rules: Service.Rules(dialect: .dyndns2))
    #expect(outcome.kind == .notUnderstood)
    let words = String(decoding: outcome.reason.bytes, as: UTF8.self)
    #expect(words.hasSuffix("a redirect has led to another server, which gets no credentials"))
  }

  @Test(arguments: [400, 401, 403, 404, 407, 410, 422])
  func `no status of another server blocks a section`(status: Int) {
    #expect(elsewhere("<html></html>", status: status).kind == .notUnderstood)
  }

  private func rules(
    _ dialect: Service.Rules.Dialect = .text, _ answers: [(ResultWord, String)] = [],
    answer: String? = nil
  ) -> Service.Rules {
    Service.Rules(
      dialect: dialect,
      answers: answers.map { Service.Rules.Answer(word: $0.0, pattern: Array($0.1.utf8)) },
      answer: answer.map { Array($0.utf8) })
  }

  @Test(arguments: [
    (200, Outcome.Kind.notUnderstood), (204, .notUnderstood), (301, .notUnderstood),
    (304, .notUnderstood), (100, .notUnderstood), (0, .notUnderstood), (-1, .notUnderstood),
    (400, .refused(.option)), (401, .refused(.auth)), (403, .refused(.auth)),
    (404, .refused(.host)), (405, .notUnderstood), (407, .refused(.option)),
    (408, .temporary(.busy)), (409, .temporary(.busy)), (410, .refused(.host)),
    (418, .notUnderstood), (422, .refused(.option)), (425, .temporary(.busy)),
    (429, .later(seconds: 300)), (500, .temporary(.server)), (503, .temporary(.server)),
    (599, .temporary(.server)), (600, .notUnderstood), (999, .notUnderstood),
  ])
  func `the status decides when the body says nothing`(status: Int, kind: Outcome.Kind) {
    #expect(judge("nothing of note", status: status).kind == kind)
    #expect(judge("", status: status).kind == kind)
  }

  @Test(arguments: [
    (429, "48", Outcome.Kind.later(seconds: 48)), (503, "120", .later(seconds: 120)),
    (403, "60", .later(seconds: 60)), (500, "60", .temporary(.server)),
    (429, "0", .later(seconds: 300)), (429, "-5", .later(seconds: 300)),
    (429, "soon", .later(seconds: 300)), (429, "", .later(seconds: 300)),
    (429, "999999", .later(seconds: 86_400)),
    (429, "99999999999999999999", .later(seconds: 86_400)),
    (503, "Sun, 06 Nov 1994 08:51:37 GMT", .later(seconds: 120)),
    (503, "Sun, 06 Nov 1994 08:49:37 GMT", .temporary(.server)),
    (429, "Sun, 06 Nov 1994 08:00:00 GMT", .later(seconds: 300)),
    (503, "Fri, 31 Dec 9999 23:59:59 GMT", .later(seconds: 86_400)),
    (503, "Sun, 32 Nov 1994 08:51:37 GMT", .temporary(.server)),
    (503, "Sun, 06 Nov 1994 08:51:37 CET", .temporary(.server)),
    (200, "60", .notUnderstood), (401, "60", .refused(.auth)),
  ])
  func `a pause the server asks for is obeyed`(
    status: Int, retryAfter: String, kind: Outcome.Kind
  ) {
    #expect(judge("", status: status, retryAfter: retryAfter).kind == kind)
  }

  @Test func `the longer of two pauses counts`() {
    #expect(judge("911", status: 503, retryAfter: "60").kind == .later(seconds: 1800))
    #expect(judge("911", status: 503, retryAfter: "3600").kind == .later(seconds: 3600))
    #expect(judge("abuse", status: 429, retryAfter: "60").kind == .refused(.abuse))
    #expect(judge("badauth", status: 403, retryAfter: "60").kind == .refused(.auth))
  }

  @Test(
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000), ("Tue, 19 Jan 2038 03:14:08 GMT", 1 << 31),
      ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
      ("Sun, 06 Xyz 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil),
    ] as [(String, Int64?)])
  func `an HTTP date is read`(text: String, seconds: Int64?) {
    #expect(HTTPStatus.date(Array(text.utf8)) == seconds)
  }

  @Test func `the first expression that is found decides`() {
    let rules = rules(.text, [(.nochg, "not changed"), (.badauth, "^error"), (.good, "updated")])
    #expect(judge("ERROR: not changed", status: 200, rules: rules).word == .nochg)
    #expect(judge("Error: updated", status: 200, rules: rules).word == .badauth)
    #expect(judge("x\r\nUpdated.", status: 200, rules: rules).word == .good)
    #expect(judge("good 1.2.3.4", status: 200, rules: rules).word == .unknown)
  }

  @Test func `words of dyndns2 come before expressions, and other text after`() {
    let rules = rules(.dyndns2, [(.abuse, "nochg|banned")], answer: "fine")
    #expect(judge("nochg", status: 200, rules: rules).word == .nochg)
    #expect(judge("banned", status: 200, rules: rules).word == .abuse)
    #expect(judge("fine", status: 200, rules: rules).word == .good)
    #expect(judge("ok", status: 200, rules: rules).word == .unknown)
  }

  @Test func `answer is believed with a status of success only`() {
    let rules = rules(.undeclared, answer: "OK")
    #expect(judge("look at this", status: 200, rules: rules).kind == .accepted)
    #expect(judge("look at this", status: 502, rules: rules).kind == .temporary(.server))
    #expect(judge("look at this", status: 301, rules: rules).kind == .notUnderstood)
    #expect(judge("no", status: 200, rules: rules).kind == .notUnderstood)
  }

  @Test func `an expression for unknown does not hide a telling status`() {
    let rules = rules(.text, [(.unknown, "error"), (.good, "ok")])
    #expect(judge("internal error", status: 500, rules: rules).kind == .temporary(.server))
    #expect(judge("error", status: 401, rules: rules).kind == .refused(.auth))
    #expect(judge("error: ok", status: 200, rules: rules).kind == .notUnderstood)
  }

  @Test func `without any rule a successful request is enough`() {
    let none = Service.Rules()
    #expect(judge("whatever", status: 200, rules: none).kind == .accepted)
    #expect(judge("", status: 204, rules: none).kind == .accepted)
    #expect(judge("badauth", status: 200, rules: none).kind == .refused(.auth))
    #expect(judge("whatever", status: 302, rules: none).kind == .notUnderstood)
    #expect(judge("whatever", status: 404, rules: none).kind == .refused(.host))
  }

  @Test func `a body with NUL in it is searched to its end`() {
    let rules = rules(.text, [(.good, "fine")])
    #expect(judge("a\0b fine", status: 200, rules: rules).kind == .accepted)
  }

  @Test func `the reason is short, printable and on one line`() {
    let outcome = judge("a\r\n\t\u{1b}[2Jb ü " + String(repeating: "x", count: 500), status: 200)
    let words = outcome.message(hiding: Redactor()).bytes
    #expect(words.starts(with: #"answer not understood: a \x1b[2Jb ü xxx"#.utf8))
    #expect(words.count < 140)
    #expect(judge("", status: 200).reason == "empty answer")
  }

  @Test(arguments: [
    "badauth ", "911 ", "oops ", "", "<p>badauth ", "<ErrCount>1</ErrCount><Err1>",
    "<html><b>x</b>\nnohost ", "w5m ",
  ])
  func `no part of a secret is in the words, wherever it stands in an answer`(
    start: String
  ) throws {
    let secret = "pa<ss>w\u{f6}rt\n-and-\u{20ac}-more"
    var redactor = Redactor()
    redactor.add(Secret(Array(secret.utf8)))
    for status in [200, 401, 500] {
      for count in 0..<120 {
        let body = start + String(repeating: "x", count: count) + secret + "</Err1> badauth"
        let words = judge(body, status: status, rules: rules(.undeclared)).message(hiding: redactor)
        let shown = String(decoding: words.bytes, as: UTF8.self)
        for part in ["pa<", "ss>", "\u{f6}", "rt", "-and", "\u{20ac}", "-more", "\\x"] {
          #expect(!shown.contains(part), "\(shown)")
        }
      }
    }
  }

  @Test func `what a section sends is counted from its domain`() throws {
    let home = try #require(IPAddress(Array("203.0.113.7".utf8)))
    let sent = Judgement.Sent(domain: Array("a.example,b.example,".utf8), address: home)
    #expect(sent.hostCount == 2)
    #expect(sent.addresses == [home])
  }

  @Test func `random answers never crash and are never taken for success`() {
    var random = SplitMix64(state: 2026)
    let alphabet = Array("<>[]! \r\n\0nochgaburt91w5s./=\u{feff}{\"".utf8)
    for round in 0..<4000 {
      let count = Int.random(in: 0..<60, using: &random)
      let body = (0..<count).map { _ in
        round % 2 == 0
          ? UInt8.random(in: 0...255, using: &random)
          : alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let dialects: [Service.Rules.Dialect] = [.dyndns2, .namecheap, .text, .undeclared]
      for dialect in dialects {
        let answer = Judgement.Answer(
          status: Int.random(in: 0...600, using: &random), body: body, retryAfter: body)
        let outcome = Judgement.outcome(
          of: answer, sent: Judgement.Sent(hostCount: round % 4, addresses: []),
          rules: Service.Rules(dialect: dialect), now: 0, matches: { _, _ in false })
        guard outcome.isSuccess else { continue }
        let isLenient = dialect == .undeclared && (200...299).contains(answer.status)
        let hasWord = [Array("good".utf8), Array("nochg".utf8), Array("ok".utf8)].contains {
          body.lowercased.firstIndex(of: $0) != nil
        }
        #expect(isLenient || hasWord)
      }
    }
  }
}
