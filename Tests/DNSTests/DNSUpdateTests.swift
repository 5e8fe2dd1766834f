// SPDX-License-Identifier: Apache-2.0

import DNS
import Digest
import Testing
import Wire

private func key(_ text: String, _ secret: String = UpdateVector.secret) throws -> TSIGKey {
  try TSIGKey(name: Array(text.utf8), secret: Array(secret.utf8))
}

private func update(
  of owner: String = "home.example.com", to address: String? = "203.0.113.7",
  removal: DNSUpdate.Removal = .all, key: TSIGKey? = nil
) -> DNSUpdate {
  DNSUpdate(
    zone: name("example.com"), name: name(owner), address: address.map(ip), ttl: 60,
    removal: removal, key: key)
}

/// Messages that dnspython makes of the same, with codes made once more by hand.
enum UpdateVector {
  static let secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
  static let unsigned = hex(
    "123428000001000000020000076578616d706c6503636f6d000006000104686f6d65c00c000100ff"
      + "000000000000c01d000100010000003c0004cb007107")
  static let signed = hex(
    "123428000001000000020001076578616d706c6503636f6d000006000104686f6d65c00c000100ff"
      + "000000000000c01d000100010000003c0004cb0071070864646e732d6b65790000fa00ff00000000"
      + "003d0b686d61632d7368613235360000006553f100012c0020a9ffb6a9c619b3157268e797609c17"
      + "a08e3af8eb9e0612253f5183e8b144fb95123400000000")
  static let answer = hex(
    "1234a8000001000000000001076578616d706c6503636f6d00000600010864646e732d6b65790000"
      + "fa00ff00000000003d0b686d61632d7368613235360000006553f101012c0020e3392a650895b9bc"
      + "a582ca22367cb68727a2e3379b3bf90672d65268d977150e123400000000")
  /// Its clock is 1000 s ahead.
  static let badTime = hex(
    "1234a8090001000000000001076578616d706c6503636f6d00000600010864646e732d6b65790000"
      + "fa00ff0000000000430b686d61632d7368613235360000006553f100012c00200e3b9d539c167a8b"
      + "7b47d388de373acaf09ec941c2f42fa172fc40ff4570043c12340012000600006553f4e8")
  static let code = hex("a9ffb6a9c619b3157268e797609c17a08e3af8eb9e0612253f5183e8b144fb95")
}

