// SPDX-License-Identifier: Apache-2.0

/// A sentence made of bytes: log lines, messages, file contents.
///
/// Written as an ordinary string literal with interpolation. Only types that spell themselves here
/// can be interpolated, so a value that cannot be printed is a compile error and not a surprise in
/// somebody's log. No Unicode machinery is involved: what goes in comes out, byte for byte.
public struct Text: ExpressibleByStringInterpolation, Equatable, Sendable {
  /// The bytes, as they are written to a descriptor.
  public var bytes: [UInt8]

  /// Wraps bytes that are already text.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Makes the text of a literal.
  public init(stringLiteral literal: StaticString) {
    bytes = [UInt8](Literal(stringLiteral: literal))
  }

  /// Makes the text of a literal with values in it.
  public init(stringInterpolation: Interpolation) { bytes = stringInterpolation.bytes }

  /// Joins two texts.
  public static func + (left: Text, right: Text) -> Text { Text(left.bytes + right.bytes) }

  /// Appends a text.
  public static func += (left: inout Text, right: Text) { left.bytes += right.bytes }

  /// Collects the pieces of an interpolated literal.
  public struct Interpolation: StringInterpolationProtocol {
    var bytes: [UInt8] = []

    /// Starts an empty text with room for the literal parts. Not in its callers: there are hundreds.
    @inline(never)
    public init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    /// Appends a literal part.
    public mutating func appendLiteral(_ literal: StaticString) {
      bytes.append(literal: Literal(stringLiteral: literal))
    }

    /// Appends bytes as they are.
    public mutating func appendInterpolation(_ value: [UInt8]) { bytes += value }

    /// Appends part of a byte string as it is.
    public mutating func appendInterpolation(_ value: ArraySlice<UInt8>) { bytes += value }

    /// Appends another text.
    public mutating func appendInterpolation(_ value: Text) { bytes += value.bytes }

    /// Appends a fixed word.
    public mutating func appendInterpolation(_ value: Literal) { bytes.append(literal: value) }

    /// Appends a number in decimal.
    public mutating func appendInterpolation(_ value: Int) { bytes.append(decimal: Int64(value)) }

    /// Appends a number in decimal.
    public mutating func appendInterpolation(_ value: Int64) { bytes.append(decimal: value) }

    /// Appends a number in decimal.
    public mutating func appendInterpolation(_ value: Int32) { bytes.append(decimal: Int64(value)) }

    /// Appends an address in its RFC 5952 form.
    public mutating func appendInterpolation(_ value: IPAddress) { bytes += value.text.bytes }

    /// Appends a list of addresses, separated by blanks.
    public mutating func appendInterpolation(_ value: [IPAddress]) {
      for (index, address) in value.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: " ")) }
        bytes += address.text.bytes
      }
    }
  }
}
