// SPDX-License-Identifier: Apache-2.0

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
