// SPDX-License-Identifier: Apache-2.0

/// What is asked: a name, a type and a class (RFC 1035 §4.1.2).
public struct DNSQuestion: Equatable, Sendable {
  /// The class of everything on the Internet.
  public static let internet: UInt16 = 1
  /// The class in which servers tell of themselves, and some of their callers.
  public static let chaos: UInt16 = 3

  /// The name asked for.
  public var name: DNSName
  /// The type of record asked for.
  public var type: DNSType
  /// The class, 1 for the Internet.
  public var recordClass: UInt16

  /// A question, of class Internet unless another is given.
  public init(_ name: DNSName, _ type: DNSType, recordClass: UInt16 = Self.internet) {
    self.name = name
    self.type = type
    self.recordClass = recordClass
  }
}
