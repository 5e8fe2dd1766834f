// SPDX-License-Identifier: Apache-2.0

/// A text of the program itself: where it stands in memory, with a zero byte behind it.
///
/// One word, where `StaticString` is three: texts are handed on in some two thousand places. A zero byte in
/// the text would be its end. `StaticString` as well as this keep `String` and its Unicode tables out.
public struct Literal: ExpressibleByStringLiteral, @unchecked Sendable {
  @usableFromInline let start: UnsafePointer<UInt8>

  /// Names a literal.
  @_transparent public init(stringLiteral literal: StaticString) { start = literal.utf8Start }

  /// The number of its bytes.
  @inline(never) public var count: Int {
    var end = start
    while end.pointee != 0 { end += 1 }
    return end - start
  }

  /// The literal's bytes.
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// The literal's bytes, where their number is known.
  public func bytes(_ count: UInt16) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: start, count: Int(count))
  }

  /// Whether both are the same place in memory.
  public static func === (left: Literal, right: Literal) -> Bool { left.start == right.start }
}
