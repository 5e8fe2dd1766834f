// SPDX-License-Identifier: Apache-2.0

import Wire

/// The client's side of a talk with a mail server (RFC 5321, 3207, 4954), as a machine without a
/// socket: told each line that comes, it says what to do.
///
/// A class because code that copies its fields is large.
public final class SMTPClient {
  /// What to do now.
  public enum Effect: Equatable, Sendable {
    /// Wait for the next line.
    case receive
    /// Send this, and wait.
    case send([UInt8])
    /// Agree on TLS, then call `secured`.
    case secure
    /// The server has the message.
    case done
    /// It has not.
    case failed(Problem)
  }

  /// Why a message is not taken.
  public struct Problem: Error, Equatable, Sendable {
    /// The code of the answer; 0 when it is not about an answer.
    public let code: Int64
    /// What it says, or what is missing.
    public let said: [UInt8]
    /// Whether it may be taken later.
    public var mayPass: Bool { (400...499).contains(code) }
  }

  /// The longest line of an answer, with room for those who do not know that.
  public static let lineLimit = 2_048
  /// More lines than that are no answer.
  private static let answerLimit = 100

  /// What the next answer is about.
  private enum State { case greeting, hello, startTLS, user, name, password, envelope, data, end }

  private var state = State.greeting
  private var wantsTLS: Bool
  private let sender: [UInt8]
  private var recipients: ArraySlice<[UInt8]>
  private let message: [UInt8]
  private let username: [UInt8]
  private let password: [UInt8]
  private var offersTLS = false
  private var plain = false
  private var login = false
  private var lines = 0

  /// A message and its way: addresses without angle brackets, lines that end with CR LF. `startsTLS`
  /// lets nothing go in the clear but the wish for TLS; without a `username` nobody says who we are.
  public init(
    from sender: [UInt8], to recipients: [[UInt8]], _ message: [UInt8], startsTLS: Bool,
    username: [UInt8] = [], password: [UInt8] = []
  ) {
    wantsTLS = startsTLS
    self.sender = sender
    self.recipients = recipients[...]
    self.message = message
    self.username = username
    self.password = password
  }

  /// TLS has been agreed on: all that was said before is forgotten.
  public func secured() -> Effect {
    wantsTLS = false
    return hello()
  }

  /// Takes a line of the server's, without its end.
  public func take(_ line: [UInt8]) -> Effect {
    lines += 1
    guard line.count >= 3, let code = line[..<3].decimalValue, (200...599).contains(code),
      lines <= Self.answerLimit
    else { return .failed(Problem(code: 0, said: [UInt8]("no mail server answers"))) }
    let text = Array(line.dropFirst(4))
    if state == .hello { note(text) }
    if line.count > 3, line[3] == UInt8(ascii: "-") { return .receive }
    lines = 0
    let wanted: Int64 = state == .user || state == .name || state == .data ? 3 : 2
    if code / 100 == wanted { return go() }
    return .failed(Problem(code: code, said: text))
  }

  /// What the server can do.
  private func note(_ text: [UInt8]) {
    let words = text.words
    guard let first = words.first else { return }
    if first.equalsIgnoringCase("STARTTLS") { offersTLS = true }
    if first.equalsIgnoringCase("AUTH") {
      plain = plain || words.contains { $0.equalsIgnoringCase("PLAIN") }
      login = login || words.contains { $0.equalsIgnoringCase("LOGIN") }
    }
  }

  /// An address literal: a name that is none in the DNS is refused by some.
  private func hello() -> Effect {
    (state, offersTLS, plain, login) = (.hello, false, false, false)
    return send("EHLO [127.0.0.1]")
  }

  private func go() -> Effect {
    switch state {
    case .greeting: return hello()
    case .hello where wantsTLS:
      guard offersTLS else { return .failed(Self.missing("STARTTLS")) }
      state = .startTLS
      return send("STARTTLS")
    case .startTLS: return .secure
    case .hello where username.isEmpty, .password:
      state = .envelope
      return send("MAIL FROM:<\(sender)>")
    case .hello where plain:
      state = .password
      return send("AUTH PLAIN \(Base64.encode([0] + username + [0] + password))")
    case .hello:
      guard login else { return .failed(Self.missing("AUTH PLAIN or LOGIN")) }
      state = .user
      return send("AUTH LOGIN")
    case .user:
      state = .name
      return send("\(Base64.encode(username))")
    case .name:
      state = .password
      return send("\(Base64.encode(password))")
    case .envelope:
      if let next = recipients.popFirst() { return send("RCPT TO:<\(next)>") }
      state = .data
      return send("DATA")
    case .data:
      state = .end
      return .send(Self.stuffed(message))
    case .end: return .done
    }
  }

  private static func missing(_ what: Literal) -> Problem {
    Problem(code: 0, said: Text("the server offers no \(what)").bytes)
  }

  private func send(_ line: Text) -> Effect { .send((line + "\r\n").bytes) }

  /// A message as it goes over the line: a dot at the beginning of a line is doubled, and one alone
  /// ends it all (RFC 5321 4.5.2).
  static func stuffed(_ message: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var last: UInt8 = 10
    for byte in message {
      if byte == UInt8(ascii: "."), last == 10 { result.append(byte) }
      result.append(byte)
      last = byte
    }
    return result + [UInt8](".\r\n")
  }
}
