// SPDX-License-Identifier: Apache-2.0

/// An http or https URL, cut into what a request needs (RFC 3986 §3, RFC 9110 §4.2).
public struct URL: Equatable, Sendable {
  /// Whether the scheme is https.
  public var isSecure: Bool
  /// The user name in front of the host, percent-decoded; nil when there is none.
  public var username: [UInt8]?
  /// The password in front of the host, percent-decoded; nil when there is none.
  public var password: [UInt8]?
  /// A name, or an address without brackets.
  public var host: [UInt8]
  /// 1-65535; 80 or 443 when the URL names none.
  public var port: UInt16
  /// Path and query, beginning with `/`; bytes that cannot stand in a request line are encoded.
  public var target: [UInt8]

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
    }
    let end = Self.authorityEnd(rest)
    var tail = rest[end...]
    guard let (host, port) = Self.hostAndPort(rest[..<end]) else { return nil }
    self.host = host
    self.port = port ?? (secure ? 443 : 80)
    if let hash = tail.firstIndex(of: UInt8(ascii: "#")) { tail = tail[..<hash] }
    target = Percent.encodeUnprintable(Array(tail))
    if target.first != UInt8(ascii: "/") { target.insert(UInt8(ascii: "/"), at: 0) }
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
