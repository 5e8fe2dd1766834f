// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Our part of LuCI's page Status > Overview, in a browser, with a stand-in for LuCI.
  @Suite(.enabled(if: Programs.isInstalled("chromium"), "no chromium"))
  struct LuCIStatusTests {
    /// What rpcd answers when `--status --json` tells of these sections.
    private func answer(_ sections: String) throws -> String {
      let output = "{\"version\":1,\"sections\":\(sections)}"
      let answer = try JSONSerialization.data(withJSONObject: ["stdout": output])
      return String(decoding: answer, as: UTF8.self).replacingOccurrences(of: "</", with: "<\\/")
    }

    /// What a browser makes of it: the page, with the calls at its end.
    private func page(_ answer: String, mayWrite: Bool) throws -> String {
      func text(_ path: String) throws -> String {
        try String(contentsOfFile: Programs.source(path), encoding: .utf8)
      }
      let scratch = try Scratch()
      let file = scratch.path + "/page.html"
      let page = try text("Tests/Fixtures/luci/page.html")
        .replacingOccurrences(of: "= ANSWER,", with: "= \(answer),")
        .replacingOccurrences(of: "= MAY_WRITE,", with: "= \(mayWrite),")
        .replacingOccurrences(of: "{ PART }", with: "{ \(text("openwrt/files/ddns.status.js")) }")
      try page.write(toFile: file, atomically: true, encoding: .utf8)
      let result = try Child.run(
        "chromium",
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(scratch.path)/profile",
          "--virtual-time-budget=5000", "--dump-dom", "file://\(file)",
        ], environment: Programs.searchPath.merging(["HOME": scratch.path]) { $1 })
      let parts = result.stdout.components(separatedBy: "<script>")
      #expect(result.status == 0 && parts.count == 2)
      // Without the scripts: what comes before and after them.
      return parts[0] + (parts.last?.components(separatedBy: "</script>").last ?? "")
    }

    private func calls(_ page: String) -> [String] {
      let text = page.components(separatedBy: "<pre id=\"calls\">").last ?? ""
      return (text.components(separatedBy: "</pre>").first ?? "").components(separatedBy: "\n")
    }

    private static let asks = [
      "/usr/sbin/ddns-runner --status --json", "session access access-group ddns-toolkit write",
    ]

    private static let sections = #"""
      [{"section":"home","host":"home.example.com","enabled":true,"running":true,"state":"retrying",
      "reason":"temporary failure 1 in a row","current":"81.2.69.142",
      "registered":["81.2.69.1","81.2.69.2"],"nextCheck":1700000000,
      "lastError":"HTTP 500: <img src=x onerror=alert(1)>","lastErrorAt":1600000000},
      {"section":"work","host":null,"enabled":true,"running":false,"state":"never-run",
      "reason":null,"current":null,"registered":null,"nextCheck":null,"lastError":null},
      {"section":"off","enabled":false,"running":false,"state":"disabled"},
      {"section":"odd","enabled":false,"running":false,"state":"of tomorrow"}]
      """#

    @Test func `shows each section, as text, and its buttons do what they say`() throws {
      let page = try page(answer(LuCIStatusTests.sections), mayWrite: true)
      for text in [
        "home", "home.example.com", "81.2.69.142", "In DNS: 81.2.69.1, 81.2.69.2",
        "Failed, will try again", "temporary failure 1 in a row", "2023", "2020",
        "HTTP 500: &lt;img src=x onerror=alert(1)&gt;", "work", "Not started", "Disabled",
        "of tomorrow",
      ] {
        #expect(page.contains(text), "\(text)")
      }
      #expect(!page.contains("<img") && page.components(separatedBy: "<td>").count == 1 + 4 * 6)
      #expect(
        calls(page) == LuCIStatusTests.asks + [
          "/etc/init.d/ddns start home", "/etc/init.d/ddns stop home",
          "/etc/init.d/ddns start work",
        ])
      // What fails is told.
      #expect(page.contains("<div class=\"error\"><p>home: &lt;i&gt;procd&lt;/i&gt; is gone</p>"))
    }

    @Test func `there are words for every state`() throws {
      let schema = try JSONSerialization.jsonObject(
        with: Data(
          contentsOf: URL(fileURLWithPath: Programs.source("man/ddns-status.schema.json"))))
      var place = schema as? [String: Any]
      for key in ["$defs", "section", "properties", "state"] {
        place = place?[key] as? [String: Any]
      }
      let states = try #require(place?["enum"] as? [String])
      #expect(states.contains("done") && states.count == 10)
      let sections = states.map { #"{"section":"s","state":"\#($0)"}"# }.joined(separator: ",")
      let page = try page(answer("[\(sections)]"), mayWrite: false)
      let shown = page.components(separatedBy: "<span>").dropFirst().map {
        $0.components(separatedBy: "</span>")[0]
      }
      #expect(shown.count == states.count * 5 && shown.contains("Done"))
      #expect(Set(states).isDisjoint(with: shown), "\(shown)")
    }

    @Test func `who may not write has no buttons, who may not ask sees nothing`() throws {
      let read = try page(answer(LuCIStatusTests.sections), mayWrite: false)
      #expect(read.components(separatedBy: "<td>").count == 1 + 4 * 5 && !read.contains("<button"))
      #expect(calls(read) == LuCIStatusTests.asks)
      let none = try answer("[]")
      for answer in ["null", none, "{\"code\":78}", "{\"code\":0,\"stdout\":\"no JSON\"}"] {
        let page = try page(answer, mayWrite: true)
        #expect(!page.contains("<table") && calls(page) == LuCIStatusTests.asks, "\(answer)")
      }
    }
  }
}
