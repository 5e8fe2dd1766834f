// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct ServiceTests {
  private let file = Array("/usr/share/ddns/custom/x.json".utf8)

  private func parse(
    _ json: String, _ family: IPAddress.Family = .v4
  ) throws(ServiceError) -> ServiceEntry {
    try ServiceEntry(json: Array(json.utf8), name: Array("x".utf8), family: family, file: file)
  }

  private func problem(
    _ json: String, _ family: IPAddress.Family = .v4
  ) -> ServiceError.Problem? {
    do throws(ServiceError) { _ = try parse(json, family) } catch { return error.problem }
    return nil
  }

  @Test func `a file as ddns-scripts has it is read`() throws {
    let service = try parse(
      #"{"name":"other","ipv4":{"url":"http://x/[IP]","answer":"good|nochg"},"ipv6":{"url":"y.sh"}}"#
    )
    #expect(service.name == "x")
    #expect(service.template == URLTemplate(Array("http://x/[IP]".utf8)))
    #expect(service.rules == Service.Rules(answer: Array("good|nochg".utf8)))
    #expect(service.rules.hasSuccessRule)
  }

  @Test func `an empty or absent answer is no rule`() throws {
    #expect(try !parse(#"{"ipv4":{"url":"http://x"}}"#).rules.hasSuccessRule)
    #expect(try !parse(#"{"ipv4":{"url":"http://x","answer":""}}"#).rules.hasSuccessRule)
  }

  @Test func `dialect, answers and note are read in their order`() throws {
    let service = try parse(
      #"{"ipv4":{"url":"http://x"},"protocol":"text","note":"n","answers":{"911":"b","good":"a"}}"#)
    #expect(service.rules.dialect == .text)
    #expect(service.rules.answers.map(\.word) == [.emergency, .good])
    #expect(service.note == "n")
  }

  @Test func `a family that is not defined is said by name`() {
    #expect(problem(#"{"ipv4":{"url":"http://x"}}"#, .v6) == .noFamily(.v6))
    #expect(problem(#"{"ipv6":{"url":"http://x"}}"#, .v4) == .noFamily(.v4))
    let error = ServiceError(.noFamily(.v6), service: Array("x".utf8))
    #expect(error.message == "service 'x' has no IPv6 definition")
  }

  @Test func `a script is one of /usr/lib/ddns`() throws {
    let service = try parse(#"{"ipv4":{"url":"update_x.sh"}}"#)
    #expect(service.script == Array("/usr/lib/ddns/update_x.sh".utf8))
  }

  @Test func `a retired service says what to do`() {
    #expect(
      problem(#"{"retired":"use y","ipv4":{"url":"http://x"}}"#) == .retired(Array("use y".utf8)))
  }

  @Test(
    arguments: [
      ("", nil), ("{", nil), ("[]", nil), ("7", nil), (#"{"ipv4":{}}"#, "url"),
      (#"{"ipv4":{"url":""}}"#, "url"),
      (#"{"ipv4":{"url":7}}"#, "url"), (#"{"ipv4":"http://x"}"#, "url"),
      (#"{"ipv4":{"url":"http://x","answer":[]}}"#, "answer"),
      (#"{"ipv4":{"url":"http://x"},"protocol":"gnudip"}"#, "protocol"),
      (#"{"ipv4":{"url":"http://x"},"answers":[]}"#, "answers"),
      (#"{"ipv4":{"url":"http://x"},"answers":{"fine":"a"}}"#, "answers.fine"),
      (#"{"ipv4":{"url":"http://x"},"answers":{"good":""}}"#, "answers.good"),
      (#"{"ipv4":{"url":"http://x"},"answers":{"good":1}}"#, "answers.good"),
    ] as [(String, String?)])
  func `a faulty file is refused by the member at fault`(json: String, member: String?) {
    switch problem(json) {
    case .notJSON: #expect(member == nil)
    case .badMember(let name): #expect(String(decoding: name, as: UTF8.self) == member)
    default: Issue.record("no error for \(json)")
    }
  }

  @Test(
    .timeLimit(.minutes(15)),
    arguments: [
      "((a{1,255}){1,255}){1,255}", "(a{255}){255}", "a{255}{255}", "(x|(y+){1,200}){1,200}",
      "([a-z]{0,255}){0,255}", "(" + String(repeating: "a?", count: 2000) + ")*",
    ])
  func `an expression that takes all memory is refused, and named`(pattern: String) {
    let answer = #"{"ipv4":{"url":"http://x","answer":""# + pattern + #""}}"#
    #expect(problem(answer) == .largePattern(Array("answer".utf8)))
    let answers = #"{"ipv4":{"url":"http://x"},"answers":{"nohost":""# + pattern + #""}}"#
    #expect(problem(answers) == .largePattern(Array("answers.nohost".utf8)))
    let error = ServiceError(.largePattern(Array("answer".utf8)), service: Array("x".utf8))
    #expect(
      error.message
        == "service 'x': the expression 'answer' takes too much memory: use smaller bounds in {}")
  }

  @Test(arguments: [
    "a{255}", "^.{0,255}$", "(^|[^0-9.])([0-9]{1,3}\\\\.){3}[0-9]{1,3}", "[]{255}{9}]*",
    "[[:alpha:]]{1,40}",
    "(good|nochg|ok){1,9}", "{", "a{,9}b{x}", ")(", "a{99999999999999999999999}", "[", "(", "\\\\",
  ])
  func `an expression of any usual size is taken as it is`(pattern: String) {
    #expect(problem(#"{"ipv4":{"url":"http://x","answer":""# + pattern + #""}}"#) == nil)
  }

  @Test func `a large file is refused unread`() {
    let json = #"{"ipv4":{"url":"http://x/"# + String(repeating: "x", count: 20_000) + #""}}"#
    #expect(problem(json) == .tooLarge(limit: ServiceEntry.fileLimit))
  }

  @Test func `errors name the file`() {
    let error = ServiceError(.badMember(Array("url".utf8)), service: Array("x".utf8), file: file)
    #expect(
      error.message == "service 'x': 'url' is missing or not valid (/usr/share/ddns/custom/x.json)")
  }

  @Test func `random files never crash`() {
    var random = SplitMix64(state: 3)
    let pieces = [
      "{", "}", "\"ipv4\"", ":", ",", "\"url\"", "\"http://x\"", "[", "]", "1", "null", "\\",
      "\"answers\"", "\"good\"", "\"protocol\"", "\u{0}", "é",
    ]
    for _ in 0..<3000 {
      let count = Int.random(in: 0..<14, using: &random)
      _ = problem(
        (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined())
    }
  }
}
