// SPDX-License-Identifier: Apache-2.0

import Digest
import Testing

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func hex(_ bytes: [UInt8]) -> String { String(decoding: Hex.encode(bytes), as: UTF8.self) }

@Suite(.timeLimit(.minutes(15))) struct HashTests {
  @Test(
    arguments: [
      (.md5, "900150983cd24fb0d6963f7d28e17f72"),
      (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
      (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        .sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          + "8086072ba1e7cc2358baeca134c825a7"
      ),
      (
        .sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
      ),
    ] as [(Hash, String)])
  func `hashes abc as RFC 1321 and RFC 6234 do`(hash: Hash, digest: String) {
    #expect(hex(hash.digest(of: bytes("abc"))) == digest)
    #expect(hash.size * 2 == digest.utf8.count)
  }

  @Test func `hashes nothing`() {
    #expect(hex(Hash.md5.digest(of: [])) == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(
      hex(Hash.sha256.digest(of: []))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  // RFC 2202 and RFC 4231, test case 2.
  @Test(
    arguments: [
      (.md5, "750c783e6ab0b503eaa86e310a5db738"),
      (.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
      (.sha224, "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"),
      (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
      (
        .sha384,
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
          + "8e2240ca5e69e2c78b3239ecfab21649"
      ),
      (
        .sha512,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
      ),
    ] as [(Hash, String)])
  func `authenticates with a short key`(hash: Hash, code: String) {
    let result = hash.authenticationCode(
      of: bytes("what do ya want for nothing?"), key: bytes("Jefe"))
    #expect(hex(result) == code)
  }

  // RFC 4231, test case 6: the key is hashed first.
  @Test func `authenticates with a key longer than a block`() {
    let key = [UInt8](repeating: 0xaa, count: 131)
    let text = bytes("Test Using Larger Than Block-Size Key - Hash Key First")
    #expect(
      hex(Hash.sha256.authenticationCode(of: text, key: key))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func `authenticates nothing with nothing`() {
    #expect(
      hex(Hash.sha256.authenticationCode(of: [], key: []))
        == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func `compares digests`() {
    #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
  }
}

@Suite(.timeLimit(.minutes(15))) struct HexTests {
  @Test func `reads back what it wrote`() {
    let all = [UInt8](0...255)
    #expect(Hex.decode(Hex.encode(all)) == all)
    #expect(Hex.encode([0, 0xab, 0xff]) == bytes("00abff"))
  }

  @Test func `reads either case and nothing else`() {
    #expect(Hex.decode(bytes("aBFf")) == [0xab, 0xff])
    #expect(Hex.decode([]) == [])
    #expect(Hex.decode(bytes("abc")) == nil)
    #expect(Hex.decode(bytes("0x")) == nil)
  }
}
