// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct DynDNS2Tests {
  private let home = IPAddress(Array("203.0.113.7".utf8))

  private func judge(
    _ body: String, status: Int = 200, hosts: Int = 1, sent: String = "203.0.113.7"
  ) -> Outcome {
    Judgement.outcome(
      of: Judgement.Answer(status: status, body: Array(body.utf8)),
      sent: Judgement.Sent(
        hostCount: hosts, addresses: [IPAddress(Array(sent.utf8))].compactMap { $0 }),
      rules: Service.Rules(dialect: .dyndns2), now: 0, matches: { _, _ in false })
  }

  @Test(arguments: [
    ("good 203.0.113.7", ResultWord.good), ("GOOD", .good), ("\u{feff}good 1.2.3.4\r\n", .good),
    ("\r\n  good 1.2.3.4  \r\n", .good), ("nochg 1.2.3.4,2001:db8::1", .nochg),
    ("[200 OK] nohost", .nohost), ("[200 OK]\tgood 1.2.3.4", .good), ("good\0", .good),
    ("badauth\r", .badauth), ("!donator", .donator), ("!yours", .yours), ("!active", .active),
    ("numhost", .numhost), ("badagent", .badagent), ("notfqdn", .notfqdn), ("dnserr", .dnserr),
    ("911 [down for maintenance]", .emergency), ("911", .emergency), ("interval", .interval),
    ("ok", .good), ("updated", .good), ("nochange", .nochg), ("unauth", .badauth),
    ("nofqdn", .notfqdn), ("conflict A", .nohost), ("badip", .badparam), ("unknown", .nohost),
    ("fatal: database", .servererror), ("toomanyrequests", .interval),
    ("<html><body>badauth</body></html>", .badauth), ("<p>nochg 1.2.3.4</p>", .nochg),
    ("<p>good 1.2.3.4</p>", .good), ("Error: badauth, try again", .badauth),
    ("goodbye", .unknown), ("notgood", .unknown), ("", .unknown), ("\r\n\r\n", .unknown),
    ("unknown error", .unknown), ("<p>good</p>", .unknown), ("<button>OK</button>", .unknown),
    ("All good, abuse of 911 and intervals", .unknown), ("wait", .unknown), ("2\nok\n0", .unknown),
    ("badauthority", .unknown), ("deleted A", .unknown),
  ])
  func `the result word of an answer is found`(body: String, word: ResultWord) {
    #expect(judge(body).word == word)
  }

  @Test(
    arguments: [
      ("w60s", 60), ("W5m later", 300), ("w1h", 3600), ("w90", 90), ("w0s", 1), ("w999h", 86_400),
      ("w99999999999999999999s", nil), ("wxs", nil), ("www", nil), ("w", nil), ("w5d", nil),
      ("w9223372036854775807h", 86_400),
    ] as [(String, Int64?)])
  func `a pause is asked for in seconds, minutes or hours`(body: String, seconds: Int64?) {
    let expected = seconds.map { Outcome.Kind.later(seconds: $0) } ?? .notUnderstood
    #expect(judge(body).kind == expected)
  }

  @Test func `good 127_0_0_1 is an agent problem unless that was sent`() {
    #expect(judge("good 127.0.0.1").kind == .refused(.agent))
    #expect(judge("good 127.0.0.1", sent: "127.0.0.1").kind == .accepted)
    #expect(judge("nochg 127.0.0.1").kind == .unchanged)
  }

  @Test(arguments: [
    // One line is for all hosts.
    ("good 1.2.3.4", 3, ResultWord.good), ("badauth", 3, .badauth), ("nohost", 3, .nohost),
    // A line for each: the worst decides.
    ("good\nnochg\nnohost", 3, .nohost), ("good\nnochg", 2, .good), ("nochg\nnochg", 2, .nochg),
    ("nohost\ngood", 2, .nohost), ("911\nabuse\ngood", 3, .abuse),
    // Fewer lines than hosts: the others failed.
    ("good\ngood", 3, .unknown), ("good\nnohost", 3, .nohost),
    // More lines than hosts: those too many do not count.
    ("good\ngood\nnohost", 2, .good),
    // Two families of one host.
    ("good 1.2.3.4\nnochg 2001:db8::1", 1, .good), ("nochg 1.2.3.4\ngood ::1", 1, .good),
    ("good 1.2.3.4\nnohost", 1, .nohost),
    // What follows is not an answer.
    ("good 1.2.3.4\nHave a nice day\nabuse@example.com", 1, .good),
  ])
  func `lines are for hosts in the order of the request`(body: String, hosts: Int, word: ResultWord)
  {
    #expect(judge(body, hosts: hosts).word == word)
  }

  @Test func `odd numbers of lines are mentioned`() {
    #expect(judge("good", hosts: 1).warning == nil)
    #expect(judge("good", hosts: 2).warning == "one answer for 2 hosts")
    #expect(judge("badauth", hosts: 2).warning == nil)
    #expect(judge("good\ngood\ngood", hosts: 2).warning == "3 answers for 2 hosts")
    #expect(judge("good\nnohost", hosts: 2).reason.bytes.hasPrefix("host 2 of 2: "))
    #expect(judge("good\ngood", hosts: 3).reason == "2 answers for 3 hosts")
  }

  @Test(arguments: [
    (500, "911", Outcome.Kind.later(seconds: 1800)), (401, "badauth", .refused(.auth)),
    (500, "badauth", .refused(.auth)), (404, "nohost", .refused(.host)),
    (500, "good 203.0.113.7", .accepted), (500, "ok", .temporary(.server)),
    (503, "<p>nochg</p>", .temporary(.server)), (302, "<p>good 1.2.3.4</p>", .notUnderstood),
    (403, "abuse", .refused(.abuse)),
  ])
  func `the body counts before the status`(status: Int, body: String, kind: Outcome.Kind) {
    #expect(judge(body, status: status).kind == kind)
  }

  @Test func `each host of several that failed is named`() {
    var sent = Judgement.Sent(
      domain: Array("a.example.com, b.example.com,c.example.com".utf8), address: .unspecified(.v4))
    sent.addresses = []
    let outcome = Judgement.outcome(
      of: Judgement.Answer(status: 200, body: Array("good\nnohost\nabuse\n".utf8)), sent: sent,
      rules: Service.Rules(dialect: .dyndns2), now: 0, matches: { _, _ in false })
    let reason = String(decoding: outcome.reason.bytes, as: UTF8.self)
    #expect(reason.contains("host 2 of 3, b.example.com: "))
    #expect(reason.contains("; host 3 of 3, c.example.com: "))
    #expect(!reason.contains("a.example.com"))
  }
}
