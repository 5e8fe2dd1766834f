// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Synchronization
import Testing

/// A sample of `Tests/Fixtures/recipes` as a server can play it.
struct RecipeExchange: CustomTestStringConvertible, Sendable {
  struct Step: Sendable {
    let request: [String]
    let answer: HTTPAnswer
  }

  let service: String
  let title: String
  let options: [String: String]
  let steps: [Step]
  let result: String
  let isReading: Bool
  let isIPv6: Bool
  private let origins: Set<String>

  var testDescription: String { "\(service): \(title)" }

  private static let root = Foundation.URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let services = root.appendingPathComponent("services").path

  private static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  static let all: [RecipeExchange] = {
    let folder = "Tests/Fixtures/recipes"
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent(folder).path)
    return (files ?? []).sorted().flatMap { file in
      let service = String(file.dropLast(5))
      let json = try? JSONSerialization.jsonObject(with: Data(text("\(folder)/\(file)").utf8))
      return (json as? [[String: Any]] ?? []).map { RecipeExchange(service, $0) }
    }
  }()

  private init(_ service: String, _ json: [String: Any]) {
    self.service = service
    title = json["case"] as? String ?? ""
    options = json["options"] as? [String: String] ?? [:]
    result = json["result"] as? String ?? ""
    isReading = json["reading"] != nil
    isIPv6 = json["ipv6"] != nil
    let exchange = json["exchange"] as? [[String: Any]] ?? []
    var origins: Set<String> = []
    steps = exchange.map { step in
      var lines = step["request"] as? [String] ?? []
      let words = lines[0].split(separator: " ").map(String.init)
      let url = URLComponents(string: words[1]) ?? URLComponents()
      let port = url.port.map { ":\($0)" } ?? ""
      origins.insert("\(url.scheme ?? "")://\(url.host ?? "")\(port)")
      if let user = url.user, let password = url.password {
        let basic = Data("\(user):\(password)".utf8).base64EncodedString()
        lines.insert("Authorization: Basic \(basic)", at: 1)
      }
      let query = url.percentEncodedQuery.map { "?\($0)" } ?? ""
      lines[0] = "\(words[0]) \(url.percentEncodedPath)\(query)"
      return Step(request: lines, answer: Self.answer(step))
    }
    self.origins = origins
  }

  private static func answer(_ step: [String: Any]) -> HTTPAnswer {
    let status = step["status"] as? Int ?? 200
    guard let answer = step["answer"] else { return HTTPAnswer(status, "") }
    if let text = answer as? String { return HTTPAnswer(status, text) }
    let bytes = try? JSONSerialization.data(
      withJSONObject: answer, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    return HTTPAnswer(status, String(decoding: bytes ?? Data(), as: UTF8.self))
  }

  /// A request without what nobody knows beforehand: signatures are made of the time of day, and unit
  /// tests compare those.
  private static let signed: [(String, String)] = [
    ("^(X-Amz-Date|X-TC-Timestamp|X-Sdk-Date|X-Ovh-Timestamp|X-Ovh-Signature|Signature): .*", "$1"),
    ("^Authorization: (AWS4|TC3|SDK)-.*", "Authorization: $1"),
    ("\\b(SignatureNonce|Timestamp|Signature|assertion)=[^&]*", "$1"),
    ("\"(nonce|label)\":\"[^\"]*\"", "$1"),
  ]

  static func unsigned(_ lines: [String]) -> [String] {
    lines.map { line in
      signed.reduce(line) {
        $0.replacingOccurrences(of: $1.0, with: $1.1, options: .regularExpression)
      }
    }
  }

  /// The longest sample that changes something, of each recipe.
  static let changes: [RecipeExchange] = Set(all.map(\.service)).sorted().compactMap { service in
    all.filter { $0.service == service && $0.result == "good" && !$0.isReading }
      .max { $0.steps.count < $1.steps.count }
  }

  /// What was sent, without what every request has.
  static func lines(_ request: HTTPRequest) -> [String] {
    let usual = ["host", "user-agent", "connection", "content-length"]
    var lines = ["\(request.method) \(request.target)"]
    for field in request.fields where !usual.contains(field.name.lowercased()) {
      if field.name != "Accept" || field.value != "*/*" {
        lines.append("\(field.name): \(field.value)")
      }
    }
    if !request.body.isEmpty { lines += ["", String(decoding: request.body, as: UTF8.self)] }
    return lines
  }

  /// A router whose provider is a server with the sample's answers, in order.
  func world(_ changes: [String: String?] = [:]) throws -> (World, LoopbackHTTP) {
    let next = Mutex(0)
    let (steps, origins) = (steps, origins)
    let server = try LoopbackHTTP { request in
      let lines = Self.unsigned(Self.lines(request))
      let number = next.withLock { number in
        // Another run begins, perhaps not at the first step.
        let place = steps.firstIndex { Self.unsigned($0.request) == lines }
        if number == steps.count || place == 0 { number = place ?? steps.count }
        number += 1
        return number - 1
      }
      guard number < steps.count else { return HTTPAnswer(500, "one too many") }
      var answer = steps[number].answer
      let text = origins.reduce(String(decoding: answer.body, as: UTF8.self)) {
        $0.replacingOccurrences(of: $1, with: "http://\(request.field("Host") ?? "")")
      }
      answer.body = Array(text.utf8)
      return answer
    }
    let world = try World()
    let local = "http://127.0.0.1:\(server.port)"
    var file = Self.text("services/\(service).json")
    for origin in origins {
      let host = String(origin.drop { $0 != "/" }.dropFirst(2))
      for name in ["base", "get", "post"] {
        file = file.replacingOccurrences(
          of: "\"\(name)\": \"\(origin)", with: "\"\(name)\": \"\(local)")
      }
      // Where a form is sent, and the hosts of a session.
      file = file.replacingOccurrences(of: "action=\\\"\(origin)", with: "action=\\\"\(local)")
      file = file.replacingOccurrences(of: "\(host) ", with: "127.0.0.1 ")
      file = file.replacingOccurrences(
        of: "[PASSWORD]@\(host)", with: "[PASSWORD]@127.0.0.1:\(server.port)")
    }
    file = file.replacingOccurrences(of: "\"https://[USERNAME]", with: "\"http://[USERNAME]")
    file = file.replacingOccurrences(of: "\"https://[endpoint]", with: "\"\(local)")
    try world.write("usr/share/ddns/custom/\(service).json", file)
    var section: [String: String?] = [
      "service_name": service, "update_url": nil, "username": nil, "lookup_host": nil,
      "use_ipv6": isIPv6 ? "1" : "0", "verify": isReading ? "api" : nil,
    ]
    for (name, value) in options {
      section[name] = origins.reduce(value) { $0.replacingOccurrences(of: $1, with: local) }
    }
    try world.configure(section.merging(changes) { $1 }, global: ["upd_privateip": "1"])
    return (world, server)
  }

  func run(_ world: World, _ more: [String] = []) throws -> Child.Result {
    if isReading { return try world.run("ddns-verify", ["-S", "home", "-v", "2"] + more) }
    return try world.run(
      "ddns-update", ["-S", "home", "-v", "2"] + more + [isIPv6 ? "2001:db8::7" : "203.0.113.7"])
  }
}
