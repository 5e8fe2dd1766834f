// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What `--status` says of a section, kept as it becomes known. Texts in it are masked.
struct StatusFile {
  private var noted = Status()
  private let files: RunFiles

  /// The file of a section that has just begun.
  init(_ files: RunFiles) { self.files = files }

  /// Keeps what an event tells about addresses.
  mutating func note(_ event: Cycle.Event) {
    switch event {
    case .detected(let address): noted.current = address
    case .notDetected: noted.current = nil
    case .registered(.addresses(let addresses), _): noted.registered = addresses
    case .registered(.unknown, _): noted.registered = nil
    default: break
    }
  }

  /// What the section does.
  var state: Status.State { noted.state }

  /// Our address, if the last pass has found it.
  var current: IPAddress? { noted.current }

  /// Keeps an error.
  mutating func noteError(_ text: [UInt8], at now: Int64) {
    noted.lastError = Status.Problem(text, at: now)
  }

  /// A failure that no tool has explained since the last one explains itself.
  mutating func noteFailure(_ reason: Cycle.Reason, _ words: [UInt8], at now: Int64) {
    switch reason {
    case .retry, .gaveUp, .notUnderstood, .noAddress, .blocked, .unusable:
      if noted.lastError.map({ $0.time < noted.writtenAt }) ?? true { noteError(words, at: now) }
    default: break
    }
  }

  /// The section waits; the file and its new content.
  mutating func waits(
    until time: Int64, _ reason: Cycle.Reason, _ words: [UInt8], _ record: Record, at now: Int64
  ) -> (path: [UInt8], content: [UInt8]) {
    noteFailure(reason, words, at: now)
    return enter(Status.State(reason), words, nextCheck: time, record, at: now)
  }

  /// The section has ended; the file and its new content.
  mutating func ends(
    _ words: [UInt8], _ record: Record, at now: Int64
  ) -> (path: [UInt8], content: [UInt8]) {
    enter(record.block == nil ? .stopped : .blocked, words, nextCheck: nil, record, at: now)
  }

  private mutating func enter(
    _ state: Status.State, _ words: [UInt8], nextCheck: Int64?, _ record: Record, at now: Int64
  ) -> (path: [UInt8], content: [UInt8]) {
    noted.nextCheck = nextCheck
    noted.process = Int64(Process.id)
    noted.adopt(record)
    let since = state == .blocked ? record.block?.since : nil
    noted.enter(state, words, at: now, since: since)
    let content = noted.encoded
    // Nobody asks for it any more.
    noted.forgetReason()
    return (files.status, content)
  }
}
