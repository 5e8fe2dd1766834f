// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import TestSupport
import Testing
import Wire

@testable import Provider

/// What of JSON Schema (draft 2020-12) `services/schema.json` uses.
private struct Schema {
  let root: JSONValue

  /// Where a value does not fit, and which keyword says so.
  func problems(_ value: JSONValue) -> [String] { problems(value, root, "$") }

  private func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    problems(value, schema, "").isEmpty
  }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard case .object(let keywords) = schema else { return schema == .bool(true) ? [] : [path] }
    return keywords.flatMap { name, term in
      problems(value, schema, String(decoding: name, as: UTF8.self), term, path)
    }
  }

  private func problems(
    _ value: JSONValue, _ schema: JSONValue, _ keyword: String, _ term: JSONValue, _ path: String
  ) -> [String] {
    let terms = term.array ?? []
    let members = value.object
    var isGood = true
    switch keyword {
    case "$schema", "$defs", "title", "then", "else": break
    case "$ref":
      let name = Array((term.string ?? []).dropFirst("#/$defs/".utf8.count))
      return problems(value, root["$defs"]?[name] ?? .bool(false), path)
    case "type": isGood = Self.type(value) == String(decoding: term.string ?? [], as: UTF8.self)
    case "enum": isGood = terms.contains(value)
    case "const": isGood = term == value
    case "anyOf": isGood = terms.contains { fits(value, $0) }
    case "oneOf": isGood = terms.count { fits(value, $0) } == 1
    case "allOf": return terms.flatMap { problems(value, $0, path) }
    case "not": isGood = !fits(value, term)
    case "if":
      return problems(value, schema[fits(value, term) ? "then" : "else"] ?? .bool(true), path)
    case "required": isGood = members == nil || terms.allSatisfy { value[$0.string ?? []] != nil }
    case "properties", "additionalProperties":
      return (members ?? []).flatMap { name, member -> [String] in
        let own = schema["properties"]?[name]
        guard let use = keyword == "properties" ? own : own == nil ? term : nil else { return [] }
        return problems(member, use, "\(path).\(String(decoding: name, as: UTF8.self))")
      }
    case "propertyNames": isGood = (members ?? []).allSatisfy { fits(.string($0.name), term) }
    case "items":
      return (value.array ?? []).enumerated().flatMap { problems($1, term, "\(path)[\($0)]") }
    case "minItems": isGood = value.array.map { $0.count >= term.integer ?? 0 } ?? true
    case "maxItems": isGood = value.array.map { $0.count <= term.integer ?? 0 } ?? true
    case "minProperties": isGood = members.map { $0.count >= term.integer ?? 0 } ?? true
    case "minLength": isGood = value.string.map { $0.count >= term.integer ?? 0 } ?? true
    case "minimum": isGood = value.integer.map { $0 >= term.integer ?? 0 } ?? true
    case "maximum": isGood = value.integer.map { $0 <= term.integer ?? 0 } ?? true
    case "pattern":
      let pattern = String(decoding: term.string ?? [], as: UTF8.self)
      isGood =
        value.string.map {
          String(decoding: $0, as: UTF8.self).range(of: pattern, options: .regularExpression) != nil
        } ?? true
    default: Issue.record("a keyword that is not read: \(keyword)")
    }
    return isGood ? [] : ["\(path): \(keyword)"]
  }

  private static func type(_ value: JSONValue) -> String {
    switch value {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .bool: "boolean"
    case .number: value.integer == nil ? "number" : "integer"
    case .null: "null"
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct SchemaTests {
  private func schema() throws -> Schema {
    Schema(root: try JSONValue.parse(ServiceSamples.bytes("schema", in: ServiceSamples.services)))
  }

  @Test(arguments: ServiceSamples.names)
  func `every file is what the schema says`(name: String) throws {
    let json = try JSONValue.parse(ServiceSamples.bytes(name, in: ServiceSamples.services))
    #expect(try schema().problems(json) == [])
    #expect(json["name"]?.string == Array(name.utf8))
  }

  private static let recipe = #"{"name":"x","ipv4":{},"protocol":"recipe","base":"http://x","#

  @Test(arguments: [
    (#"{"name":"x"}"#, "no family"),
    (#"{"name":"x","ipv4":{"url":"http://x"},"step":[]}"#, "a member nobody knows"),
    (#"{"name":"x","ipv4":{"uri":"http://x"}}"#, "the same in a family"),
    (#"{"name":"x","ipv4":{"url":"http://x"},"protocol":"dyndns3"}"#, "a protocol"),
    (#"{"name":"x","ipv4":{"url":"http://x"},"answers":{"fine":"x"}}"#, "a word"),
    (#"{"name":"x","ipv4":{"url":"http://x"},"steps":[{"get":"/"}]}"#, "steps of no recipe"),
    (#"{"name":"x","ipv4":{},"protocol":"recipe","steps":[{"get":"/"}]}"#, "no base"),
    (recipe + #""steps":[]}"#, "no step"),
    (
      recipe + #""steps":[{"get":"/","tkae":{}}]}"#,
      "a member of a step"
    ),
    (
      recipe + #""steps":[{"get":"/","put":"/"}]}"#,
      "two methods"
    ),
    (
      recipe + #""steps":[{"if":"now"}]}"#,
      "nothing to do"
    ),
    (
      recipe + #""steps":[{"say":"fine"}]}"#,
      "a word in a step"
    ),
    (
      recipe + #""steps":[{"get":"x"}]}"#,
      "a path"
    ),
    (
      recipe + #""sign":{"way":"x"},"steps":[{"get":"/"}]}"#,
      "a signature"
    ),
  ])
  func `what the schema refuses, the program refuses, too`(file: String, why: String) throws {
    #expect(try !schema().problems(JSONValue.parse(Array(file.utf8))).isEmpty, "\(why)")
    // What is only unknown may be of a later version of ddns-scripts.
    if file.contains("recipe") {
      #expect(throws: ServiceError.self, "\(why)") {
        _ = try ServiceEntry(
          json: Array(file.utf8), name: Array("x".utf8), family: .v4, file: [])
      }
    }
  }

  @Test func `a recipe's faults are named by their place`() {
    for (steps, member) in [
      (#"[{"get":"/"},{"get":"/","take":{"a":"b[c"}}]"#, "steps[1].take"),
      (#"[{"get":"/","every":0}]"#, "steps[0].every"), (#"[{"if":"a"}]"#, "steps[0]"),
      (#"[{"get":"/","json":1,"absent":"fine"}]"#, "steps[0].absent"),
      (#"[{"get":"/","take":{"a":"b"}},{"put":"https://[a].test/"}]"#, "steps[1].put"),
      (#"[{"get":"/","find":{"a":["<","i>"]}},{"get":"https://x:[a]/"}]"#, "steps[1].get"),
      (#"[{"get":"/","take":{"a":"b"},"next":"c"},{"get":"http[a]://x/"}]"#, "steps[1].get"),
    ] {
      let file = #"{"ipv4":{},"protocol":"recipe","base":"http://x","steps":\#(steps)}"#
      #expect(throws: ServiceError(.badMember(Array(member.utf8)), service: [], file: [])) {
        _ = try ServiceEntry(json: Array(file.utf8), name: [], family: .v4, file: [])
      }
    }
  }

  @Test(arguments: ["http://[a].test", "http://[!a].test", "http://x:[a]", "https://x/[a]"])
  func `what an answer says is in no server that a recipe begins with`(base: String) {
    let file =
      #"{"ipv4":{},"protocol":"recipe","base":"\#(base)","steps":[{"get":"/","take":{"a":"b"}}]}"#
    func read() throws {
      _ = try ServiceEntry(json: Array(file.utf8), name: [], family: .v4, file: [])
    }
    if base == "https://x/[a]" {
      #expect(throws: Never.self) { try read() }
    } else {
      #expect(throws: ServiceError(.badMember(Array("base".utf8)), service: [], file: [])) {
        try read()
      }
    }
  }
}
