// SPDX-License-Identifier: Apache-2.0

/// An HTTP proxy. https goes through it by CONNECT.
public struct Proxy: Equatable, Sendable {
  /// A name, or an address without brackets.
  public var host: [UInt8]
  /// 1-65535.
  public var port: UInt16
  /// Sent with the first request; nil for none.
  public var credentials: Credentials?

  /// A proxy.
  public init(host: [UInt8], port: UInt16, credentials: Credentials? = nil) {
    self.host = host
    self.port = port
    self.credentials = credentials
  }
}
