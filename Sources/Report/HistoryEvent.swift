// SPDX-License-Identifier: Apache-2.0

import Wire

/// A line of a section's history file: when, what has happened, and what there is to say of it.
public struct HistoryEvent: Sendable {
  /// When it was, as an uptime.
  public let time: Int64
  /// `detected`, `sent`, `answered`, or the word of a state.
  public let word: [UInt8]
  /// An address, the provider's word, or why; without secrets.
  public let text: [UInt8]

  /// Reads a line; nil when it is none.
  @inline(never)
  public init?(_ line: ArraySlice<UInt8>) {
    let words = Array(line).words
    guard words.count > 2, let time = Status.number(Array(words[0])) else { return nil }
    self.time = time
    word = Array(words[1])
    text = Array(line.dropFirst(words[0].count + words[1].count + 2))
  }
}
