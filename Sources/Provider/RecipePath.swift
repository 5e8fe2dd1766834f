// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// Finds one value in an answer: `result[name=[HOST] type=[TYPE]].id`.
///
/// Members are separated by points; `[0]` is an element by its number, `[]` the only one. In brackets
/// stand equations that one element of an array fulfils, with `|` between alternatives, or
/// `name~[HOST]`: the element whose name is that host's or the nearest above it. Of an object
/// `[[TYPE]]` is the member with that name, and `{}` at the end is all of it, as JSON.
enum RecipePath {
  /// What is at a path.
  enum Found: Equatable {
    /// A text, a number, `true` or `false`, as text.
    case value([UInt8])
    /// Nothing, where there might be: an empty array, no element that fits, null.
    case nothing
    /// More than one element that fits.
    case several
    /// The answer is built otherwise.
    case mismatch
  }

  /// Whether brackets are closed, and braces stand at the end only.
  static func isValid(_ path: [UInt8]) -> Bool {
    var depth = 0
    let isWhole = isWhole(path.suffix(2))
    for byte in isWhole ? path.dropLast(2) : path[...] {
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { return false }
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if depth < 0 { return false }
    }
    return depth == 0 && !path.isEmpty
  }

  /// What is at the path.
  static func find(_ path: [UInt8], in root: JSONValue, _ scope: RecipeScope) -> Found {
    var value = root
    var rest = path[...]
    while let first = rest.first {
      switch first {
      case UInt8(ascii: "."): rest = rest.dropFirst()
      case UInt8(ascii: "["):
        let inside = bracket(rest)
        rest = rest.dropFirst(inside.count + 2)
        if case .null = value { return .nothing }
        if value.object != nil, inside.first == UInt8(ascii: "[") {
          guard let member = value[scope.expand(Array(inside), .plain)] else { return .nothing }
          value = member
          continue
        }
        guard let elements = value.array else { return .mismatch }
        if let index = inside.decimalValue {
          guard let element = value[Int(min(index, 1 << 20))] else { return .nothing }
          value = element
          continue
        }
        let fitting = elements.filter { fits($0, inside, scope) }
        guard let element = nearest(fitting, inside) else { return .nothing }
        if fitting.count > 1, !inside.contains(UInt8(ascii: "~")) { return .several }
        value = element
      default:
        if isWhole(rest) {
          return value.object == nil && value.array == nil ? .mismatch : .value(value.encode())
        }
        let name = Array(rest.prefix { ![UInt8](".[{").contains($0) })
        rest = rest.dropFirst(name.count)
        guard let member = value[name] else { return isWhole(rest) ? .nothing : .mismatch }
        value = member
      }
    }
    if case .null = value { return .nothing }
    guard let text = text(value) else { return .mismatch }
    return .value(text)
  }

  private static func isWhole(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.elementsEqual([UInt8]("{}"))
  }

  /// What stands in a text before the last of these marks, and behind the others, each of which is
  /// looked for behind the one before; nil when one is missing. `&amp;` is what it means in mark-up.
  static func cut(_ text: [UInt8], by marks: [JSONValue]) -> [UInt8]? {
    var start = 0
    for mark in marks.dropLast() {
      let mark = mark.string ?? []
      guard let place = text.firstIndex(of: mark, from: start) else { return nil }
      start = place + mark.count
    }
    guard let mark = marks.last?.string, let end = text.firstIndex(of: mark, from: start) else {
      return nil
    }
    return Array(text[start..<end]).replacing([UInt8]("&amp;"), with: [UInt8]("&"))
  }

  /// What is between a bracket and the one that closes it.
  private static func bracket(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var depth = 0
    let inside = text.dropFirst().prefix { byte in
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      return depth >= 0
    }
    return inside
  }

  /// Whether an element fulfils all equations.
  private static func fits(
    _ element: JSONValue, _ equations: ArraySlice<UInt8>, _ scope: RecipeScope
  ) -> Bool {
    for equation in Array(equations).words {
      guard let sign = equation.firstIndex(where: { [UInt8]("=~").contains($0) }) else {
        return false
      }
      guard case .value(let has) = find(Array(equation[..<sign]), in: element, scope) else {
        return false
      }
      let wanted = scope.expand(Array(equation[(sign + 1)...]), .plain)
      let alternatives = wanted.pieces(separatedBy: UInt8(ascii: "|"))
      if alternatives.contains(where: { RecipeScope.isSame(has, Array($0)) }) { continue }
      guard equation[sign] == UInt8(ascii: "~") else { return false }
      let end = [UInt8(ascii: ".")] + RecipeScope.name(has)
      guard end.count > 1, RecipeScope.name(wanted).suffix(end.count).elementsEqual(end) else {
        return false
      }
    }
    return true
  }

  /// The first element, or with `~` the one with the longest name.
  private static func nearest(
    _ elements: [JSONValue], _ equations: ArraySlice<UInt8>
  ) -> JSONValue? {
    guard let sign = equations.firstIndex(of: UInt8(ascii: "~")) else { return elements.first }
    let name = Array(equations[..<sign])
    var best: JSONValue?
    var length = -1
    for element in elements {
      let has = element[name]?.string?.count ?? 0
      if has > length { (best, length) = (element, has) }
    }
    return best
  }

  /// A value as text; nil for an array, an object and null.
  static func text(_ value: JSONValue) -> [UInt8]? {
    switch value {
    case .string(let text): return text
    case .bool(let flag): return [UInt8](flag ? "true" : "false")
    case .number: return value.encode()
    case .array, .object, .null: return nil
    }
  }
}
