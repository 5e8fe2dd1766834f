// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

extension ServiceFileReader {
  /// The recipe of a file, all of whose members are known and of their kind.
  func recipe(_ root: JSONValue, _ block: JSONValue) throws(ServiceError) -> Recipe {
    guard let steps = root["steps"]?.array, (1...Recipe.stepLimit).contains(steps.count) else {
      throw badMember([UInt8]("steps"))
    }
    let url = try text(block, "url") ?? []
    let base = try text(root, "base") ?? []
    guard base.hasPrefix("http") || base.hasPrefix("[PARAMOPT]") else {
      throw badMember([UInt8]("base"))
    }
    for member in root.object ?? [] { try checkRoot(member.name, member.value) }
    var takesRegistered = root["registered"] == nil
    var answered = [[UInt8]("next")]
    for (index, step) in steps.enumerated() {
      let place: Text = "steps[\(index)]"
      guard case .object(let members) = step, !members.isEmpty else { throw badMember(place.bytes) }
      var methods = 0
      for member in members {
        if Recipe.isMethod(member.name) { methods += 1 }
        guard Self.isStep(member.name, member.value) else {
          throw badMember((place + "." + Text(member.name)).bytes)
        }
        if member.name == "take", let name = root["registered"]?.string,
          member.value[name] != nil
        {
          takesRegistered = true
        }
        if Recipe.isOne(member.name, of: "take find") {
          for found in member.value.object ?? [] { answered.append(found.name) }
        }
      }
      guard methods == 1 || (methods == 0 && step["say"] != nil) else {
        throw badMember(place.bytes)
      }
    }
    if Self.hasServer(base, of: answered) { throw badMember([UInt8]("base")) }
    for (index, step) in steps.enumerated() {
      guard let (method, url) = Recipe.request(of: step), Self.hasServer(url, of: answered)
      else { continue }
      throw badMember(("steps[\(index)].\(method)" as Text).bytes)
    }
    guard takesRegistered else { throw badMember([UInt8]("registered")) }
    let isScript = !url.isEmpty && !url.hasPrefix("http")
    return Recipe(
      root: root, base: base, rules: Service.Rules(dialect: .text, answers: try answers(root)),
      script: isScript ? [UInt8]("/usr/lib/ddns/") + url : nil)
  }

  private func checkRoot(_ name: [UInt8], _ value: JSONValue) throws(ServiceError) {
    let isGood: Bool
    switch name {
    case "headers": isGood = (value.array ?? [value]).allSatisfy { Self.hasTexts($0) }
    case "set": isGood = Self.hasTexts(value)
    case "sub", "registered", "expect", "remember", "session": isGood = value.string != nil
    case "sign":
      isGood = Self.hasTexts(value) && RecipeSigner.isWay(value["way"]?.string ?? [])
    case "zone": isGood = value.array?.allSatisfy { $0.string != nil } == true
    default: isGood = true
    }
    guard isGood else { throw badMember(name) }
  }

  /// Whether a step may have such a member.
  private static func isStep(_ name: [UInt8], _ value: JSONValue) -> Bool {
    let text = value.string
    if Recipe.isOne(name, of: "if unless expect missing until fail xml because") {
      return text != nil
    }
    if Recipe.isOne(name, of: "next pages") { return text.map { RecipePath.isValid($0) } == true }
    if Recipe.isOne(name, of: "headers take") {
      guard (value.array ?? [value]).allSatisfy({ hasTexts($0) }) else { return false }
      return name == "headers"
        || value.object?.isEmpty == false
          && value.object?.allSatisfy { RecipePath.isValid($0.value.string ?? []) } == true
    }
    if Recipe.isMethod(name) {
      return text.map { isURL($0) } == true
    }
    switch name {
    case "say", "absent":
      return text.map { ResultWord($0) != nil || ($0 == "ok" && name == "absent") } == true
    case "ok": return value.array?.allSatisfy { $0.integer != nil } == true
    case "every": return value.integer.map { (1...30).contains($0) } == true
    case "sign": return value.bool == false
    case "json": return true
    case "form": return value.object != nil
    case "find":
      return value.object?.allSatisfy { found in
        guard let marks = found.value.array, marks.count > 1 else { return false }
        return marks.allSatisfy { $0.string?.isEmpty == false }
      } == true
    default: return false
    }
  }

  /// Whether one of these names is in a URL's server. What an answer has said must not be: it would be
  /// told our key.
  private static func hasServer(_ url: [UInt8], of names: [[UInt8]]) -> Bool {
    guard url.first != UInt8(ascii: "/") else { return false }
    let start = url.pieces(separatedBy: UInt8(ascii: "/")).prefix(3).flatMap { $0 }
    let plain = start.filter { $0 != UInt8(ascii: "!") }  // `[!name]` is the same one.
    return names.contains { plain.firstIndex(of: ("[\($0)]" as Text).bytes) != nil }
  }

  /// Whether a step may send something there: what is in it as it is could be the server.
  private static func isURL(_ text: [UInt8]) -> Bool {
    if text.first == UInt8(ascii: "/") { return true }
    let server = text.prefix { $0 != UInt8(ascii: "[") }
    let slashes = server.filter { $0 == UInt8(ascii: "/") }.count
    return text.hasPrefix("http") && (slashes > 2 || text.firstIndex(of: [UInt8]("[!")) == nil)
  }

  private static func hasTexts(_ value: JSONValue) -> Bool {
    value.object?.allSatisfy { $0.value.string != nil } == true
  }
}
