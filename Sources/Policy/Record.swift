// SPDX-License-Identifier: Apache-2.0

import Section
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

    /// A provider's refusal.
    ///
    /// Of several words the first is kept: the file has one.
    public init(word: [UInt8], since: Int64) {
      self.word = word.words.first.map { Array($0) } ?? [UInt8]("refused")
      self.since = since
    }
  }

  /// What a script says about the accepted address, as long as DNS has not shown it.
  public struct Claim: Equatable, Sendable {
    /// How many times the address was sent again because the zone's own servers did not show it.
    public var repeats: Int64
    /// Until when they are not asked: caches, and the pause between two tries.
    public var notBefore: Int64

    /// Puts the time off.
    mutating func wait(until time: Int64) { notBefore = max(notBefore, time) }
  }

  /// When the provider last accepted an address.
  public var acceptedAt: Int64 = 0
  /// How many times in a row the provider said that it has the accepted address already.
  public var unchangedAnswers: Int64 = 0
  /// Until when the provider wants no request.
  public var notBefore: Int64 = 0
  /// The configuration all this is about.
  public var fingerprint: UInt64 = 0
  /// When the update requests of the last 24 hours were sent, oldest first.
  public var sent: [Int64] = []
  /// What the wall clock says at uptime 0; 0 = not known.
  ///
  /// As long as the clock is not settled it is the last that an earlier boot knew of.
  public var bootTime: Int64 = 0
  /// The provider's refusal, until the configuration changes.
  public var block: Block?
  /// What nobody but a script has said, and DNS has not shown; nil = there is no such doubt.
  public var claim: Claim?
  /// The address the provider last accepted; nil = none that is known of.
  public var accepted: IPAddress?
  /// The address of a request that got no definite answer: it may have been obeyed.
  public var attempted: IPAddress?
  /// Whether the DNS has shown the accepted address since.
  public var isVerified = false
  /// Whether the provider was told since that there is no address any more.
  public var isOffline = false
  /// Whether `bootTime` is this boot's.
  public var clockIsSettled = false

  /// Nothing is known.
  public init() {}

  /// Lifts a block, as only a person may: HUP, `--force`.
  public mutating func lift() { block = nil }

  /// What was learnt about another host or account says nothing about this one; the requests that
  /// were sent count all the same.
  mutating func forgetAllButBudget() {
    let old = self
    self = Record()
    sent = old.sent
    bootTime = old.bootTime
    clockIsSettled = old.clockIsSettled
  }

  /// The file content: one `name value` a line.
  public var encoded: [UInt8] {
    let halves = (high: Int64(fingerprint >> 32), low: Int64(fingerprint & 0xffff_ffff))
    var text: Text = "version 1\nfingerprint \(halves.high) \(halves.low)\n"
    if !sent.isEmpty {
      text += "sent"
      for time in sent { text += " \(time)" }
      text += "\n"
    }
    if clockIsSettled {
      text += "epoch \(bootTime)\n"
    } else if bootTime > 0 {
      text += "before \(bootTime)\n"
    }
    if let accepted { text += "accepted \(accepted) \(acceptedAt)\n" }
    if isVerified { text += "verified\n" }
    if isOffline { text += "offline\n" }
    if let claim { text += "claimed \(claim.repeats) \(claim.notBefore)\n" }
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
    guard unchangedAnswers >= 0, acceptedAt <= now, sent.allSatisfy({ $0 <= now }),
      block.map({ $0.since <= now }) ?? true,
      notBefore <= now + Cycle.day, (claim?.notBefore ?? 0) <= now + Schedule.longest
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
    case "sent":
      sent = values.compactMap { Self.signed($0) }
      return sent.count == values.count
    case "epoch", "before":
      guard let last, last >= 0 else { return false }
      bootTime = last
      clockIsSettled = name == "epoch"
    case "accepted":
      guard values.count == 2, let address = IPAddress(values[0]), let last else { return false }
      accepted = address
      acceptedAt = last
    case "verified": isVerified = true
    case "offline": isOffline = true
    case "claimed":
      guard values.count == 2, let repeats = values[0].decimalValue, let last else { return false }
      claim = Claim(repeats: repeats, notBefore: last)
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

  /// A time of an earlier boot is a negative uptime. No honest one is 30,000 years away; sums of
  /// them do not overflow.
  private static func signed(_ text: [UInt8]) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    guard let value = (isNegative ? Array(text.dropFirst()) : text).decimalValue, value <= 1 << 40
    else { return nil }
    return isNegative ? -value : value
  }
}
