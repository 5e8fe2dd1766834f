// SPDX-License-Identifier: Apache-2.0

import Foundation
import Section
import Testing
import Wire

@testable import Provider

/// Every name that anybody may have in a configuration, by `Tests/Fixtures/providers.txt`.
@Suite(.timeLimit(.minutes(15))) struct ProviderTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: String
    let families: String
    /// What it is called today.
    let today: String

    var testDescription: String { name }
  }

  private static let rows: [Row] = {
    let file = ServiceSamples.root.appendingPathComponent("Tests/Fixtures/providers.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.first != "#" }.map { line in
      let words = line.split(separator: " ").map(String.init)
      let families = words.count > 2 ? words[2] : ""
      let isOther = words.count > 3 || words[1] == "retired" && words.count > 2
      return Row(
        name: words[0], kind: words[1], families: words[1] == "retired" ? "" : families,
        today: isOther ? words[words.count - 1] : words[0])
    }
  }()

  private func kind(_ service: Service) -> String {
    switch service {
    case .request: "request"
    case .dnsUpdate: "update"
    case .gnuDIP: "gnudip"
    case .script: "script"
    case .recipe: "recipe"
    }
  }

  /// The file that a name leads to: its own, or that of what became of it.
  private func file(_ name: String) throws -> String {
    let candidates = ServiceAlias.candidates(for: Array(name.utf8))
      .map { String(decoding: $0, as: UTF8.self) }
    return try #require(candidates.first { ServiceSamples.names.contains($0) }, "\(name)")
  }

  @Test(arguments: rows)
  func `each name leads to a provider of its kind, or to words about its end`(row: Row) throws {
    let file = try file(row.name)
    #expect(file == row.today)
    var families = ""
    for (family, digit) in [(IPAddress.Family.v4, "4"), (.v6, "6")] {
      do throws(ServiceError) {
        let bytes = (try? ServiceSamples.bytes(file, in: ServiceSamples.services)) ?? []
        let entry = try ServiceEntry(
          json: bytes, name: Array(file.utf8), family: family, file: Array(file.utf8))
        #expect(kind(entry.service) == row.kind)
        families += digit
        // Who needs a script that is not there is told why it is no recipe, or finds it by its name.
        if case .script(let path) = entry.service { #expect(path.suffix(3) == Array(".sh".utf8)) }
      } catch {
        switch error.problem {
        case .retired(let words):
          #expect(row.kind == "retired" && words.count > 20, "\(file)")
          let message = String(decoding: error.message.bytes, as: UTF8.self)
          #expect(message.contains(String(decoding: words, as: UTF8.self)), "\(message)")
        case .noFamily: break
        default: throw error
        }
      }
    }
    #expect(families == row.families)
  }

  @Test func `the table has every file, and few scripts are left`() {
    #expect(Set(Self.rows.map(\.today)) == Set(ServiceSamples.names))
    #expect(
      Self.rows.filter { $0.kind == "script" }.map(\.name)
        == ["cnkuai.cn"])
  }

  @Test func `all files together stay small`() throws {
    let size = try ServiceSamples.names.reduce(0) { sum, name in
      try sum + ServiceSamples.bytes(name, in: ServiceSamples.services).count
    }
    #expect(size <= 150_000)
  }
}
