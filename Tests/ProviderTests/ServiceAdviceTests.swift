// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Provider

/// The member `doctor` of a provider's file.
@Suite(.timeLimit(.minutes(15))) struct ServiceAdviceTests {
  @Test func `what is wrong with any provider comes before the file's own`() {
    let general = ServiceAdvice(json: [])
    #expect(
      general.mistakes.map { string($0.option) }
        == ["username", "password", "domain", "lookup_host"])
    #expect(general.mistakes.allSatisfy { !$0.pattern.isEmpty && !$0.words.isEmpty })
    #expect(general.servers.isEmpty && general.proxy.isEmpty)
    #expect(ServiceAdvice(json: bytes("{ \"doctor\": 3 }")) == general)
    let own = ServiceAdvice(
      json: bytes(
        """
        { "doctor": { "servers": "a", "proxy": "b",
          "mistakes": [ { "option": "domain", "if": "c", "say": "d" } ] } }
        """))
    #expect(string(own.servers) == "a" && string(own.proxy) == "b")
    #expect(own.mistakes.dropLast() == general.mistakes[...])
    #expect(own.mistakes.last.map { string($0.words) } == "d")
  }

  @Test func `an expression that would take all memory is none`() {
    let advice = ServiceAdvice(
      json: bytes("{ \"doctor\": { \"servers\": \"((a{1,255}){1,255}){1,255}\" } }"))
    #expect(advice.servers.isEmpty)
  }

  @Test func `every provider's expressions cost what they may`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "services")
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".json") && name != "schema.json" {
      let text = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      guard String(decoding: text, as: UTF8.self).contains("\"doctor\"") else { continue }
      count += 1
      let advice = ServiceAdvice(json: text)
      #expect(advice.mistakes.allSatisfy { !$0.pattern.isEmpty }, "\(name)")
      #expect(!advice.servers.isEmpty, "\(name)")
    }
    #expect(count > 15)
  }
}
