// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct BytesTests {
  @Test func `sorts bytes as the C locale does`() {
    let all = (0...255).map { UInt8($0) }
    #expect(string(all.filter(\.isDigit)) == "0123456789")
    #expect(
      string(all.filter(\.isLetter)) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    #expect(all.filter(\.isBlank) == [9, 32])
    #expect(all.filter(\.isSpace) == [9, 10, 11, 12, 13, 32])
    #expect(all.filter { $0.lowercased != $0 } == Array(65...90))
    #expect(all.filter { $0.hexValue != nil } == bytes("0123456789ABCDEFabcdef"))
    #expect(bytes("09afAF").map(\.hexValue) == [0, 9, 10, 15, 10, 15])
    #expect(string((0...16).map { UInt8($0).hexDigit }) == "0123456789abcdef0")
  }

  @Test func `what is copied takes no more room than it needs, and shares none`() {
    var text = bytes("text")
    text.reserveCapacity(1_000)
    let copy = text.copied
    #expect(copy == text)
    #expect(copy.capacity < 100)
    #expect(copy.withUnsafeBytes { $0.baseAddress } != text.withUnsafeBytes { $0.baseAddress })
    #expect([UInt8]().copied.isEmpty)
  }

  @Test func `compares and switches with literals`() {
    #expect(bytes("good") == "good")
    #expect(!(bytes("good!") == "good"))
    #expect(bytes("") == "")
    #expect(bytes("good") != "Good")
    #expect([UInt8]("ä") == bytes("ä"))
    switch bytes("nochg") {
    case "good": Issue.record("wrong case")
    case "nochg": break
    default: Issue.record("no case")
    }
    #expect(bytes("Content-Type: x").hasPrefix("Content"))
    #expect(!bytes("Con").hasPrefix("Content"))
    #expect(bytes("x").hasPrefix(""))
    #expect(bytes("cOnTent").equalsIgnoringCase("Content"))
    #expect(!bytes("Conten").equalsIgnoringCase("Content"))
    // 0x5b and 0x7b differ by the same bit as letters do.
    #expect(!bytes("[").equalsIgnoringCase("{"))
    #expect(bytes("GoOd[Ä").lowercased == bytes("good[Ä"))
  }

  @Test(
    arguments: [
      (0, "0"), (7, "7"), (-1, "-1"), (10, "10"), (Int64.max, "9223372036854775807"),
      (Int64.min, "-9223372036854775808"), (-100, "-100"),
    ] as [(Int64, String)])
  func `writes numbers in decimal`(value: Int64, text: String) {
    var result = bytes("x")
    result.append(decimal: value)
    #expect(string(result) == "x" + text)
    #expect(string("\(value)" as Text) == text)
    #expect(string("\(Int(value))" as Text) == text)
    #expect(text.hasPrefix("-") || bytes(text).decimalValue == value)
  }

  @Test(
    arguments: [
      ("", nil), ("0", 0), ("007", 7), ("-1", nil), ("+1", nil), (" 1", nil), ("1 ", nil),
      ("1a", nil),
      ("9223372036854775807", .max), ("9223372036854775808", nil), ("99999999999999999999", nil),
    ] as [(String, Int64?)])
  func `reads decimal digits`(text: String, value: Int64?) {
    #expect(bytes(text).decimalValue == value)
  }

  @Test(arguments: [
    ("", ""), ("  ", ""), ("a", "a"), (" \t\r\na b\u{b}\u{c} ", "a b"), ("a ", "a"), (" a", "a"),
  ])
  func `trims white space`(text: String, trimmed: String) {
    #expect(string(bytes(text).trimmed) == trimmed)
    #expect(string((bytes("x") + bytes(text)).dropFirst().trimmed) == trimmed)
  }

  @Test func `cuts pieces, words and lines`() {
    #expect(bytes("a,,b,").pieces(separatedBy: 44).map { string($0) } == ["a", "", "b", ""])
    #expect(bytes("").pieces(separatedBy: 44).map { string($0) } == [""])
    #expect(bytes(" a \t b\r\nc ").words.map { string($0) } == ["a", "b", "c"])
    #expect(bytes("  ").words.isEmpty)
    #expect(bytes("a\r\nb\n\nc").lines.map { string($0) } == ["a", "b", "", "c"])
    #expect(bytes("a\n").lines.map { string($0) } == ["a"])
    #expect(bytes("\n").lines.map { string($0) } == [""])
    #expect(bytes("").lines.isEmpty)
    #expect(bytes("a\rb\r").lines.map { string($0) } == ["a\rb"])
  }

  @Test(
    arguments: [
      ("abcabc", "bc", 0, 1), ("abcabc", "bc", 2, 4), ("abcabc", "bc", 5, nil), ("abc", "", 0, nil),
      ("", "a", 0, nil), ("ab", "abc", 0, nil), ("aab", "ab", 0, 1), ("abc", "c", 99, nil),
      ("abc", "a", -1, nil), ("abc", "abc", 0, 0),
    ] as [(String, String, Int, Int?)])
  func `finds bytes`(text: String, needle: String, start: Int, found: Int?) {
    #expect(bytes(text).firstIndex(of: bytes(needle), from: start) == found)
  }

  @Test(arguments: [
    ("a[IP]b[IP]", "[IP]", "1", "a1b1"), ("aaa", "aa", "b", "ba"), ("abc", "x", "y", "abc"),
    ("abc", "", "y", "abc"), ("aa", "a", "aa", "aaaa"), ("abc", "abc", "", ""),
  ])
  func `replaces bytes without reading the replacement again`(
    text: String, needle: String, replacement: String, result: String
  ) {
    #expect(string(bytes(text).replacing(bytes(needle), with: bytes(replacement))) == result)
  }

  @Test func `reads forward`() {
    var reader = ByteReader(bytes("ab12"))
    #expect(reader.peek == 97)
    #expect(reader.next() == 97)
    #expect(string(reader.take(while: \.isLetter)) == "b")
    #expect(reader.take(while: \.isLetter).isEmpty)
    #expect(reader.take(3) == nil)
    #expect(reader.take(-1) == nil)
    #expect(reader.offset == 2)
    #expect(reader.take(2).map { string($0) } == "12")
    #expect(reader.isAtEnd)
    #expect(reader.take(0)?.isEmpty == true)
    #expect(reader.peek == nil)
    #expect(reader.next() == nil)
    #expect(ByteReader([]).isAtEnd)
  }

  @Test func `spells every value that text can hold`() throws {
    let home = try #require(address("2001:db8:0:0::1"))
    let other = try #require(address("203.0.113.7"))
    let none: [IPAddress] = []
    let word: Literal = "word"
    let text: Text = """
      \(bytes("raw")) \(bytes("slice")[1...]) \(word) \(Int32.min) \(home) [\([home, other])] \
      [\(none)] \("in" as Text)
      """
    #expect(
      string(text)
        == "raw lice word -2147483648 2001:db8::1 [2001:db8::1 203.0.113.7] [] in")
    var sum: Text = "a"
    sum += "b"
    #expect(sum + "c" == "abc")
    #expect(Text([0, 255]).bytes == [0, 255])
  }
}
