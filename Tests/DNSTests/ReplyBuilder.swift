// SPDX-License-Identifier: Apache-2.0

import DNS
import Wire

/// Builds messages byte by byte, also wrong ones. Names are not compressed.
struct ReplyBuilder {
  var id: UInt16 = 0x1236
  /// QR, RD, RA.
  var flags: UInt16 = 0x8180
  var question: DNSQuestion? = Vector.home
  var answers: [[UInt8]] = []
  var authority: [[UInt8]] = []
  var additional: [[UInt8]] = []

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    let counts = [
      id, flags, question == nil ? 0 : 1, UInt16(answers.count), UInt16(authority.count),
      UInt16(additional.count),
    ]
    for number in counts { bytes += Self.number(number) }
    if let question {
      bytes += question.name.wire + Self.number(question.type.number)
      bytes += Self.number(question.recordClass)
    }
    return bytes + (answers + authority + additional).joined()
  }

  /// Any record.
  static func record(
    _ owner: String, _ type: DNSType, ttl: UInt32 = 60, recordClass: UInt16 = 1, data: [UInt8]
  ) -> [UInt8] {
    name(owner).wire + number(type.number) + number(recordClass) + number(UInt16(ttl >> 16))
      + number(UInt16(ttl & 0xffff)) + number(UInt16(data.count)) + data
  }

  static func address(_ owner: String, _ text: String, ttl: UInt32 = 60) -> [UInt8] {
    let address = ip(text)
    return record(owner, DNSType(address.family), ttl: ttl, data: address.octets)
  }

  static func alias(_ owner: String, _ target: String, ttl: UInt32 = 60) -> [UInt8] {
    record(owner, .cname, ttl: ttl, data: name(target).wire)
  }

  static func nameServer(_ owner: String, _ server: String) -> [UInt8] {
    record(owner, .ns, data: name(server).wire)
  }

  static func soa(_ owner: String, ttl: UInt32, minimum: UInt16) -> [UInt8] {
    let names = name("ns1.example.com").wire + name("hostmaster.example.com").wire
    let numbers = number(0) + number(7) + [UInt8](repeating: 0, count: 14) + number(minimum)
    return record(owner, .soa, ttl: ttl, data: names + numbers)
  }

  static func number(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }
}
