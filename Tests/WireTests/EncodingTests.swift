// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct EncodingTests {
  @Test func `percent-encodes all 256 bytes and reads them back`() {
    let unreserved = Set(
      bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"))
    for byte in (0...255).map({ UInt8($0) }) {
      let encoded = Percent.encode([byte])
      #expect(encoded.count == (unreserved.contains(byte) ? 1 : 3))
      #expect(Percent.decode(encoded) == [byte])
      let printable = Percent.encodeUnprintable([byte])
      #expect(printable.count == (byte > 32 && byte < 127 ? 1 : 3))
      #expect(printable.allSatisfy { $0 > 32 && $0 < 127 })
    }
    let all = (0...255).map { UInt8($0) }
    #expect(Percent.decode(Percent.encode(all)) == all)
  }

  @Test(arguments: [
    ("a b", "a%20b"), ("me@example.com", "me%40example.com"), ("p:/?#[]", "p%3a%2f%3f%23%5b%5d"),
    ("ä", "%c3%a4"), ("100%", "100%25"), ("\0", "%00"), ("", ""), ("A-_.~z", "A-_.~z"),
  ])
  func `writes lower-case digits`(plain: String, encoded: String) {
    #expect(string(Percent.encode(bytes(plain))) == encoded)
    #expect(string(Percent.decode(bytes(encoded))) == plain)
  }

  @Test(arguments: [
    ("%4a%4A", "JJ"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%%41", "%A"), ("a%4", "a%4"),
    ("+", "+"), ("%2541", "%41"), ("%4g1", "%4g1"),
  ])
  func `decodes once and leaves what is no escape`(text: String, decoded: String) {
    #expect(string(Percent.decode(bytes(text))) == decoded)
  }

  // RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("user:pässwörd", "dXNlcjpww6Rzc3fDtnJk"),
  ])
  func `encodes the vectors of RFC 4648`(plain: String, encoded: String) {
    #expect(string(Base64.encode(bytes(plain))) == encoded)
    #expect(Base64.decode(bytes(encoded)) == bytes(plain))
  }

  @Test func `reads back base 64 of any bytes`() {
    let all = (0...255).map { UInt8($0) }
    for count in 0...256 {
      let plain = Array(all.prefix(count))
      #expect(Base64.decode(Base64.encode(plain)) == plain)
    }
    #expect(string(Base64.encode([251, 239, 255])) == "++//")
  }

  @Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Z===", "=Zg=", "Zg=a", "Zg==Zg==",
    "Zm9v\n",
    "Zm 9", "Zm9-", "Zm9_", "Zm9vä", "Zm9v Zm9v",
  ])
  func `refuses malformed base 64`(text: String) {
    #expect(Base64.decode(bytes(text)) == nil)
  }
}
