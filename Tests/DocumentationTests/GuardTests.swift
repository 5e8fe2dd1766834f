// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct GuardTests {
  /// The tests that Tests/README.md names: `file.swift`: "name".
  @Test func `every test that the table of guards names exists`() throws {
    let text = try Repository.text("Tests/README.md")
    let guards = text.matches(of: /(\w+)\/(\w+): "([^"]+)"/)
    #expect(guards.count > 60)
    for item in guards {
      let source = try Repository.text("Tests/\(item.1)/\(item.2).swift")
      #expect(source.contains("func `\(item.3)`"), "\(item.0)")
    }
  }

  @Test func `the table of guards has every row`() throws {
    let text = try Repository.text("Tests/README.md")
    for number in 1...40 { #expect(text.contains("\n| U\(number) |"), "users.md \(number)") }
    for number in 1...39 { #expect(text.contains("\n| B\(number) |"), "B\(number)") }
    for number in 1...23 { #expect(text.contains("\n| F\(number) |"), "F\(number)") }
  }
}
