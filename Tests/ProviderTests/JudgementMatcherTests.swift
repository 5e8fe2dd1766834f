// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import Provider

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

@Suite(.timeLimit(.minutes(15))) struct JudgementMatcherTests {
  @Test(arguments: [
    ("good|nochg", "GOOD 1.2.3.4", true), ("^ok", "no\nok", true), ("ok$", "ok\nno", true),
    ("^$", "", true), ("^", "", true), ("(", "(", false), ("^ok", "not ok", false),
  ])
  func `an expression is found as grep -iE finds it`(pattern: String, text: String, found: Bool) {
    #expect(Expression.find(Array(pattern.utf8), in: Array(text.utf8)) == found)
  }
}
