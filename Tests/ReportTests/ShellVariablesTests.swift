// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import UCI
import Wire

@testable import Report

@Suite struct ShellVariablesTests {
  private func variables(_ options: String) throws -> ShellVariables {
    let package = try UCIPackage.parse(
      Array("config service 'home'\n\(options)\n".utf8), name: Array("ddns".utf8))
    let section = try #require(package.section(named: "home"))
    let files = RunFiles(GlobalOptions(), section: section.name, root: [])
    return try ShellVariables(section, ServiceSection(section), GlobalOptions(), files)
  }

  private func value(_ name: String, _ options: String) throws -> String? {
    let start = "unset \(name);\(name)="
    let lines = String(decoding: try variables(options).bytes, as: UTF8.self).split(separator: "\n")
    return lines.last { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }

  @Test func `options are assignments, the encoded ones too`() throws {
    let options = "option username 'a b'\noption password \"it's\"\noption retry_count 4"
    #expect(try value("username", options) == "'a b'")
    #expect(try value("password", options) == #"'it'\''s'"#)
    #expect(try value("URL_PASS", options) == "'it%27s'")
    #expect(try value("retry_max_count", options) == "'4'")
    #expect(try value("SECTION_ID", options) == "'home'")
  }

  @Test func `of lists only domain is handed over, with commas`() throws {
    let options = "list domain a.example\nlist domain b.example\nlist other x"
    #expect(try value("domain", options) == "'a.example,b.example'")
    #expect(try value("other", options) == nil)
  }

  @Test(arguments: ["PATH", "IFS", "_x", "__IP", "_", "LD_PRELOAD", "X1"])
  func `a name that a shell has a meaning for is refused`(name: String) throws {
    #expect(try variables("option \(name) 1").refused == [Array(name.utf8)])
    #expect(try value(name, "option \(name) 1") == nil)
  }

  @Test(arguments: ["zone_id", "apiKey", "x"])
  func `a name of the user's is taken`(name: String) throws {
    #expect(try variables("option \(name) 1").refused.isEmpty)
    #expect(try value(name, "option \(name) 1") == "'1'")
  }
}
