// SPDX-License-Identifier: Apache-2.0

import Foundation
import Report
import Section
import TestSupport
import Testing
import UCI
import Wire

@testable import CommandLine

/// Values that are elsewhere: in files, in the environment, with a program.
@Suite(.timeLimit(.minutes(15))) struct ConfigurationValuesTests {
  private func router(_ options: String) throws -> Router {
    let lines = options.split(separator: "\n").map { "\toption \($0)\n" }.joined()
    return try Router("config service home\n" + lines)
  }

  private func fetched(
    _ router: Router, _ asker: Configuration.Asker = .person
  ) throws -> (section: UCISection, warning: String) {
    let configuration = try router.configuration().withValues(of: bytes("home"), for: asker)
    let section = try #require(configuration.package.section(named: "home"))
    return (section, string(configuration.values.warning))
  }

  @Test(arguments: ["password", "username", "param_enc"], ["a b'\"\\%", "grün "])
  func `a file has the value, without the end of its line`(option: String, value: String) throws {
    let router = try router("\(option)_file /etc/secret\n\(option) old")
    try router.write("/etc/secret", value + "\r\n", mode: 0o640)
    let (section, warning) = try fetched(router)
    #expect(section.option(bytes(option)) == bytes(value) && warning == "")
    let fingerprint = try ServiceSection(section).fingerprint
    let quoted = string(bytes(value).shellQuoted)
    #expect(try fingerprint == TestSupport.section("option \(option) \(quoted)").fingerprint)
    #expect(!string(section.listing).contains("\(option)='old'"))
    let shown = string(try ServiceSection(section).redactor.redact(bytes("is \(value)!")))
    #expect(shown == "is ***!")
  }

  @Test func `a file that everybody may read is a warning`() throws {
    let router = try router("password_file /etc/secret")
    try router.write("/etc/secret", "value", mode: 0o644)
    let path = router.root + "/etc/secret"
    #expect(
      try fetched(router).warning
        == "everybody may read \(path): use 'chmod o= \(path)'")
  }

  @Test(arguments: [
    ("password_file /none", "cannot open /none: No such file or directory"),
    ("password_file /empty", "'/empty' has to give a line of text, a command within 10 s"),
    ("param_enc_file /two", "'/two' has to give a line of text, a command within 10 s"),
    ("password_file /long", "cannot read /long: larger than 4096 bytes"),
    ("password_file name", "cannot open /name: No such file or directory"),
    (
      "username_env DDNS_TEST_NONE",
      "'DDNS_TEST_NONE' has to give a line of text, a command within 10 s"
    ),
    ("password_command /none", "cannot run /none: No such file or directory"),
    ("password_command 'none home'", "cannot run /bin/none: No such file or directory"),
    (
      "password_command '/fails now'",
      "'/fails now' has to give a line of text, a command within 10 s"
    ),
  ])
  func `what cannot be had is said, with its line`(option: String, words: String) throws {
    let router = try router(option)
    try router.write("/empty", "\n")
    try router.write("/two", "one\ntwo\n")
    try router.write("/long", String(repeating: "x", count: 4_097))
    try router.write("/fails", "#!/bin/sh\necho half\nexit 1\n", mode: 0o755)
    let name = option.split(separator: " ")[0]
    let failure = router.failure { configuration in
      let configuration = configuration.withValues(of: bytes("home"), for: .person)
      _ = try configuration.section(bytes("home"))
    }
    #expect(failure == "/etc/config/ddns:2: section 'home': option '\(name)': \(words)")
  }

  @Test func `a variable is for us alone, as often as it is wanted`() throws {
    setenv("DDNS_TEST_PASSWORD", "from outside", 1)
    let router = try router("password_env DDNS_TEST_PASSWORD")
    for _ in 0..<2 {
      #expect(try fetched(router).section.option("password") == bytes("from outside"))
      #expect(getenv("DDNS_TEST_PASSWORD") == nil)
    }
  }

  @Test func `a command gets its arguments, and no shell`() throws {
    let router = try router(#"password_command "/print 'a b' \$HOME""#)
    try router.write("/print", "#!/bin/sh\nprintf '%s|' \"$@\"\n", mode: 0o755)
    #expect(try fetched(router).section.option("password") == bytes("a b|$HOME|"))
  }

  @Test(arguments: ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"])
  func `a command without a path is where programs are`(folder: String) throws {
    let router = try router("password_command 'show home'")
    try router.write(folder + "show", "#!/bin/sh\necho \"${0##*/} $1\"\n", mode: 0o755)
    #expect(try fetched(router).section.option("password") == bytes("show home"))
  }

  @Test func `what a tool was told takes the place of a command`() throws {
    let router = try router("password_command /none\nusername_command /none")
    let name = bytes("home")
    var configuration = try router.configuration()
      .withValues(of: name, for: .runner, said: [bytes("password x")])
    #expect(configuration.values.isIncomplete)
    let said = [bytes("password x y"), bytes("username me")]
    configuration = try router.configuration().withValues(of: name, for: .runner, said: said)
    #expect(!configuration.values.isIncomplete && configuration.values.said == said)
    #expect(configuration.package.section(named: name)?.option("password") == bytes("x y"))
    // Nobody has been asked yet: the section can be checked all the same.
    #expect(try fetched(router, .runner).section.option("password") == bytes("?"))
  }
}
