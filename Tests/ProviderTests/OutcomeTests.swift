// SPDX-License-Identifier: Apache-2.0

import Section
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct OutcomeTests {
  @Test(arguments: ResultWord.allCases)
  func `every word is read back from its text, whatever its case`(word: ResultWord) {
    let text = [UInt8](word.text)
    #expect(ResultWord(text) == word)
    #expect(ResultWord(text.map { $0.isLetter ? $0 & 0xdf : $0 }) == word)
    #expect(ResultWord(text + [33]) == nil)
  }

  @Test(arguments: ResultWord.allCases)
  func `only good and nochg are success`(word: ResultWord) {
    #expect(Outcome(word).isSuccess == (word == .good || word == .nochg))
  }

  @Test(arguments: [
    (ResultWord.badauth, Outcome.Kind.refused(.auth)), (.badagent, .refused(.agent)),
    (.badsys, .refused(.option)), (.donator, .refused(.option)), (.notfqdn, .refused(.host)),
    (.nohost, .refused(.host)), (.yours, .refused(.host)), (.active, .refused(.host)),
    (.numhost, .refused(.host)), (.abuse, .refused(.abuse)),
    (.dnserr, .later(seconds: 1800)), (.emergency, .later(seconds: 1800)),
    (.interval, .later(seconds: 120)), (.unknown, .notUnderstood),
  ])
  func `a word asks of the client what the protocol says`(word: ResultWord, kind: Outcome.Kind) {
    #expect(word.kind == kind)
  }

  @Test func `the reason has the provider's own words when there are some`() {
    #expect(Outcome(.badauth).reason == "wrong username or password")
    let words = { (said: String) in
      Outcome(.badauth, quote: Quote(Array(said.utf8))).message(hiding: Redactor())
    }
    #expect(words("x") == "wrong username or password: x")
    #expect(words(" \r\n") == "wrong username or password")
  }
}
