// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// A notice in words: what, when, why, and what to do.
///
/// A class because code that copies its fields is large.
public final class NoticeText: Sendable {
  /// What has happened.
  public let notice: Notice
  private let section: [UInt8]
  private let domain: [UInt8]
  private let date: [UInt8]

  /// Reads what a runner hands over; `date` prints its time. Nil when it is no notice.
  public init?(_ letter: UCISection, date: (Int64) -> [UInt8]) {
    let time = Status.number(letter.option("time") ?? [])
    guard let time, let notice = Notice(letter.option("notice") ?? [], at: time) else {
      return nil
    }
    self.notice = notice
    section = letter.option("section") ?? []
    domain = letter.option("domain") ?? section
    self.date = date(notice.time)
  }

  /// What has happened, in a few words.
  public var title: Text {
    let address: Text = notice.address.map { "\($0)" } ?? "no address"
    switch notice.event {
    case .change: return "\(domain): the address is \(address) now"
    case .failure: return "\(domain): not updated, \(notice.count) failures in a row"
    case .recovery: return "\(domain): works again, the address is \(address)"
    case .block: return "\(domain): blocked, the provider refuses"
    case .expiry: return "\(domain): not renewed in time, the provider may drop it"
    case .digest: return "\(domain): \(notice.count) more events"
    case .test: return "a test of the notices of ddns"
    }
  }

  /// All of it, in lines.
  public var text: Text {
    var text = title + "\n\n"
    if !section.isEmpty { text += "Section: \(section)\n" }
    text += "When:    \(date)\n"
    if let old = notice.old { text += "Before:  \(old)\n" }
    if !notice.reason.isEmpty { text += "Why:     \(notice.reason)\n" }
    text += "To do:   \(notice.event.advice)\n"
    if notice.event != .test, notice.event != .change, notice.event != .recovery {
      text += "         ddns-runner --history -S \(section)\n"
    }
    return text
  }

  /// The value of a placeholder; nil when it is none of a notice.
  public func value(of name: [UInt8]) -> [UInt8]? {
    switch name {
    case "EVENT": [UInt8](notice.event.word)
    case "SECTION": section
    case "DOMAIN": domain
    case "ADDRESS": notice.address?.text.bytes ?? []
    case "OLD_ADDRESS": notice.old?.text.bytes ?? []
    case "REASON": notice.reason
    case "COUNT": Text("\(notice.count)").bytes
    case "TIME": date
    case "TITLE": title.bytes
    case "TEXT": text.bytes
    case "ID": Text("\(section)-\(notice.event.word)-\(notice.time)").bytes
    default: nil
    }
  }

  /// The same as variables of a program.
  public var variables: [[UInt8]] {
    let names: Literal =
      "EVENT SECTION DOMAIN ADDRESS OLD_ADDRESS REASON COUNT TIME TITLE"
    return [UInt8](names).words.map { Text("DDNS_\($0)=\(value(of: Array($0)) ?? [])").bytes }
  }
}

extension Notice.Event {
  /// What has to be done about it.
  var advice: Literal {
    switch self {
    case .change, .recovery, .test: "nothing"
    case .failure:
      "look at the line and at the log; it is tried again by itself"
    case .block:
      "look at user name, password and host at the provider; a changed configuration, or HUP, lifts it"
    case .expiry:
      "log in at the provider if it wants hosts confirmed; look at the log"
    case .digest: "nothing, unless it goes on: look at the log"
    }
  }
}
