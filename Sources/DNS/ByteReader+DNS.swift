// SPDX-License-Identifier: Apache-2.0

import Wire

/// The pieces a DNS message is made of, in network byte order.
extension ByteReader {
  /// Takes a 16-bit number.
  mutating func number16() throws(DNSError) -> UInt16 {
    UInt16(truncatingIfNeeded: try number(byteCount: 2))
  }

  /// Takes a 32-bit number.
  mutating func number32() throws(DNSError) -> UInt32 { try number(byteCount: 4) }

  /// Takes exactly this many bytes.
  mutating func data(_ count: Int) throws(DNSError) -> ArraySlice<UInt8> {
    guard let bytes = take(count) else { throw .cutShort(byte: offset) }
    return bytes
  }

  /// Takes a name, following compression pointers (RFC 1035 §4.1.4).
  ///
  /// A pointer must lead to a place before the labels it ends, so each jump goes further back and
  /// the walk ends; even so no more than 127 are followed, as many as a name can have labels.
  mutating func name() throws(DNSError) -> DNSName {
    let start = offset
    var wire: [UInt8] = []
    var position = start
    var segment = start
    var jumps = 0
    var end: Int?
    while true {
      guard position < bytes.count else { throw .cutShort(byte: position) }
      let length = bytes[position]
      switch length {
      case 0:
        wire.append(0)
        // The bound of `position` above makes this take succeed.
        _ = take((end ?? position + 1) - start)
        return DNSName(wire: wire)
      case 1...63:
        let next = position + 1 + Int(length)
        guard next <= bytes.count else { throw .cutShort(byte: position) }
        guard wire.count + Int(length) + 2 <= DNSName.byteLimit
        else { throw .nameTooLong(byte: start) }
        wire += bytes[position..<next]
        position = next
      case 192...:
        guard position + 1 < bytes.count else { throw .cutShort(byte: position) }
        let target = Int(length & 0x3f) << 8 | Int(bytes[position + 1])
        jumps += 1
        guard target < segment, jumps <= 127 else { throw .badPointer(byte: position) }
        end = end ?? position + 2
        (position, segment) = (target, target)
      default:
        throw .badLabel(byte: position)
      }
    }
  }

  private mutating func number(byteCount: Int) throws(DNSError) -> UInt32 {
    try data(byteCount).reduce(0) { $0 << 8 | UInt32($1) }
  }
}
