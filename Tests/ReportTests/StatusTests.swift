// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Wire

@testable import Report

@Suite(.timeLimit(.minutes(15))) struct StatusTests {
  private func full() -> Status {
    let status = Status()
    status.process = 42
    status.nextCheck = 900
    status.current = home
    status.registered = [home, ip("2001:db8::7")]
    status.lastError = Status.Problem([UInt8]("HTTP 500"), at: 90)
    (status.accepted, status.acceptedAt) = (home, -50)
    (status.budgetUsed, status.budgetLast, status.budgetLimit) = (3, -20, 48)
    status.enter(.waiting, [UInt8]("skip: nothing to do"), at: 100)
    return status
  }

  private func report(
    _ status: Status?, process: Int64? = 42, isEnabled: Bool = true, problem: [UInt8]? = nil,
    host: String = "", now: Int64 = 200
  ) -> StatusReport {
    StatusReport(
      section: [UInt8]("home"), host: [UInt8](host.utf8), isEnabled: isEnabled, process: process,
      status: status,
      problem: problem, now: now)
  }

  private func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  // MARK: The file

  @Test func `the file is text a person can read, and survives reading`() throws {
    let text = """
      version 1
      written 100 42
      state waiting 100
      budget 3 -20 48
      next 900
      current 198.51.100.7
      registered 198.51.100.7 2001:db8::7
      accepted 198.51.100.7 -50
      error 90 HTTP 500
      reason skip: nothing to do

      """
    #expect(string(full().encoded) == text)
    #expect(try #require(Status(full().encoded, now: 100)).encoded == full().encoded)
  }

  @Test func `what is not known stays unknown, and no record is not unknown`() throws {
    let status = Status()
    status.enter(.retrying, [], at: 5)
    let bare = try #require(Status(status.encoded, now: 5))
    #expect(bare.registered == nil && bare.current == nil && bare.accepted == nil)
    #expect(bare.nextCheck == nil && bare.lastError == nil && bare.reason.isEmpty)
    status.registered = []
    #expect(try #require(Status(status.encoded, now: 5)).registered == [])
  }

  @Test func `a file of an earlier boot is none`() {
    #expect(Status(full().encoded, now: 99) == nil)
  }

  @Test func `a damaged file is none, wherever it is cut or changed, and never traps`() throws {
    let whole = full().encoded
    for end in whole.indices where whole[..<end].last != UInt8(ascii: "\n") {
      #expect(Status(Array(whole[..<end]), now: 100) == nil)
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      guard let status = Status(bytes, now: 100) else { continue }
      let json = StatusReport.json([report(status)], boot: 1_700_000_000)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json)) }
    }
  }

  @Test(arguments: [
    "", "\n", "version 2\n", "version 1\n", "version 1\nwritten 1 1\nodd 1\n",
    "version 1\nwritten 9223372036854775807 1\n", "version 1\nwritten 1 1\nstate asleep 1\n",
    "version 1\nwritten 1 1\naccepted 1.2.3.4 9223372036854775807\n",
    "version 1\nwritten 1 1\nregistered 1.2.3\n", "version 1\nwritten 1 1\nnext -\n",
  ])
  func `refuses a foreign file`(text: String) {
    #expect(Status(Array(text.utf8), now: 100) == nil)
  }

  @Test func `a text is one line of valid UTF-8 and not too long`() {
    #expect(string(Status.line(Array(" a\nb\tc\u{1b}[0m ".utf8))) == #"a b c\x1b[0m"#)
    #expect(string(Status.line(Array("Grüße 語 🙂".utf8))) == "Grüße 語 🙂")
    #expect(string(Status.line([0x61, 0xfc, 0x62, 0xc3])) == #"a\xfcb\xc3"#)
    for bad in [[0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]] {
      let line = Status.line(bad.map { UInt8($0) })
      #expect(line.count == 4 * bad.count && line.hasPrefix("\\x"))
    }
    for length in 395...405 {
      let text = Array((String(repeating: "x", count: length) + "語語").utf8)
      let line = Status.line(text)
      #expect(line.count <= 400 && String(validating: line, as: UTF8.self) != nil)
    }
  }

  // MARK: States

  @Test func `since is when the state began, not when it was last written`() {
    let status = Status()
    status.enter(.waiting, [], at: 10)
    status.enter(.waiting, [], at: 20)
    #expect(status.since == 10 && status.writtenAt == 20)
    status.enter(.retrying, [], at: 30)
    #expect(status.since == 30)
    status.enter(.blocked, [], at: 50, since: 40)
    #expect(status.since == 40)
  }

  @Test func `a section that runs is what its file says, until the wait is over`() {
    #expect(report(full()).state == .waiting)
    #expect(report(full()).since == 100)
    #expect(report(full()).nextCheck == 900)
    #expect(report(full(), now: 900).state == .waiting)
    #expect(report(full(), now: 901).state == .checking)
    #expect(report(full(), now: 901).since == 900)
    #expect(report(full(), now: 901).nextCheck == nil)
  }

  @Test func `a process that has written nothing yet is checking`() {
    #expect(report(nil).state == .checking)
    #expect(report(full(), process: 43).state == .checking)
    #expect(report(full(), process: 43).since == nil)
    let ended = full()
    for end in [Status.State.stopped, .done] {
      ended.enter(end, [], at: 150)
      #expect(report(ended).state == .checking)
    }
  }

  @Test func `a section that does not run is done, stopped, blocked, disabled or has never run`() {
    let killed = report(full(), process: nil)
    #expect(killed.state == .stopped && killed.since == nil && killed.nextCheck == nil)
    let status = full()
    status.enter(.stopped, [UInt8]("ended by SIGTERM"), at: 150)
    #expect(report(status, process: nil).since == 150)
    status.enter(.done, [UInt8]("verified"), at: 160)
    let done = report(status, process: nil)
    #expect(done.state == .done && done.since == 160 && done.reason == "verified")
    status.enter(.blocked, [UInt8]("badauth"), at: 150)
    #expect(report(status, process: nil).state == .blocked)
    #expect(report(nil, process: nil).state == .neverRun)
    #expect(report(status, process: nil, isEnabled: false).state == .disabled)
    let broken = report(nil, process: nil, problem: [UInt8]("no provider"))
    #expect(broken.state == .stopped && broken.reason == "no provider")
  }

  @Test func `yesterday's requests are not today's`() {
    #expect(report(full()).updatesToday == 3)
    #expect(report(full(), now: 86_400 - 20).updatesToday == 0)
    #expect(report(nil).updatesToday == nil)
  }

  // MARK: Output

  @Test func `the JSON has every member, and null for what nobody knows`() {
    #expect(
      string(
        StatusReport.json(
          [report(full(), host: "home.example.com"), report(nil, process: nil)],
          boot: 1_700_000_000))
        == #"{"version":1,"sections":["#
        + #"{"section":"home","host":"home.example.com","enabled":true,"running":true,"pid":42,"#
        + #""state":"waiting","#
        + #""reason":"skip: nothing to do","since":1700000100,"current":"198.51.100.7","#
        + #""registered":["198.51.100.7","2001:db8::7"],"accepted":"198.51.100.7","#
        + #""acceptedAt":1699999950,"nextCheck":1700000900,"lastError":"HTTP 500","#
        + #""lastErrorAt":1700000090,"updatesToday":3,"updateLimit":48},"#
        + #"{"section":"home","host":null,"enabled":true,"running":false,"pid":null,"#
        + #""state":"never-run","#
        + #""reason":null,"since":null,"current":null,"registered":null,"accepted":null,"#
        + #""acceptedAt":null,"nextCheck":null,"lastError":null,"lastErrorAt":null,"#
        + #""updatesToday":null,"updateLimit":null}]}"# + "\n")
    #expect(string(StatusReport.json([], boot: 0)) == "{\"version\":1,\"sections\":[]}\n")
  }

  @Test func `the text leaves out what nobody knows`() {
    let text = report(full()).text { Text("<\($0)>").bytes }
    #expect(
      string(text.bytes) == """
        home: waiting since <100>, pid 42
          reason      skip: nothing to do
          current     198.51.100.7
          registered  198.51.100.7 2001:db8::7
          accepted    198.51.100.7 at <-50>
          next check  <900>
          updates     3 of 48 in 24 hours
          last error  HTTP 500 (<90>)

        """)
    #expect(string(report(nil, process: nil).text { _ in [] }.bytes) == "home: never-run\n")
  }

  @Test func `the schema knows the states and members there are`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("man/ddns-status.schema.json")
    let schema = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    let section = try #require(definitions["section"])
    let members = try #require(section["properties"] as? [String: [String: Any]])
    #expect(members["state"]?["enum"] as? [String] == Status.State.allCases.map { "\($0.word)" })
    #expect(Set(section["required"] as? [String] ?? []) == Set(members.keys))
    let json = StatusReport.json([report(full())], boot: 0)
    let document = try #require(
      JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    let written = try #require((document["sections"] as? [[String: Any]])?.first)
    #expect(Set(written.keys) == Set(members.keys))
  }
}
