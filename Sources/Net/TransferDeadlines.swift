// SPDX-License-Identifier: Apache-2.0

/// How long each part of a transfer may take, in milliseconds.
public struct TransferDeadlines: Equatable, Sendable {
  /// From the start to the connection, which includes the proxy's answer to CONNECT.
  public var connect: Int64 = 10_000
  /// From there to the end of the TLS handshake.
  public var secure: Int64 = 10_000
  /// From there, with the request sent, to the first line of the answer.
  public var firstByte: Int64 = 15_000
  /// From the start to the end, whatever happens.
  public var whole: Int64 = 30_000

  /// 10, 10, 15 and 30 seconds.
  public init() {}
}
