// SPDX-License-Identifier: Apache-2.0

/// A question as a server reads it (RFC 1035 §4.1.2), with what matters of EDNS.
package struct DNSQuestion: Sendable {
  package enum Transport: String, Sendable { case udp, tcp }

  package let name: String
  package let type: UInt16
  package let transport: Transport
  /// The loopback address and port it came in on.
  package let server: String
  package let hasEDNS: Bool
  package let recursionDesired: Bool
  let id: UInt16
  /// The largest answer over UDP.
  let sizeLimit: Int
  /// The question section, byte for byte.
  let wire: [UInt8]

  package var typeName: String {
    switch type {
    case 1: "A"
    case 5: "CNAME"
    case 6: "SOA"
    case 28: "AAAA"
    default: "TYPE\(type)"
    }
  }

  /// Reads a query with one question, uncompressed as every client sends it; nil otherwise.
  init?(_ bytes: [UInt8], transport: Transport, server: String) {
    guard bytes.count >= 17, bytes[2] & 0x80 == 0, bytes[4] == 0, bytes[5] == 1 else { return nil }
    var labels: [String] = []
    var offset = 12
    while offset < bytes.count, bytes[offset] != 0 {
      let length = Int(bytes[offset])
      guard length < 64, offset + 1 + length < bytes.count else { return nil }
      labels.append(String(decoding: bytes[offset + 1..<offset + 1 + length], as: UTF8.self))
      offset += 1 + length
    }
    guard offset + 5 <= bytes.count else { return nil }
    name = labels.joined(separator: ".")
    type = UInt16(bytes[offset + 1]) << 8 | UInt16(bytes[offset + 2])
    wire = Array(bytes[12..<offset + 5])
    id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    recursionDesired = bytes[2] & 1 != 0
    self.transport = transport
    self.server = server
    // The OPT record is the only additional one a client sends: root name, type 41, size.
    let extra = offset + 5
    hasEDNS =
      extra + 11 <= bytes.count && bytes[11] == 1 && bytes[extra] == 0 && bytes[extra + 2] == 41
    sizeLimit =
      hasEDNS ? max(512, Int(bytes[extra + 3]) << 8 | Int(bytes[extra + 4])) : 512
  }
}

/// An answer being built; names are written without compression unless a fault wants it.
struct DNSAnswer {
  struct Record {
    var name: [UInt8]
    var type: UInt16
    var ttl: UInt32 = 60
    var data: [UInt8]
    /// The length to claim when it is not the true one.
    var claimedLength: UInt16?
  }

  var id: UInt16
  var rcode: UInt8 = 0
  var isTruncated = false
  var question: [UInt8]
  var answers: [Record] = []
  var authority: [Record] = []
  var hasEDNS: Bool

  init(to question: DNSQuestion) {
    id = question.id
    self.question = question.wire
    hasEDNS = question.hasEDNS
  }

  func encode(recursionDesired: Bool) -> [UInt8] {
    var bytes = DNSAnswer.number(id)
    bytes.append(0x84 | (isTruncated ? 2 : 0) | (recursionDesired ? 1 : 0))
    bytes.append(0x80 | rcode)
    bytes += [0, 1] + DNSAnswer.number(UInt16(answers.count))
    bytes += DNSAnswer.number(UInt16(authority.count)) + [0, hasEDNS ? 1 : 0]
    bytes += question
    for record in answers + authority {
      bytes += record.name + DNSAnswer.number(record.type) + [0, 1]
      bytes += DNSAnswer.number(UInt16(record.ttl >> 16))
      bytes += DNSAnswer.number(UInt16(record.ttl & 0xffff))
      bytes += DNSAnswer.number(record.claimedLength ?? UInt16(record.data.count)) + record.data
    }
    if hasEDNS { bytes += [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0] }
    return bytes
  }

  static func number(_ value: UInt16) -> [UInt8] {
    [UInt8(value >> 8), UInt8(value & 0xff)]
  }

  /// A name on the wire, uncompressed.
  static func name(_ text: String) -> [UInt8] {
    text.split(separator: ".").flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + $0.utf8 }
      + [0]
  }
}
