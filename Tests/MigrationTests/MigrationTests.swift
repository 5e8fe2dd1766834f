// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import UCI
import Wire

@testable import Migration

/// The files of the source tree that these tests work with.
enum Source {
  static let tree = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: tree.appendingPathComponent(path)))
  }

  /// The providers that ship.
  static let services: [UInt8] = {
    let folder = tree.appendingPathComponent("services").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.reduce(into: []) { all, name in
      all += [1] + name.dropLast(5).utf8 + [2] + ((try? bytes("services/\(name)")) ?? [])
    }
  }()

  /// What the examples include.
  static func file(_ path: [UInt8]) -> [UInt8]? {
    try? bytes(String(decoding: path, as: UTF8.self))
  }

  /// What `--import` prints for a text, or why not.
  static func sections(_ text: String, path: String = "f") throws -> String {
    try sections([UInt8](text.utf8), path: path)
  }

  static func sections(_ bytes: [UInt8], path: String) throws -> String {
    let text = try Migration.sections(
      of: bytes, path: Array(path.utf8), services: services, files: file)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

@Suite struct MigrationTests {
  /// The examples: a client's documented settings, and what becomes of them, as a whole.
  static let examples = [
    "inadyn.conf", "inadyn-providers.conf", "ddclient.conf", "ddns-go.yaml", "ddns.conf",
    "config.ini",
  ]

  @Test(arguments: examples) func `an example becomes these sections`(name: String) throws {
    let stem = (name as NSString).deletingPathExtension
    let expected = try Source.bytes("Tests/Fixtures/migration/\(stem).uci")
    let text = try Source.sections(try Source.bytes("Tests/Fixtures/migration/\(name)"), path: name)
    #expect(text == String(decoding: expected, as: UTF8.self))
  }

  /// Settings that are said in other words; that they are the right ones is for the examples.
  static let translated: Set<String> = [
    "ssl", "ddns-path", "checkip-ssl", "append-myip", "protocol", "server", "script", "zone",
    "daemon",
    "max-interval", "use", "usev4", "usev6", "web", "webv4", "webv6", "host", "ipv4.enable",
    "ipv6.enable", "ipv4.gettype", "ipv6.gettype", "ipv4.url", "ipv4.netinterface", "ipv6.url",
    "ipv4.domains", "dns.name", "use_regex", "server_path", "server_dir",
  ]

  @Test(arguments: examples) func `every setting is in an option or has its line`(
    name: String
  ) throws {
    let bytes = try Source.bytes("Tests/Fixtures/migration/\(name)")
    let client = try #require(Client(of: bytes))
    let file = client.read(bytes, Source.file)
    let text = try Source.sections(bytes, path: name)
    for setting in file.common.options + file.blocks.flatMap(\.options) {
      guard case .option(let bytes) = setting.value else { continue }
      let value = String(decoding: bytes, as: UTF8.self)
      let isSaid =
        !value.isEmpty && text.contains(value.replacing("'", with: "'\\''"))
        || text.contains("\(name):\(setting.line): ")
        || Self.translated.contains(String(decoding: setting.name, as: UTF8.self))
      #expect(isSaid, "line \(setting.line)")
    }
  }

  @Test(arguments: examples) func `whatever the bytes are, UCI comes of it or an error`(
    name: String
  ) throws {
    let bytes = try Source.bytes("Tests/Fixtures/migration/\(name)")
    var random = SplitMix64(state: 11)
    for _ in 0..<40 {
      var text = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &random)
        case 1: text.removeSubrange(place..<min(place + 9, text.count))
        default:
          text.insert(contentsOf: Array("\n'\"{}=# \\".utf8).shuffled(using: &random), at: place)
        }
      }
      let mixed = text
      let sections = try? Migration.sections(
        of: mixed, path: [102], services: [], files: { _ in mixed })
      guard let sections else { continue }
      #expect(throws: Never.self) { try UCIPackage.parse(sections.bytes, name: [UInt8]("ddns")) }
    }
  }

  @Test func `a value with a line end neither ends a comment nor an option`() throws {
    let text = try Source.sections(
      "provider nobody {\n password = \"a\nconfig x 'y'\"\n hostname = h.example }\n"
        + "provider no-ip.com { username = \"b\nc'd\" hostname = h.example wildcard = \"e\nf\" }\n")
    let package = try UCIPackage.parse(Array(text.utf8), name: [UInt8]("ddns"))
    #expect(package.sections.count == 1)
    #expect(package.sections[0].option("username") == Array("b\nc'd".utf8))
    #expect(text.contains("\n# config x '"))
    #expect(text.contains("# f:6: wildcard = e f: "))
  }

  @Test(arguments: [
    ("", "f: this is the configuration of no client that is known here"),
    ("provider a b\n", "f:1: no '{' behind the name of the provider"),
    ("provider x {\n password = \"s3cret\n", "f:2: this quote or comment never ends"),
    ("provider x {\n password = s3cret\n", "f:3: a '}' is missing at the end"),
    ("provider x {\n password s3cret\n}", "f:2: this is no setting"),
    ("provider x { /* \n", "f:1: this quote or comment never ends"),
    ("provider x { hostname = ", "f:1: a '}' is missing at the end"),
    ("provider x { = ", "f:1: this is no setting"),
  ]) func `what is no configuration is told with its line, and no value`(
    text: String, words: String
  ) {
    do {
      _ = try Source.sections(text)
      Issue.record("no error")
    } catch let error as MigrationError {
      let place = error.line > 0 ? "f:\(error.line)" : "f"
      #expect("\(place): \(String(decoding: error.message.bytes, as: UTF8.self))" == words)
    } catch { Issue.record(error) }
  }

  static func including(_ files: [String: String]) throws -> String {
    let text = try Migration.sections(
      of: Array(files["f", default: ""].utf8), path: Array("f".utf8), services: Source.services,
      files: { files[String(decoding: $0, as: UTF8.self)].map { Array($0.utf8) } })
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test func `what a file includes is the block's, with the line that includes it`() throws {
    let text = try Self.including([
      "f": "provider no-ip.com {\n include('~/pw')\n hostname = h.example\n}\n",
      "~/pw": "# mine\ninclude(user)\npassword = 'p w'\nwildcard = true\n", "user": "username = u",
    ])
    #expect(text.contains("\toption username 'u'\n") && text.contains("\toption password 'p w'\n"))
    #expect(text.contains("# f:2: wildcard = true: not used here\n"))
    #expect(!text.contains("include"))
  }

  @Test(arguments: [
    ("password = 'x\n", "f:2: pw:1: this quote or comment never ends"),
    ("\npassword\n = x }\n", "f:2: pw:3: this is no setting"),
    ("provider x {\n}\n", "f:2: pw:1: this is no setting"),
    ("include(more)", "f:2: more:2: this is no setting"),
  ]) func `what is wrong in it is told with both lines`(inner: String, words: String) {
    do {
      _ = try Self.including([
        "f": "provider no-ip.com {\n include(\"pw\")\n hostname = h.example\n}\n", "pw": inner,
        "more": "username = u\npassword s3cret",
      ])
      Issue.record("no error")
    } catch let error as MigrationError {
      #expect("f:\(error.line): \(String(decoding: error.message.bytes, as: UTF8.self))" == words)
    } catch { Issue.record(error) }
  }

  // What includes itself would be read within ten files, twice as often in each.
  @Test(arguments: ["absent", "large", "", "itself"])
  func `what cannot be included has its line`(path: String) throws {
    let text = try Self.including([
      "f": "provider no-ip.com {\n include('\(path)')\n hostname = h.example }\n",
      "large": String(repeating: "#", count: Migration.byteLimit + 1),
      "itself": "include(itself) include(itself)",
    ])
    #expect(text.contains("# f:2: include = \(path): cannot be read\n"))
    #expect(text.contains("\toption domain 'h.example'\n"))
  }

  @Test func `more names than a file has room for are an error`() {
    let many = (0...1_000).map { "h\($0).example" }.joined(separator: ", ")
    #expect(throws: MigrationError.self) {
      try Source.sections("provider no-ip.com { hostname = { \(many) } }")
    }
  }
}
