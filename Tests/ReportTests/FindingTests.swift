// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Testing
import Wire

@testable import Report

/// What `--doctor` says, as text and as JSON.
@Suite(.timeLimit(.minutes(15))) struct FindingTests {
  private let kinds = (0..<UInt8.max).compactMap { Finding.Kind(rawValue: $0) }
  private func string(_ text: Text) -> String { string(text.bytes) }
  private func string(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  @Test func `every kind has a line, with a name of its own, words and advice`() {
    let lines = Array(Finding.table.bytes).lines
    #expect(lines.count == kinds.count)
    for line in lines {
      #expect(Array(line).pieces(separatedBy: UInt8(ascii: "|")).count == 4, "\(string(line))")
      #expect(line.contains(UInt8(ascii: "%")) && line.count < 190, "\(string(line))")
    }
    #expect(Set(kinds.map { string(Finding($0, "").id) }).count == kinds.count)
  }

  /// The name is made of the kind's, so a line in another place would be seen.
  @Test func `the lines are in the order of the kinds`() {
    for kind in kinds {
      let name = "\(kind)".replacing(/[A-Z]+/) { "-\($0.output.lowercased())" }
      #expect(string(Finding(kind, "").id) == name)
    }
  }

  @Test func `the status is that of the kind, or of the failure behind it`() {
    #expect(Finding(.addressNone, "").status == .temporary)
    #expect(Finding(.addressNone, "", status: .config).grade == .problem)
    #expect(Finding(.carrierNAT, "").grade == .warning)
    #expect(Finding(.otherRouter, "").grade == .note)
  }

  @Test func `a line says what, the next what to do`() {
    let finding = Finding(.wayOutNone, "IPv4")
    #expect(
      string(finding.text()) == """
          problem  no way out by IPv4
                   is the line up? `ip route`, `ip -6 route` show the way, if there is one

        """)
    #expect(string(Finding(.clock, "12:00").text()) == "  ok       clock: 12:00\n")
    #expect(string(finding.text(inColour: true)).hasPrefix("  \u{1b}[31mproblem\u{1b}[0m  no way"))
    #expect(!string(finding.text()).contains("\u{1b}"))
  }

  @Test func `the document has the same for a program`() throws {
    var finding = Finding(.spaceLow, "/etc/ddns has 3 KiB")
    finding.section = [UInt8]("home")
    let text = string(Finding.json([Finding(.clock, "12:00"), finding], .differs))
    #expect(
      text == """
        {"version":1,"status":1,"findings":[{"section":null,"id":"clock","grade":"ok",\
        "text":"clock: 12:00","advice":null},{"section":"home","id":"space-low",\
        "grade":"warning","text":"little space: /etc/ddns has 3 KiB",\
        "advice":"make room: what cannot be written is forgotten, or not sent at all"}]}

        """)
  }
}
