// SPDX-License-Identifier: Apache-2.0

import Wire

/// Picks certificates out of a PEM file (RFC 7468 §5) that comes in pieces.
///
/// A bundle has some hundred and forty certificates, of which one is wanted. So a certificate is
/// decoded only as far as its subject, and no further when that is another one.
struct PEMScanner {
  /// The most bytes a certificate may have; larger ones are passed over.
  static let certificateLimit = 16 * 1024

  private enum State {
    case outside
    case undecided
    case wanted
    case unwanted
  }

  private let subject: [UInt8]?
  private var state = State.outside
  private var der: [UInt8] = []
  private var group: UInt32 = 0
  private var bits: UInt32 = 0
  // The beginning of the line, as far as it can be a boundary.
  private var line: [UInt8] = []
  private var isAtLineStart = true
  private var isBoundary = false

  /// Looks for certificates with this subject (DER, with its tag); nil = all.
  init(subject: [UInt8]?) {
    self.subject = subject
    der.reserveCapacity(2048)
    line.reserveCapacity(64)
  }

  /// Takes the next piece, and gives the certificates that are complete by now, in DER.
  mutating func scan(_ piece: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var index = 0
    while index < piece.count {
      let byte = piece[index]
      index += 1
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        endLine(&found)
      } else if isAtLineStart {
        isAtLineStart = false
        isBoundary = byte == UInt8(ascii: "-")
        if isBoundary { line.append(byte) } else { decode(byte) }
      } else if isBoundary {
        if line.count < 64 { line.append(byte) }
      } else if state == .undecided || state == .wanted {
        decode(byte)
      } else {
        // Nine tenths of a bundle are nobody's.
        index = Self.endOfLine(piece, from: index)
      }
    }
    return found
  }

  /// Where a control character is next; most of them are the end of a line.
  private static func endOfLine(_ piece: [UInt8], from start: Int) -> Int {
    piece.withUnsafeBufferPointer { bytes in
      var index = start
      while index < bytes.count, bytes[index] > 13 { index += 1 }
      return index
    }
  }

  private mutating func endLine(_ found: inout [[UInt8]]) {
    isAtLineStart = true
    guard isBoundary else {
      if state == .undecided { decide() }
      return
    }
    isBoundary = false
    let boundary = line.trimmed
    if boundary.elementsEqual(("-----BEGIN CERTIFICATE-----" as Literal).bytes) {
      state = .undecided
      bits = 0
      der.removeAll(keepingCapacity: true)
    } else {
      if state == .undecided { decide() }
      if state == .wanted, der.count <= Self.certificateLimit,
        boundary.elementsEqual(("-----END CERTIFICATE-----" as Literal).bytes)
      {
        found.append(der)
      }
      state = .outside
    }
    line.removeAll(keepingCapacity: true)
  }

  private mutating func decide() {
    switch PEMSubject.find(in: der) {
    case .incomplete: return
    case .invalid: state = .unwanted
    case .found(let range):
      let isWanted = subject.map { PEMSubject.isSameName($0, der[range]) } ?? true
      state = isWanted ? .wanted : .unwanted
    }
  }

  private mutating func decode(_ byte: UInt8) {
    guard state == .undecided || state == .wanted else { return }
    let value: UInt8
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte &- UInt8(ascii: "a") &+ 26
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte &- UInt8(ascii: "A")
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte &- UInt8(ascii: "0") &+ 52
    case UInt8(ascii: "+"): value = 62
    case UInt8(ascii: "/"): value = 63
    default: return
    }
    group = group << 6 | UInt32(value)
    bits += 6
    guard bits >= 8 else { return }
    bits -= 8
    if der.count <= Self.certificateLimit { der.append(UInt8(truncatingIfNeeded: group >> bits)) }
  }
}
