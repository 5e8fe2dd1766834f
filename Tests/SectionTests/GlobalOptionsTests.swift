// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct GlobalOptionsTests {
  private func options(_ text: String) throws -> GlobalOptions {
    var problems: [ConfigError] = []
    return try GlobalOptions(
      UCIPackage.parse(Array(text.utf8), name: [UInt8]("ddns")), problems: &problems)
  }

  private func problems(_ text: String) throws -> [ConfigError] {
    var problems: [ConfigError] = []
    _ = try GlobalOptions(
      UCIPackage.parse(Array(text.utf8), name: [UInt8]("ddns")), problems: &problems)
    return problems
  }

  @Test(arguments: ["", "config ddns global\n", "config service home\noption ddns_loglines 3\n"])
  func `without options the defaults of contract 1.2 hold`(text: String) throws {
    let read = try options(text)
    #expect(read == GlobalOptions())
    #expect(!read.allowsPrivateAddresses)
    #expect(read.runDirectory == [UInt8]("/var/run/ddns"))
    #expect(read.logDirectory == [UInt8]("/var/log/ddns"))
    #expect(read.logLines == 250)
    #expect(read.dateFormat == [UInt8]("%F %R"))
  }

  private static let new = """
    option upd_privateip 1
    option ddns_rundir /a/run
    option ddns_logdir /a/log//
    option ddns_loglines 17
    option ddns_dateformat '%d.%m. %H'
    """
  private static let old = """
    option allow_local_ip yes
    option run_dir /a/run/
    option log_dir /a/log
    option log_lines 17
    option date_format '%d.%m. %H'
    """
  private static let others = """
    option allow_local_ip 0
    option run_dir /b/run
    option log_dir /b/log
    option log_lines 9
    option date_format '%s'
    """

  @Test(arguments: [new, old, others + "\n" + new, new + "\n" + others])
  func `both sets of names work, and the new one wins (contract 1.2)`(text: String) throws {
    let read = try options("config ddns 'global'\n" + text + "\n")
    #expect(read.allowsPrivateAddresses)
    #expect(read.runDirectory == [UInt8]("/a/run"))
    #expect(read.logDirectory == [UInt8]("/a/log"))
    #expect(read.logLines == 17)
    #expect(read.dateFormat == [UInt8]("%d.%m. %H"))
  }

  @Test(arguments: [
    ("ddns_loglines many", "option 'ddns_loglines' is 'many': use a number of 0 or more"),
    ("log_lines -1", "option 'log_lines' is '-1': use a number of 0 or more"),
    ("upd_privateip perhaps", "option 'upd_privateip' is 'perhaps': use 1 or 0"),
    (
      "ddns_rundir run",
      "option 'ddns_rundir' is 'run': use an absolute path without '..'"
    ),
    (
      "ddns_logdir /a/../etc",
      "option 'ddns_logdir' is '/a/../etc': use an absolute path without '..'"
    ),
  ])
  func `a bad value is named with its line`(option: String, words: String) throws {
    let found = try problems("\nconfig ddns global\n\toption \(option)\n")
    #expect(found.map { $0.line } == [3])
    #expect(found.map { string($0.message) } == [words])
  }

  @Test func `all bad values are named at once`() throws {
    let text = "config ddns global\n\toption log_lines x\n\toption upd_privateip y\n"
    #expect(try problems(text).map { $0.line }.sorted() == [2, 3])
  }

  @Test func `a directory that ends in .. is refused like one with it inside`() throws {
    #expect(try problems("config ddns global\n\toption ddns_logdir /a/..\n").count == 1)
  }
}
