// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Report

@Suite(.timeLimit(.minutes(15))) struct ToolReportTests {
  private func full() -> ToolReport {
    let report = ToolReport()
    report.address = home
    report.registered = [home, ip("2001:db8::7")]
    report.lifetime = 731
    report.word = bytes("abuse")
    report.isClaim = true
    report.sentToo = ip("2001:db8::7")
    report.retryAfter = 90
    report.reason = bytes("HTTP 429 = too many; wait")
    return report
  }

  private func read(_ text: String, by size: Int = .max) -> ToolReport.Reader {
    var reader = ToolReport.Reader()
    var rest = bytes(text)[...]
    while !rest.isEmpty {
      _ = reader.take(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    _ = reader.take([])
    return reader
  }

  @Test func `a report has one line for each thing there is to tell`() {
    #expect(
      string(full().encoded) == """
        address=198.51.100.7
        registered=198.51.100.7 2001:db8::7
        ttl=731
        word=abuse
        claim=1
        too=2001:db8::7
        retry-after=90
        reason=HTTP 429 = too many; wait

        """)
    #expect(string(ToolReport().encoded) == "")
  }

  @Test(arguments: [1, 2, 3, 7, 64, 4_096])
  func `in whatever pieces it arrives it is the same report`(size: Int) {
    #expect(read(string(full().encoded), by: size).report == full())
    #expect(read("", by: size).report == ToolReport())
  }

  @Test func `no record is another thing than nobody could say`() {
    #expect(read("registered=\n").report.registered == [])
    #expect(read("ttl=3\n").report.registered == nil)
  }

  @Test func `a person gets the answer only`() {
    let report = ToolReport()
    #expect(string(report.answer) == "")
    report.word = bytes("good")
    #expect(string(report.answer) == "good\n")
    report.registered = [home, moved]
    #expect(string(report.answer) == "198.51.100.7\n198.51.100.8\n")
    report.registered = []
    #expect(string(report.answer) == "")
    report.address = home
    #expect(string(report.answer) == "198.51.100.7\n")
  }

  @Test func `lines of the log are passed on, and noise is one of them`() {
    var reader = ToolReport.Reader()
    let lines =
      reader.take(bytes("log=3 no route\nlog=9 x\nassertion failed\n\nlog=7 a=b\nword=go"))
      + reader.take(bytes("od\nhalf a line")) + reader.take([])
    #expect(lines.map { $0.level } == [.error, .debug, .debug, .debug, .debug])
    #expect(
      lines.map { string($0.text) }
        == ["no route", "log=9 x", "assertion failed", "a=b", "half a line"])
    #expect(string(reader.report.word) == "good")
  }

  @Test func `numbers and addresses that are none are not told`() {
    let report = read("address=1.2.3\nttl=-1\nretry-after=soon\nclaim=yes\n").report
    #expect(report == ToolReport())
  }

  @Test func `a line without end is dropped, and what follows is read`() {
    var reader = ToolReport.Reader()
    for _ in 0..<70 { #expect(reader.take([UInt8](repeating: 120, count: 1_000)) == []) }
    _ = reader.take(bytes("\nword=good\n"))
    #expect(string(reader.report.word) == "good")
  }

  @Test func `random bytes never crash, and random reports survive`() {
    var random = SplitMix64(state: 11)
    let alphabet = bytes("adreswoltgimn=: 0123456789.\n\0\u{ff}")
    for _ in 0..<3_000 {
      var reader = ToolReport.Reader()
      let noise = (0..<40).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      _ = reader.take(noise)
      _ = reader.take([])
      let text = string(reader.report.encoded)
      #expect(read(text, by: Int.random(in: 1...9, using: &random)).report == reader.report)
    }
  }
}

extension ToolReport: Equatable {
  public static func == (left: ToolReport, right: ToolReport) -> Bool {
    left.encoded == right.encoded && left.values == right.values
  }
}
