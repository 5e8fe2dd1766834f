// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// What can be said of a section now: its status file, its configuration and its process.
public final class StatusReport {
  /// The section.
  public let section: [UInt8]
  /// Whether the configuration wants it to run.
  public let isEnabled: Bool
  /// The process that runs it; nil = none does.
  public let process: Int64?
  /// What it does.
  public let state: Status.State
  /// Since when, as an uptime; nil = not known.
  public let since: Int64?
  /// Why; empty = not known.
  public let reason: [UInt8]
  let status: Status?
  private let host: [UInt8]
  private let now: Int64

  /// Puts it together. `host` is the name that is looked up, `problem` what keeps the section from
  /// running, `now` the uptime.
  public init(
    section: [UInt8], host: [UInt8] = [], isEnabled: Bool, process: Int64?, status: Status?,
    problem: [UInt8]?, now: Int64
  ) {
    self.section = section
    self.host = host
    self.isEnabled = isEnabled
    self.process = process
    self.status = status
    self.now = now
    if let process {
      // The file is written before each wait. One of an earlier process, or one whose wait is over,
      // means that a pass is under way.
      if let status, status.process == process, status.state != .stopped, status.state != .done,
        status.nextCheck ?? now >= now
      {
        (state, since, reason) = (status.state, status.since, status.reason)
      } else {
        let isOwn = status?.process == process
        (state, since, reason) = (.checking, isOwn ? status?.nextCheck : nil, [])
      }
    } else if !isEnabled {
      (state, since, reason) = (.disabled, nil, [])
    } else if let problem {
      (state, since, reason) = (.stopped, nil, Status.line(problem))
    } else if let status, [.done, .stopped, .blocked].contains(status.state) {
      (state, since, reason) = (status.state, status.since, status.reason)
    } else if status != nil {
      (state, since, reason) = (.stopped, nil, [UInt8]("ended without a word"))
    } else {
      (state, since, reason) = (.neverRun, nil, [])
    }
  }

  /// When the section checks again, as an uptime; nil = nobody knows.
  public var nextCheck: Int64? { process == nil || state == .checking ? nil : status?.nextCheck }

  /// Update requests in the last day.
  public var updatesToday: Int64? {
    status.map { now - $0.budgetLast >= 86_400 ? 0 : $0.budgetUsed }
  }

  // MARK: - JSON

  /// The document of `man/ddns-status.schema.json`. `boot` is when uptime was 0, in seconds since
  /// 1970.
  public static func json(_ reports: [StatusReport], boot: Int64) -> [UInt8] {
    var text: Text = "{\"version\":1,\"sections\":["
    for (index, report) in reports.enumerated() {
      if index > 0 { text += "," }
      report.write(to: &text, boot: boot)
    }
    text += "]}\n"
    return text.bytes
  }

  @inline(never)
  private func write(to text: inout Text, boot: Int64) {
    text += "{\"section\":\(JSONValue.string(section).encode())"
    func add(_ name: Literal, _ value: [UInt8]?) {
      text += ",\"\(name)\":\(value ?? [UInt8]("null"))"
    }
    func add(_ name: Literal, flag: Bool) { add(name, [UInt8](flag ? "true" : "false")) }
    func add(_ name: Literal, text: [UInt8]?) {
      add(name, text == nil ? nil : JSONValue.string(text ?? []).encode())
    }
    func add(_ name: Literal, number: Int64?, from start: Int64 = 0) {
      add(name, number == nil ? nil : Text("\(start + (number ?? 0))").bytes)
    }
    add("host", text: host.isEmpty ? nil : host)
    add("enabled", flag: isEnabled)
    add("running", flag: process != nil)
    add("pid", number: process)
    add("state", text: [UInt8](state.word))
    add("reason", text: reason.isEmpty ? nil : reason)
    add("since", number: since, from: boot)
    add("current", text: status?.current?.text.bytes)
    var registered: Text = ""
    for address in status?.registered ?? [] {
      registered += "\(registered == "" ? "" : "," as Literal)\"\(address)\""
    }
    add("registered", status?.registered == nil ? nil : Text("[\(registered)]").bytes)
    let accepted = status?.accepted
    add("accepted", text: accepted?.text.bytes)
    add("acceptedAt", number: accepted == nil ? nil : status?.acceptedAt, from: boot)
    add("nextCheck", number: nextCheck, from: boot)
    add("lastError", text: status?.lastError?.text)
    add("lastErrorAt", number: status?.lastError?.time, from: boot)
    add("updatesToday", number: updatesToday)
    add("updateLimit", number: status?.budgetLimit)
    text += "}"
  }

  // MARK: - Text

  /// A few lines for a person; what is not known is left out. `date` spells an uptime.
  public func text(inColour: Bool = false, date: (Int64) -> [UInt8]) -> Text {
    var text: Text = "\(section): \(state.word)"
    if inColour {
      // Green is well, red wants somebody to look, yellow is neither.
      let colour =
        switch state {
        case .waiting, .done: 32
        case .blocked, .stopped: 31
        case .disabled, .neverRun: 0
        case .checking, .verifying, .retrying, .paused: 33
        }
      text = "\(section): \u{1b}[\(colour)m\(state.word)\u{1b}[0m"
    }
    text += "\(origin(date: date))\n"
    details(forceInterval: nil, date: date) { name, value in
      var line: Text = "  \(name)"
      while line.bytes.count < 14 { line += " " }
      text += "\(line)\(value)\n"
    }
    return text
  }

  /// What there is to say behind the state's word.
  func origin(date: (Int64) -> [UInt8]) -> Text {
    var text: Text = ""
    if let since { text += " since \(date(since))" }
    if let process { text += ", pid \(process)" }
    return text
  }

  /// Hands over what is known, by name. After `forceInterval`, if it is given, the accepted address is
  /// sent again.
  func details(
    forceInterval: Int64?, date: (Int64) -> [UInt8],
    to add: (_ name: Literal, _ value: Text) -> Void
  ) {
    if !reason.isEmpty { add("reason", Text(reason)) }
    if state == .blocked { add("to do", "\(Notice.Event.block.advice)") }
    if state == .retrying { add("to do", "\(Notice.Event.failure.advice)") }
    if let current = status?.current { add("current", current.text) }
    if let registered = status?.registered {
      add("registered", registered.isEmpty ? "none" : "\(registered)")
    }
    if let status, let accepted = status.accepted {
      add("accepted", "\(accepted) at \(date(status.acceptedAt))")
    }
    if let nextCheck { add("next check", Text(date(nextCheck))) }
    if let forceInterval, let status, status.accepted != nil, isEnabled, state != .blocked {
      add("next forced", Text(date(status.acceptedAt + forceInterval)))
    }
    if let status, let updatesToday {
      add("updates", "\(updatesToday) of \(status.budgetLimit) in 24 hours")
    }
    if let error = status?.lastError {
      add("last error", "\(error.text) (\(date(error.time)))")
    }
  }
}
