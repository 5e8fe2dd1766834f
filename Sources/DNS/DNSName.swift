// SPDX-License-Identifier: Apache-2.0

import Wire

/// A domain name in its wire form: labels behind their lengths, and a final zero (RFC 1035 §3.1).
///
/// At most 255 bytes, labels of 1-63. Names are equal when they differ in ASCII case only.
public struct DNSName: Equatable, Sendable {
  /// The most bytes a name may have, lengths and final zero included (RFC 1035 §2.3.4).
  public static let byteLimit = 255
  /// The most bytes one label may have.
  public static let labelLimit = 63

  /// The uncompressed wire form, in the case it came with.
  public let wire: [UInt8]

  /// The root, `.`.
  public static let root = DNSName(wire: [0])

  /// Wraps a wire form already checked.
  init(wire: [UInt8]) { self.wire = wire }

  /// Parses `home.example.com`, with or without the final dot; `.` is the root.
  ///
  /// Nil for an empty name or label, a label over 63 bytes, a name over 255, and any byte that is
  /// not printable ASCII. A backslash is refused too: escapes are not supported.
  public init?(_ text: some Collection<UInt8>) {
    var rest = Array(text)
    if rest == "." {
      self = .root
      return
    }
    if rest.last == UInt8(ascii: ".") { rest.removeLast() }
    var wire: [UInt8] = []
    for label in rest.pieces(separatedBy: UInt8(ascii: ".")) {
      guard (1...Self.labelLimit).contains(label.count), label.allSatisfy(Self.isAllowed)
      else { return nil }
      wire.append(UInt8(label.count))
      wire += label
    }
    wire.append(0)
    guard wire.count <= Self.byteLimit else { return nil }
    self.init(wire: wire)
  }

  /// The name without its final dot; `.` for the root. Bytes that are not printable, dots and
  /// backslashes inside a label are escaped as in RFC 1035 §5.1.
  public var text: Text {
    var result: [UInt8] = []
    for label in labels {
      if !result.isEmpty { result.append(UInt8(ascii: ".")) }
      for byte in label { Self.append(byte, to: &result) }
    }
    return result.isEmpty ? "." : Text(result)
  }

  /// The labels from left to right, without their lengths; none for the root.
  public var labels: [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var rest = wire[...]
    while let length = rest.first, length > 0 {
      result.append(rest.dropFirst().prefix(Int(length)))
      rest = rest.dropFirst(Int(length) + 1)
    }
    return result
  }

  /// The name without its leftmost label; nil for the root.
  public var parent: DNSName? {
    guard let length = wire.first, length > 0 else { return nil }
    return DNSName(wire: Array(wire.dropFirst(Int(length) + 1)))
  }

  /// Whether the name is the zone's or lies below it.
  public func isInside(_ zone: DNSName) -> Bool {
    var name = self
    while name != zone {
      guard let parent = name.parent else { return false }
      name = parent
    }
    return true
  }

  /// Whether the names are the same, ASCII case ignored (RFC 4343).
  public static func == (left: DNSName, right: DNSName) -> Bool {
    // Lengths are below 64, so folding the case never touches them.
    left.wire.elementsEqual(right.wire) { $0.lowercased == $1.lowercased }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte > UInt8(ascii: " ") && byte < 0x7f && byte != UInt8(ascii: "\\")
  }

  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") {
      text.append(UInt8(ascii: "\\"))
      text.append(byte)
    } else if isAllowed(byte) {
      text.append(byte)
    } else {
      text.append(UInt8(ascii: "\\"))
      for divisor: UInt8 in [100, 10, 1] { text.append(UInt8(ascii: "0") + byte / divisor % 10) }
    }
  }
}
