// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is remembered of a section from one cycle to the next, and over restarts.
///
/// Times are uptimes in seconds: a clock that jumps changes nothing, and a file of an earlier boot
/// is recognised because it speaks of a future (contract 5.1, step 17).
public struct Record: Equatable, Sendable {
  /// Why nothing is sent for a section.
  public struct Block: Equatable, Sendable {
    /// The provider's word: `badauth`.
    public var word: [UInt8]
    /// When it said so.
    public var since: Int64

    /// A provider's no.
    public init(word: [UInt8], since: Int64) {
      self.word = word
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
  /// The configuration all this is about.
  public var fingerprint: UInt64 = 0
  /// When the current day of the budget began.
  public var budgetStart: Int64 = 0
  /// Update requests since then.
  public var budgetUsed: Int64 = 0

  /// Nothing is known.
  public init() {}

  /// The file content: one `name value` a line.
  public var encoded: [UInt8] {
    var text: Text = "version 1\nfingerprint \(Int64(bitPattern: fingerprint))\n"
    text += "budget \(budgetUsed) \(budgetStart)\n"
    if let accepted { text += "accepted \(accepted) \(acceptedAt)\n" }
    if isVerified { text += "verified\n" }
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
    guard acceptedAt <= now, budgetStart <= now, block.map({ $0.since <= now }) ?? true else {
      return nil
    }
  }

  private mutating func set(_ name: [UInt8], _ values: [[UInt8]]) -> Bool {
    let last = values.last?.decimalValue
    switch name {
    case "fingerprint":
      guard let text = values.first, let value = Self.signed(text) else { return false }
      fingerprint = UInt64(bitPattern: value)
    case "budget":
      guard values.count == 2, let used = values[0].decimalValue, let last else { return false }
      budgetUsed = used
      budgetStart = last
    case "accepted":
      guard values.count == 2, let address = IPAddress(values[0]), let last else { return false }
      accepted = address
      acceptedAt = last
    case "verified": isVerified = true
    case "blocked":
      guard values.count == 2, let last else { return false }
      block = Block(word: values[0], since: last)
    default: return false
    }
    return true
  }

  private static func signed(_ text: [UInt8]) -> Int64? {
    guard text.first == UInt8(ascii: "-") else { return text.decimalValue }
    return text.dropFirst().decimalValue.map { -$0 }
  }
}
