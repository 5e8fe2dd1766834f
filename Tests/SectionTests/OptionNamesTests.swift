// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct OptionNamesTests {
  private func unknown(_ text: String, allowsAny: Bool = false) throws -> [String] {
    let package = try UCIPackage.parse(Array(text.utf8), name: [UInt8]("ddns"))
    return try OptionNames.unknown(in: #require(package.sections.first), allowsAny: allowsAny)
      .map { "\($0.line): \(String(decoding: $0.message.bytes, as: UTF8.self))" }
  }

  @Test(arguments: [
    ("usrname", "username"), ("user_name", "username"), ("pasword", "password"),
    ("check_intervall", "check_interval"), ("ipsource", "ip_source"), ("domian", "domain"),
    ("use_https2", "use_https"), ("retry_max_cuont", "retry_max_count"), ("Enabled", "enabled"),
  ])
  func `a misspelt option is named with its line and what was meant`(
    name: String, meant: String
  ) throws {
    let text = "config service home\n\toption domain x\n\toption \(name) 'v'\n"
    let found = ["3: option '\(name)' is not known: did you mean '\(meant)'?"]
    #expect(try unknown(text) == found)
    #expect(try unknown(text, allowsAny: true) == found, "a script's options may be misspelt, too")
  }

  @Test(arguments: ["api_token", "foo", "x", "dom", "usr"])
  func `an option like no other is named, but a script may have it`(name: String) throws {
    let text = "config service home\n\tlist \(name) 'v'\n"
    #expect(try unknown(text) == ["2: option '\(name)' is not known: nothing looks at it"])
    #expect(try unknown(text, allowsAny: true) == [])
  }

  @Test func `the global section has names of its own, old ones too`() throws {
    #expect(
      try unknown("config ddns global\n\toption ddns_logline 9\n\toption domain x\n") == [
        "2: option 'ddns_logline' is not known: did you mean 'ddns_loglines'?",
        "3: option 'domain' is not known: nothing looks at it",
      ])
    #expect(try unknown("config ddns global\n\toption use_curl 1\n\toption log_dir /x\n") == [])
  }

  @Test func `no known name is taken for another`() throws {
    for (type, rows) in [
      ("service", OptionTable.rows(.service)), ("ddns", OptionTable.rows(.global)),
    ] {
      let words = rows.flatMap { string([UInt8]($0.names)).split(separator: " ") }
      let lines = words.map { "\toption \($0) 1\n" }.joined()
      #expect(try unknown("config \(type) 'x'\n\(lines)") == [])
    }
  }
}
