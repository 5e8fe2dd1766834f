// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct ConfigurationPageTests {
  /// The option names in the calls that read them; defaults and units' values are left out.
  private func optionsRead(by path: String) throws -> Set<String> {
    let source = try Repository.text(path)
    let calls = source.matches(
      of: /(?:options\.(?:text|flag|number|seconds)|Self\.directory|section\.list)\(([^)]*)\)/)
    return Set(
      calls.flatMap { call in
        call.1.replacing(/default: "[^"]*"/, with: "").matches(of: /"([a-z0-9_]+)"/)
          .map { String($0.1) }
      })
  }

  @Test(arguments: [
    ("GLOBAL OPTIONS", "Sources/Section/GlobalOptions.swift"),
    ("SERVICE OPTIONS", "Sources/Section/ServiceSection.swift"),
  ])
  func `the man page describes the options the code reads, and no other`(
    section: String, path: String
  ) throws {
    let read = try optionsRead(by: path)
    let described = try ManPage("man/ddns-config.5").configurationOptions(section)
    #expect(read.count > 4)
    #expect(read.subtracting(described).isEmpty, "not described")
    #expect(described.subtracting(read).isEmpty, "not read")
  }

  @Test(arguments: [("GLOBAL OPTIONS", "global"), ("SERVICE OPTIONS", "service")])
  func `what the man page describes is no unknown option`(section: String, name: String) throws {
    let source = try Repository.text("Sources/Section/OptionNames.swift")
    let pattern = try Regex("static let \(name): StaticString = \"\"\"([^\"]*)\"\"\"")
    let list = try #require(source.firstMatch(of: pattern)?.output[1].substring)
    let known = Set(list.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    let described = try ManPage("man/ddns-config.5").configurationOptions(section)
    #expect(described.subtracting(known).isEmpty, "warned of")
    // For scripts of ddns-scripts.
    let forOthers: Set = [
      "zone_id", "dns_record_id", "record_id", "rec_id", "ip_dynamic", "zone", "record",
    ]
    #expect(known.subtracting(described).isSubset(of: forOthers), "not described")
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
