// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What `--status` says of a section, as far as nobody else knows it. Texts in it are masked.
struct StatusFile {
  /// Our address, if the last pass has found it.
  private(set) var current: IPAddress?
  /// What the section does.
  private(set) var state = Status.State.checking
  private var since: Int64 = 0
  /// When the file was written last; 0 for never.
  private var writtenAt: Int64 = 0
  private var registered: [IPAddress]?
  private var lastError: Status.Problem?

  /// Keeps what an event tells about addresses.
  mutating func note(_ event: Cycle.Event) {
    switch event {
    case .detected(let address): current = address
    case .notDetected: current = nil
    case .registered(.addresses(let addresses), _): registered = addresses
    case .registered(.unknown, _): registered = nil
    default: break
    }
  }

  /// Keeps an error.
  mutating func noteError(_ text: [UInt8], at now: Int64) {
    lastError = Status.Problem(text, at: now)
  }

  /// A failure that no tool has explained since the last one explains itself.
  mutating func noteFailure(_ reason: Cycle.Reason, _ words: [UInt8], at now: Int64) {
    switch reason {
    case .retry, .gaveUp, .notUnderstood, .noAddress, .blocked, .unusable:
      if lastError.map({ $0.time < writtenAt }) ?? true { noteError(words, at: now) }
    default: break
    }
  }

  /// The section waits; the new content of its file.
  mutating func waits(
    until time: Int64, _ reason: Cycle.Reason, _ words: [UInt8], _ record: Record, at now: Int64
  ) -> [UInt8] {
    noteFailure(reason, words, at: now)
    return enter(Status.State(reason), words, nextCheck: time, record, at: now)
  }

  /// The section has ended; the new content of its file.
  mutating func ends(
    _ state: Status.State, _ words: [UInt8], _ record: Record, at now: Int64
  ) -> [UInt8] {
    enter(record.block == nil ? state : .blocked, words, nextCheck: nil, record, at: now)
  }

  private mutating func enter(
    _ state: Status.State, _ words: [UInt8], nextCheck: Int64?, _ record: Record, at now: Int64
  ) -> [UInt8] {
    let former = state == self.state && writtenAt > 0 ? since : now
    since = (state == .blocked ? record.block?.since : nil) ?? former
    (self.state, writtenAt) = (state, now)
    let status = Status()
    status.nextCheck = nextCheck
    status.process = Int64(Process.id)
    status.adopt(record)
    status.current = current
    status.registered = registered
    status.lastError = lastError
    status.enter(state, words, at: now, since: since)
    return status.encoded
  }
}
