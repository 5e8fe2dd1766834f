// SPDX-License-Identifier: Apache-2.0

import Wire

/// What a section was doing when its runner last went to sleep or ended: the content of its status
/// file, for people and user interfaces.
///
/// Nothing is decided by it. Times are uptimes in seconds; one of an earlier boot is negative.
public struct Status: Sendable {
  /// What a section does.
  public enum State: Equatable, Sendable, CaseIterable {
    /// A pass is under way.
    case checking
    /// Until the next check.
    case waiting
    /// Until DNS shows an accepted address.
    case verifying
    /// Until the next try after a failure that may pass.
    case retrying
    /// Until the provider or the budget allows another request.
    case paused
    /// Until the configuration changes or somebody lifts it.
    case blocked
    /// It has run and does no more.
    case stopped
    /// The configuration says that it is not to run.
    case disabled
    /// It has not run since the router started.
    case neverRun

    /// Its name in files and JSON.
    public var word: StaticString {
      switch self {
      case .checking: "checking"
      case .waiting: "waiting"
      case .verifying: "verifying"
      case .retrying: "retrying"
      case .paused: "paused"
      case .blocked: "blocked"
      case .stopped: "stopped"
      case .disabled: "disabled"
      case .neverRun: "never-run"
      }
    }

    init?(_ word: [UInt8]) {
      guard let state = Self.allCases.first(where: { word == $0.word }) else { return nil }
      self = state
    }
  }

  /// What went wrong, and when.
  public struct Problem: Sendable {
    /// One line, without secrets.
    public let text: [UInt8]
    /// When it happened.
    public let time: Int64

    /// Keeps a message as one line.
    public init(_ text: [UInt8], at time: Int64) {
      self.text = Status.line(text)
      self.time = time
    }
  }

  /// What it does.
  public private(set) var state = State.checking
  /// Since when.
  public private(set) var since: Int64 = 0
  /// Why; one line, without secrets.
  public private(set) var reason: [UInt8] = []
  /// When that was written.
  public private(set) var writtenAt: Int64 = 0
  /// The process that wrote it.
  public var process: Int64 = 0
  /// When it checks again.
  public var nextCheck: Int64?
  /// Our address, if the last pass has found it.
  public var current: IPAddress?
  /// What DNS said last; nil = it could not be asked.
  public var registered: [IPAddress]?
  /// What the provider last accepted.
  public var accepted: IPAddress?
  /// When it did.
  public var acceptedAt: Int64 = 0
  /// What last went wrong.
  public var lastError: Problem?
  /// Update requests in the 24 hours before it was written.
  public var budgetUsed: Int64 = 0
  /// When the last of them was sent.
  public var budgetLast: Int64 = 0
  /// The requests a day may have.
  public var budgetLimit: Int64 = 0

  /// A section that has just begun to run.
  public init() {}

  /// Notes what the section does from now on. It has done so since `since`, or since it began to.
  public mutating func enter(
    _ state: State, _ reason: [UInt8], at now: Int64, since: Int64? = nil
  ) {
    if let since {
      self.since = since
    } else if state != self.state || writtenAt == 0 {
      self.since = now
    }
    self.state = state
    self.reason = Self.line(reason)
    writtenAt = now
  }

  /// Lets go of the reason, once it is written.
  public mutating func forgetReason() { reason = [] }

  /// The most bytes of a text that are kept.
  static let textLimit = 400

  /// A text as one line of valid UTF-8: what a server sends need be neither.
  static func line(_ text: [UInt8]) -> [UInt8] {
    let line = text.printable.map { $0.isControl ? UInt8(ascii: " ") : $0 }
    return Array(line.trimmed).cut(to: textLimit)
  }
}

// MARK: - The file

extension Status {
  /// The largest file that is read.
  public static let fileLimit = 8_192

  /// No honest time is further away; also keeps sums of times from overflowing.
  private static let latest: Int64 = 1 << 40

  /// The file content: one `name value` a line.
  public var encoded: [UInt8] {
    var text: Text = "version 1\nwritten \(writtenAt) \(process)\nstate \(state.word) \(since)\n"
    text += "budget \(budgetUsed) \(budgetLast) \(budgetLimit)\n"
    if let nextCheck { text += "next \(nextCheck)\n" }
    if let current { text += "current \(current)\n" }
    if let registered { text += "registered \(registered)\n" }
    if let accepted { text += "accepted \(accepted) \(acceptedAt)\n" }
    if let lastError { text += "error \(lastError.time) \(lastError.text)\n" }
    if !reason.isEmpty { text += "reason \(reason)\n" }
    return text.bytes
  }

  /// Reads a file; nil when it is damaged, of another version, or of the future: an earlier boot.
  public init?(_ bytes: [UInt8], now: Int64) {
    var lines = bytes.lines[...]
    guard bytes.last == UInt8(ascii: "\n"), let first = lines.popFirst(),
      Array(first) == "version 1"
    else { return nil }
    for line in lines {
      guard let end = line.firstIndex(of: UInt8(ascii: " ")) ?? line.indices.last.map({ $0 + 1 }),
        set(Array(line[..<end]), Array(line[end...].dropFirst()))
      else { return nil }
    }
    guard writtenAt > 0, [writtenAt, since, lastError?.time ?? 0].allSatisfy({ $0 <= now }) else {
      return nil
    }
  }

  private mutating func set(_ name: [UInt8], _ value: [UInt8]) -> Bool {
    let words = value.words.map { Array($0) }
    let numbers = words.compactMap { Self.number($0) }
    switch name {
    case "written":
      guard words.count == 2, numbers.count == 2 else { return false }
      (writtenAt, process) = (numbers[0], numbers[1])
    case "state":
      guard words.count == 2, numbers.count == 1, let state = State(words[0]) else { return false }
      (self.state, since) = (state, numbers[0])
    case "budget":
      guard words.count == 3, numbers.count == 3 else { return false }
      (budgetUsed, budgetLast, budgetLimit) = (numbers[0], numbers[1], numbers[2])
    case "next":
      guard words.count == 1, numbers.count == 1 else { return false }
      nextCheck = numbers[0]
    case "current":
      guard let address = IPAddress(value) else { return false }
      current = address
    case "registered":
      let addresses = words.compactMap { IPAddress($0) }
      guard addresses.count == words.count else { return false }
      registered = addresses
    case "accepted":
      guard words.count == 2, let address = IPAddress(words[0]), let time = Self.number(words[1])
      else { return false }
      (accepted, acceptedAt) = (address, time)
    case "error":
      guard let first = words.first, let time = Self.number(first) else { return false }
      lastError = Problem(Array(value.dropFirst(first.count)), at: time)
    case "reason": reason = Self.line(value)
    default: return false
    }
    return true
  }

  /// A time in a file: a number that may be negative.
  public static func number(_ text: [UInt8]) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    guard let value = (isNegative ? Array(text.dropFirst()) : text).decimalValue, value <= latest
    else { return nil }
    return isNegative ? -value : value
  }
}
