// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct PrintableTests {
  @Test(arguments: [
    ("a\tb\nc", "a\tb\nc"), ("\u{1b}[2J", #"\x1b[2J"#), ("\r\u{7f}", #"\x0d\x7f"#),
    ("\u{9b}2J", #"\xc2\x9b2J"#), ("\u{80}\u{9f}\u{a0}", "\\xc2\\x80\\xc2\\x9f\u{a0}"),
    ("Grüße 語 🙂", "Grüße 語 🙂"), ("", ""), ("\u{ed}\u{db}", "\u{ed}\u{db}"),
  ])
  func `control characters are shown, text stays`(text: String, shown: String) {
    #expect(string(bytes(text).printable) == shown)
  }

  @Test func `what comes out is UTF-8 without control characters`() {
    for byte in UInt8.min...UInt8.max where byte >= 0x80 {
      #expect([byte].printable == bytes(#"\x"# + String(byte, radix: 16)))
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let noise = (0..<12).map { _ -> UInt8 in
        .random(in: Bool.random(using: &random) ? 0...255 : 0xc0...0xf5, using: &random)
      }
      let shown = noise.printable
      let text = String(validating: shown, as: UTF8.self)
      #expect(text != nil, "\(noise)")
      #expect(
        text?.unicodeScalars.allSatisfy {
          $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control
        } ?? false, "\(noise)")
    }
  }

  @Test func `half a character is not left when a text is cut`() {
    let text = bytes(String(repeating: "aä語🙂", count: 5))
    for limit in 3..<text.count {
      let cut = text.cut(to: limit)
      #expect(cut.count <= limit && cut.count > limit - 4)
      #expect(String(validating: cut, as: UTF8.self)?.hasSuffix("...") == true)
    }
    #expect(text.cut(to: text.count) == text)
  }
}
