// SPDX-License-Identifier: Apache-2.0

import Report
import Testing
import Wire

@testable import CommandLine

/// Parses a line of words separated by blanks; `''` is an empty word.
func arguments(_ line: String) throws -> Arguments {
  let words = line.split(separator: " ").map { $0 == "''" ? [] : Array($0.utf8) }
  let syntax = Arguments.Syntax(
    program: "tool", letters: "S:c:v:6fhV", names: "root: json help version", wordLimit: 2,
    help: "help")
  return try Arguments(words, syntax)
}

func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

@Suite(.timeLimit(.minutes(15))) struct ArgumentsTests {
  @Test func `a cluster of letters is each of them (contract 6.2)`() throws {
    let parsed = try arguments("-6fSmy")
    #expect(parsed.has("6"))
    #expect(parsed.has("f"))
    #expect(text(parsed.value("S")) == "my")
    #expect(!parsed.has("v"))
    #expect(parsed.value("v") == nil)
  }

  @Test(arguments: ["-v2", "-v 2", "-6v2", "-6v 2", "-v 1 -v2"])
  func `a value stands in the same word or in the next, and the last one counts`(
    line: String
  ) throws {
    #expect(text(try arguments(line).value("v")) == "2")
  }

  @Test func `the value of a letter can look like an option`() throws {
    let parsed = try arguments("-S -6 -c --")
    #expect(text(parsed.value("S")) == "-6")
    #expect(text(parsed.value("c")) == "--")
    #expect(!parsed.has("6"))
  }

  @Test(arguments: ["--root=/a=b", "--root /a=b"])
  func `a long option has its value behind = or in the next word`(line: String) throws {
    #expect(text(try arguments(line).value("root")) == "/a=b")
  }

  @Test func `an empty value is a value`() throws {
    #expect(text(try arguments("--root=").value("root")) == "")
    #expect(text(try arguments("-S ''").value("S")) == "")
  }

  @Test func `after -- everything is a word`() throws {
    let parsed = try arguments("-6 -- -f --json")
    #expect(parsed.words.map { text($0) } == ["-f", "--json"])
    #expect(!parsed.has("f"))
  }

  @Test func `words may stand between options, and a lone dash is one`() throws {
    let parsed = try arguments("a -6 -")
    #expect(parsed.words.map { text($0) } == ["a", "-"])
    #expect(parsed.has("6"))
  }

  @Test(arguments: [
    ("-x", "invalid option -x"), ("-6x", "invalid option -x"), ("-:", "invalid option -:"),
    ("-S", "option -S missing argument"), ("-6S", "option -S missing argument"),
    ("--root", "option --root missing argument"), ("--what", "invalid option --what"),
    ("--roo=x", "invalid option --roo"), ("--root:=x", "invalid option --root:"),
    ("--json=1", "option --json takes no argument"), ("--=x", "invalid option --"),
    ("a b c", "unexpected argument 'c'"), ("-- a b c", "unexpected argument 'c'"),
  ])
  func `a usage error names the program, the mistake and where help is`(
    line: String, words: String
  ) throws {
    #expect(throws: Failure(.usage, Text(Array("\(words); see tool -h".utf8)))) {
      try arguments(line)
    }
  }

  @Test func `nothing at all is fine`() throws {
    #expect(try arguments("") == arguments(""))
    #expect(try arguments("-6") != arguments("-f"))
    #expect(try arguments("").words.isEmpty)
  }
}
