// SPDX-License-Identifier: Apache-2.0

import Foundation
import Section
import TestSupport
import Testing
import UCI
import Wire

@testable import Report

/// What `--html` says.
@Suite(.timeLimit(.minutes(15))) struct StatusPageTests {
  private func date(_ time: Int64) -> [UInt8] { bytes("day \(time)") }

  private func status(_ state: Status.State = .waiting, reason: [UInt8] = bytes("as it was"))
    -> Status
  {
    let status = Status()
    status.process = 42
    status.nextCheck = 900
    status.current = home
    status.registered = [home, ip("2001:db8::7")]
    (status.accepted, status.acceptedAt) = (home, -50)
    (status.budgetUsed, status.budgetLast, status.budgetLimit) = (3, 70, 48)
    status.enter(state, reason, at: 100)
    return status
  }

  private func report(_ status: Status?, name: [UInt8] = bytes("home")) -> StatusReport {
    StatusReport(
      section: name, isEnabled: true, process: status == nil ? nil : 42, status: status,
      problem: nil, now: 200)
  }

  /// A section that is configured with nothing but a name, and perhaps when to force.
  private func settings(_ domain: [UInt8], _ forceInterval: Int64? = nil) -> ServiceSection {
    var section = UCISection(type: "service", name: "home")
    section.replace("domain", with: domain)
    section.replace("force_unit", with: bytes("seconds"))
    section.replace("force_interval", with: bytes("\(forceInterval ?? 0)"))
    var problems: [ConfigError] = []
    return ServiceSection(section, problems: &problems)
  }

  private func page(
    _ report: StatusReport, forceInterval: Int64? = nil, history: String = ""
  ) -> String {
    let page = StatusPage(now: 200, date: date)
    page.add(report, settings(bytes("home.example.com"), forceInterval), history: bytes(history))
    return string(page.end())
  }

  /// The elements of that kind, with what is in them.
  private func elements(_ name: String, in page: String) -> [String] {
    page.components(separatedBy: "<\(name)").dropFirst().map {
      "<\(name)" + ($0.components(separatedBy: "</\(name)>").first ?? "")
    }
  }

  // MARK: What is in it

  @Test func `a section is its state, its events and what --status knows of it`() throws {
    let known = status()
    known.lastError = Status.Problem(bytes("HTTP 500 <html>"), at: 90)
    let history = """
      0 detected 198.51.100.8
      1 sent 198.51.100.8: no address is known
      10 answered good
      20 waiting verified
      no event
      50 retrying temporary failure 1 in a row
      60 waiting verified

      """
    let text = page(report(known), forceInterval: 100_000, history: history)
    let section = try #require(elements("section", in: text).first)
    #expect(
      section == """
        <section class="waiting">
        <h2>home</h2>
        <p><b>waiting</b> since day 100, pid 42</p>
        <svg viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" aria-label="events">
        <path class="detected" d="M0 6h0"><title>day 0 detected 198.51.100.8</title></path>
        <path class="good" d="M50 34h0"><title>day 10 answered good</title></path>
        <path class="waiting" d="M100 20H1000"><title>day 20 waiting verified</title></path>
        <path class="retrying" d="M250 34h0m0-14H1000"><title>day 50 retrying temporary failure 1 in a row</title></path>
        <path class="waiting" d="M300 20H1000"><title>day 60 waiting verified</title></path>
        </svg>
        <p><span>day 0</span><span>day 200</span></p>
        <details>
        <summary>6 events</summary>
        <table>
        <tr><td>day 60</td><td>waiting</td><td>verified</td></tr>
        <tr><td>day 50</td><td>retrying</td><td>temporary failure 1 in a row</td></tr>
        <tr><td>day 20</td><td>waiting</td><td>verified</td></tr>
        <tr><td>day 10</td><td>answered</td><td>good</td></tr>
        <tr><td>day 1</td><td>sent</td><td>198.51.100.8: no address is known</td></tr>
        <tr><td>day 0</td><td>detected</td><td>198.51.100.8</td></tr>
        </table>
        </details>
        <dl>
        <dt>domain</dt><dd>home.example.com</dd>
        <dt>reason</dt><dd>as it was</dd>
        <dt>current</dt><dd>198.51.100.7</dd>
        <dt>registered</dt><dd>198.51.100.7 2001:db8::7</dd>
        <dt>accepted</dt><dd>198.51.100.7 at day -50</dd>
        <dt>next check</dt><dd>day 900</dd>
        <dt>next forced</dt><dd>day 99950</dd>
        <dt>updates</dt><dd>3 of 48 in 24 hours</dd>
        <dt>last error</dt><dd>HTTP 500 &#60;html&#62; (day 90)</dd>
        </dl>

        """)
  }

  @Test func `it says what to do where somebody has to, and when nothing more is sent`() {
    let blocked = page(report(status(.blocked)), forceInterval: 100_000)
    #expect(blocked.contains("<dt>to do</dt><dd>look at user name, password and host"))
    #expect(!blocked.contains("next forced"))
    let retrying = page(report(status(.retrying)), forceInterval: 100_000)
    #expect(retrying.contains("<dt>to do</dt><dd>look at the line and at the log"))
    #expect(retrying.contains("<dt>next forced</dt>"))
    #expect(!page(report(status()), forceInterval: nil).contains("next forced"))
    #expect(!page(report(status())).contains("to do"))
  }

  @Test func `a section that has never run has neither a plot nor events`() throws {
    let section = try #require(elements("section", in: page(report(nil))).first)
    #expect(
      section == """
        <section class="never-run">
        <h2>home</h2>
        <p><b>never-run</b></p>
        <dl>
        <dt>domain</dt><dd>home.example.com</dd>
        </dl>

        """)
  }

  @Test func `the page needs nothing from anywhere, does not load itself anew, and fits a phone`() {
    let text = page(report(status()), history: "1 detected 192.0.2.1\n")
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"))
    #expect(text.contains("<title>Dynamic DNS</title>") && text.hasSuffix("</body>\n</html>\n"))
    #expect(text.contains("name=\"viewport\" content=\"width=device-width,initial-scale=1\""))
    #expect(text.contains("color-scheme:light dark") && text.contains("default-src 'none'"))
    for word in ["<script", "<link", "<img", "src=", "href=", "url(", "@import", "refresh", "//"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test func `each state has a colour, which can be told from black and from white`() throws {
    let style = try #require(page(report(nil)).firstMatch(of: /section,path,li{(?:.|\n)*<\/style>/))
      .0
    let known = Set(style.matches(of: /\.([a-z-]+)/).map { String($0.1) })
    let states = Set(Status.State.allCases.map { "\($0.word)" })
    // What has no colour is red.
    #expect(known == states.union(["detected", "good", "nochg"]).subtracting(["blocked"]))
    let colours = style.matches(of: /--c:#([0-9a-f]{6})/).compactMap { Int($0.1, radix: 16) }
    #expect(colours.count == 5)
    func light(_ colour: Int) -> Double {
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(colour >> shift & 255) / 255
        return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    // Three to one is what WCAG 2 asks for.
    for colour in colours {
      #expect((light(0xffffff) + 0.05) / (light(colour) + 0.05) >= 3)
      #expect((light(colour) + 0.05) / (light(0x121212) + 0.05) >= 3)
    }
  }

  // MARK: What others say

  /// A text that would be markup, a secret door, or no text at all.
  private func hostile(_ random: inout SplitMix64, limit: Int = 60) -> [UInt8] {
    let pieces = [
      "<", ">", "&", "\"", "'", "</title>", "</svg>", "<script>alert(1)</script>", "&#60;", "&lt",
      "\" onload=\"x", "-->", "]]>", "<!--", "\u{0}", "\u{1b}[2J", "\u{202e}", "\u{feff}", "\r\n",
      "\\x3c", "\u{fe64}", "a", " ", "Gr\u{fc}\u{df}e",
    ].map { bytes($0) }
    var text: [UInt8] = []
    while text.count < Int.random(in: 1...limit, using: &random) {
      if Bool.random(using: &random) {
        text += pieces.randomElement(using: &random) ?? []
      } else {
        text.append(.random(in: 0...255, using: &random))
      }
    }
    return text
  }

  /// How often the markup has each character that has a meaning in it.
  private func marks(_ page: String) -> [Int] {
    var counts: [UInt8: Int] = [:]
    for byte in page.utf8 { counts[byte, default: 0] += 1 }
    return "<>\"'".utf8.map { counts[$0] ?? 0 }
  }

  @Test(arguments: UInt64(0)..<200) func `nothing that others say becomes markup`(seed: UInt64)
    throws
  {
    var random = SplitMix64(state: seed)
    let words = ["detected", "sent", "answered", "waiting", "retrying", "blocked", "odd"]
    /// The same page, of such texts or of harmless ones.
    func page(_ text: @escaping () -> [UInt8]) -> (page: String, name: [UInt8]) {
      var lines: [UInt8] = []
      for (index, word) in words.enumerated() {
        let line = text().map { $0 == 10 ? 11 : $0 }
        lines += bytes("\(index) \(word) .") + line + bytes("\n")
      }
      let known = status(reason: text() + [46])
      known.lastError = Status.Problem(text(), at: 90)
      // UCI's names are of one line, too.
      let name = text().filter { $0 != 10 }
      let whole = StatusPage(now: 200) { _ in text().filter { $0 != 10 } }
      whole.add(report(known, name: name), settings(text(), 5), history: lines)
      return (String(decoding: whole.end().bytes, as: UTF8.self), name)
    }
    let evil = page { hostile(&random) }
    let tame = page { bytes("x") }
    #expect(marks(evil.page) == marks(tame.page))
    let references = evil.page.utf8.split(separator: UInt8(ascii: "&")).dropFirst()
    #expect(
      references.allSatisfy {
        ["#34;", "#38;", "#39;", "#60;", "#62;"].contains(string($0.prefix(4)))
      })
    let control = evil.page.unicodeScalars.first {
      $0.value < 32 && $0.value != 10 && $0.value != 9 || (127..<160).contains($0.value)
    }
    #expect(control == nil && !evil.page.contains("\u{fffd}"))
    // What a reader sees is what was said.
    let heading = try #require(elements("h2", in: evil.page).first?.dropFirst(4))
    var read = String(heading)
    for (name, sign) in [("34", "\""), ("39", "'"), ("60", "<"), ("62", ">"), ("38", "&")] {
      read = read.replacingOccurrences(of: "&#\(name);", with: sign)
    }
    #expect(bytes(read) == evil.name.printable)
  }

  @Test(arguments: UInt64(0)..<50) func `a file that is no history never traps`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let numbers = [
      "0", "-1", "9223372036854775807", "-9223372036854775808", "1099511627776",
      "99999999999999999999",
      "-1099511627776", "200", "201", "-", "",
    ]
    for _ in 0..<40 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        text += bytes(numbers.randomElement(using: &random) ?? "")
        text += bytes([" ", "  ", "\t", ""].randomElement(using: &random) ?? "")
        text += bytes(["detected", "waiting", "answered", ""].randomElement(using: &random) ?? "")
        text += bytes(" ") + hostile(&random) + bytes("\n")
      }
      let page = StatusPage(now: 200, date: date)
      page.add(report(status()), settings(bytes("x")), history: text)
      let places = string(page.end()).matches(of: #/d="M(-?\d+) /#).compactMap { Int($0.1) }
      #expect(places.allSatisfy { (0...1_000).contains($0) })
    }
  }

  @Test func `events of one moment, of an earlier boot or of the future stay in the plot`() {
    let history = "200 detected a\n900 waiting b\n-900 detected c\n200 answered d\n"
    let places = page(report(status()), history: history).matches(of: #/d="M(-?\d+) /#)
    #expect(places.map { String($0.1) } == ["0", "1000", "0", "0"])
  }
}
