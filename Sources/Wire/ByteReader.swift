// SPDX-License-Identifier: Apache-2.0

/// A place in a byte string that moves forward only.
public struct ByteReader {
  /// All the bytes.
  public let bytes: [UInt8]
  /// The offset of the next byte, counted from 0.
  public private(set) var offset = 0

  /// Starts at the first byte.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether nothing is left.
  public var isAtEnd: Bool { offset >= bytes.count }

  /// The next byte, which stays.
  public var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Takes the next byte.
  public mutating func next() -> UInt8? {
    guard offset < bytes.count else { return nil }
    offset += 1
    return bytes[offset - 1]
  }

  /// Takes bytes for as long as the condition holds.
  public mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = offset
    while offset < bytes.count, condition(bytes[offset]) { offset += 1 }
    return bytes[start..<offset]
  }

  /// Takes exactly this many bytes; nil, and nothing taken, when fewer are left.
  public mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, bytes.count - offset >= count else { return nil }
    offset += count
    return bytes[(offset - count)..<offset]
  }
}
