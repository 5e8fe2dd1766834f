// SPDX-License-Identifier: Apache-2.0

import Wire

/// An attribute of ubus' binary format (libubox `blob.h`, `blobmsg.h`).
///
/// A word of 32 bits in network order - extended flag, 7 bits of identity, 24 bits of length with
/// the word itself but without padding -, the payload, zeros up to a multiple of four. An extended
/// attribute, one of blobmsg, has its name in front of its value.
public struct Blob: Equatable, Sendable {
  /// What blobmsg calls the types this product reads.
  public enum Kind {
    static let array: UInt8 = 1
    static let table: UInt8 = 2
    static let string: UInt8 = 3
    static let int32: UInt8 = 5
    static let int8: UInt8 = 7
  }

  /// Which attribute it is; for one of blobmsg its type.
  public let id: UInt8
  /// The name of an attribute of blobmsg; empty for others and for members of arrays.
  public let name: ArraySlice<UInt8>
  /// What it holds, without padding.
  public let value: ArraySlice<UInt8>

  /// Takes the first attribute; nil, with nothing left, at the end and where none can be read.
  public static func take(from rest: inout ArraySlice<UInt8>) -> Blob? {
    guard let word = number(rest), case let length = Int(word & 0xff_ffff), length >= 4,
      length <= rest.count
    else {
      rest = []
      return nil
    }
    var value = rest.dropFirst(4).prefix(length - 4)
    rest = rest.dropFirst((length + 3) & ~3)
    var name: ArraySlice<UInt8> = []
    if word >> 31 == 1 {
      let count = value.prefix(2).reduce(0) { $0 << 8 | Int($1) }
      // Two bytes of length, the name, its NUL, padding.
      guard (count + 6) & ~3 <= value.count else {
        rest = []
        return nil
      }
      name = value.dropFirst(2).prefix(count)
      value = value.dropFirst((count + 6) & ~3)
    }
    return Blob(id: UInt8(word >> 24 & 0x7f), name: name, value: value)
  }

  /// The first of the attributes in `bytes` that fits.
  static func first(in bytes: ArraySlice<UInt8>, where fits: (Blob) -> Bool) -> Blob? {
    var rest = bytes
    while let blob = take(from: &rest) {
      if fits(blob) { return blob }
    }
    return nil
  }

  /// The member of that name and type in a table's value.
  static func member(
    _ name: Literal, _ kind: UInt8, in table: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    first(in: table) { $0.id == kind && $0.name.elementsEqual(name.bytes) }?.value
  }

  /// A string in a table's value, without its NUL.
  static func string(_ name: Literal, in table: ArraySlice<UInt8>) -> [UInt8]? {
    member(name, Kind.string, in: table).map { Array($0.prefix { $0 != 0 }) }
  }

  /// Four bytes in network order; nil when there are fewer.
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    guard bytes.count >= 4 else { return nil }
    return bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Writes attributes one after the other.
struct BlobWriter {
  var bytes: [UInt8] = []

  mutating func add(word: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  mutating func add(_ id: UInt8, _ value: [UInt8]) {
    add(word: UInt32(id) << 24 | UInt32(value.count + 4))
    bytes += value
    pad()
  }

  mutating func add(_ id: UInt8, number: UInt32) {
    add(word: UInt32(id) << 24 | 8)
    add(word: number)
  }

  mutating func add(_ id: UInt8, string: [UInt8]) { add(id, string + [0]) }

  /// A member of a table of blobmsg.
  mutating func add(_ kind: UInt8, name: Literal, _ value: [UInt8]) {
    let count = name.count
    var inner = BlobWriter(bytes: [0, UInt8(truncatingIfNeeded: count)] + [UInt8](name) + [0])
    inner.pad()
    add(0x80 | kind, inner.bytes + value)
  }

  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}
