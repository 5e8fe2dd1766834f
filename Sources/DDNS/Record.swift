// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is remembered of a section from one cycle to the next, and over restarts.
///
/// Times are uptimes in seconds: a clock that jumps changes nothing. What an earlier boot has left is
/// brought into the time of this one by `Record+Saved.swift`.
public struct Record: Equatable, Sendable {
  /// Why nothing is sent for a section.
  public struct Block: Equatable, Sendable {
    /// The provider's word: `badauth`.
    public var word: [UInt8]
    /// When it said so.
    public var since: Int64

    /// A provider's no.
    ///
    /// Of several words the first is kept: the file has one.
    public init(word: [UInt8], since: Int64) {
      self.word = word.words.first.map { Array($0) } ?? [UInt8]("refused")
      self.since = since
    }
  }

  /// The address the provider last accepted; nil = none that is known of.
  public var accepted: IPAddress?
  /// When it did.
  public var acceptedAt: Int64 = 0
  /// Whether the DNS has shown that address since.
  public var isVerified = false
  /// The provider's no, until the configuration changes.
  public var block: Block?
  /// The address of a request that got no definite answer: it may have been obeyed.
  public var attempted: IPAddress?
  /// How many times in a row the provider said that it has the accepted address already.
  public var unchangedAnswers: Int64 = 0
  /// Until when the provider wants no request.
  public var notBefore: Int64 = 0
  /// The configuration all this is about.
  public var fingerprint: UInt64 = 0
  /// When the current day of the budget began.
  public var budgetStart: Int64 = 0
  /// Update requests since then.
  public var budgetUsed: Int64 = 0

  /// Nothing is known.
  public init() {}

  /// Lifts a block, as only a person may: HUP, `--force`.
  public mutating func lift() { block = nil }

  /// What was learnt about another host or account says nothing about this one; the requests that
  /// were sent count all the same.
  mutating func forgetAllButBudget() {
    let old = self
    self = Record()
    budgetStart = old.budgetStart
    budgetUsed = old.budgetUsed
  }

  /// The file content: one `name value` a line.
  public var encoded: [UInt8] {
    let halves = (high: Int64(fingerprint >> 32), low: Int64(fingerprint & 0xffff_ffff))
    var text: Text = "version 1\nfingerprint \(halves.high) \(halves.low)\n"
    text += "budget \(budgetUsed) \(budgetStart)\n"
    if let accepted { text += "accepted \(accepted) \(acceptedAt)\n" }
    if isVerified { text += "verified\n" }
    if let attempted { text += "attempted \(attempted)\n" }
    if unchangedAnswers > 0 { text += "unchanged \(unchangedAnswers)\n" }
    if notBefore > 0 { text += "notbefore \(notBefore)\n" }
    if let block { text += "blocked \(block.word) \(block.since)\n" }
    return text.bytes
  }

  /// Reads a file; nil when it is damaged, of another version, or of the future.
  public init?(_ bytes: [UInt8], now: Int64) {
    var lines = bytes.lines.map { Array($0).words.map { Array($0) } }[...]
    guard bytes.last == UInt8(ascii: "\n"), lines.popFirst() == [[UInt8]("version"), [UInt8]("1")]
    else { return nil }
    for words in lines {
      guard let name = words.first, set(name, Array(words.dropFirst())) else { return nil }
    }
    guard unchangedAnswers >= 0, acceptedAt <= now, budgetStart <= now,
      block.map({ $0.since <= now }) ?? true,
      notBefore <= now + Cycle.day
    else { return nil }
  }

  private mutating func set(_ name: [UInt8], _ values: [[UInt8]]) -> Bool {
    let last = values.last.flatMap { Self.signed($0) }
    switch name {
    case "fingerprint":
      guard values.count == 2, let high = values[0].decimalValue, let low = last,
        high <= 0xffff_ffff, (0...0xffff_ffff).contains(low)
      else { return false }
      fingerprint = UInt64(high) << 32 | UInt64(low)
    case "budget":
      guard values.count == 2, let used = values[0].decimalValue, let last else { return false }
      budgetUsed = used
      budgetStart = last
    case "accepted":
      guard values.count == 2, let address = IPAddress(values[0]), let last else { return false }
      accepted = address
      acceptedAt = last
    case "verified": isVerified = true
    case "attempted":
      guard let text = values.last, let address = IPAddress(text) else { return false }
      attempted = address
    case "unchanged":
      guard let last else { return false }
      unchangedAnswers = last
    case "notbefore":
      guard let last else { return false }
      notBefore = last
    case "blocked":
      guard values.count == 2, let last else { return false }
      block = Block(word: values[0], since: last)
    default: return false
    }
    return true
  }

  /// A time of an earlier boot is a negative uptime.
  private static func signed(_ text: [UInt8]) -> Int64? {
    guard text.first == UInt8(ascii: "-") else { return text.decimalValue }
    return text.dropFirst().decimalValue.map { -$0 }
  }
}
