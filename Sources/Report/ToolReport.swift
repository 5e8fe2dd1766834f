// SPDX-License-Identifier: Apache-2.0

import Wire

/// What a tool tells the runner beside its exit status; on descriptor 3, as lines of `key=value`.
///
/// A person who runs a tool gets `answer` on standard output instead.
public final class ToolReport {
  /// The current address (`address=`), from `ddns-detect-ip`.
  public var address: IPAddress?
  /// What is registered (`registered=`, separated by blanks, empty for no record), from
  /// `ddns-verify`; nil = nobody could say.
  public var registered: [IPAddress]?
  /// For how many seconds caches may keep what DNS has said (`ttl=`).
  public var lifetime: Int64?
  /// The result as one word (`word=`), from `ddns-update`.
  public var word: [UInt8] = []
  /// Whether that is what a script claims and no provider has said (`claim=1`).
  public var isClaim = false
  /// The address of the other family that was in the same request (`too=`).
  public var sentToo: IPAddress?
  /// How many seconds the provider wants to be left alone (`retry-after=`).
  public var retryAfter: Int64?
  /// Whether `ddns-update` goes on with the look-up now, and tells what is registered, too (`then=look-up`).
  public var goesOn = false
  /// What a person should know of the result (`reason=`), one line without secrets.
  public var reason: [UInt8] = []

  /// What commands have said, each behind the name of its option (`value=NAME VALUE`).
  public var values: [[UInt8]] = []

  /// Nothing to tell.
  public init() {}

  /// What a person reads: one address a line, or the word.
  public var answer: Text {
    if let address { return "\(address)\n" }
    if let registered {
      var text: Text = ""
      for address in registered { text += "\(address)\n" }
      return text
    }
    return word.isEmpty ? "" : "\(word)\n"
  }

  /// What a runner reads; `ToolReport.Reader` makes a report of it again.
  public var encoded: Text {
    var text: Text = ""
    if let address { text += "address=\(address)\n" }
    if let registered { text += "registered=\(registered)\n" }
    if let lifetime { text += "ttl=\(lifetime)\n" }
    if !word.isEmpty { text += "word=\(word)\n" }
    if isClaim { text += "claim=1\n" }
    if let sentToo { text += "too=\(sentToo)\n" }
    if let retryAfter { text += "retry-after=\(retryAfter)\n" }
    if !reason.isEmpty { text += "reason=\(reason)\n" }
    if goesOn { text += "then=look-up\n" }
    return text
  }
}
