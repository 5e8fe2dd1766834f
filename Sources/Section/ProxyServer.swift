// SPDX-License-Identifier: Apache-2.0

import Wire

/// A proxy that requests go through (`proxy`), cut up once.
public final class ProxyServer: Sendable {
  /// Why a text names none.
  public enum Problem: Error, Equatable, Sendable {
    /// There is no host in it, or something that is no port.
    case noHost
    /// There is a host without a port.
    case noPort
  }

  /// A name, or an address without brackets.
  public let host: [UInt8]
  /// 1-65535.
  public let port: UInt16
  /// User name and password, decoded; nil when there are none.
  public let credentials: (username: Secret, password: Secret)?
  /// How programs take it from their environment: `http://[user:pass@]host:port`.
  public let url: Secret

  /// Reads `[user:pass@]host:port`; an `http://` in front of it is allowed.
  public init(_ text: [UInt8]) throws(Problem) {
    var rest = text.hasPrefix("http://") ? text[7...] : text[...]
    url = Secret([UInt8]("http://") + rest)
    while rest.last == UInt8(ascii: "/") { rest.removeLast() }
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
      let pair = rest[..<at]
      let colon = pair.firstIndex(of: UInt8(ascii: ":")) ?? pair.endIndex
      credentials = (
        Secret(Percent.decode(Array(pair[..<colon]))),
        Secret(Percent.decode(Array(pair[colon...].dropFirst())))
      )
      rest = rest[(at + 1)...]
    } else {
      credentials = nil
    }
    guard let place = HostPort(Array(rest)) else { throw .noHost }
    guard let port = place.port else { throw .noPort }
    host = place.host
    self.port = port
  }
}
