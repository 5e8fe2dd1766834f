// SPDX-License-Identifier: Apache-2.0

import CJSON
import Wire

extension JSONValue {
  /// The most bytes a text may have unless the caller says otherwise: 1 MiB.
  public static let byteLimit = 1 << 20
  /// How deep arrays and objects may be nested.
  public static let depthLimit = 32

  /// Parses one value, with white space around it.
  ///
  /// A string ends at an escaped NUL character, should one be in it.
  public static func parse(
    _ bytes: [UInt8], limit: Int = byteLimit
  ) throws(JSONError) -> JSONValue {
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    var offset = 0
    let root = bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.flatMap { cjson_parse($0, buffer.count, &offset) }
    }
    guard let root else { throw .malformed(offset: offset) }
    defer { cjson_free(root) }
    if let end = bytes[offset...].firstIndex(where: { !$0.isSpace }) {
      throw .trailing(offset: end)
    }
    guard let value = value(of: root, depth: 0) else { throw .malformed(offset: 0) }
    return value
  }

  /// Copies a node; nil when it is nested too deep.
  private static func value(of node: OpaquePointer, depth: Int) -> JSONValue? {
    switch cjson_kind(node) {
    case CJSON_FALSE: return .bool(false)
    case CJSON_TRUE: return .bool(true)
    case CJSON_NUMBER: return .number(cjson_number(node))
    case CJSON_STRING: return .string(text(cjson_text, of: node))
    case CJSON_ARRAY:
      var elements: [JSONValue] = []
      let complete = forEachChild(of: node, depth: depth) { _, value in elements.append(value) }
      return complete ? .array(elements) : nil
    case CJSON_OBJECT:
      var members: [(name: [UInt8], value: JSONValue)] = []
      let complete = forEachChild(of: node, depth: depth) { child, value in
        members.append((text(cjson_name, of: child), value))
      }
      return complete ? .object(members) : nil
    default: return .null
    }
  }

  private static func forEachChild(
    of node: OpaquePointer, depth: Int, _ body: (OpaquePointer, JSONValue) -> Void
  ) -> Bool {
    guard depth < depthLimit else { return false }
    var next = cjson_first(node)
    while let child = next {
      guard let value = value(of: child, depth: depth + 1) else { return false }
      body(child, value)
      next = cjson_next(child)
    }
    return true
  }

  private static func text(
    _ read: (OpaquePointer, UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>?,
    of node: OpaquePointer
  ) -> [UInt8] {
    var count = 0
    return Array(UnsafeBufferPointer(start: read(node, &count), count: count))
  }
}
