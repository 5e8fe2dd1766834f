// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import DDNS

/// A POSIX extended expression of the C library, with the options `Judgement.Matcher` asks for.
final class Expression {
  private var compiled = regex_t()

  init?(_ pattern: [UInt8]) {
    let text = (pattern + [0]).map { CChar(bitPattern: $0) }
    guard regcomp(&compiled, text, REG_EXTENDED | REG_ICASE | REG_NEWLINE | REG_NOSUB) == 0
    else { return nil }
  }

  deinit { regfree(&compiled) }

  func matches(_ text: [UInt8]) -> Bool {
    regexec(&compiled, (text + [0]).map { CChar(bitPattern: $0) }, 0, nil, 0) == 0
  }

  static func find(_ pattern: [UInt8], in text: [UInt8]) -> Bool {
    Expression(pattern)?.matches(text) ?? false
  }
}

/// Bytes that look random and are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

@Suite(.timeLimit(.minutes(1))) struct JudgementMatcherTests {
  @Test(arguments: [
    ("good|nochg", "GOOD 1.2.3.4", true), ("^ok", "no\nok", true), ("ok$", "ok\nno", true),
    ("^$", "", true), ("^", "", true), ("(", "(", false), ("^ok", "not ok", false),
  ])
  func `an expression is found as grep -iE finds it`(pattern: String, text: String, found: Bool) {
    #expect(Expression.find(Array(pattern.utf8), in: Array(text.utf8)) == found)
  }
}
