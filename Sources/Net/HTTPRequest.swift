// SPDX-License-Identifier: Apache-2.0

import Wire

/// One HTTP request, with everything that decides how it is sent.
///
/// A class, because code that copies as many fields is large; whoever makes one sends it, once.
public final class HTTPRequest {
  /// What is done with the resource (RFC 9110 §9.3, RFC 5789).
  public enum Method: Equatable, Sendable {
    /// The default.
    case get
    /// With a body.
    case post
    /// With a body.
    case put
    /// With a body.
    case patch
    /// Mostly without a body.
    case delete

    /// The method of a name; `get` when that is none.
    public init(_ name: [UInt8]) {
      self =
        switch name {
        case "POST": .post
        case "PUT": .put
        case "PATCH": .patch
        case "DELETE": .delete
        default: .get
        }
    }
  }

  /// What to do.
  public var method = Method.get
  /// Where. Credentials in it are not sent; `init` has moved them to `credentials`.
  public var url: URL
  /// The addresses of the proxy, or without one of the host; tried in an order of libcurl's choice.
  public var addresses: [IPAddress]
  /// Fields besides Host, User-Agent, Accept, Authorization and Connection.
  public var fields: [(name: [UInt8], value: [UInt8])] = []
  /// What to send; nil for none.
  public var body: [UInt8]?
  /// Who we are; nil for nobody.
  public var credentials: Credentials?
  /// The User-Agent field; empty for none.
  public var userAgent: [UInt8] = []
  /// Whom to ask instead of the host itself.
  public var proxy: Proxy?
  /// The network device to bind to; at most 15 bytes. Failing to bind is an error.
  public var device: [UInt8]?
  /// The address to bind to. Peers of the other family are left out, or with a `device` bound to
  /// that alone.
  public var localAddress: IPAddress?
  /// Whose certificates are trusted.
  public var trust = TrustPolicy.systemDefault()
  /// How long it may take.
  public var deadlines = TransferDeadlines()
  /// The most bytes status line and fields of the answer may have.
  public var fieldLimit = 16 * 1024
  /// The most bytes the body of the answer may have.
  public var bodyLimit = 64 * 1024

  /// The session it belongs to; nil for none. A redirect to a host of it leads nowhere else, though
  /// credentials and fields of ours stay behind.
  public var cookies: CookieJar?

  /// Whether a redirect to another origin is not followed.
  public var staysThere = false

  /// Whether a redirect has led to another origin, which need not be that server's any more.
  public private(set) var isElsewhere = false
  /// Whether credentials, or fields of ours, have stayed behind on the way there.
  public private(set) var lacksCredentials = false

  /// A GET request to one of the addresses.
  public init(_ url: URL, addresses: [IPAddress]) {
    self.url = URL(withoutCredentials: url)
    self.addresses = addresses
    if let username = url.username {
      credentials = Credentials(username: username, password: url.password ?? [])
    }
  }

  /// Becomes the request that follows a redirect; false when the answer is none, or leads from https
  /// to http, or away if it `staysThere` or would take its body along.
  ///
  /// Its addresses are empty: the caller looks them up, and counts the hops. Credentials and fields
  /// of ours go only to the same scheme, host and port, or from a host's http to its https. A POST
  /// becomes a GET, but for 307 and 308 (RFC 9110 §15.4).
  public func follow(_ response: HTTPResponse) -> Bool {
    guard [301, 302, 303, 307, 308].contains(response.status),
      let named = URL(response.redirect), named.isSecure || !url.isSecure
    else { return false }
    let next = URL(withoutCredentials: named)
    if !isSameServer(next) {
      if staysThere { return false }
      if cookies?.covers(next) != true {
        // What a body has in it is for that server alone.
        if body != nil, response.status >= 307 { return false }
        isElsewhere = true
        if credentials != nil || !fields.isEmpty { lacksCredentials = true }
      }
      credentials = nil
      fields = []
    }
    if method != .get, response.status < 307 {
      method = .get
      body = nil
    }
    url = next
    addresses = []
    return true
  }

  /// Whether a URL is of the origin that was asked, or of the same host by TLS on the ports of
  /// http and https, which nobody but that host can be.
  private func isSameServer(_ next: URL) -> Bool {
    if next.origin.lowercased == url.origin.lowercased { return true }
    return next.host.lowercased == url.host.lowercased && !url.isSecure && url.port == 80
      && next.isSecure && next.port == 443
  }

  /// Host and port for messages.
  var peer: [UInt8] { HostPort(host: url.host, port: url.port).text }

  /// What cannot be sent; nil when everything can.
  var invalidPart: NetError.RequestPart? {
    if addresses.isEmpty { return .addresses }
    guard Self.isHost(url.host), proxy.map({ Self.isHost($0.host) }) ?? true else { return .host }
    let texts = fields.flatMap { [$0.name, $0.value] } + [userAgent]
    guard texts.allSatisfy({ Self.isPrintable($0) }), fields.allSatisfy({ Self.isToken($0.name) })
    else { return .field }
    for each in [credentials, proxy?.credentials] {
      guard let each else { continue }
      guard !each.username.contains(UInt8(ascii: ":")), Self.isPrintable(each.username),
        Self.isPrintable(each.password)
      else { return .credentials }
    }
    if let device {
      guard (1...15).contains(device.count), Self.isPrintable(device, blank: false),
        !device.contains(UInt8(ascii: "/"))
      else { return .device }
    }
    return nil
  }

  private static func isHost(_ host: [UInt8]) -> Bool {
    if IPAddress(host) != nil { return true }
    return !host.isEmpty && host.count <= 255
      && host.allSatisfy {
        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
          || $0 == UInt8(ascii: "_")
      }
  }

  private static func isPrintable(_ text: [UInt8], blank: Bool = true) -> Bool {
    text.allSatisfy { $0 >= (blank ? 0x20 : 0x21) && $0 != 0x7f }
  }

  private static func isToken(_ name: [UInt8]) -> Bool {
    !name.isEmpty
      && name.allSatisfy {
        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }
}
