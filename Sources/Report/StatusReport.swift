// SPDX-License-Identifier: Apache-2.0

import JSON
import Wire

/// What can be said of a section now: its status file, its configuration and its process.
public struct StatusReport: Sendable {
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
  private let now: Int64

  /// Puts it together. `problem` is what keeps the section from running, `now` the uptime.
  public init(
    section: [UInt8], isEnabled: Bool, process: Int64?, status: Status?, problem: [UInt8]?,
    now: Int64
  ) {
    self.section = section
    self.isEnabled = isEnabled
    self.process = process
    self.status = status
    self.now = now
    if let process {
      // The file is written before each wait. One of an earlier process, or one whose wait is over,
      // means that a pass is under way.
      if let status, status.process == process, status.state != .stopped,
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
    } else if let status, status.state == .stopped || status.state == .blocked {
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
    let sections = reports.map { $0.json(boot: boot) }
    let document = object([("version", .integer(1)), ("sections", .array(sections))])
    return document.encode() + [UInt8(ascii: "\n")]
  }

  private func json(boot: Int64) -> JSONValue {
    func time(_ uptime: Int64?) -> JSONValue { uptime.map { .integer(boot + $0) } ?? .null }
    func number(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
    func text(_ bytes: [UInt8]?) -> JSONValue { bytes.map { .string($0) } ?? .null }
    let accepted = status?.accepted
    return Self.object([
      ("section", .string(section)), ("enabled", .bool(isEnabled)),
      ("running", .bool(process != nil)), ("pid", number(process)),
      ("state", .string([UInt8](state.word))), ("reason", text(reason.isEmpty ? nil : reason)),
      ("since", time(since)), ("current", text(status?.current?.text.bytes)),
      ("registered", status?.registered.map { .array($0.map { .string($0.text.bytes) }) } ?? .null),
      ("accepted", text(accepted?.text.bytes)),
      ("acceptedAt", time(accepted == nil ? nil : status?.acceptedAt)),
      ("nextCheck", time(nextCheck)), ("lastError", text(status?.lastError?.text)),
      ("lastErrorAt", time(status?.lastError?.time)), ("updatesToday", number(updatesToday)),
      ("updateLimit", number(status?.budgetLimit)),
    ])
  }

  private static func object(_ members: [(StaticString, JSONValue)]) -> JSONValue {
    .object(members.map { (name: [UInt8]($0.0), value: $0.1) })
  }

  // MARK: - Text

  /// A few lines for a person; what is not known is left out. `date` spells an uptime.
  public func text(inColour: Bool = false, date: (Int64) -> [UInt8]) -> Text {
    var text: Text = "\(section): \(state.word)"
    if inColour {
      // Green is well, red wants somebody to look, yellow is neither.
      let colour =
        switch state {
        case .waiting: 32
        case .blocked, .stopped: 31
        case .disabled, .neverRun: 0
        case .checking, .verifying, .retrying, .paused: 33
        }
      text = "\(section): \u{1b}[\(colour)m\(state.word)\u{1b}[0m"
    }
    if let since { text += " since \(date(since))" }
    if let process { text += ", pid \(process)" }
    text += "\n"
    if !reason.isEmpty { text += "  reason      \(reason)\n" }
    if let current = status?.current { text += "  current     \(current)\n" }
    if let registered = status?.registered {
      text += registered.isEmpty ? "  registered  none\n" : "  registered  \(registered)\n"
    }
    if let status, let accepted = status.accepted {
      text += "  accepted    \(accepted) at \(date(status.acceptedAt))\n"
    }
    if let nextCheck { text += "  next check  \(date(nextCheck))\n" }
    if let status, let updatesToday {
      text += "  updates     \(updatesToday) of \(status.budgetLimit) in 24 hours\n"
    }
    if let error = status?.lastError {
      text += "  last error  \(error.text) (\(date(error.time)))\n"
    }
    return text
  }
}
