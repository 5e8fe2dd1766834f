// SPDX-License-Identifier: Apache-2.0

import Wire

/// A JSON value (RFC 8259). Text is UTF-8 bytes.
public indirect enum JSONValue: Sendable {
  /// Members in the order they were written; a name may occur twice.
  case object([(name: [UInt8], value: JSONValue)])
  /// Elements.
  case array([JSONValue])
  /// Text without quotes and escapes.
  case string([UInt8])
  /// Any number. Beyond 2^53 it is only near what was written.
  case number(Double)
  /// `true` or `false`.
  case bool(Bool)
  /// `null`.
  case null

  /// A whole number, exact up to 2^53.
  public static func integer(_ value: Int64) -> JSONValue { .number(Double(value)) }

  /// The first member of this name; nil when there is none or this is no object.
  public subscript(_ name: [UInt8]) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.name.elementsEqual(name) { return member.value }
    return nil
  }

  /// The first member of this name; nil when there is none or this is no object.
  public subscript(_ name: Literal) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    for member in members where member.name == name { return member.value }
    return nil
  }

  /// The element at this place; nil when there is none or this is no array.
  public subscript(_ index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// The text of a string.
  public var string: [UInt8]? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements of an array.
  public var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object.
  public var object: [(name: [UInt8], value: JSONValue)]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// A number.
  public var number: Double? {
    guard case .number(let value) = self else { return nil }
    return value
  }

  /// A whole number that was read exactly: at most 2^53 either way.
  public var integer: Int64? {
    guard case .number(let value) = self, value.magnitude <= 9_007_199_254_740_992,
      value.rounded(.towardZero) == value
    else { return nil }
    return Int64(value)
  }

  /// `true` or `false`.
  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }
}

extension JSONValue: Equatable {
  /// Whether two values are the same; members of objects in the same order.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.object(let one), .object(let other)):
      one.elementsEqual(other) { $0.name.elementsEqual($1.name) && $0.value == $1.value }
    case (.array(let one), .array(let other)): one.elementsEqual(other)
    case (.string(let one), .string(let other)): one.elementsEqual(other)
    case (.number(let one), .number(let other)): one == other
    case (.bool(let one), .bool(let other)): one == other
    case (.null, .null): true
    default: false
    }
  }
}
