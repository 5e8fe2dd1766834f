// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct RedactorTests {
  private func contains(_ text: [UInt8], _ secret: [UInt8]) -> Bool {
    text.firstIndex(of: secret) != nil
  }

  @Test func `no planted secret survives in any form (users 30)`() {
    var random = SplitMix64(state: 30)
    for round in 0..<2_000 {
      let length = Int(random.next() % 24) + 3
      let secrets = (0..<(round % 4 + 1)).map { _ in
        // Bytes that no surrounding text has, now and then mixed with such as need escapes.
        (0..<length).map { _ -> UInt8 in
          let byte = UInt8(truncatingIfNeeded: random.next())
          let escapes = Array("%\"\\ /&+'#\n\t".utf8)
          return byte % 5 == 0 ? escapes[Int(byte) % escapes.count] : byte
        }
      }
      var redactor = Redactor()
      for secret in secrets { redactor.add(Secret(secret)) }
      for secret in secrets {
        for form in Spelling.wholes(of: secret) {
          let text = Array("<<".utf8) + form + Array(">><".utf8) + form
          let shown = redactor.redact(text)
          #expect(!contains(shown, form), "\(secret)")
          #expect(shown.starts(with: "<<".utf8))
        }
      }
    }
  }

  @Test func `a secret is hidden with each of its bytes escaped, in every way`() {
    for byte in UInt8.min...UInt8.max {
      let secret = [UInt8(ascii: "k"), byte, byte, UInt8(ascii: "q")]
      var redactor = Redactor()
      redactor.add(Secret(secret))
      for one in Spelling.escapes(of: byte) {
        for other in Spelling.escapes(of: byte) {
          let text = [UInt8](">k") + one + other + [UInt8]("q<")
          #expect(redactor.redact(text) == [UInt8](">***<"), "\(byte): \(text)")
        }
      }
    }
  }

  @Test func `a secret is hidden however its bytes are mixed`() {
    var random = SplitMix64(state: 4)
    for _ in 0..<3_000 {
      let secret = (0..<Int(random.next() % 12 + 3)).map { _ in
        UInt8(truncatingIfNeeded: random.next())
      }
      var redactor = Redactor()
      redactor.add(Secret(secret))
      let shown = secret.flatMap { byte -> [UInt8] in
        let all = Spelling.escapes(of: byte)
        return all[Int(random.next() % UInt64(all.count))]
      }
      let text = redactor.redact([UInt8]("<<") + shown + [UInt8](">>"))
      #expect(text == [UInt8]("<<***>>"), "\(secret) as \(shown)")
    }
  }

  @Test(arguments: [
    "p\\u00e4ss\\u00FCber\\ud83d\\uDD11", "p&#228;ss&#xfc;ber&#128273;",
    "p%c3%A4ss%C3%BCber%f0%9f%94%91", "p\\u00e4ss&#252;ber%F0%9F%94%91",
  ])
  func `a character that is escaped as one is hidden too`(shown: String) {
    var redactor = Redactor()
    redactor.add(Secret(Array("pässüber🔑".utf8)))
    #expect(redactor.redact([UInt8]("(") + Array(shown.utf8) + [UInt8](")")) == [UInt8]("(***)"))
  }

  @Test func `of two secrets that overlap nothing is left`() {
    var redactor = Redactor()
    redactor.add(Secret([UInt8]("xabc")))
    redactor.add(Secret([UInt8]("abcdef")))
    #expect(redactor.redact([UInt8]("<xabcdef>")) == [UInt8]("<***>"))
  }

  @Test(arguments: [
    "%", "%4", "\\", "\\u12", "&#;", "&#x;", "&", "&#99999999999;", "\\ud83d\\u0041",
  ])
  func `half an escape is no escape and no trap`(text: String) {
    var redactor = Redactor()
    redactor.add(Secret([UInt8]("abc")))
    #expect(redactor.redact(Array(text.utf8)) == Array(text.utf8))
    #expect(redactor.redact(Array(text.utf8) + [UInt8]("abc")) == Array(text.utf8) + [UInt8]("***"))
  }

  @Test func `every byte value can be part of a secret`() {
    for byte in UInt8.min...UInt8.max {
      let secret = [UInt8(ascii: "k"), byte, UInt8(ascii: "q")]
      var redactor = Redactor()
      redactor.add(Secret(secret))
      for form in Spelling.wholes(of: secret) {
        let shown = redactor.redact([UInt8(ascii: "(")] + form + [UInt8(ascii: ")")])
        #expect(shown == [UInt8]("(***)"), "\(byte)")
      }
    }
  }

  @Test(arguments: ["pässwört", "пароль", "密码密码", "🔑🔑", "a\"b\\c", "100%25", "it's & <that>"])
  func `a secret of a person is hidden`(secret: String) {
    var redactor = Redactor()
    redactor.add(Secret(Array(secret.utf8)))
    for form in Spelling.wholes(of: Array(secret.utf8)) {
      #expect(redactor.redact([UInt8]("p=") + form + [UInt8]("&x")) == [UInt8]("p=***&x"))
    }
  }

  @Test func `a secret inside another leaves nothing of it behind`() {
    var redactor = Redactor()
    redactor.add(Secret([UInt8]("abc")))
    redactor.add(Secret([UInt8]("abcdef")))
    #expect(redactor.redact([UInt8]("abcdef abc")) == [UInt8]("*** ***"))
  }

  @Test(arguments: ["am9lOnMzY3JldA==", "am9lOnMzY3JldA", "am9lOnMzY3JldA%3D%3D"])
  func `what an Authorization field holds is hidden`(shown: String) {
    var redactor = Redactor()
    redactor.add(Secret([UInt8]("s3cret")))
    let text = redactor.redact([UInt8]("Authorization: Basic ") + Array(shown.utf8) + [10])
    #expect(text.starts(with: "Authorization: Basic ***".utf8))
    #expect(text.firstIndex(of: [UInt8]("am9")) == nil)
  }

  @Test(arguments: ["", "a", "1x"])
  func `a very short value is no secret and does not blank the whole log`(secret: String) {
    var redactor = Redactor()
    redactor.add(Secret(Array(secret.utf8)))
    #expect(redactor.redact([UInt8]("a 1x a")) == [UInt8]("a 1x a"))
  }

  @Test func `a text without secrets stays as it is`() {
    var redactor = Redactor()
    redactor.add(Secret([UInt8]("secret")))
    let text = Array(UInt8.min...UInt8.max)
    #expect(redactor.redact(text) == text)
    #expect(redactor.redact([]) == [])
    #expect(Redactor().redact([UInt8]("secret")) == [UInt8]("secret"))
  }
}

@Suite(.timeLimit(.minutes(15))) struct SecretTests {
  @Test func `a secret in a sentence is three stars`() {
    let secret = Secret([UInt8]("hidden"))
    let sentence: Text = "password '\(secret)'"
    #expect(sentence == "password '***'")
    #expect(secret.revealed == [UInt8]("hidden"))
    #expect(!secret.isEmpty)
    #expect(Secret([]).isEmpty)
  }
}
