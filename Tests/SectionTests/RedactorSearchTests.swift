// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Section

/// How secrets are found: escapes in escapes, and in how many steps.
@Suite(.timeLimit(.minutes(15))) struct RedactorSearchTests {
  private func redactor(_ secrets: String...) -> Redactor {
    var redactor = Redactor()
    for secret in secrets { redactor.add(Secret(Array(secret.utf8))) }
    return redactor
  }

  private func shown(_ text: String, hiding secrets: Redactor) -> String {
    String(decoding: secrets.redact(Array(text.utf8)), as: UTF8.self)
  }

  // MARK: - Steps

  /// The steps a text takes, for each of its bytes.
  private func effort(_ redactor: Redactor, _ text: [UInt8]) -> Int {
    SecretSearch.spans(of: redactor, in: text).steps / text.count
  }

  @Test(arguments: [
    #"\"#, "%", "&", "+", "'", #"\\"#, "%25", "&amp;", "&#38;", #"\u005c"#, #"\x5c"#, #"\134"#,
    "%5c", "&#92;", "&bsol;", #"'\''"#, "\"'\"", #"\u0025"#, "%2525", "a", "a%", "&#", "&a",
    #"\ud83d"#,
  ])
  func `runs of one character take as many steps a byte as short texts do`(
    unit: String
  ) {
    let secret = Array(repeating: Array(unit.utf8), count: 30).joined().prefix(30)
    for end in ["", "x"] {
      var redactor = Redactor()
      redactor.add(Secret(Array(secret) + Array(end.utf8)))
      let text = { (count: Int) in
        Array(Array(repeating: Array(unit.utf8), count: count / unit.utf8.count).joined())
      }
      let short = effort(redactor, text(200))
      let long = effort(redactor, text(1_600))
      #expect(long <= short + short / 2 + 100, "\(short) \(long)")
      #expect(long < 20 * redactor.bytes.count, "\(long) for \(redactor.bytes.count)")
    }
  }

  @Test func `no text takes more steps a byte than twenty times the bytes of the needles`() {
    var random = SplitMix64(state: 21)
    let pieces = [
      #"\"#, "%", "&", "+", "'", "\"", "a", "4", "1", "#", "x", "u", ";", "5c", "25", "amp", "005c",
      "\n", "=",
    ].map { Array($0.utf8) }
    for _ in 0..<100 {
      let few = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
        pieces.randomElement(using: &random)
      }
      let make = { (length: Int) -> [UInt8] in
        var bytes: [UInt8] = []
        while bytes.count < length {
          bytes += few.randomElement(using: &random) ?? []
        }
        return bytes
      }
      var redactor = Redactor()
      redactor.add(Secret(make(24)))
      let steps = effort(redactor, make(400))
      #expect(steps < 20 * redactor.bytes.count, "\(few): \(steps)")
    }
  }

  @Test func `a plain text takes a step for each needle and byte`() {
    let text = Array("DDNS Provider answered: HTTP 200: good 203.0.113.7".utf8)
    #expect(effort(redactor("hunter22"), text) <= 4)
  }

  // MARK: - Escapes in escapes

  @Test(arguments: [
    ("p@ss w\u{f6}rd", "p%2540ss%2520w%25c3%25B6rd"), ("a\"b\\c", #"a\\\"b\\\\c"#),
    ("a\"b\\c", "a%5C%22b%5c%5Cc"), ("it's <&>", "it&amp;#39;s &amp;lt;&amp;amp;&amp;gt;"),
    ("p\u{e4}ss", #"p\\u00e4ss"#), ("p\u{e4}ss", "p%5Cu00E4ss"), ("p\u{e4}ss", "p&auml;ss"),
    ("\u{1F511}key", #"%5cud83d%5cudd11key"#), ("a/b+c", #"a%2Fb%252Bc"#), ("41%41", "41%2541"),
    ("a&b", #"a\u0026amp;b"#), ("a<b", #"a\u0026lt;b"#), ("x+y z", "x%2By+z"),
  ])
  func `what is encoded twice is hidden`(secret: String, text: String) {
    #expect(shown("(\(text))", hiding: redactor(secret)) == "(***)")
    #expect(shown("%\(text)4", hiding: redactor(secret)) == "%***4")
  }

  @Test func `any mixture of encodings is hidden, in any surroundings`() {
    var random = SplitMix64(state: 22)
    let noise = Array(#"%\&+'"#.utf8) + Array(";#xu4a1 \"\n=".utf8)
    for round in 0..<2_000 {
      let secret = (0..<Int.random(in: 4...12, using: &random)).map { _ -> UInt8 in
        round % 2 == 0
          ? .random(in: 0...255, using: &random) : noise.randomElement(using: &random) ?? 0
      }
      var redactor = Redactor()
      redactor.add(Secret(secret))
      let written = secret.flatMap { byte -> [UInt8] in
        let once = Spelling.escapes(of: byte).randomElement(using: &random) ?? []
        // What a shell leaves out cannot be encoded once more and be left out then.
        if round % 3 == 0 || once.contains(UInt8(ascii: "'")) { return once }
        return once.flatMap { inner -> [UInt8] in
          // Which character a name stands for is known of `&amp;` only.
          let all = Spelling.escapes(of: inner).filter {
            !$0.contains(UInt8(ascii: "'")) && ($0.first != 38 || $0.contains(35) || inner == 38)
          }
          let rarely = Int.random(in: 0..<4, using: &random) == 0
          return (rarely ? all.randomElement(using: &random) : nil) ?? [inner]
        }
      }
      let before = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        noise.randomElement(using: &random) ?? 0
      }
      let after = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        noise.randomElement(using: &random) ?? 0
      }
      let text = redactor.redact(before + written + after)
      // Of a shell's `'\''` the last is no part of a secret that ends there.
      let marks = text.filter { $0 != UInt8(ascii: "'") }
      #expect(marks.count <= before.count + 3 + after.count, "\(secret) as \(written) in \(text)")
      #expect(text.firstIndex(of: [UInt8]("***")) != nil, "\(secret) as \(written)")
    }
  }

  @Test(arguments: [
    ("it's", #"+ echo 'it'\''s'"#, "+ echo '***'"), ("it's", #"+ echo 'it'"'"'s'"#, "+ echo '***'"),
    ("a''b", #"'a'"''"'b'"#, "'***'"), ("p\u{e4}\"s", #"$'p\303\244"s'"#, "$'***'"),
    ("x\u{1b}\ny", #"$'x\E\ny'"#, "$'***'"), ("a$b`c", #""a\$b\`c""#, #""***""#),
    ("a b", #"a\ b"#, "***"), ("it's", "it&#039;s", "***"),
  ])
  func `a secret is hidden as a shell shows it with set -x`(
    secret: String, text: String, expected: String
  ) {
    #expect(shown(text, hiding: redactor(secret)) == expected)
  }

  // MARK: - Base 64

  @Test func `base 64 of anything with the secret in it is hidden`() {
    var random = SplitMix64(state: 64)
    for _ in 0..<500 {
      let bytes = { (count: Int) in
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      let secret = bytes(Int.random(in: 4...20, using: &random))
      let whole =
        bytes(Int.random(in: 0...5, using: &random)) + secret
        + bytes(Int.random(in: 0...5, using: &random))
      var redactor = Redactor()
      redactor.add(Secret(secret))
      for form in Spelling.base64s(of: whole) {
        #expect(redactor.redact([UInt8]("(") + form + [UInt8](")")) == [UInt8]("(***)"))
        let escaped = form.flatMap { $0 == UInt8(ascii: "/") ? Array(#"\/"#.utf8) : [$0] }
        #expect(redactor.redact(escaped).count <= escaped.count)
        #expect(redactor.redact(escaped).firstIndex(of: [UInt8]("***")) != nil)
      }
    }
  }

  @Test func `base 64 in lines is hidden`() {
    let secret = String(repeating: "a long secret, ", count: 8)
    let code = Base64.encode(Array(secret.utf8))
    let lines = code.enumerated().flatMap { index, digit -> [UInt8] in
      index % 64 == 63 ? [digit, 10] : [digit]
    }
    #expect(redactor(secret).redact(lines) == [UInt8]("***"))
  }

  // MARK: - Parts

  @Test func `part of a text is quoted without a secret that begins or ends outside of it`() {
    let text = Array("one secret two".utf8)
    let redactor = redactor("secret")
    for end in text.indices {
      for start in 0...end {
        let part = redactor.redact(text, in: start..<end)
        let letters = Array(
          text[start..<end].enumerated().filter { !(4..<10).contains($0.offset + start) })
        #expect(part.filter { $0 != UInt8(ascii: "*") } == letters.map(\.element))
      }
    }
  }

  @Test func `a quotation is hidden first and cut last`() {
    let redactor = redactor("p\u{e4}ssw\u{f6}rter")
    for start in 0..<40 {
      let text =
        String(repeating: "x", count: start) + "p\u{e4}ssw\u{f6}rter and more of it, to be cut"
      let shown = redactor.shown(Quote(Array(text.utf8)), limit: 24)
      #expect(shown.bytes.count <= 24)
      #expect(shown.bytes.firstIndex(of: Array("p\u{e4}".utf8)) == nil, "\(start)")
      #expect(shown.bytes.firstIndex(of: [UInt8]("ssw")) == nil, "\(start)")
    }
  }
}
