// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// What became of one update request.
public final class Outcome {
  /// What has to change before a refused request can succeed.
  public enum Refusal: Equatable, Sendable {
    /// Username or password.
    case auth
    /// The host name, or the account's right to it.
    case host
    /// This program, as the provider sees it.
    case agent
    /// The provider's block on the host or account.
    case abuse
    /// Another option of the section.
    case option
  }

  /// Why a request may succeed unchanged a little later.
  public enum Trouble: Equatable, Sendable {
    /// The server failed (5xx).
    case server
    /// The server was busy with something in the way (408, 409, 425).
    case busy
  }

  /// The classes that policy distinguishes.
  public enum Kind: Equatable, Sendable {
    /// The address is stored.
    case accepted
    /// The address was stored before; too many of these get a host blocked.
    case unchanged
    /// Not to be asked again before the user has changed something.
    case refused(Refusal)
    /// Not to be asked again before so many seconds have passed.
    case later(seconds: Int64)
    /// May be asked again after the usual pause.
    case temporary(Trouble)
    /// Neither success nor a known failure.
    case notUnderstood
  }

  /// What to do.
  public var kind: Kind
  /// What to print.
  public var word: ResultWord
  /// Why, for people, in our words.
  public var reason: Text
  /// What the provider has said about it, as it was received; nil for nothing.
  public var quote: Quote?
  /// Something odd about an answer that was usable all the same.
  public var warning: Text?
  /// Whether nobody but a script has said so.
  public var isClaim = false
  /// The address of the other family that was in the same request; nil when there was none.
  public var sentToo: IPAddress?

  /// Makes an outcome from its parts.
  public init(_ kind: Kind, word: ResultWord, reason: Text, quote: Quote? = nil) {
    self.kind = kind
    self.word = word
    self.reason = reason
    self.quote = quote
  }

  /// The outcome a word stands for; `quote` is what the provider said about it.
  public convenience init(_ word: ResultWord, quote: Quote? = nil) {
    self.init(word.kind, word: word, reason: "\(word.message)", quote: quote)
  }

  /// The reason with what the provider said, on one line and without secrets.
  public func message(hiding redactor: Redactor) -> Text {
    guard let quote else { return reason }
    let said = redactor.shown(quote, limit: 100, onOneLine: true)
    return said.bytes.isEmpty ? reason : "\(reason): \(said)"
  }

  /// Whether the provider now has the address.
  public var isSuccess: Bool { kind == .accepted || kind == .unchanged }

  /// How bad the outcome is: the worst of several hosts decides for a section.
  var severity: Int {
    switch kind {
    case .unchanged: 0
    case .accepted: 1
    case .notUnderstood: 2
    case .temporary: 3
    case .later: 4
    case .refused: 5
    }
  }
}
