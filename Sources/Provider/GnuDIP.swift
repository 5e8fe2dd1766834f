// SPDX-License-Identifier: Apache-2.0

import Digest
import Section
import Wire

/// The protocol of GnuDIP servers: a challenge, a request with a digest of it, a digit.
///
/// Both are lines over TCP, or pages over HTTP with what counts in `meta` tags.
public struct GnuDIP: Equatable, Sendable {
  /// The port without one in the URL.
  public static let port: UInt16 = 3495
  /// The longest line, in bytes.
  public static let lineLimit = 255

  /// Where the server is: `gnudip://host[:port]`, `gnudip+http://host/path`, `gnudip+https://...`.
  public enum Target: Equatable, Sendable {
    /// TCP.
    case lines(HostPort)
    /// HTTP; the URL without a query.
    case pages([UInt8])

    /// Cuts a URL up; nil when it is another.
    public init?(_ url: [UInt8]) {
      if url.hasPrefix("gnudip+http"), URL(Array(url.dropFirst(7))) != nil {
        self = .pages(Array(url[7...].prefix { $0 != UInt8(ascii: "?") }))
        return
      }
      guard url.hasPrefix("gnudip://") else { return nil }
      var rest = Array(url.dropFirst(9))
      if rest.last == UInt8(ascii: "/") { rest.removeLast() }
      guard let server = HostPort(rest) else { return nil }
      self = .lines(server)
    }
  }

  /// The first label of the host, which is the account's name, too.
  public let user: [UInt8]
  /// The rest of it.
  public let domain: [UInt8]
  private let password: Secret
  /// The address; nil to go offline.
  private let address: IPAddress?

  /// What a section asks for: `domain` may have the user in front or not. Nil when there is no user
  /// or domain, or something in them that would end the field.
  public init?(user: [UInt8], password: Secret, domain: [UInt8], address: IPAddress?) {
    let start = user + [UInt8(ascii: ".")]
    self.user = user
    self.domain = domain.starts(with: start) ? Array(domain.dropFirst(start.count)) : domain
    self.password = password
    self.address = address
    let isPlain = (user + self.domain).allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
    guard isPlain, !user.isEmpty, !self.domain.isEmpty, address?.family != .v6 else { return nil }
  }

  /// What stands for the password: a digest of its digest and the salt.
  public static func digest(of password: Secret, salt: [UInt8]) -> [UInt8] {
    let inner = Hex.encode(Hash.md5.digest(of: password.revealed))
    return Hex.encode(Hash.md5.digest(of: inner + [UInt8(ascii: ".")] + salt))
  }

  private var code: Literal { address == nil ? "1" : "0" }

  /// What is asked for, for a log: without user and digest.
  public var shown: Text {
    address.map { "register \($0) in \(domain)" } ?? "go offline in \(domain)"
  }

  // MARK: - Lines

  /// The line that answers the server's first, which is the salt.
  public func line(salt: [UInt8]) -> [UInt8] {
    let digest = Self.digest(of: password, salt: Array(salt.trimmed))
    var line: Text = "\(user):\(digest):\(domain):\(code)"
    if let address { line += ":\(address)" }
    return line.bytes + [UInt8(ascii: "\n")]
  }

  /// What the server's last line means.
  public func outcome(of line: [UInt8]) -> Outcome {
    switch Array(line.trimmed.prefix(while: { $0 != UInt8(ascii: ":") })) {
    case "0" where address != nil, "2" where address == nil: return Outcome(.good)
    // It says no more than that: whatever it is, the same again is refused again.
    case "1": return Outcome(.badauth)
    default:
      return Outcome(
        .notUnderstood, word: .unknown, reason: "answer not understood", quote: Quote(line))
    }
  }

  // MARK: - Pages

  /// The second URL, for the challenge in the page behind the first; nil when there is none in it.
  public func url(_ first: [UInt8], page: [UInt8]) -> [UInt8]? {
    guard let salt = MetaTag.content(of: "salt", in: page),
      let time = MetaTag.content(of: "time", in: page),
      let sign = MetaTag.content(of: "sign", in: page)
    else { return nil }
    let (salted, timed, signed) = (
      Percent.encode(Array(salt)), Percent.encode(Array(time)), Percent.encode(Array(sign))
    )
    let digest = Self.digest(of: password, salt: Array(salt))
    var query: Text = "?salt=\(salted)&time=\(timed)&sign=\(signed)"
    query +=
      "&user=\(Percent.encode(user))&pass=\(digest)&domn=\(Percent.encode(domain))&reqc=\(code)"
    if let address { query += "&addr=\(address)" }
    return first + query.bytes
  }

  /// What the second page means.
  public func outcome(page: [UInt8]) -> Outcome {
    guard let result = MetaTag.content(of: "retc", in: page) else {
      return Outcome(
        .notUnderstood, word: .unknown, reason: "no result in the answer", quote: Quote(page))
    }
    let outcome = outcome(of: Array(result))
    if outcome.quote != nil { outcome.quote = Quote(page) }
    return outcome
  }
}
