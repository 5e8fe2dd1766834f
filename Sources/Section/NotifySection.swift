// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// One `config notify` of /etc/config/ddns: who is told what, and by which way.
///
/// A class because code that copies its fields is large.
public final class NotifySection: Sendable {
  /// How somebody is told (`type`).
  public enum Way: Equatable, Sendable {
    /// By a mail.
    case mail
    /// By a program of the user's.
    case program
    /// By a request, which a file of this name describes.
    case webhook([UInt8])
  }

  /// How a mail server is talked to (`security`).
  public enum Security: Equatable, Sendable {
    /// In the clear until both have agreed on TLS, which they have to.
    case startTLS
    /// By TLS from the beginning.
    case tls
    /// In the clear: a relay of our own.
    case none
  }

  /// The section's name.
  public let name: [UInt8]
  /// How somebody is told.
  public let way: Way
  /// The events that are told, by their names.
  public let events: [[UInt8]]
  /// How many failures in a row are one to be told.
  public let failures: Int64
  /// Whether it is for sections that name none.
  public let isDefault: Bool
  /// The recipients of a mail.
  public let recipients: [[UInt8]]
  /// The same as it is written: a chat, a room, a topic.
  public let to: [UInt8]
  /// The sender.
  public let sender: [UInt8]
  /// The mail server, its port and what goes before.
  public let server: (host: [UInt8], port: UInt16, security: Security)
  /// What is run.
  public let program: [[UInt8]]

  /// The events there are.
  public static let allEvents: Literal = "change failure recovery block expiry"
  /// More failures in a row are not counted.
  public static let failureLimit: Int64 = 99

  /// Reads a section, and adds whatever is wrong.
  public init(_ section: UCISection, problems: inout [ConfigError]) {
    let options = OptionReader(section, .notify)
    name = section.name
    let type = options.text("type") ?? []
    way = type == "mail" ? .mail : type == "program" ? .program : .webhook(type)
    events = Self.items(options.text("on"))
    for event in events
    where !([UInt8](Self.allEvents).words.contains { $0.elementsEqual(event) }) {
      options.complain("on", "has '\(event)': use \(Self.allEvents)")
    }
    failures = min(max(options.number("failures") ?? 1, 1), Self.failureLimit)
    isDefault = options.flag("default")
    to = options.text("to") ?? []
    recipients = Self.items(to)
    sender = options.text("from") ?? recipients.first ?? []
    let security = Self.security(options)
    let port = options.number("port") ?? (security == .startTLS ? 587 : security == .tls ? 465 : 25)
    server = (options.text("server") ?? [], UInt16(truncatingIfNeeded: port), security)
    program = (options.text("program") ?? []).shellWords
    switch way {
    case .mail:
      if server.host.isEmpty { options.complain("server", "is missing: the host that takes mail") }
      if recipients.isEmpty || !(recipients + [sender]).allSatisfy({ Self.isMailbox($0) }) {
        options.complain("to", "and 'from' have to be mail addresses")
      }
      if security == .none, options.isSet("username") {
        options.complain("security", "is 'none': no password is sent that way")
      }
    case .program:
      if program.isEmpty { options.complain("program", "is missing: what is to be run") }
    case .webhook(let name):
      if name.isEmpty || name.contains(UInt8(ascii: "/")) || name.first == UInt8(ascii: ".") {
        options.complain(
          "type", "is missing: use 'mail', 'program', 'webhook' or another file's name")
      }
    }
    problems += options.problems
  }

  /// What is between commas and blanks.
  private static func items(_ text: [UInt8]?) -> [[UInt8]] {
    (text ?? []).split { $0 == UInt8(ascii: ",") || $0.isSpace }.map { Array($0) }
  }

  private static func security(_ options: OptionReader) -> Security {
    switch options.text("security") ?? [] {
    case "starttls": return .startTLS
    case "tls": return .tls
    case "none": return .none
    case let other:
      options.complain("security", "is '\(other)': use 'starttls', 'tls' or 'none'")
      return .startTLS
    }
  }

  /// Whether it can stand between angle brackets.
  private static func isMailbox(_ text: [UInt8]) -> Bool {
    text.contains(UInt8(ascii: "@"))
      && text.allSatisfy { $0 > 32 && $0 < 127 && !$0.isOne(of: "<>") }
  }
}

extension ServiceSection {
  /// The names of the notify sections that it has; nil when it leaves that to them.
  public static func notified(_ section: UCISection) -> [[UInt8]]? {
    section.options.first { $0.name == "notify" }.map { option in
      option.values.flatMap { $0.words.map { Array($0) } }
    }
  }
}
