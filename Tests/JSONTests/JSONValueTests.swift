// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing
import Wire

private func parse(_ text: Literal) throws(JSONError) -> JSONValue {
  try JSONValue.parse([UInt8](text))
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite(.timeLimit(.minutes(15))) struct JSONValueTests {
  @Test func `reads what a provider answers`() throws {
    let value = try parse(
      #"{"success":true,"result":[{"id":"372e67","ttl":300,"proxied":false,"x":null}]}"#)
    #expect(value["success"]?.bool == true)
    let record = value["result"]?[0]
    #expect(record?["id"]?.string == bytes("372e67"))
    #expect(record?["ttl"]?.integer == 300)
    #expect(record?["proxied"]?.bool == false)
    #expect(record?["x"] == .null)
    #expect(record?[bytes("id")] == .string(bytes("372e67")))
    #expect(value["result"]?.array?.count == 1)
    #expect(value["absent"] == nil)
    #expect(value["result"]?[1] == nil)
    #expect(value["success"]?["deeper"] == nil)
  }

  @Test func `takes the first of two members with one name`() throws {
    let value = try parse(#"{"a":1,"a":2}"#)
    #expect(value["a"]?.integer == 1)
    #expect(value.object?.count == 2)
  }

  @Test(
    arguments: [
      ("0", 0), ("-17", -17), ("1e3", 1000), ("9007199254740992", 9_007_199_254_740_992),
    ] as [(String, Int64)])
  func `reads a whole number exactly`(text: String, number: Int64) throws {
    #expect(try JSONValue.parse(bytes(text)).integer == number)
  }

  @Test func `does not call a fraction or a huge number whole`() throws {
    #expect(try parse("1.5").integer == nil)
    #expect(try parse("1.5").number == 1.5)
    #expect(try parse("1e300").integer == nil)
  }

  @Test func `undoes escapes`() throws {
    let value = try parse(#""a\"\\\/\b\n\u00e9\ud83d\ude00""#)
    #expect(value.string == bytes("a\"\\/\u{8}\né😀"))
  }

  @Test(arguments: [
    ("", 0), ("[1,]", 3), ("{\"a\" 1}", 5), ("nul", 0), ("\"\\ud83d\"", 1),
  ])
  func `names the byte of a mistake`(text: String, offset: Int) throws {
    #expect(throws: JSONError.malformed(offset: offset)) { try JSONValue.parse(bytes(text)) }
  }

  @Test func `refuses what follows the value`() throws {
    #expect(throws: JSONError.trailing(offset: 3)) { try JSONValue.parse(bytes("{} x")) }
    #expect(try JSONValue.parse(bytes(" {} \r\n")) == .object([]))
  }

  @Test func `refuses a text over the limit`() throws {
    #expect(throws: JSONError.tooLarge(limit: 3)) {
      try JSONValue.parse(bytes("1234"), limit: 3)
    }
  }

  @Test func `refuses deep nesting`() throws {
    let deepest = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(try JSONValue.parse(bytes(deepest)).array?.count == 1)
    #expect(throws: JSONError.self) { try JSONValue.parse(bytes("[" + deepest + "]")) }
    let endless = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONError.self) { try JSONValue.parse(endless) }
  }

  @Test func `says what is wrong in words`() {
    #expect(JSONError.malformed(offset: 7).message == "not valid JSON at byte 7")
    #expect(JSONError.trailing(offset: 7).message.bytes.hasPrefix("unexpected data"))
    #expect(JSONError.tooLarge(limit: 7).message == "JSON is larger than 7 bytes")
  }

  @Test func `writes compact JSON`() {
    let value = JSONValue.object([
      (bytes("name"), .string(bytes("home"))),
      (bytes("list"), .array([.integer(-1), .number(0.5), .bool(true), .bool(false), .null])),
    ])
    #expect(value.encode() == #"{"name":"home","list":[-1,0.5,true,false,null]}"#)
  }

  @Test func `escapes quotes backslashes and control characters`() {
    let value = JSONValue.string(bytes("\"\\\n\r\t\u{1}\u{1f}é\u{7f}"))
    #expect(value.encode() == bytes("\"\\\"\\\\\\n\\r\\t\\u0001\\u001fé\u{7f}\""))
  }

  @Test func `writes null for a number JSON does not have`() {
    #expect(JSONValue.number(.infinity).encode() == "null")
    #expect(JSONValue.number(.nan).encode() == "null")
  }

  @Test func `reads back what it wrote`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let value = JSONValue.random(depth: 4, using: &generator)
      #expect(try JSONValue.parse(value.encode()) == value)
    }
  }
}

extension JSONValue {
  fileprivate static func random(
    depth: Int, using generator: inout some RandomNumberGenerator
  ) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(.random(in: -1_000_000...1_000_000, using: &generator))
    case 3: return .string(text(using: &generator))
    case 4:
      return .array((0..<3).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      return .object(
        (0..<3).map { _ in
          (text(using: &generator), random(depth: depth - 1, using: &generator))
        })
    }
  }

  private static func text(using generator: inout some RandomNumberGenerator) -> [UInt8] {
    (0..<Int.random(in: 0..<9, using: &generator)).map { _ in
      UInt8.random(in: 1...127, using: &generator)
    }
  }
}
