// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

extension StatusReport {
  /// What is measured of a section, in the order of `measures`: name and meaning. Times are seconds
  /// since 1970.
  private static let gauges: Literal = """
    enabled Whether the configuration wants the section to run.
    running Whether a process runs it.
    in_sync Whether DNS shows the current address.
    state_start_timestamp_seconds Since when it is in its state.
    accepted_timestamp_seconds When the provider last accepted an address.
    next_check_timestamp_seconds When it checks again.
    last_error_timestamp_seconds When something last went wrong.
    update_requests Update requests in the last 24 hours.
    update_requests_limit How many of them there may be.
    """

  @inline(never)
  private func measures(_ boot: Int64) -> [Int64?] {
    var isInSync: Bool?
    if let current = status?.current, let registered = status?.registered {
      isInSync = registered.contains(current)
    }
    return [
      isEnabled ? 1 : 0, process == nil ? 0 : 1, isInSync.map { $0 ? 1 : 0 },
      since.map { boot + $0 },
      status?.accepted == nil ? nil : status.map { boot + $0.acceptedAt },
      nextCheck.map { boot + $0 }, status?.lastError.map { boot + $0.time }, updatesToday,
      status?.budgetLimit,
    ]
  }

  /// How sections do, in the text format of Prometheus; all are gauges. `boot` is when uptime was 0, in
  /// seconds since 1970.
  public static func metrics(_ reports: [StatusReport], boot: Int64) -> Text {
    var text: Text = ""
    begin([UInt8]("build_info The version."), &text)
    text += "ddns_build_info{version=\"\(Product.version)\"} 1\n"
    for (index, line) in [UInt8](gauges).lines.enumerated() {
      let name = begin([UInt8]("section_") + line, &text)
      for report in reports {
        if let value = report.measures(boot)[index] { report.add(name, "", value, &text) }
      }
    }
    let state = begin([UInt8]("section_state 1 for the state a section is in."), &text)
    for report in reports {
      for each in Status.State.allCases {
        report.add(state, ",state=\"\(each.word)\"", each == report.state ? 1 : 0, &text)
      }
    }
    begin(address + [UInt8](" Addresses, by what they are."), &text)
    for report in reports {
      report.add("current", report.status?.current, &text)
      for each in report.status?.registered ?? [] { report.add("registered", each, &text) }
      report.add("accepted", report.status?.accepted, &text)
    }
    return text
  }

  /// Begins with what is measured: its name, a blank and its meaning. The result is the name.
  @inline(never) @discardableResult
  private static func begin(_ line: [UInt8], _ text: inout Text) -> [UInt8] {
    var name: [UInt8] = []
    for byte in line {
      if byte == UInt8(ascii: " ") { break }
      name.append(byte)
    }
    text += "# HELP ddns_\(line)\n# TYPE ddns_\(name) gauge\n"
    return name
  }

  private static var address: [UInt8] { [UInt8]("section_address_info") }

  @inline(never)
  private func add(_ kind: Literal, _ address: IPAddress?, _ text: inout Text) {
    if let address {
      add(Self.address, ",kind=\"\(kind)\",address=\"\(address)\"", 1, &text)
    }
  }

  /// A line: a value of the section. `labels` are those behind its name.
  @inline(never)
  private func add(_ name: [UInt8], _ labels: Text, _ value: Int64, _ text: inout Text) {
    text += "ddns_\(name){section=\"\(section)\"\(labels)} \(value)\n"
  }
}