@Suite(.timeLimit(.minutes(15))) struct DNSUpdateTests {
  @Test func `replaces the addresses of a name in one message`() {
    #expect(update().message(id: 0x1234) == UpdateVector.unsigned)
    #expect(update().signed(id: 0x1234, at: 0).message == UpdateVector.unsigned)
  }

  @Test func `replaces those of both families in one message`() {
    let both = DNSUpdate(
      zone: name("example.com"), name: name("home.example.com"), address: ip("203.0.113.7"),
      other: ip("2001:db8::7"), ttl: 60)
    #expect(
      both.message(id: 0x1234)
        == hex(
          "123428000001000000040000076578616d706c6503636f6d000006000104686f6d65c00c000100ff"
            + "000000000000c01d000100010000003c0004cb007107"
            + "c01d001c00ff000000000000c01d001c00010000003c001020010db8000000000000000000000007"))
    #expect(both.message(id: 1).count == 102)
  }

  @Test func `adds one address and takes another away`() {
    #expect(
      update(removal: .only(ip("198.51.100.1"))).message(id: 0x1234)
        == hex(
          "123428000001000000020000076578616d706c6503636f6d000006000104686f6d65c00c000100fe"
            + "000000000004c6336401c01d000100010000003c0004cb007107"))
    for removed in [nil, ip("203.0.113.7")] {
      #expect(
        update(removal: .only(removed)).message(id: 0x1234)
          == hex(
            "123428000001000000010000076578616d706c6503636f6d000006000104686f6d65c00c0001"
              + "00010000003c0004cb007107"))
    }
  }

  @Test func `takes all addresses away`() {
    #expect(
      update(to: nil).message(id: 0x1234)
        == hex(
          "123428000001000000010000076578616d706c6503636f6d000006000104686f6d65c00c000100ff"
            + "000000000000"))
  }

  @Test func `names the zone itself, and names in other zones`() {
    #expect(
      update(of: "example.com").message(id: 0x1234)
        == hex(
          "123428000001000000020000076578616d706c6503636f6d0000060001c00c000100ff"
            + "000000000000c00c000100010000003c0004cb007107"))
    #expect(
      update(of: "a.test").message(id: 0x1234)
        == hex(
          "123428000001000000020000076578616d706c6503636f6d00000600010161047465737400000100ff"
            + "000000000000c01d000100010000003c0004cb007107"))
  }

  @Test(
    arguments: [
      ("hmac-md5:ddns-key", "171400e8b1007259283549b970a3ed7e", 140),
      ("ddns-key", "171400e8b1007259283549b970a3ed7e", 140),
      ("hmac-md5.sig-alg.reg.int.:ddns-key.", "171400e8b1007259283549b970a3ed7e", 140),
      ("hmac-sha1:DDNS-Key", "126b83c95103c07ac6c6caa1dfb270780991c373", 129),
      (
        "hmac-sha224:ddns-key", "6bef017ba59b6befe89acf7ddfc4f511a5019c6166fe32821c7b3a32", 139
      ),
      (
        "HMAC-SHA256:ddns-key",
        "a9ffb6a9c619b3157268e797609c17a08e3af8eb9e0612253f5183e8b144fb95", 143
      ),
      (
        "sha384:ddns-key",
        "45323ee0b40862d76545135e084aacbd1b024e2f8fdd8312d80943ee86142832"
          + "57fe6038b5a12d74fed4305e682fc67d", 159
      ),
      (
        "hmac-sha512:ddns-key",
        "f41bffa710dd69a33999cd0edde2b458d566e2ae83c5e8398038620f26f759ee"
          + "2d4bd0fd1f29281fc298f827e3e24ffda752ab72dd56904561e68fe0c118b6df", 175
      ),
    ])
  func `signs by every algorithm`(text: String, code: String, size: Int) throws {
    let (message, made) = update(key: try key(text)).signed(id: 0x1234, at: 1_700_000_000)
    #expect(made == hex(code))
    #expect(message.count == size)
    if made == UpdateVector.code { #expect(message == UpdateVector.signed) }
  }

  @Test func `reads keys as nsupdate does, and says what is wrong`() {
    func problem(_ text: String, _ secret: String = "c2VjcmV0") -> TSIGKey.Problem? {
      do throws(TSIGKey.Problem) {
        _ = try TSIGKey(name: Array(text.utf8), secret: Array(secret.utf8))
        return nil
      } catch { return error }
    }
    #expect(problem("a.key.example.com") == nil)
    #expect(problem("hmac-sha256:a.key", "c2Vj cmV0\n") == nil)
    #expect(problem("hmac-sha3:key") == .algorithm([UInt8]("hmac-sha3")))
    #expect(problem("gss-tsig:key") == .algorithm([UInt8]("gss-tsig")))
    #expect(problem("hmac-sha256-128:key") == .algorithm([UInt8]("hmac-sha256-128")))
    #expect(problem("") == .name)
    #expect(problem("hmac-sha256:") == .name)
    #expect(problem("a..b") == .name)
    #expect(problem("key", "c2VjcmV0=") == .secret)
    #expect(problem("key", "") == .secret)
    #expect(problem("key", "c2V!") == .secret)
  }
}

