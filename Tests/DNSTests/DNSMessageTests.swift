// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSMessageTests {
  @Test func `encodes queries byte for byte`() {
    #expect(
      DNSMessage.query(Vector.home, id: 0x1236, recursionDesired: true, udpSize: 1232)
        == Vector.query)
    #expect(
      DNSMessage.query(Vector.home, id: 0x1236, recursionDesired: false, udpSize: 1232)
        == Vector.queryAuthority)
    #expect(
      DNSMessage.query(
        DNSQuestion(name("home.example.com"), .soa), id: 0x1235, recursionDesired: true,
        udpSize: nil) == Vector.querySOA)
    #expect(
      DNSMessage.query(
        DNSQuestion(name("ns1.example.com"), .a), id: 0x1240, recursionDesired: false,
        udpSize: nil) == Vector.queryGlue)
    #expect(
      DNSMessage.query(
        DNSQuestion(name("whoami.cloudflare"), .txt, recordClass: 3), id: 0x1237,
        recursionDesired: true, udpSize: nil) == Vector.queryChaos)
  }

  @Test func `parses its own query`() throws {
    let message = try DNSMessage(parsing: Vector.query)
    #expect(message.id == 0x1236)
    #expect(!message.isResponse)
    #expect(message.questions == [Vector.home])
    #expect(message.additional.map(\.type) == [.opt])
    #expect(message.additional.first?.recordClass == 1232)
  }

  @Test func `parses an answer`() throws {
    let message = try DNSMessage(parsing: Vector.answer)
    #expect(message.isResponse && message.isAuthoritative && !message.isTruncated)
    #expect(message.opcode == 0 && message.rcode == .noError)
    #expect(
      message.answers == [
        DNSRecord(name("home.example.com"), .a, ttl: 60, data: .address(ip("203.0.113.7")))
      ])
  }

  @Test func `parses the SOA record of an absence`() throws {
    let message = try DNSMessage(parsing: Vector.nxDomain)
    let soa = DNSStartOfAuthority(
      primary: name("ns1.example.com"), serial: 0x78a3_f175, minimum: 60)
    #expect(message.rcode == .nxDomain)
    #expect(
      message.authority == [
        DNSRecord(name("example.com"), .soa, ttl: 300, data: .startOfAuthority(soa))
      ])
  }

  @Test func `parses the name servers of a referral`() throws {
    let message = try DNSMessage(parsing: Vector.glue)
    #expect(!message.isAuthoritative)
    #expect(
      message.authority.map(\.data) == [
        .nameServer(name("ns2.example.com")), .nameServer(name("ns1.example.com")),
      ])
    #expect(message.additional.map(\.data) == [.address(ip("203.0.113.7"))])
  }

  @Test func `keeps the bytes of other types and classes`() throws {
    var builder = ReplyBuilder()
    builder.answers = [
      ReplyBuilder.record("x", .txt, data: hex("03616263")),
      ReplyBuilder.record("x", .a, recordClass: 3, data: hex("01")),
    ]
    let message = try DNSMessage(parsing: builder.bytes)
    #expect(message.answers.map(\.data) == [.other(hex("03616263")), .other([1])])
  }

  @Test func `joins the extended response code`() throws {
    var builder = ReplyBuilder()
    builder.additional = [
      ReplyBuilder.record("", .opt, ttl: 0x0100_0000, recordClass: 512, data: [])
    ]
    #expect(try DNSMessage(parsing: builder.bytes).rcode == .badVers)
  }

  @Test func `takes a TTL with its top bit for zero`() throws {
    var builder = ReplyBuilder()
    builder.answers = [ReplyBuilder.address("x", "192.0.2.1", ttl: 0x8000_0000)]
    #expect(try DNSMessage(parsing: builder.bytes).answers.first?.ttl == 0)
  }

  @Test func `reads a truncated message up to its questions`() throws {
    var builder = ReplyBuilder()
    builder.flags |= 0x0200
    builder.answers = [ReplyBuilder.address("x", "192.0.2.1")]
    let message = try DNSMessage(parsing: builder.bytes.dropLast(5))
    #expect(message.isTruncated)
    #expect(message.questions == [Vector.home])
    #expect(message.answers.isEmpty)
  }

  @Test func `ignores bytes after the last record`() throws {
    let whole = try DNSMessage(parsing: Vector.answer)
    let longer = try DNSMessage(parsing: Vector.answer + [1, 2, 3])
    #expect(longer.questions == whole.questions && longer.answers == whole.answers)
    #expect(longer.authority == whole.authority && longer.additional == whole.additional)
  }

  @Test func `refuses every message cut short`() {
    for message in [Vector.query, Vector.answer, Vector.nxDomain, Vector.glue, Vector.noData] {
      for length in 0..<message.count {
        #expect(throws: DNSError.self) { try DNSMessage(parsing: Array(message.prefix(length))) }
      }
    }
  }

  /// A query with this name, at byte 12.
  private func parse(name wire: String) throws -> DNSName? {
    let header = "123601000001000000000000"
    return try DNSMessage(parsing: hex(header + wire + "00010001")).questions.first?.name
  }

  @Test(arguments: [
    ("c00c", DNSError.badPointer(byte: 12)),  // To itself.
    ("0161c00c", .badPointer(byte: 14)),  // To the labels before it: a loop.
    ("c0ff", .badPointer(byte: 12)),  // Forwards.
    ("4061", .badLabel(byte: 12)),
    ("8061", .badLabel(byte: 12)),
    ("3f61", .cutShort(byte: 12)),
  ])
  func `refuses a bad name`(wire: String, error: DNSError) {
    #expect(throws: error) { try parse(name: wire) }
  }

  @Test func `refuses a name of 256 bytes and takes one of 255`() throws {
    let three = String(repeating: "3f" + String(repeating: "61", count: 63), count: 3)
    let rest61 = "3d" + String(repeating: "61", count: 61) + "00"
    let rest62 = "3e" + String(repeating: "61", count: 62) + "00"
    #expect(try parse(name: three + rest61)?.wire.count == 255)
    #expect(throws: DNSError.nameTooLong(byte: 12)) { try parse(name: three + rest62) }
  }

  @Test(arguments: [127, 128])
  func `follows 127 compression pointers and no more`(jumps: Int) throws {
    // The data of the first record are pointers, each to the one before, the first to the root
    // name at byte 12. The owner of the second record points to the last of them.
    let start = 12 + 5 + 11
    let targets = [12] + (0..<(jumps - 2)).map { start + 2 * $0 }
    let chain = targets.flatMap { ReplyBuilder.number(0xc000 + UInt16($0)) }
    var builder = ReplyBuilder()
    builder.question = DNSQuestion(.root, .a)
    builder.answers = [
      ReplyBuilder.record("", .txt, data: chain),
      ReplyBuilder.number(0xc000 + UInt16(start + chain.count - 2))
        + ReplyBuilder.record("", .txt, data: []).dropFirst(),
    ]
    if jumps == 127 {
      #expect(try DNSMessage(parsing: builder.bytes).answers.last?.name == .root)
    } else {
      #expect(throws: DNSError.self) { try DNSMessage(parsing: builder.bytes) }
    }
  }

  @Test(arguments: [
    ReplyBuilder.record("x", .a, data: [1, 2, 3]),
    ReplyBuilder.record("x", .a, data: [UInt8](repeating: 1, count: 16)),
    ReplyBuilder.record("x", .aaaa, data: [1, 2, 3, 4]),
    ReplyBuilder.record("x", .a, data: []),
    ReplyBuilder.record("x", .cname, data: name("y").wire + [0]),
    ReplyBuilder.record("x", .ns, data: Array(name("example").wire.prefix(5)) + [1, 97, 0]),
    ReplyBuilder.record("x", .soa, data: name("y").wire + name("z").wire),
  ])
  func `refuses data of a wrong length`(record: [UInt8]) {
    var builder = ReplyBuilder()
    builder.answers = [record]
    #expect(throws: DNSError.self) { try DNSMessage(parsing: builder.bytes) }
  }

  @Test func `says where a message is wrong`() {
    #expect(DNSError.cutShort(byte: 7).message == "message ends too early at byte 7")
    #expect(DNSError.badPointer(byte: 12).message == "bad compression pointer at byte 12")
  }

  @Test func `names types and codes`() {
    #expect(DNSType.aaaa.text == "AAAA")
    #expect(DNSType(number: 65).text == "TYPE65")
    #expect(DNSRcode.servFail.text == "SERVFAIL")
    #expect(DNSRcode(number: 23).text == "RCODE 23")
  }
}
