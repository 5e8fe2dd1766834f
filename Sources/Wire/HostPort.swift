// SPDX-License-Identifier: Apache-2.0

/// A host with an optional port in every spelling users have: `host`, `host:port`, `1.2.3.4`,
/// `1.2.3.4:53`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:53`.
public struct HostPort: Equatable, Sendable {
  /// A name, or an address without brackets.
  public var host: [UInt8]
  /// 1-65535; nil when none is given.
  public var port: UInt16?

  /// Joins a host and a port.
  public init(host: [UInt8], port: UInt16?) {
    self.host = host
    self.port = port
  }

  /// Parses a spelling; nil for an empty host, an unclosed bracket, or a bad port.
  public init?(_ text: [UInt8]) {
    if IPAddress(text) != nil {
      self.init(host: text, port: nil)
      return
    }
    var host = text[...]
    var rest: ArraySlice<UInt8> = []
    if text.first == UInt8(ascii: "[") {
      guard let close = text.firstIndex(of: UInt8(ascii: "]")),
        IPAddress(text[1..<close])?.family == .v6
      else { return nil }
      host = text[1..<close]
      rest = text[(close + 1)...]
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
      host = text[..<colon]
      rest = text[colon...]
    }
    guard !host.isEmpty, let port = Self.port(rest) else { return nil }
    self.init(host: Array(host), port: port)
  }

  /// The spelling, with an IPv6 address in brackets.
  public var text: [UInt8] {
    let isIPv6 = host.contains(UInt8(ascii: ":"))
    var result = isIPv6 ? [UInt8(ascii: "[")] + host + [UInt8(ascii: "]")] : host
    if let port {
      result.append(UInt8(ascii: ":"))
      result.append(decimal: Int64(port))
    }
    return result
  }

  /// The port of `:53`, none of an empty rest; the outer nil is a malformed one.
  private static func port(_ rest: ArraySlice<UInt8>) -> UInt16?? {
    guard let colon = rest.first else { return .some(nil) }
    guard colon == UInt8(ascii: ":"), let value = rest.dropFirst().decimalValue,
      (1...65535).contains(value)
    else { return nil }
    return UInt16(value)
  }
}
