// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSNameTests {
  static let label63 = String(repeating: "a", count: 63)
  /// 3 × 64 + 62 + 1 = 255 bytes on the wire.
  static let longest = [label63, label63, label63, String(repeating: "b", count: 61)]
    .joined(separator: ".")

  @Test(arguments: [
    ("home.example.com", "04686f6d65076578616d706c6503636f6d00"),
    ("home.example.com.", "04686f6d65076578616d706c6503636f6d00"),
    ("com", "03636f6d00"),
    (".", "00"),
    ("*.example", "012a076578616d706c6500"),
    ("_acme-challenge.a", "0f5f61636d652d6368616c6c656e6765016100"),
  ])
  func `encodes a name`(text: String, wire: String) {
    #expect(DNSName(Array(text.utf8))?.wire == hex(wire))
  }

  @Test(arguments: [
    "", "..", ".com", "a..b", "a b", "a\tb", "a\\.b", "bücher.example", "a\u{0}b",
    label63 + "a", longest + "b",
  ])
  func `refuses what is no name`(text: String) {
    #expect(DNSName(Array(text.utf8)) == nil)
  }

  @Test func `takes labels of 63 and names of 255 bytes`() {
    #expect(DNSName(Array(Self.label63.utf8))?.wire.count == 65)
    #expect(DNSName(Array(Self.longest.utf8))?.wire.count == 255)
    #expect(DNSName(Array((Self.longest + ".").utf8))?.wire.count == 255)
  }

  @Test func `ignores the case of letters only`() {
    #expect(name("Home.EXAMPLE.com") == name("home.example.COM"))
    #expect(name("home.example.com") != name("home.example.org"))
    #expect(name("a.b") != name("a"))
    #expect(name("a@b") != name("a`b"))
  }

  @Test func `prints without the final dot and keeps the case`() {
    #expect(name("Home.example.com.").text == "Home.example.com")
    #expect(DNSName.root.text == ".")
  }

  @Test func `escapes odd bytes of a received name`() throws {
    let question = hex("0000000000010000000000000561002e5cff0000010001")
    let message = try DNSMessage(parsing: question)
    #expect(message.questions.first?.name.text == #"a\000\.\\\255"#)
  }

  @Test func `walks up to the root`() {
    var names: [Text] = []
    var next: DNSName? = name("home.example.com")
    while let name = next {
      names.append(name.text)
      next = name.parent
    }
    #expect(names == ["home.example.com", "example.com", "com", "."])
  }

  @Test(arguments: [
    ("home.example.com", "example.com", true), ("example.com", "Example.COM", true),
    ("example.com", ".", true), ("badexample.com", "example.com", false),
    ("com", "example.com", false), ("home.example.org", "example.com", false),
  ])
  func `knows its zones`(text: String, zone: String, isInside: Bool) {
    #expect(name(text).isInside(name(zone)) == isInside)
  }

  @Test func `text and wire form survive a round trip`() {
    var random = SeededGenerator(state: 1)
    let letters = Array("abcXYZ019-_*/=".utf8)
    for _ in 0..<500 {
      let labels = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
          letters.randomElement(using: &random) ?? 0
        }
      }
      let text = Array(labels.joined(separator: [UInt8(ascii: ".")]))
      #expect(DNSName(text)?.text.bytes == text)
      #expect(DNSName(text)?.labels.map(Array.init) == labels)
    }
  }
}
