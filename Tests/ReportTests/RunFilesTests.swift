// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Report

@Suite(.timeLimit(.minutes(15))) struct RunFilesTests {
  @Test func `the files are where LuCI looks for them (contract 7.1)`() {
    let files = RunFiles(GlobalOptions(), section: [UInt8]("home"), root: [])
    #expect(files.runDirectory == [UInt8]("/var/run/ddns"))
    #expect(files.logDirectory == [UInt8]("/var/log/ddns"))
    #expect(files.pid == [UInt8]("/var/run/ddns/home.pid"))
    #expect(files.update == [UInt8]("/var/run/ddns/home.update"))
    #expect(files.nextCheck == [UInt8]("/var/run/ddns/home.nextcheck"))
    #expect(files.ip == [UInt8]("/var/run/ddns/home.ip"))
    #expect(files.logFile == [UInt8]("/var/log/ddns/home.log"))
  }

  @Test func `configured directories and a root move them`() {
    let options = GlobalOptions()
    options.runDirectory = [UInt8]("/run")
    options.logDirectory = [UInt8]("/log")
    let files = RunFiles(options, section: [UInt8]("a_b"), root: [UInt8]("/tmp/x"))
    #expect(files.state == [UInt8]("/tmp/x/run/a_b.state"))
    #expect(files.lock == [UInt8]("/tmp/x/run/a_b.lock"))
    #expect(files.logFile == [UInt8]("/tmp/x/log/a_b.log"))
  }

  @Test func `the registered address is one line, and an empty one when there is none`() {
    #expect(RunFiles.addresses([]) == [UInt8]("\n"))
    #expect(RunFiles.addresses([home, moved]) == [UInt8]("198.51.100.7\n"))
    #expect(RunFiles.addresses([ip("2001:DB8:0::7")]) == [UInt8]("2001:db8::7\n"))
  }

  @Test(arguments: [(0, "0\n"), (86_400, "86400\n"), (.max, "9223372036854775807\n")])
  func `a number is decimal and a newline`(value: Int64, text: String) {
    #expect(RunFiles.number(value) == Array(text.utf8))
  }
}
