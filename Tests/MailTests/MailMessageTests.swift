// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Mail

/// Messages as mail servers take them.
@Suite struct MailMessageTests {
  @Test func `a message is lines of ASCII that say who, what and when`() {
    let message = MailMessage(
      from: bytes("r@example.org"), to: [bytes("a@example.com"), bytes("b@example.com")],
      subject: bytes("plain"), text: bytes("Zürich = 1\nend \n"),
      date: bytes("Sun, 22 Nov 2026 05:00:00 +0000"), id: bytes("1.2"))
    #expect(
      string(message.encoded) == """
        From: <r@example.org>\r
        To: a@example.com, b@example.com\r
        Subject: plain\r
        Date: Sun, 22 Nov 2026 05:00:00 +0000\r
        Message-ID: <1.2@example.org>\r
        Auto-Submitted: auto-generated\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        Z=C3=BCrich =3D 1\r
        end=20\r\n
        """)
  }

  @Test func `a subject in UTF-8 is words of at most 75 bytes, none of half a character`() throws {
    var random = SplitMix64(state: 3)
    for _ in 1...300 {
      let text = (0..<Int(random.next() % 90)).map { _ in
        ["a", "ü", "€", "😀", " ", "?"][Int(random.next() % 6)]
      }.joined()
      let encoded = string(MailMessage.words(bytes(text)))
      var decoded = encoded
      if encoded.hasPrefix("=?") {
        decoded = ""
        for word in encoded.components(separatedBy: "\r\n ") {
          #expect(word.utf8.count <= 75 && word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
          let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
          decoded += try #require(String(data: data, encoding: .utf8))
        }
      }
      #expect(decoded == text)
    }
  }

  @Test func `a subject is one line`() {
    #expect(string(MailMessage.words(bytes("a\r\nBcc: x"))) == "aBcc: x")
  }

  @Test func `quoted-printable gives the text back, in short lines`() {
    var random = SplitMix64(state: 5)
    for _ in 1...300 {
      let text =
        (0..<Int(random.next() % 300)).map { _ in
          random.next() % 9 == 0 ? 10 : random.next() % 5 == 0 ? 32 : UInt8(random.next() % 256)
        }.filter { $0 != 13 } + [10]
      let lines = string(MailMessage.quotedPrintable(text)).components(separatedBy: "\r\n")
      #expect(lines.last == "")
      var decoded: [UInt8] = []
      for line in lines.dropLast() {
        #expect(line.utf8.count <= 76 && line.last != " ")
        var rest = Array(line.utf8)[...]
        var ends = true
        while let byte = rest.popFirst() {
          if byte != UInt8(ascii: "=") {
            decoded.append(byte)
          } else if rest.isEmpty {
            ends = false
          } else {
            decoded.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
          }
        }
        if ends { decoded.append(10) }
      }
      #expect(decoded == text)
    }
  }
}
