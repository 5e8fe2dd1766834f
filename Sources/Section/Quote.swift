// SPDX-License-Identifier: Apache-2.0

/// Somebody else's words, with all that was received around them: secrets are looked for in the
/// whole, and what is cut or rewritten before may be half of one.
/// A `Redactor` makes it fit to be shown.
public struct Quote: Equatable, Sendable {
  /// Everything that was received.
  let text: [UInt8]
  /// What is to be quoted.
  let part: Range<Int>

  /// Quotes part of a text.
  public init(_ part: Range<Int>, of text: [UInt8]) {
    self.part = part
    self.text = text
  }

  /// Quotes a whole text.
  public init(_ text: [UInt8]) { self.init(text.indices, of: text) }
}
