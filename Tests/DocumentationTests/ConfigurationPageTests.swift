// SPDX-License-Identifier: Apache-2.0

import Testing

/// A row of the option table, from its source: what is only for readers is in no program.
private struct Row {
  let names: [String]
  let kind: String
  let fallback: String
  let isDescribed: Bool
  let help: String

  static func rows(of table: String) throws -> [Row] {
    let source = try Repository.text("Sources/Section/OptionTable.swift")
    let start = try #require(source.range(of: "let \(table): [_ of OptionRow] = ["))
    let end = try #require(source[start.upperBound...].range(of: "\n  ]"))
    let pattern =
      /OptionRow\("([a-z0-9_ ]+)", \.(\w+),\s*(described: )?"([^"]*)", \.\w+,\s*"([^"]*)"\)/
    let text = source[start.upperBound..<end.lowerBound]
    let rows = text.matches(of: pattern).map { row in
      Row(
        names: row.1.split(separator: " ").map(String.init), kind: String(row.2),
        fallback: String(row.4), isDescribed: row.3 != nil, help: String(row.5))
    }
    #expect(rows.count == text.matches(of: /OptionRow\(/).count, "a row that is not understood")
    return rows.filter { $0.kind != "foreign" }
  }

  /// What the page says an option's values are.
  var type: String {
    switch kind {
    case "flag": "bool"
    case "number": "number"
    case "interval": "number, in \(names[0].split(separator: "_")[0])_unit"
    case "list": "text or list"
    case "url": "URL"
    case "urls": "URL or list"
    case "path": "path"
    case "directory": "absolute path"
    case "command": "command line"
    case "secret", "proxy": "text, secret"
    case "elsewhere":
      names[0].hasSuffix("file")
        ? "path" : names[0].hasSuffix("env") ? "text" : "command line"
    default: "text"
    }
  }

  /// The beginning of an option's description, without macros.
  var description: String {
    let end =
      isDescribed
      ? "default: \(fallback)" : fallback.isEmpty ? "no default" : "default '\(fallback)'"
    return "\(type); \(end). \(help)"
  }
}

@Suite struct ConfigurationPageTests {
  @Test(arguments: [
    ("GLOBAL OPTIONS", "global"), ("SERVICE OPTIONS", "service"), ("NOTIFY OPTIONS", "notify"),
  ])
  func `the man page describes the options of the table, word for word, and no other`(
    section: String, table: String
  ) throws {
    let rows = try Row.rows(of: table)
    let described = try ManPage("man/ddns-config.5").optionDescriptions(section)
    #expect(
      rows.map { $0.names }.sorted { $0[0] < $1[0] }
        == described.map { $0.names }.sorted { $0[0] < $1[0] })
    for row in rows {
      let text = described.first { $0.names == row.names }?.text ?? ""
      #expect(text.hasPrefix(row.description), "\(row.description)\n\(text)")
    }
  }

  @Test func `the man page has every member of a service file and every placeholder`() throws {
    let page = try Repository.text("man/ddns-config.5")
    let readme = try Repository.text("services/README.md")
    let members = readme.matches(of: /\n\| (`[^|]*) \|/).flatMap { row in
      row.1.matches(of: /`([a-z0-9]+)`/).map { String($0.1) }
    }
    #expect(members.count > 6)
    for member in members { #expect(page.contains(member), "\(member)") }
    let names = try Repository.text("Sources/Provider/URLTemplate.swift")
      .matches(of: /\[(USERNAME|PASSWORD|PARAMENC|PARAMOPT|DOMAIN|IP)\]/).map { String($0.0) }
    #expect(Set(names).count > 4)
    for name in Set(names) { #expect(page.contains(name), "\(name)") }
  }
}
