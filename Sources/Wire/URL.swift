// SPDX-License-Identifier: Apache-2.0

/// An http or https URL, cut into what a request needs (RFC 3986 §3, RFC 9110 §4.2). It can be sent as it is: no
/// part has a blank or a control character.
public final class URL: Equatable, Sendable {
  /// Whether the scheme is https.
  public let isSecure: Bool
  /// The user name in front of the host, percent-decoded; nil when there is none.
  public let username: [UInt8]?
  /// The password in front of the host, percent-decoded; nil when there is none.
  public let password: [UInt8]?
  /// A name, or an address without brackets.
  public let host: [UInt8]
  /// 1-65535; 80 or 443 when the URL names none.
  public let port: UInt16
  /// Path and query, beginning with `/`; bytes that cannot stand in a request line are encoded.
  public let target: [UInt8]

  /// Parses a URL; nil for another scheme, an empty or malformed host, or a bad port.
  ///
  /// The last `@` before the path ends the credentials, and a stray `http://` after it is skipped
  /// (one provider row of ddns-scripts has it). A fragment is dropped.
  public init?(_ text: [UInt8]) {
    var rest = text.trimmed[...]
    guard let secure = Self.takeScheme(&rest) else { return nil }
    isSecure = secure
    if let at = rest[..<Self.authorityEnd(rest)].lastIndex(of: UInt8(ascii: "@")) {
      let credentials = rest[..<at]
      let colon = credentials.firstIndex(of: UInt8(ascii: ":"))
      username = Percent.decode(Array(credentials[..<(colon ?? credentials.endIndex)]))
      password = colon.map { Percent.decode(Array(credentials[($0 + 1)...])) }
      rest = rest[(at + 1)...]
      _ = Self.takeScheme(&rest)
    } else {
      (username, password) = (nil, nil)
    }
    let end = Self.authorityEnd(rest)
    var tail = rest[end...]
    guard let (host, port) = Self.hostAndPort(rest[..<end]) else { return nil }
    self.host = host
    self.port = port ?? (secure ? 443 : 80)
    if let hash = tail.firstIndex(of: UInt8(ascii: "#")) { tail = tail[..<hash] }
    if tail.first == UInt8(ascii: "/") {
      target = Percent.encodeUnprintable(Array(tail))
    } else {
      target = [UInt8(ascii: "/")] + Percent.encodeUnprintable(Array(tail))
    }
  }

  /// The same without user name and password.
  public init(withoutCredentials other: URL) {
    (username, password) = (nil, nil)
    (isSecure, host, port, target) = (other.isSecure, other.host, other.port, other.target)
  }

  /// Whether they are the same, part by part.
  public static func == (left: URL, right: URL) -> Bool {
    left.origin == right.origin && left.target == right.target && left.username == right.username
      && left.password == right.password
  }

  /// Scheme, host and port as they stand in a URL, IPv6 in brackets; no credentials, no target.
  public var origin: [UInt8] {
    var result = [UInt8](isSecure ? "https://" : "http://")
    result += HostPort(host: host, port: port == (isSecure ? 443 : 80) ? nil : port).text
    return result
  }

  private static func takeScheme(_ rest: inout ArraySlice<UInt8>) -> Bool? {
    if rest.prefix(8).equalsIgnoringCase("https://") {
      rest = rest.dropFirst(8)
      return true
    }
    guard rest.prefix(7).equalsIgnoringCase("http://") else { return nil }
    rest = rest.dropFirst(7)
    return false
  }

  private static func authorityEnd(_ rest: ArraySlice<UInt8>) -> Int {
    rest.firstIndex { byte in
      byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    } ?? rest.endIndex
  }

  private static func hostAndPort(_ authority: ArraySlice<UInt8>) -> ([UInt8], UInt16?)? {
    guard let parsed = HostPort(Array(authority)) else { return nil }
    let isAddress = IPAddress(parsed.host) != nil
    let isName = parsed.host.allSatisfy { byte in
      byte.isDigit || byte.isLetter || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_")
    }
    return isAddress || isName ? (parsed.host, parsed.port) : nil
  }
}
