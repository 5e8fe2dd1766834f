// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import Testing
import Wire

@testable import Report

/// What `--doctor` says, as text and as JSON.
@Suite(.timeLimit(.minutes(15))) struct FindingTests {
  private let kinds = (0..<UInt8.max).compactMap { Finding.Kind(rawValue: $0) }
  private func string(_ text: Text) -> String { String(decoding: text.bytes, as: UTF8.self) }

  @Test func `every kind has one row, with a name of its own and words`() {
    #expect(Finding.rows.count == kinds.count)
    #expect(Finding.rows.map { $0.kind } == kinds)
    #expect(Set(kinds.map { "\(Finding($0, "").id)" }).count == kinds.count)
    for row in Finding.rows {
      #expect(Array(row.words.bytes).contains(UInt8(ascii: "%")), "\(row.id)")
      #expect(row.words.bytes.count + row.advice.bytes.count < 160, "\(row.id)")
    }
  }

  @Test func `what is wrong has advice, and what is as it should be has none`() {
    for kind in kinds {
      let finding = Finding(kind, "")
      #expect((finding.grade == .ok) == (finding.advice.utf8CodeUnitCount == 0), "\(finding.id)")
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
    let text = string(Text(Finding.json([Finding(.clock, "12:00"), finding], .differs)))
    #expect(
      text == """
        {"version":1,"status":1,"findings":[{"section":null,"id":"clock","grade":"ok",\
        "text":"clock: 12:00","advice":null},{"section":"home","id":"space-low",\
        "grade":"warning","text":"little space: /etc/ddns has 3 KiB",\
        "advice":"make room: what cannot be written is forgotten, or not sent at all"}]}

        """)
  }
}
