// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// The names that a recipe's templates may use, and their values just now: in capitals what the
/// section says, in small letters what the recipe sets and takes out of answers.
struct RecipeScope {
  /// Where a value is put, which decides how it is written.
  enum Place {
    /// A header field, a comparison.
    case plain
    /// Part of a URL, or a form.
    case url
    /// Text between tags.
    case xml
  }

  let values: RecipeValues
  /// Names that begin with small letters.
  private var variables: [(name: [UInt8], value: [UInt8])]
  /// Whether values are for a person: secrets hidden, and names that have no value as they are.
  var isShown = false

  init(_ recipe: Recipe, _ values: RecipeValues) {
    self.values = values
    variables = values.settings
    for member in recipe.root["set"]?.object ?? [] where self[member.name].isEmpty {
      self[member.name] = expand(member.value.string ?? [], .plain)
    }
  }

  /// A variable; empty when nobody has set it.
  subscript(_ name: [UInt8]) -> [UInt8] {
    get {
      for variable in variables where variable.name == name { return variable.value }
      return []
    }
    set {
      for index in variables.indices where variables[index].name == name {
        variables[index].value = newValue
        return
      }
      variables.append((name, newValue))
    }
  }

  /// A variable of the machine's own.
  subscript(_ name: Literal) -> [UInt8] {
    get { self[[UInt8](name)] }
    set { self[[UInt8](name)] = newValue }
  }

  /// The value of a name; nil for what is none, and stays as it is.
  func value(_ name: [UInt8]) -> [UInt8]? {
    guard let first = name.first, first.isLetter,
      name.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") })
    else { return nil }
    if first == first.lowercased {
      let value = self[name]
      return isShown && value.isEmpty ? nil : value
    }
    return values.value(name, zone: self["zone"], isShown: isShown)
  }

  /// A template with its values. `[!name]` is one as it is, without escapes.
  func expand(_ template: [UInt8], _ place: Place) -> [UInt8] {
    var result: [UInt8] = []
    var rest = template[...]
    while let open = rest.firstIndex(of: UInt8(ascii: "[")) {
      result += rest[..<open]
      rest = rest[open...]
      let inside = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
      let isRaw = inside.first == UInt8(ascii: "!")
      let name = Array(isRaw ? inside.dropFirst() : inside)
      if inside.count + 2 <= rest.count, let value = value(name) {
        let isWhole = isRaw || (name == "PARAMOPT" && place == .url)
        // What an answer has said need not be for everybody.
        let isHidden = isRaw && isShown
        result += isHidden ? [UInt8]("***") : isWhole ? value : Self.escaped(value, place)
        rest = rest.dropFirst(inside.count + 2)
      } else {
        result.append(UInt8(ascii: "["))
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }

  private static func escaped(_ value: [UInt8], _ place: Place) -> [UInt8] {
    switch place {
    case .plain: return value
    case .url: return value == "***" ? value : Percent.encodeUpperCase(value)
    case .xml:
      return value.replacing([UInt8(ascii: "&")], with: [UInt8]("&amp;"))
        .replacing([UInt8(ascii: "<")], with: [UInt8]("&lt;"))
    }
  }

  /// A value of JSON with the values in its strings. `[#name]` alone becomes a number.
  func expand(_ json: JSONValue) -> JSONValue {
    switch json {
    case .string(let template):
      if template.hasPrefix("[#"), template.last == UInt8(ascii: "]"),
        let number = value(Array(template[2..<(template.count - 1)]))?.decimalValue
      {
        return .integer(number)
      }
      return .string(expand(template, .plain))
    case .array(let elements): return .array(elements.map { expand($0) })
    case .object(let members): return .object(expand(members))
    case .number, .bool, .null: return json
    }
  }

  /// Members with the values in them. `...` stands for those of a taken object that are not named.
  private func expand(
    _ members: [(name: [UInt8], value: JSONValue)]
  ) -> [(name: [UInt8], value: JSONValue)] {
    var result: [(name: [UInt8], value: JSONValue)] = []
    for member in members where member.name != "..." {
      result.append((expand(member.name, .plain), expand(member.value)))
    }
    for member in members where member.name == "..." {
      let kept = try? JSONValue.parse(expand(member.value.string ?? [], .plain))
      for one in kept?.object ?? [] where !result.contains(where: { $0.name == one.name }) {
        result.append(one)
      }
    }
    return result
  }

  /// `name=value&name=value` of an object's members; what is no text is sent as JSON.
  func form(_ object: JSONValue) -> [UInt8] {
    var text: [UInt8] = []
    for member in object.object ?? [] {
      if !text.isEmpty { text.append(UInt8(ascii: "&")) }
      text += member.name
      text.append(UInt8(ascii: "="))
      let value =
        member.value.string.map { expand($0, .plain) } ?? expand(member.value).encode()
      text += isShown ? value : Percent.encodeUpperCase(value)
    }
    return text
  }

  /// Whether what an object of a recipe says about its use, in `if` and `unless`, is so.
  func applies(_ object: JSONValue) -> Bool {
    if let condition = object["if"]?.string, !holds(condition) { return false }
    if let condition = object["unless"]?.string, holds(condition) { return false }
    return true
  }

  /// Whether `name`, `name = template` or `name has template` is so. `look` finds what a name stands for.
  func holds(_ condition: [UInt8], _ look: ([UInt8]) -> [UInt8]) -> Bool {
    if let sign = condition.firstIndex(of: [UInt8](" has ")) {
      let part = expand(Array(condition[(sign + 5)...]), .plain)
      return look(Array(condition[..<sign])).firstIndex(of: part) != nil
    }
    guard let sign = condition.firstIndex(of: [UInt8](" = ")) else {
      return !look(condition).isEmpty
    }
    return Self.isSame(
      look(Array(condition[..<sign])), expand(Array(condition[(sign + 3)...]), .plain))
  }

  /// Whether a condition about variables is so.
  func holds(_ condition: [UInt8]) -> Bool { holds(condition) { value($0) ?? [] } }

  /// Whether two values mean the same: addresses as addresses, names without regard to case.
  static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    if let address = IPAddress(one) { return address == IPAddress(other) }
    return name(one) == name(other)
  }

  /// A name in lower case, without the dot at its end.
  static func name(_ text: [UInt8]) -> [UInt8] {
    let text = text.lowercased
    return text.count > 1 && text.last == UInt8(ascii: ".") ? Array(text.dropLast()) : text
  }
}
