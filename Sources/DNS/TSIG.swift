// SPDX-License-Identifier: Apache-2.0

import Digest
import Wire

/// Signs messages and verifies what answers them (RFC 8945).
public enum TSIG {
  /// How many seconds the clocks of client and server may differ.
  public static let fudge: UInt16 = 300
  static let type: UInt16 = 250
  static let any: UInt16 = 255

  /// What the code is made of besides the message, and what the record has of its own.
  private struct Variables {
    var time: UInt64
    var fudge: UInt16
    var error: UInt16 = 0
    var other: [UInt8] = []
  }

  /// Signs a message that has no signature yet, at a time in seconds since 1970. The code goes into
  /// the one of the answer.
  public static func sign(
    _ message: [UInt8], with key: TSIGKey, at time: Int64
  ) -> (message: [UInt8], code: [UInt8]) {
    let variables = Variables(time: UInt64(clamping: time), fudge: fudge)
    let code = code(of: message, variables, key, requestCode: [])
    var writer = DNSWriter()
    writer.append(adding(1, toAdditionalOf: message))
    writer.append(key.name)
    writer.append(type)
    writer.append(any)
    writer.append(UInt32(0))
    let algorithm = key.hash.tsigAlgorithm
    writer.append(UInt16(algorithm.wire.count + 16 + code.count))
    writer.append(algorithm)
    writer.append(time: variables.time)
    writer.append(fudge)
    writer.append(UInt16(code.count))
    writer.append(code)
    writer.append(Array(message.prefix(2)))
    writer.append(UInt32(0))  // No error, no other data.
    return (writer.bytes, code)
  }

  /// Verifies an answer to a signed message; nil when the key's owner has made it, just now.
  public static func problem(
    with answer: [UInt8], key: TSIGKey, requestCode: [UInt8], at now: Int64
  ) throws(DNSError) -> TSIGProblem? {
    guard let record = try Record(of: answer) else { return .unsigned }
    switch (record.code.isEmpty, record.variables.error) {
    case (true, 16): return .badSignature
    case (true, 17): return .badKey
    case (true, 18): return .badTime(server: record.otherTime)
    case (true, _): return .unsigned
    case (false, _): break
    }
    guard record.name == key.name, record.algorithm == key.hash.tsigAlgorithm,
      isEqualInConstantTime(
        record.code, code(of: record.message, record.variables, key, requestCode: requestCode))
    else { return .forged }
    switch record.variables.error {
    case 0: break
    case 18: return .badTime(server: record.otherTime)
    default: return .error(record.variables.error)
    }
    let time = Int64(record.variables.time)
    let isNow = abs(time - now) <= Int64(record.variables.fudge)
    return isNow ? nil : .badTime(server: time)
  }

  /// What a message ends with.
  private final class Record {
    /// The message as it was signed: without this record, and with the number of the request.
    let message: [UInt8]
    let name: DNSName
    let algorithm: DNSName
    let variables: Variables
    let code: [UInt8]

    /// The server's clock of a BADTIME.
    var otherTime: Int64 {
      guard variables.other.count == 6 else { return 0 }
      return variables.other.reduce(0) { $0 << 8 | Int64($1) }
    }

    /// Nil when the last record is another one.
    init?(of message: [UInt8]) throws(DNSError) {
      var reader = ByteReader(message)
      _ = try reader.data(4)
      let questions = try reader.number16()
      var records = 0
      for _ in 0..<3 { records += Int(try reader.number16()) }
      for _ in 0..<questions {
        _ = try reader.name()
        _ = try reader.data(4)
      }
      guard records > 0 else { return nil }
      for _ in 1..<records {
        _ = try reader.name()
        _ = try reader.data(8)
        _ = try reader.data(Int(try reader.number16()))
      }
      let start = reader.offset
      name = try reader.name()
      guard try reader.number16() == TSIG.type else { return nil }
      _ = try reader.data(8)  // Class, TTL, and a length that has to be what follows.
      algorithm = try reader.name()
      let high = UInt64(try reader.number16())
      let time = high << 32 | UInt64(try reader.number32())
      let fudge = try reader.number16()
      code = Array(try reader.data(Int(try reader.number16())))
      let id = try reader.data(2)
      let error = try reader.number16()
      let other = Array(try reader.data(Int(try reader.number16())))
      // Nothing may follow: nobody has signed it.
      guard reader.isAtEnd, message[10...11] != [0, 0] else {
        throw .badRecordData(byte: reader.offset)
      }
      variables = Variables(time: time, fudge: fudge, error: error, other: other)
      self.message =
        Array(id) + TSIG.adding(0xffff, toAdditionalOf: message[..<start]).dropFirst(2)
    }
  }

  private static func code(
    of message: [UInt8], _ variables: Variables, _ key: TSIGKey, requestCode: [UInt8]
  ) -> [UInt8] {
    var writer = DNSWriter()
    if !requestCode.isEmpty {
      writer.append(UInt16(requestCode.count))
      writer.append(requestCode)
    }
    writer.append(message)
    writer.append(key.name.wire.lowercased)
    writer.append(any)
    writer.append(UInt32(0))
    writer.append(key.hash.tsigAlgorithm)
    writer.append(time: variables.time)
    writer.append(variables.fudge)
    writer.append(variables.error)
    writer.append(UInt16(variables.other.count))
    writer.append(variables.other)
    return key.hash.authenticationCode(of: writer.bytes, key: key.secret)
  }

  /// A message with another number of additional records, counted modulo 2^16.
  private static func adding(
    _ change: UInt16, toAdditionalOf message: some Collection<UInt8>
  ) -> [UInt8] {
    var message = Array(message)
    let count = (UInt16(message[10]) << 8 | UInt16(message[11])) &+ change
    message[10] = UInt8(truncatingIfNeeded: count >> 8)
    message[11] = UInt8(truncatingIfNeeded: count)
    return message
  }
}

extension DNSWriter {
  /// A time of TSIG: 48 bits.
  fileprivate mutating func append(time: UInt64) {
    append(UInt16(truncatingIfNeeded: time >> 32))
    append(UInt32(truncatingIfNeeded: time))
  }
}
