// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Net

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// An element of DER.
private func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
  precondition(content.count < 65536)
  if content.count < 128 { return [tag, UInt8(content.count)] + content }
  return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
}

/// A name with one common name.
private func name(_ text: String, tag: UInt8 = 0x0c) -> [UInt8] {
  der(0x30, der(0x31, der(0x30, [6, 3, 0x55, 4, 3] + der(tag, bytes(text)))))
}

/// Something with the outline of a certificate.
private func certificate(_ subject: [UInt8], version: Bool = true, padding: Int = 300) -> [UInt8] {
  let version = version ? der(0xa0, [2, 1, 2]) : []
  let head = der(2, [1]) + der(0x30, [5, 0]) + name("Issuer") + der(0x30, [])
  let tail = der(4, [UInt8](repeating: 7, count: padding))
  return der(0x30, der(0x30, version + head + subject + tail) + der(0x30, []))
}

private func pem(_ der: [UInt8], lineEnd: String = "\n") -> [UInt8] {
  var text = "-----BEGIN CERTIFICATE-----" + lineEnd
  let encoded = Base64.encode(der)
  for start in stride(from: 0, to: encoded.count, by: 64) {
    text +=
      String(decoding: encoded[start..<min(start + 64, encoded.count)], as: UTF8.self) + lineEnd
  }
  return bytes(text + "-----END CERTIFICATE-----" + lineEnd)
}

@Suite(.timeLimit(.minutes(15))) struct PEMScannerTests {
  @Test(arguments: [1, 2, 7, 64, 1000, 100_000])
  func `finds the certificate of a name in pieces of any size`(size: Int) {
    let wanted = certificate(name("Root B"))
    let file =
      bytes("# a comment\n") + pem(certificate(name("Root A"))) + bytes("noise -----\n\n")
      + pem(wanted, lineEnd: "\r\n") + pem(certificate(name("Root C")))
    var scanner = PEMScanner(subject: name("Root B"))
    var found: [[UInt8]] = []
    for start in stride(from: 0, to: file.count, by: size) {
      found += scanner.scan(Array(file[start..<min(start + size, file.count)]))
    }
    #expect(found == [wanted])
  }

  @Test func `finds all of them when no name is given`() {
    let all = (1...5).map { certificate(name("Root \($0)")) }
    var scanner = PEMScanner(subject: nil)
    #expect(scanner.scan(all.flatMap { pem($0) }) == all)
  }

  @Test func `finds two certificates of one name`() {
    let old = certificate(name("Root"), padding: 10)
    let new = certificate(name("Root"), padding: 20)
    var scanner = PEMScanner(subject: name("root", tag: 0x13))
    #expect(scanner.scan(pem(old) + pem(new)) == [old, new])
  }

  @Test func `finds a certificate of version 1`() {
    let old = certificate(name("Root"), version: false)
    var scanner = PEMScanner(subject: name("Root"))
    #expect(scanner.scan(pem(old)) == [old])
  }

  @Test func `passes over keys and broken blocks`() {
    let good = certificate(name("Root"))
    let key =
      bytes("-----BEGIN PRIVATE KEY-----\n") + Base64.encode(good)
      + bytes("\n-----END PRIVATE KEY-----\n")
    let unended = bytes("-----BEGIN CERTIFICATE-----\nMIIB\n")
    let empty = bytes("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n")
    let foreign = bytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    var scanner = PEMScanner(subject: nil)
    #expect(scanner.scan(key + unended + empty + foreign + pem(good)) == [good])
  }

  @Test func `passes over a certificate that is too large`() {
    let large = certificate(name("Root"), padding: PEMScanner.certificateLimit)
    let good = certificate(name("Root"))
    var scanner = PEMScanner(subject: nil)
    #expect(scanner.scan(pem(large) + pem(good)) == [good])
  }

  @Test func `survives random bytes`() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = bytes("-----BEGIN CERTIFICATE-----\nMII=0\r")
    for _ in 0..<300 {
      var scanner = PEMScanner(subject: nil)
      let noise = (0..<500).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      _ = scanner.scan(bytes("-----BEGIN CERTIFICATE-----\n") + noise)
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct PEMSubjectTests {
  @Test func `finds the subject as soon as it is there`() {
    let subject = name("Some Authority")
    let whole = certificate(subject)
    var end: Int?
    for count in 0...whole.count {
      switch PEMSubject.find(in: Array(whole[..<count])) {
      case .found(let range):
        #expect(Array(whole[range]) == subject)
        end = end ?? range.upperBound
        #expect(count >= range.upperBound)
      case .incomplete: #expect(end == nil)
      case .invalid: Issue.record("a prefix of \(count) bytes is not invalid")
      }
    }
    #expect(end != nil)
  }

  @Test(
    arguments: [
      [0x31, 0], [0x30, 2, 0x31, 0], [0x30, 0x80, 0x30, 0], [0x30, 0x84, 1, 0, 0, 0, 0x30, 0],
    ] as [[UInt8]])
  func `refuses what is no certificate`(der: [UInt8]) {
    #expect(PEMSubject.find(in: der) == .invalid)
  }

  @Test func `survives random bytes`() {
    var generator = SystemRandomNumberGenerator()
    let good = certificate(name("Root"), padding: 3)
    for _ in 0..<2000 {
      var broken = good
      for _ in 0..<3 {
        broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(in: 0...255)
      }
      _ = PEMSubject.find(in: broken)
    }
  }

  @Test func `compares names without case and kind of string`() {
    #expect(PEMSubject.isSameName(name("Root"), name("rOOT", tag: 0x13)[...]))
    #expect(!PEMSubject.isSameName(name("Root"), name("Roof")[...]))
    #expect(!PEMSubject.isSameName(name("Root"), name("Root 2")[...]))
    #expect(!PEMSubject.isSameName(name("A0"), name("AP")[...]))
  }
}