@Suite(.timeLimit(.minutes(15))) struct TSIGTests {
  private static func problem(
    _ answer: [UInt8], at now: Int64 = 1_700_000_001, _ key: String = "hmac-sha256:ddns-key"
  ) throws -> TSIGProblem? {
    try TSIG.problem(
      with: answer, key: DNSTests.key(key), requestCode: UpdateVector.code, at: now)
  }

  @Test func `takes an answer that the key's owner has signed`() throws {
    #expect(try Self.problem(UpdateVector.answer) == nil)
    let answer = TSIGSigner().answer(id: 0x1234, requestCode: UpdateVector.code)
    #expect(answer == UpdateVector.answer)
    for now in [1_700_000_301, 1_699_999_701] as [Int64] {
      #expect(try Self.problem(answer, at: now) == nil)
    }
  }

  @Test func `takes no answer of another key, request or time`() throws {
    #expect(try Self.problem(UpdateVector.answer, "hmac-sha256:other") == .forged)
    #expect(try Self.problem(UpdateVector.answer, "hmac-sha512:ddns-key") == .forged)
    #expect(
      try TSIG.problem(
        with: UpdateVector.answer, key: key("hmac-sha256:ddns-key", "c2VjcmV0"),
        requestCode: UpdateVector.code, at: 1_700_000_001) == .forged)
    #expect(
      try TSIG.problem(
        with: UpdateVector.answer, key: key("hmac-sha256:ddns-key"), requestCode: [1, 2],
        at: 1_700_000_001) == .forged)
    #expect(
      try Self.problem(UpdateVector.answer, at: 1_700_000_302) == .badTime(server: 1_700_000_001))
    // What was asked for, sent back: it is signed, but not as an answer.
    #expect(try Self.problem(UpdateVector.signed) == .forged)
  }

  @Test func `tells the errors of the server apart`() throws {
    var signer = TSIGSigner(time: 1_700_000_000)
    func problem() throws -> TSIGProblem? {
      try Self.problem(signer.answer(id: 0x1234, rcode: 9, requestCode: UpdateVector.code))
    }
    signer.error = 18
    signer.other = [0, 0, 0x65, 0x53, 0xf4, 0xe8]
    #expect(try problem() == .badTime(server: 1_700_001_000))
    #expect(
      signer.answer(id: 0x1234, rcode: 9, requestCode: UpdateVector.code) == UpdateVector.badTime)
    signer.other = []
    #expect(try problem() == .badTime(server: 0))
    signer.error = 22
    #expect(try problem() == .error(22))
    signer.hasCode = false
    #expect(try problem() == .unsigned)
    signer.error = 16
    #expect(try problem() == .badSignature)
    signer.error = 17
    #expect(try problem() == .badKey)
    #expect(
      try Self.problem(hex("1234a8050001000000000000076578616d706c6503636f6d0000060001"))
        == .unsigned)
  }

  @Test func `takes none of a signed answer's bytes but as they were`() throws {
    let answer = UpdateVector.answer
    // The number in the header is not signed, and the machine compares it; what is skipped is the
    // class, the TTL and the length of the record: others in them change nothing.
    let record = 12 + 13 + 4 + 10
    let free = Array(0..<2) + Array((record + 2)..<(record + 10))
    for index in answer.indices where !free.contains(index) {
      for bit in 0..<8 {
        var changed = answer
        changed[index] ^= 1 << UInt8(bit)
        // Letters of names may be of either case.
        if DNSTestsCase.differsByCaseOnly(answer[index], changed[index]), index > 12 { continue }
        let problem = Result { try Self.problem(changed) }
        #expect(throws: Never.self, "byte \(index) bit \(bit)") {
          if case .success(nil) = problem { throw DNSTestsCase.taken }
        }
      }
    }
    for count in answer.indices {
      let cut = Result { try Self.problem(Array(answer.prefix(count))) }
      if case .success(nil) = cut { Issue.record("cut to \(count)") }
    }
    if case .success(nil) = Result(catching: { try Self.problem(answer + [0]) }) {
      Issue.record("longer")
    }
  }
}

private enum DNSTestsCase: Error {
  case taken

  static func differsByCaseOnly(_ one: UInt8, _ other: UInt8) -> Bool {
    one ^ other == 0x20 && (one | 0x20).isLetter
  }
}
