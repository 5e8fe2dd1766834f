// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import System

@Suite(.timeLimit(.minutes(15))) struct RegexTests {
  @Test(arguments: [
    ("good|nochg", "GOOD 1.2.3.4", true), ("^ok", "no\nok", true), ("^ok", "not ok", false),
    ("ok$", "ok\nno", true), ("a.c", "a\nc", false), ("(", "(", false), ("[", "[", false),
    ("", "x", true), ("x", "", false), ("^$", "a\n\nb", true), ("u{2}", "uu", true),
    ("ERRCOUNT>0", "<ErrCount>0<", true),
  ])
  func `an expression is found in a line as grep -iE finds it (contract 2.2)`(
    pattern: String, text: String, matches: Bool
  ) {
    #expect(Regex.matches(bytes(pattern), bytes(text)) == matches)
  }

  @Test(arguments: ["(", "a["])
  func `an expression that is none matches nothing`(pattern: String) {
    #expect(!Regex.matches(bytes(pattern), bytes("(a[")))
  }

  @Test(arguments: [
    ("a{2,3}b", "aab", true), ("^a{2,3}$", "aaaa", false), ("^(ab){0}c$", "c", true),
    ("^(a|b|cd)*e$", "abcde", true), ("x||y", "z", true), ("^[^[:alpha:]_-]+$", "12 3", true),
    ("^[^[:alpha:]_-]+$", "1-2", false), ("^[]a-c-]+$", "]-B", true), ("[[.a.]]", "a", false),
    ("[b-a]", "a", false), ("[[:foo:]]", "f", false), ("*a", "a", false), ("(+)", "+", false),
    ("a{1", "a{1", false), ("a{,2}", "a", false), ("a{2,1}", "a", false), ("a{256}", "a", false),
    ("\\.\\*", ".*", true), ("\\bok\\b", "not ok.", true), ("\\bok\\b", "token", false),
    ("^\\w\\W\\s\\d$", "_- 7", true), ("a)", "a)", true), ("\\", "\\", false),
    ("(a*)*$", "b", true),
    ("ä", "Ä", false), ("ä", "ä", true), ("^..$", "ä", true),
  ])
  func `what POSIX leaves open is as on OpenWrt`(pattern: String, text: String, matches: Bool) {
    #expect(Regex.matches(bytes(pattern), bytes(text)) == matches)
  }

  @Test(arguments: [
    ("ip: ([0-9.]+)", "my ip: 8.8.4.4!", "8.8.4.4\n"), ("[0-9.]+", "at 8.8.4.4, 1", "8.8.4.4\n"),
    ("^ip=(.*)$", "h=1\nip=8.8.4.4\nIP=9\n", "8.8.4.4\n9\n"),
    ("<b>(x|(y))+</b>", "<b>xy</b>", "y\n"),
    ("(a)?b", "b", "b\n"), ("a(b*)", "xabbb", "bbb\n"), ("abcd|bc", "abcd", "abcd\n"),
    ("(a|ab)(c|bcd)", "abcd", "a\n"), ("x", "y", ""), ("(", "(", ""),
  ])
  func `the first group is taken out of each line, or all that matches`(
    pattern: String, text: String, found: String
  ) {
    #expect(string(Regex.extract(bytes(pattern), from: bytes(text))) == found)
  }

  @Test func `an expression is told from what is none`() {
    for pattern in ["", "a|b", "(a){2}", "[[:digit:]]"] { #expect(Regex.isValid(bytes(pattern))) }
    for pattern in ["(", "[", "*", "a{2,1}", "\\"] {
      #expect(!Regex.isValid(bytes(pattern)), "\(pattern)")
    }
  }

  @Test func `bounds in bounds are refused, not waited for`() {
    for pattern in [
      "((((a{255}){255}){255}){255})", "((a{1,255}){1,255}){1,255}",
    ] {
      #expect(!Regex.matches(bytes(pattern), bytes("b")), "\(pattern)")
    }
    let deep = [UInt8](repeating: UInt8(ascii: "("), count: 5_000)
    #expect(!Regex.matches(deep, bytes("(")))
  }

  @Test func `alternatives in loops take no longer than their length`() {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000) + bytes("b")
    #expect(!Regex.matches(bytes("^(a|a|aa|a*)*$"), text))
  }

  @Test func `expressions made of pieces match what the C library says`() {
    let pieces = [
      "a", "b", "A", "ab", "_", " ", "|", "(", ")", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}",
      "[ab]", "[^a]", "[a-c]", "[]a]", "[a-]", "[[:alpha:]]", "[^[:digit:]_]", ".", "\\.", "\\*",
      "(a|b)", "(ab)",
    ]
    let texts = ["a", "b", "A", "B", "_", " ", ".", "*", "]", "-"]
    var random = Seeded(state: 20_261_121)
    var compiled = 0
    for _ in 0..<3_000 {
      let pattern = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
      // The two C libraries do not agree on these: what is repeated is nothing, or a parenthesis is alone.
      guard !isOpen(pattern) else { continue }
      var expression = regex_t()
      guard regcomp(&expression, pattern, REG_EXTENDED | REG_ICASE) == 0 else {
        continue
      }
      defer { regfree(&expression) }
      compiled += 1
      for _ in 0..<6 {
        let text = (0..<Int.random(in: 1...5, using: &random)).map { _ in
          texts.randomElement(using: &random) ?? ""
        }.joined()
        var place = regmatch_t()
        let wanted = regexec(&expression, text, 1, &place, 0) == 0
        #expect(Regex.matches(bytes(pattern), bytes(text)) == wanted, "\(pattern) in '\(text)'")
        guard !pattern.contains("(") else { continue }
        let bytes = bytes(text)
        let whole = wanted ? bytes[Int(place.rm_so)..<Int(place.rm_eo)] + [10] : []
        #expect(
          Regex.extract(Array(pattern.utf8), from: bytes) == Array(whole),
          "\(pattern) in '\(text)'")
      }
    }
    #expect(compiled > 500)
  }

  /// Whether a repetition or an alternative stands where there is nothing before it.
  private func isOpen(_ pattern: String) -> Bool {
    var depth = 0
    var isStart = true
    for character in pattern {
      if "*+?{|".contains(character), isStart { return true }
      if character == ")" { depth -= 1 }
      if character == "(" { depth += 1 }
      if depth < 0 || character == ")" && isStart { return true }
      isStart = character == "(" || character == "|"
    }
    return isStart
  }
}

/// xorshift64: the same expressions in each run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
