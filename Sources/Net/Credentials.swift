// SPDX-License-Identifier: Apache-2.0

/// A user name and a password, sent as Basic without being asked (RFC 7617).
public struct Credentials: Equatable, Sendable {
  /// Any bytes but a colon and control characters.
  public var username: [UInt8]
  /// Any bytes but control characters.
  public var password: [UInt8]

  /// Joins the two.
  public init(username: [UInt8], password: [UInt8]) {
    self.username = username
    self.password = password
  }
}
