// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import Section
import System
import Wire

extension SectionRun {
  /// Keeps what an event tells about addresses.
  func note(_ event: Cycle.Event) {
    switch event {
    case .detected(let address): noted.current = address
    case .notDetected: noted.current = nil
    case .registered(.addresses(let addresses), _): noted.registered = addresses
    case .registered(.unknown, _): noted.registered = nil
    default: break
    }
  }

  /// Says what went wrong, in the log and to those who ask.
  func complain(_ text: Text) {
    log.write(.error, text)
    noteError(.error, text)
  }

  /// Keeps an error for those who ask.
  func noteError(_ level: LogLevel, _ text: Text) {
    guard level.rawValue <= LogLevel.error.rawValue else { return }
    noted.lastError = Status.Problem(safe(text), at: Self.now)
  }

  /// Tells those who ask what the section waits for.
  func noteWait(until time: Int64, _ reason: Cycle.Reason, _ words: Text) {
    noted.nextCheck = time
    noteFailure(reason, words)
    writeStatus(Status.State(reason), words)
  }

  /// Tells those who ask why the section has ended.
  func noteEnd(_ words: Text) {
    noted.nextCheck = nil
    writeStatus(cycle.record.block == nil ? .stopped : .blocked, words)
  }

  /// A failure that no tool has explained since the last one explains itself.
  func noteFailure(_ reason: Cycle.Reason, _ words: Text) {
    switch reason {
    case .retry, .gaveUp, .notUnderstood, .blocked, .unusable:
      if noted.lastError.map({ $0.time < noted.writtenAt }) ?? true { noteError(.error, words) }
    default: break
    }
  }

  private func writeStatus(_ state: Status.State, _ words: Text) {
    noted.process = Int64(Process.id)
    noted.adopt(cycle.record)
    let since = state == .blocked ? cycle.record.block?.since : nil
    noted.enter(state, safe(words), at: Self.now, since: since)
    write(Status.path(files, section: name), noted.encoded, mode: 0o644)
  }

  /// The text as the log would have it.
  private func safe(_ text: Text) -> [UInt8] { settings.redactor.redact(text.bytes).printable }
}
