// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Wire

@testable import Report

/// What `--metrics` says, in the text format of Prometheus.
@Suite(.timeLimit(.minutes(15))) struct MetricsTests {
  private func report(_ name: String, registered: [IPAddress]? = nil) -> StatusReport {
    let status = Status()
    status.process = 42
    status.nextCheck = 900
    status.current = home
    status.registered = registered
    status.accepted = home
    status.acceptedAt = -50
    status.lastError = Status.Problem(bytes("HTTP 500"), at: 90)
    status.budgetUsed = 3
    status.budgetLast = 70
    status.budgetLimit = 48
    status.enter(.waiting, bytes("because"), at: 100)
    return StatusReport(
      section: bytes(name), isEnabled: true, process: 42, status: status, problem: nil, now: 200)
  }

  private func lines(_ reports: [StatusReport]) -> [String] {
    string(StatusReport.metrics(reports, boot: 1_000_000)).split(separator: "\n").map(String.init)
  }

  @Test func `a section has a line for each thing that is known`() {
    let other = ip("2001:db8::7")
    let own = lines([report("home", registered: [home, other])]).filter {
      !$0.hasPrefix("#") && !$0.hasSuffix(" 0")
    }
    #expect(
      own == [
        "ddns_build_info{version=\"0.1.0\"} 1",
        "ddns_section_enabled{section=\"home\"} 1",
        "ddns_section_running{section=\"home\"} 1",
        "ddns_section_in_sync{section=\"home\"} 1",
        "ddns_section_state_start_timestamp_seconds{section=\"home\"} 1000100",
        "ddns_section_accepted_timestamp_seconds{section=\"home\"} 999950",
        "ddns_section_next_check_timestamp_seconds{section=\"home\"} 1000900",
        "ddns_section_last_error_timestamp_seconds{section=\"home\"} 1000090",
        "ddns_section_update_requests{section=\"home\"} 3",
        "ddns_section_update_requests_limit{section=\"home\"} 48",
        "ddns_section_state{section=\"home\",state=\"waiting\"} 1",
        "ddns_section_address_info{section=\"home\",kind=\"current\",address=\"\(string(home.text))\"} 1",
        "ddns_section_address_info{section=\"home\",kind=\"registered\",address=\"\(string(home.text))\"} 1",
        "ddns_section_address_info{section=\"home\",kind=\"registered\",address=\"2001:db8::7\"} 1",
        "ddns_section_address_info{section=\"home\",kind=\"accepted\",address=\"\(string(home.text))\"} 1",
      ])
  }

  @Test func `what nobody knows has no line, and another address is not in sync`() {
    let unknown = StatusReport(
      section: bytes("new"), isEnabled: false, process: nil, status: nil, problem: nil, now: 200)
    let all = lines([unknown, report("home", registered: [moved]), report("mute")])
    #expect(all.filter { $0.contains("{section=\"new\"") && !$0.contains("state=") }.count == 2)
    #expect(all.filter { $0.contains("in_sync{") } == ["ddns_section_in_sync{section=\"home\"} 0"])
    #expect(all.contains("ddns_section_state{section=\"new\",state=\"disabled\"} 1"))
  }

  @Test func `each name has a meaning and a type, and its lines stand together`() {
    let all = lines([report("home"), report("work")])
    var name = ""
    for line in all {
      if line.hasPrefix("# HELP ") {
        name = String(line.split(separator: " ")[2])
        #expect(all.filter { $0.hasPrefix("# HELP \(name) ") }.count == 1)
        #expect(all.contains("# TYPE \(name) gauge") && line.hasSuffix("."))
      } else if !line.hasPrefix("#") {
        #expect(line.hasPrefix(name + "{"))
      }
    }
    #expect(all.filter { $0.hasPrefix("# TYPE ") }.count == 12)
    #expect(lines([]).filter { !$0.hasPrefix("#") }.count == 1)
  }

  @Test func `the dashboard asks for nothing else`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/grafana.json")
    let data = try Data(contentsOf: path)
    _ = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let asked = String(decoding: data, as: UTF8.self).matches(of: /ddns_[a-z_]+/).map { $0.0 }
    let known = lines([]).filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
    #expect(asked.count > 10 && Set(asked).isSubset(of: Set(known)))
  }
}
