// SPDX-License-Identifier: Apache-2.0

import Wire

/// A DNS message (RFC 1035 §4).
public final class DNSMessage: Sendable {
  /// The UDP size offered in queries: fits every link without fragments.
  public static let udpSize: UInt16 = 1232
  /// The most bytes a message can have, over TCP.
  public static let byteLimit = 65_535

  /// The number that joins an answer to its query.
  public let id: UInt16
  /// The 16 bits with QR, OPCODE, AA, TC, RD, RA and RCODE.
  public let flags: UInt16
  /// What was asked.
  public let questions: [DNSQuestion]
  /// The answer section.
  public let answers: [DNSRecord]
  /// The authority section.
  public let authority: [DNSRecord]
  /// The additional section, with the OPT record if there is one.
  public let additional: [DNSRecord]

  /// Parses a message. Bytes after the last record are ignored.
  ///
  /// Of a truncated one (TC) only header and questions are read: the rest may be cut anywhere and
  /// is not to be used (RFC 2181 §9).
  public init(parsing bytes: [UInt8]) throws(DNSError) {
    var reader = ByteReader(bytes)
    id = try reader.number16()
    flags = try reader.number16()
    let questionCount = try reader.number16()
    let answerCount = try reader.number16()
    let authorityCount = try reader.number16()
    let additionalCount = try reader.number16()
    var questions: [DNSQuestion] = []
    for _ in 0..<questionCount {
      let name = try reader.name()
      let type = DNSType(number: try reader.number16())
      questions.append(DNSQuestion(name, type, recordClass: try reader.number16()))
    }
    self.questions = questions
    let isWhole = flags & 0x0200 == 0
    answers = try Self.records(isWhole ? answerCount : 0, from: &reader)
    authority = try Self.records(isWhole ? authorityCount : 0, from: &reader)
    additional = try Self.records(isWhole ? additionalCount : 0, from: &reader)
  }

  /// Encodes a query of one question.
  ///
  /// `recursionDesired` is for resolvers, not for authoritative servers. With a `udpSize` an OPT
  /// record offers that many bytes (EDNS version 0, RFC 6891).
  public static func query(
    _ question: DNSQuestion, id: UInt16, recursionDesired: Bool, udpSize: UInt16?
  ) -> [UInt8] {
    var writer = DNSWriter()
    for number in [id, recursionDesired ? 0x0100 : 0, 1, 0, 0, udpSize == nil ? 0 : 1] {
      writer.append(number)
    }
    writer.append(question.name)
    writer.append(question.type.number)
    writer.append(question.recordClass)
    if let udpSize {
      writer.append(.root)
      writer.append(DNSType.opt.number)
      writer.append(udpSize)
      writer.append(UInt32(0))  // Extended code, version 0, no flags.
      writer.append(UInt16(0))
    }
    return writer.bytes
  }

  /// QR: whether this is an answer.
  public var isResponse: Bool { flags & 0x8000 != 0 }

  /// AA: whether the server answers from its own zone.
  public var isAuthoritative: Bool { flags & 0x0400 != 0 }

  /// TC: whether the message was too long for UDP and is to be asked for over TCP.
  public var isTruncated: Bool { flags & 0x0200 != 0 }

  /// OPCODE: 0 for a query, 5 for an update.
  public var opcode: UInt16 { flags >> 11 & 15 }

  /// The response code, with the bits of the OPT record.
  public var rcode: DNSRcode {
    let extended = additional.first { $0.type == .opt }.map { UInt16($0.ttl >> 24) } ?? 0
    return DNSRcode(number: extended << 4 | flags & 15)
  }

  private static func records(
    _ count: UInt16, from reader: inout ByteReader
  ) throws(DNSError) -> [DNSRecord] {
    var records: [DNSRecord] = []
    for _ in 0..<count { records.append(try DNSRecord(from: &reader)) }
    return records
  }
}
