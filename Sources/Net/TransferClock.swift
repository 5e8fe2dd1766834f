// SPDX-License-Identifier: Apache-2.0

import Wire

/// How far a transfer has come.
public enum TransferPhase: Equatable, Sendable {
  /// Until the TCP connection stands; through a proxy, until that has connected us to the server.
  case connecting
  /// Until TLS stands.
  case securing
  /// Until the answer begins.
  case waiting
  /// Until the answer is complete.
  case receiving

  /// The complaint about a deadline missed in this phase.
  var describe: Text {
    switch self {
    case .connecting: "no connection in time"
    case .securing: "no TLS handshake in time"
    case .waiting: "connected, but no answer in time"
    case .receiving: "answer not complete in time"
    }
  }
}

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

/// Watches the deadlines of one transfer. It is told the time and never waits.
struct TransferClock {
  private let deadlines: TransferDeadlines
  private let end: Int64
  private var phase = TransferPhase.connecting
  private var phaseStart: Int64

  /// Starts at `now`, in milliseconds of any clock that is never set.
  init(_ deadlines: TransferDeadlines, at now: Int64) {
    self.deadlines = deadlines
    end = now + deadlines.whole
    phaseStart = now
  }

  /// How many milliseconds are left in this phase; 0 when a deadline has passed.
  mutating func remaining(in phase: TransferPhase, at now: Int64) -> Int64 {
    if phase != self.phase {
      self.phase = phase
      phaseStart = now
    }
    return max(min(end, limit.map { phaseStart + $0 } ?? end) - now, 0)
  }

  private var limit: Int64? {
    switch phase {
    case .connecting: deadlines.connect
    case .securing: deadlines.secure
    case .waiting: deadlines.firstByte
    case .receiving: nil
    }
  }
}
