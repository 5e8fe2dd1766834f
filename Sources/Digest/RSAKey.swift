// SPDX-License-Identifier: Apache-2.0

import CMbedTLS
import Wire

/// The private key of RSA, for the few providers that want a request signed by it (RFC 8017).
///
/// Only the modulus and the private exponent are used: one signature an update repays no more, and a
/// mistake in the arithmetic with the primes would give the key away.
public struct RSAKey {
  private let modulus: [UInt8]
  private let exponent: [UInt8]

  /// Finds a key in text: what stands between the lines `BEGIN` and `END` of the first PRIVATE KEY, as
  /// it is in a file of PEM (PKCS #8 or #1), in one of JSON, or with blanks for line ends, as some
  /// paste it into an option. Nil when there is none, or it needs a password.
  public init?(text: [UInt8]) {
    guard let begin = text.firstIndex(of: [UInt8]("PRIVATE KEY-----")) else { return nil }
    // In JSON a line end is two characters.
    let rest = Array(text[(begin + 16)...]).replacing([UInt8]("\\n"), with: [])
    var digits: [UInt8] = []
    for byte in rest where !byte.isSpace {
      guard byte.isLetter || byte.isDigit || byte.isOne(of: "+/") else { break }
      digits.append(byte)
    }
    while digits.count % 4 != 0 { digits.append(UInt8(ascii: "=")) }
    guard let der = Base64.decode(digits), let numbers = Self.numbers(of: der) else { return nil }
    // A positive number begins with a bit that is not set.
    modulus = Array(numbers.modulus.drop { $0 == 0 })
    exponent = numbers.exponent
    guard (128...1024).contains(modulus.count) else { return nil }
  }

  /// Reads PKCS #1, or PKCS #8 with PKCS #1 in it.
  private static func numbers(of der: [UInt8]) -> (modulus: [UInt8], exponent: [UInt8])? {
    var outer = ByteReader(der)
    guard let members = element(.sequence, &outer) else { return nil }
    var reader = ByteReader(members)
    guard element(.integer, &reader) != nil else { return nil }
    if element(.sequence, &reader) != nil { return element(.octets, &reader).flatMap(numbers) }
    guard let modulus = element(.integer, &reader), element(.integer, &reader) != nil,
      let exponent = element(.integer, &reader)
    else { return nil }
    return (modulus, exponent)
  }

  private enum Tag: UInt8 {
    case integer = 2
    case octets = 4
    case sequence = 0x30
  }

  /// The content of the next element if it is of this kind.
  private static func element(_ tag: Tag, _ reader: inout ByteReader) -> [UInt8]? {
    guard reader.peek == tag.rawValue, reader.take(1) != nil, let first = reader.next()
    else { return nil }
    var length = Int(first)
    if first > 128 {
      guard let digits = reader.take(Int(first) - 128), digits.count < 4 else { return nil }
      length = digits.reduce(0) { $0 << 8 | Int($1) }
    }
    return reader.take(length).map { Array($0) }
  }

  /// The signature of a message by PKCS #1 v1.5 with SHA-256 or SHA-512; nil for a key that is none.
  public func signature(of message: [UInt8], _ hash: Hash) -> [UInt8]? {
    let digest = hash.digest(of: message)
    // 0, and the name of the hash: 2.16.840.1.101.3.4.2, and 1 or 3.
    var end: [UInt8] = [
      0, 0x30, 0, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0,
    ]
    end[2] = UInt8(hash.size + 17)
    if hash == .sha512 { end[15] = 3 }
    end[19] = UInt8(hash.size)
    end += digest
    var block = [UInt8](repeating: 0xff, count: modulus.count - end.count)
    block[0] = 0
    block[1] = 1
    block += end
    let isGood = cmbedtls_power(&block, exponent, exponent.count, modulus, modulus.count)
    return isGood ? block : nil
  }
}
