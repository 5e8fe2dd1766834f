// SPDX-License-Identifier: Apache-2.0

import Section
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct NamecheapTests {
  private func judge(
    _ body: [UInt8], status: Int = 200, dialect: Service.Rules.Dialect = .namecheap
  ) -> Outcome {
    Judgement.outcome(
      of: Judgement.Answer(status: status, body: body),
      sent: Judgement.Sent(
        hostCount: 1, addresses: [IPAddress(Array("203.0.113.7".utf8))].compactMap { $0 }),
      rules: Service.Rules(dialect: dialect), now: 0, matches: { _, _ in false })
  }

  private func judge(_ body: String) -> Outcome { judge(Array(body.utf8)) }

  private let success =
    "<?xml version=\"1.0\" encoding=\"utf-16\"?><interface-response><IP>203.0.113.7</IP>"
    + "<ErrCount>0</ErrCount><errors /><Done>true</Done></interface-response>"
  private let failure =
    "<interface-response><ErrCount>1</ErrCount><errors><Err1>Passwords do not match</Err1></errors>"
    + "<responses><response><ResponseNumber>304156</ResponseNumber></response></responses>"
    + "<Done>true</Done></interface-response>"

  @Test func `no errors is success, whatever the declared encoding`() {
    #expect(judge(success).kind == .accepted)
    #expect(judge("\u{feff}" + success).kind == .accepted)
  }

  @Test func `real UTF-16 of either byte order is read`() {
    let little: [UInt8] = success.utf8.reduce(into: []) { $0 += [$1, 0] }
    let big: [UInt8] = success.utf8.reduce(into: []) { $0 += [0, $1] }
    #expect(judge(little).kind == .accepted)
    #expect(judge([0xff, 0xfe] + little).kind == .accepted)
    #expect(judge(big).kind == .accepted)
    #expect(judge([0xfe, 0xff] + big).kind == .accepted)
  }

  @Test func `Done says true in failures, too`() {
    #expect(judge(failure).kind == .refused(.auth))
  }

  @Test(arguments: [
    ("<ErrCount>1</ErrCount><ResponseNumber>316153</ResponseNumber>", ResultWord.nohost),
    ("<ErrCount>1</ErrCount><ResponseNumber>380091</ResponseNumber>", .nohost),
    ("<ErrCount> 1 </ErrCount><Err1> domain NAME not found </Err1>", .nohost),
    ("<ErrCount>1</ErrCount><Err1>No Records updated. A record not Found;</Err1>", .nohost),
    ("<ErrCount>2</ErrCount><Err1>Passwords do not match</Err1>", .badauth),
    ("<ErrCount>1</ErrCount><ResponseNumber>1</ResponseNumber><Err1>x</Err1>", .emergency),
    ("<ErrCount>1</ErrCount>", .emergency), ("<ErrCount>0</ErrCount><Err1>x</Err1>", .emergency),
    ("<errcount>0</errcount>", .good), ("<ErrCount>0</ErrCount><IP>junk</IP>", .good),
    ("<ErrCount>0</ErrCount><IP>198.51.100.1</IP>", .unknown), ("<ErrCount>", .unknown),
    ("<ErrCount>0", .unknown), ("<ErrCount/>", .unknown), ("<ErrCount>x</ErrCount>", .unknown),
    ("<", .unknown), ("", .unknown), ("<html>good 203.0.113.7</html>", .unknown),
  ])
  func `the error count and number decide`(body: String, word: ResultWord) {
    #expect(judge(body).word == word)
  }

  @Test func `an error shows its text`() {
    let outcome = judge("<ErrCount>1</ErrCount><Err1>Zone is locked</Err1>")
    let words = outcome.message(hiding: Redactor()).bytes
    #expect(words.suffix(16).elementsEqual(": Zone is locked".utf8))
    #expect(outcome.kind == .later(seconds: 1800))
  }

  @Test func `a section with a URL of its own understands these answers`() {
    #expect(judge(Array(failure.utf8), dialect: .undeclared).kind == .refused(.auth))
    #expect(judge(Array(success.utf8), dialect: .undeclared).kind == .accepted)
  }

  @Test func `a failing server is temporary`() {
    #expect(judge(Array("<html>".utf8), status: 502).kind == .temporary(.server))
  }
}
