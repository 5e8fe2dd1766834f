// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Section
import TestSupport
import Testing
import Wire

@testable import Provider

/// The shipped services and the answers collected for them.
enum ServiceSamples {
  static let root = Foundation.URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let services = root.appendingPathComponent("services")
  static let fixtures = root.appendingPathComponent("Tests/Fixtures/services")

  static let names = names(in: services).filter { $0 != "schema" }
  static let sampledNames = names(in: fixtures)

  static func names(in folder: Foundation.URL) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  static func bytes(_ name: String, in folder: Foundation.URL) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name + ".json")))
  }

  static func service(_ name: String, _ family: IPAddress.Family) throws -> ServiceEntry {
    try ServiceEntry(
      json: try bytes(name, in: services), name: Array(name.utf8), family: family,
      file: Array(name.utf8))
  }

  /// Whatever families the file has; empty for a retired service, and for what is no HTTP.
  static func definitions(_ name: String) throws -> [(IPAddress.Family, ServiceEntry)] {
    var found: [(IPAddress.Family, ServiceEntry)] = []
    for family in [IPAddress.Family.v4, .v6] {
      do throws(ServiceError) {
        let service = try ServiceEntry(
          json: (try? bytes(name, in: services)) ?? [], name: Array(name.utf8), family: family,
          file: [])
        if service.isRequest { found.append((family, service)) }
      } catch {
        switch error.problem {
        case .noFamily, .retired: break
        default: throw error
        }
      }
    }
    return found
  }
}

extension Outcome.Kind {
  /// As it is written in a sample.
  fileprivate var sample: String {
    switch self {
    case .accepted: "accepted"
    case .unchanged: "unchanged"
    case .refused(let refusal): "refused.\(refusal)"
    case .later(let seconds): "later.\(seconds)"
    case .temporary(let trouble): "temporary.\(trouble)"
    case .notUnderstood: "notUnderstood"
    }
  }
}

extension JSONValue {
  fileprivate func text(_ name: Literal) -> [UInt8]? {
    guard case .string(let text)? = self[name] else { return nil }
    return text
  }

  fileprivate func number(_ name: Literal) -> Int? {
    guard case .number(let number)? = self[name] else { return nil }
    return Int(number)
  }
}

@Suite(.timeLimit(.minutes(15))) struct ServiceSamplesTests {
  @Test func `all providers of the inventory are there`() {
    #expect(ServiceSamples.names.count >= 110)
    for name in [
      "dyndns.org", "dyn.com", "no-ip.com", "namecheap.com", "duckdns.org", "he.net",
      "afraid.org-keyauth", "dynu.com", "dynv6.com", "desec.io", "nsupdate.info", "ovh.com",
      "strato.com", "spdyn.de", "dnsomatic.com",
    ] {
      #expect(ServiceSamples.names.contains(name))
      #expect(ServiceSamples.sampledNames.contains(name))
    }
  }

  @Test(arguments: ServiceSamples.names)
  func `a shipped file is well formed and says what success is`(name: String) throws {
    for (_, service) in try ServiceSamples.definitions(name) {
      let rules = service.rules
      #expect(rules.dialect != .undeclared)
      #expect(rules.dialect != .text || rules.hasSuccessPattern)
      for pattern in rules.answers.map(\.pattern) + [rules.answer ?? Array("x".utf8)] {
        #expect(Expression(pattern) != nil)
      }
    }
  }

  @Test(arguments: ServiceSamples.names)
  func `a shipped URL expands to one that can be fetched`(name: String) throws {
    for (family, service) in try ServiceSamples.definitions(name) {
      let address = family == .v6 ? "2001:db8::7" : "203.0.113.7"
      let values = URLTemplate.Values(address: try #require(IPAddress(Array(address.utf8))))
      values.username = Array("user@example.com".utf8)
      values.password = Secret(Array("s3cr3t&?/".utf8))
      values.domain = Array("home.example.com".utf8)
      #expect(service.template.missing(in: values).isEmpty)
      let expanded = service.template.expanded(values, useHTTPS: false)
      let parsed = Wire.URL(expanded)
      let url = try #require(parsed)
      #expect(!expanded.contains(UInt8(ascii: "[")))
      #expect(url.isSecure || !service.note.isEmpty)
      let shown = service.template.redacted(values, useHTTPS: false)
      #expect(shown.firstIndex(of: Array("s3cr3t".utf8)) == nil)
      #expect(shown.firstIndex(of: Array("%26".utf8)) == nil)
    }
  }

  @Test(arguments: ServiceSamples.sampledNames)
  func `answers of a provider are judged as they were meant`(name: String) throws {
    let service = try ServiceSamples.service(name, .v4)
    let json = try JSONValue.parse(try ServiceSamples.bytes(name, in: ServiceSamples.fixtures))
    guard case .array(let samples) = json else {
      Issue.record("\(name): no list of samples")
      return
    }
    let home = try #require(IPAddress(Array("203.0.113.7".utf8)))
    for sample in samples {
      let body = try #require(sample.text("body"))
      let outcome = Judgement.outcome(
        of: Judgement.Answer(
          status: try #require(sample.number("status")), body: body,
          retryAfter: sample.text("retryAfter")),
        sent: Judgement.Sent(hostCount: sample.number("hosts") ?? 1, addresses: [home]),
        rules: service.rules, now: 0, matches: Expression.find)
      let comment: Comment = "\(name): \(String(decoding: body, as: UTF8.self))"
      #expect([UInt8](outcome.word.text) == sample.text("word"), comment)
      #expect(Array(outcome.kind.sample.utf8) == sample.text("class"), comment)
    }
  }

  @Test(arguments: ServiceSamples.names)
  func `no provider takes a log-in page for success`(name: String) throws {
    let page =
      "<html><title>Welcome</title><body>Good day. Please sign in.<br>It is good for you."
      + "<form><input name=token><button>OK</button></form></body></html>"
    for (_, service) in try ServiceSamples.definitions(name) where name != "mythic-beasts.com-v2" {
      let outcome = Judgement.outcome(
        of: Judgement.Answer(status: 200, body: Array(page.utf8)),
        sent: Judgement.Sent(hostCount: 1, addresses: []), rules: service.rules, now: 0,
        matches: Expression.find)
      #expect(!outcome.isSuccess)
    }
  }

  @Test(arguments: ["google.com", "dtdns.com", "cloudflare.com-v1", "zerigo.com"])
  func `a closed provider says so`(name: String) throws {
    #expect(throws: ServiceError.self) { try ServiceSamples.service(name, .v4) }
    #expect(try ServiceSamples.definitions(name).isEmpty)
  }
}
