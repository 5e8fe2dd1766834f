// SPDX-License-Identifier: Apache-2.0

import Wire

/// The subject of a certificate, found without parsing the rest (RFC 5280 §4.1).
enum PEMSubject: Equatable {
  /// Where the name stands, with its tag and length.
  case found(Range<Int>)
  /// More bytes are needed.
  case incomplete
  /// Not a certificate.
  case invalid

  /// Looks for the subject in the first bytes of a certificate in DER.
  static func find(in der: [UInt8]) -> PEMSubject {
    var walk = Walk(der: der)
    guard walk.enter(0x30), walk.enter(0x30) else { return walk.failure }
    if walk.tag == 0xa0, !walk.skip() { return walk.failure }  // version
    for _ in 0..<4 where !walk.skip() { return walk.failure }  // serial, hash, issuer, validity
    let start = walk.offset
    guard walk.skip() else { return walk.failure }
    guard der[start] == 0x30 else { return .invalid }
    return walk.offset <= der.count ? .found(start..<walk.offset) : .incomplete
  }

  /// Whether two names are the same but for ASCII case and the kind of string.
  ///
  /// Names that differ in a control character may pass for the same: the caller only wants to know
  /// which certificates are worth a closer look.
  static func isSameName(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Bool {
    left.elementsEqual(right) { one, other in
      one == other || (isStringTag(one) && isStringTag(other))
        || (one ^ other == 0x20 && one.isLetter)
    }
  }

  // UTF8String and PrintableString.
  private static func isStringTag(_ byte: UInt8) -> Bool { byte == 0x0c || byte == 0x13 }

  /// A place in DER that moves forward.
  private struct Walk {
    let der: [UInt8]
    var offset = 0
    var failure = PEMSubject.invalid

    init(der: [UInt8]) { self.der = der }

    var tag: UInt8? { offset < der.count ? der[offset] : nil }

    /// Steps to the content of an element with this tag.
    mutating func enter(_ tag: UInt8) -> Bool {
      guard let header = header(), der[offset] == tag else { return false }
      offset = header.content
      return true
    }

    /// Steps over an element, the end of which may be still to come.
    mutating func skip() -> Bool {
      guard let header = header() else { return false }
      offset = header.content + header.length
      return true
    }

    private mutating func header() -> (content: Int, length: Int)? {
      failure = .incomplete
      guard offset + 2 <= der.count else { return nil }
      let first = Int(der[offset + 1])
      let size = first < 0x80 ? 0 : first & 0x7f
      guard offset + 2 + size <= der.count else { return nil }
      failure = .invalid
      guard size <= 3, first != 0x80 else { return nil }
      let content = offset + 2 + size
      let long = der[(offset + 2)..<content].reduce(0) { $0 << 8 | Int($1) }
      return (content, size == 0 ? first : long)
    }
  }
}
