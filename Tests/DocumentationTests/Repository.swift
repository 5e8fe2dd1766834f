// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The files of the source tree.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(root)/\(path)")
  }

  static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(path)")) ?? []).sorted()
  }

  /// The numbers of `case word = number`.
  static func exitStatuses() throws -> Set<Int> {
    Set(
      try text("Sources/Report/ExitStatus.swift").matches(of: /case \w+ = (\d+)/)
        .compactMap { Int($0.1) })
  }

  /// The module table of Package.swift: each module and what it may import.
  static func modules() throws -> [String: Set<String>] {
    let package = try text("Package.swift")
    let start = package.range(of: "let modules")?.upperBound ?? package.startIndex
    let table = package[start...]
    let end = table.range(of: "\n]")?.lowerBound ?? table.endIndex
    var modules: [String: Set<String>] = [:]
    for row in table[..<end].matches(of: /"(\w+)": \[(.*)\],/) {
      modules[String(row.1)] = Set(row.2.matches(of: /"(\w+)"/).map { String($0.1) })
    }
    return modules
  }
}

/// A program: its own source, its help text and its man page.
struct Program: Sendable, CustomTestStringConvertible {
  let name: String
  let source: String

  static let all = [
    Program(name: "ddns-detect-ip", source: "Sources/Tools/DetectIP.swift"),
    Program(name: "ddns-verify", source: "Sources/Tools/Verify.swift"),
    Program(name: "ddns-update", source: "Sources/Tools/Update.swift"),
    Program(name: "ddns-runner", source: "Sources/Runner/Runner.swift"),
  ]

  var testDescription: String { name }

  /// What `-h` prints, from the source, so that it can be looked at without a build.
  func help() throws -> String {
    let source = try Repository.text(source)
    guard let literal = source.firstMatch(of: /let help: Literal = """\n((?s).*?)\n *"""/)
    else {
      return ""
    }
    return literal.1.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }
      .joined(separator: "\n") + "\n"
  }

  /// The options of the help text: `-S`, `--root`.
  func helpOptions() throws -> Set<String> {
    var options: Set<String> = []
    for line in try help().split(separator: "\n") where line.hasPrefix("  -") {
      let head = line.dropFirst(2).firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line[...]
      options.formUnion(head.matches(of: /(?:^| )(--?[A-Za-z0-9-]+)/).map { String($0.1) })
    }
    return options
  }

  /// The options the program understands, from its syntax.
  func knownOptions() throws -> Set<String> {
    let source = try Repository.text(source)
    let letters = source.firstMatch(of: /letters: "([^"]*)"/)?.1 ?? ""
    let names = source.firstMatch(of: /names:\s*(?:""")?"?([^"]*)"/)?.1 ?? ""
    let short = letters.filter { $0 != ":" }.map { "-\($0)" }
    let words = names.split { $0.isWhitespace || $0 == "\\" }
    let long = words.map { "--" + $0.filter { $0 != ":" } }
    return Set(short + long)
  }

  /// The numbers of the last paragraph of the help text.
  func helpStatuses() throws -> Set<Int> {
    let help = try help()
    guard let start = help.range(of: "exit status:")?.upperBound else { return [] }
    let text = help[start...].split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
    return Set(text.matches(of: /(?:^|, )(\d+) [A-Za-z]/).compactMap { Int($0.1) })
  }

  func page() throws -> ManPage { try ManPage("man/\(name).8") }
}
