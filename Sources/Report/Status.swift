// SPDX-License-Identifier: Apache-2.0

import Wire

/// What a section was doing when its runner last went to sleep or ended: the content of its status
/// file, for people and user interfaces.
///
/// Nothing is decided by it. Times are uptimes in seconds; one of an earlier boot is negative.
public final class Status {
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
    /// It has run, and does no more than it was told to.
    case done
    /// It has run and does no more.
    case stopped
    /// The configuration says that it is not to run.
    case disabled
    /// It has not run since the router started.
    case neverRun

    /// Its name in files and JSON.
    public var word: Literal {
      switch self {
      case .checking: "checking"
      case .waiting: "waiting"
      case .verifying: "verifying"
      case .retrying: "retrying"
      case .paused: "paused"
      case .blocked: "blocked"
      case .done: "done"
      case .stopped: "stopped"
      case .disabled: "disabled"
      case .neverRun: "never-run"
      }
    }

    /// The state of that name.
    public init?(_ word: [UInt8]) {
      for state in Self.allCases where word == state.word {
        self = state
        return
      }
      return nil
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
  public func enter(
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
  public convenience init?(_ bytes: [UInt8], now: Int64) {
    self.init()
    guard bytes.last == UInt8(ascii: "\n") else { return nil }
    for (index, line) in bytes.lines.enumerated() {
      let line = [UInt8](line)
      guard index == 0 ? line == "version 1" : set(line) else { return nil }
    }
    guard writtenAt > 0, writtenAt <= now, since <= now, lastError?.time ?? 0 <= now else {
      return nil
    }
  }

  /// Takes a line: a name, and words that are numbers, addresses or a text.
  @inline(never)
  private func set(_ line: [UInt8]) -> Bool {
    var words: [[UInt8]] = []
    var numbers: [Int64] = []
    var addresses: [IPAddress] = []
    for slice in line.words {
      let word = [UInt8](slice)
      words.append(word)
      if let number = Self.number(word) { numbers.append(number) }
      if let address = IPAddress(word) { addresses.append(address) }
    }
    // The name is a word, too.
    switch (words.first ?? [], words.count - 1, numbers.count, addresses.count) {
    case ("written", 2, 2, _): (writtenAt, process) = (numbers[0], numbers[1])
    case ("state", 2, 1, _):
      guard let state = State(words[1]) else { return false }
      (self.state, since) = (state, numbers[0])
    case ("budget", 3, 3, _):
      (budgetUsed, budgetLast, budgetLimit) = (numbers[0], numbers[1], numbers[2])
    case ("next", 1, 1, _): nextCheck = numbers[0]
    case ("current", 1, _, 1): current = addresses[0]
    case ("registered", let count, _, let found) where count == found: registered = addresses
    case ("accepted", 2, 1, 1): (accepted, acceptedAt) = (addresses[0], numbers[0])
    case ("error", 1..., 1..., _):
      guard let time = Self.number(words[1]) else { return false }
      let start = words[0].count + words[1].count + 1
      lastError = Problem([UInt8](line.dropFirst(start)), at: time)
    case ("reason", _, _, _): reason = Self.line([UInt8](line.dropFirst(words[0].count)))
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
