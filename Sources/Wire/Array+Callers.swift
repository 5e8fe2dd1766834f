// SPDX-License-Identifier: Apache-2.0

// Two functions of the standard library that are copied into each of their callers, 15 KB of the executable. All that
// import this module call these in their place, since they are about fewer types.

extension Array where Element: Sendable {
  /// Appends an element.
  @inline(never)
  public mutating func append(_ element: consuming Element) { extend(&self, by: element) }
}

extension [UInt8] {
  /// Whether these are the same bytes.
  @inline(never)
  public static func == (left: [UInt8], right: [UInt8]) -> Bool { areEqual(left, right) }

  /// Whether these are not the same bytes.
  public static func != (left: [UInt8], right: [UInt8]) -> Bool { !(left == right) }
}

// For any type there is the standard library's only.
private func extend<Element>(_ array: inout [Element], by element: consuming Element) {
  array.append(element)
}
private func areEqual<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Bool {
  left == right
}
