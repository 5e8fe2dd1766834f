// SPDX-License-Identifier: Apache-2.0

import Wire

/// What somebody is told of a section: one line, for files and for the tool that tells it.
public final class Notice: Sendable {
  /// What has happened.
  public enum Event: UInt8, CaseIterable, Sendable {
    /// The provider has another address.
    case change
    /// So many passes in a row have failed.
    case failure
    /// It works again.
    case recovery
    /// The provider has refused.
    case block
    /// The accepted address is older than the force interval, and could not be sent again.
    case expiry
    /// What was not told one by one.
    case digest
    /// Nothing: somebody wants to see whether it arrives.
    case test

    /// Its name in files and options.
    public var word: Literal {
      switch self {
      case .change: "change"
      case .failure: "failure"
      case .recovery: "recovery"
      case .block: "block"
      case .expiry: "expiry"
      case .digest: "digest"
      case .test: "test"
      }
    }
  }

  /// What has happened.
  public let event: Event
  /// When, as an uptime in seconds, or the wall clock's.
  public let time: Int64
  /// How many of what the event is about: failures, notices.
  public let count: Int64
  /// The accepted address.
  public let address: IPAddress?
  /// The one before.
  public let old: IPAddress?
  /// Why; one line without secrets.
  public let reason: [UInt8]

  /// A message about an event.
  public init(
    _ event: Event, at time: Int64, count: Int64 = 0, _ address: IPAddress? = nil,
    old: IPAddress? = nil, _ reason: [UInt8] = []
  ) {
    self.event = event
    self.time = time
    self.count = count
    self.address = address
    self.old = old
    self.reason = reason
  }

  /// The line, without the time.
  public var encoded: Text {
    var text: Text = "\(event.word) \(count) "
    for address in [address, old] {
      if let address { text += "\(address) " } else { text += "- " }
    }
    return text + Text(Status.line(reason))
  }

  /// Reads a line; nil when it is none.
  public convenience init?(_ line: [UInt8], at time: Int64) {
    let words = line.words
    guard words.count >= 4,
      let event = Event.allCases.first(where: { Array(words[0]) == $0.word }),
      let count = words[1].decimalValue
    else { return nil }
    self.init(
      event, at: time, count: count, IPAddress(words[2]), old: IPAddress(words[3]),
      words.count > 4 ? Array(line[words[4].startIndex...]) : [])
  }
}
