// SPDX-License-Identifier: Apache-2.0

import Wire

/// The cookies of one session with the servers of a provider (RFC 6265). They are never written down.
///
/// A class, because the requests of a session share it.
public final class CookieJar {
  /// The most cookies; one more is not taken.
  public static let limit = 32
  /// The most bytes a cookie may have.
  public static let sizeLimit = 4096

  private final class Cookie {
    let name: [UInt8]
    let value: [UInt8]
    var host: [UInt8]
    var isForSubdomains = false
    var path: [UInt8]
    var isSecure = false

    init(name: [UInt8], value: [UInt8], host: [UInt8], path: [UInt8]) {
      self.name = name
      self.value = value
      self.host = host
      self.path = path
    }
  }

  private let hosts: [[UInt8]]
  private var cookies: [Cookie] = []

  /// An empty one for these hosts, between blanks: nobody else gets any or may set one.
  public init(hosts: [UInt8]) {
    self.hosts = hosts.lowercased.words.map { Array($0) }
  }

  /// Whether a URL is of one of the hosts.
  public func covers(_ url: URL) -> Bool { hosts.contains(url.host.lowercased) }

  /// Takes what an answer sets (§5.2, §5.3). A lifetime counts only when it is over: none of ours
  /// is longer than a session.
  @inline(never)
  public func take(_ response: HTTPResponse, of url: URL) {
    guard covers(url) else { return }
    for line in response.head.lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].equalsIgnoringCase("set-cookie"), line.count <= Self.sizeLimit
      else { continue }
      set(Array(line[(colon + 1)...]), by: url)
    }
  }

  @inline(never)
  private func set(_ text: [UInt8], by url: URL) {
    let parts = text.pieces(separatedBy: UInt8(ascii: ";"))
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }), let pair = parts.first,
      let sign = pair.firstIndex(of: UInt8(ascii: "="))
    else { return }
    let host = url.host.lowercased
    let cookie = Cookie(
      name: Array(pair[..<sign].trimmed), value: Array(pair[(sign + 1)...].trimmed), host: host,
      path: Self.folder(of: url))
    var isOver = false
    for part in parts.dropFirst() {
      let sign = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      let name = part[..<sign].trimmed
      let value = Array(part[sign...].dropFirst().trimmed)
      if name.equalsIgnoringCase("secure") { cookie.isSecure = true }
      if name.equalsIgnoringCase("max-age") { isOver = Self.isOver(value) ?? isOver }
      if name.equalsIgnoringCase("path"), value.first == UInt8(ascii: "/") { cookie.path = value }
      if name.equalsIgnoringCase("domain"), !value.isEmpty {
        cookie.host = Array(value.lowercased.drop { $0 == UInt8(ascii: ".") })
        cookie.isForSubdomains = true
      }
    }
    guard !cookie.name.isEmpty, Self.isOf(cookie, host) else { return }
    cookies.removeAll { $0.name == cookie.name && $0.host == cookie.host && $0.path == cookie.path }
    guard !isOver, cookies.count < Self.limit else { return }
    // Longer paths come first (§5.4).
    let place = cookies.firstIndex { $0.path.count < cookie.path.count } ?? cookies.endIndex
    cookies.insert(cookie, at: place)
  }

  /// Whether a lifetime ends a cookie at once; nil for what is no number, which is as if it were not there.
  private static func isOver(_ age: [UInt8]) -> Bool? {
    let digits = age.first == UInt8(ascii: "-") ? age.dropFirst() : age[...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isDigit }) else { return nil }
    return digits.count < age.count || digits.allSatisfy { $0 == UInt8(ascii: "0") }
  }

  /// The value of a request's Cookie field (§5.4); empty for none.
  @inline(never)
  public func field(for url: URL) -> [UInt8] {
    var text: [UInt8] = []
    guard covers(url) else { return text }
    for cookie in cookies
    where Self.isOf(cookie, url.host.lowercased) && Self.isAt(cookie, Self.path(of: url))
      && (url.isSecure || !cookie.isSecure)
    {
      if !text.isEmpty { text += [UInt8]("; ") }
      text += cookie.name + [UInt8(ascii: "=")] + cookie.value
    }
    return text
  }

  /// Whether a host may have a cookie (§5.1.3).
  private static func isOf(_ cookie: Cookie, _ host: [UInt8]) -> Bool {
    if host == cookie.host { return true }
    let end = [UInt8(ascii: ".")] + cookie.host
    return cookie.isForSubdomains && host.suffix(end.count).elementsEqual(end)
  }

  /// Whether a path is at or below a cookie's (§5.1.4).
  private static func isAt(_ cookie: Cookie, _ path: ArraySlice<UInt8>) -> Bool {
    guard path.starts(with: cookie.path) else { return false }
    let rest = path.dropFirst(cookie.path.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/") || cookie.path.last == UInt8(ascii: "/")
  }

  private static func path(of url: URL) -> ArraySlice<UInt8> {
    url.target.prefix { $0 != UInt8(ascii: "?") }
  }

  /// Where a cookie is that says no path of its own (§5.1.4).
  private static func folder(of url: URL) -> [UInt8] {
    let path = path(of: url)
    let end = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    return end == path.startIndex ? [UInt8(ascii: "/")] : Array(path[..<end])
  }
}
