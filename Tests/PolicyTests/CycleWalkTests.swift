// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct CycleWalkTests {
  /// The states, each with the events that lead there and what a machine in it waits for.
  private enum State: CaseIterable {
    case idle, waiting, detecting, lookingUp, doubting, updating, verifying, pausing, stopped

    var path: [Cycle.Event] {
      switch self {
      case .idle: []
      case .detecting: [.started]
      case .lookingUp: [.started, .detected(home)]
      case .doubting: [.started, .detected(home), .registered(nothing)]
      case .updating: [.started, .detected(home)]
      case .verifying: Self.updating.path + [.answered(.accepted(unchanged: false))]
      case .pausing: Self.verifying.path + [.registered(nothing)]
      case .waiting: Self.verifying.path + [.registered(.addresses([home]))]
      case .stopped: [.started, .unusable(.config)]
      }
    }

    /// What is remembered of the section before.
    var record: Record {
      var record = Record()
      record.fingerprint = 1
      if self == .lookingUp { record.accept(home, unchanged: false, at: 100) }
      if self == .doubting { record.acceptClaim(home, check: 600, at: 100) }
      return record
    }

    /// Whether the event fits; all others must change nothing.
    func fits(_ event: Cycle.Event) -> Bool {
      switch (self, event) {
      case (.idle, .started), (.waiting, .timer), (.waiting, .addressChanged), (.pausing, .timer),
        (.pausing, .addressChanged), (.detecting, .detected), (.detecting, .notDetected),
        (.lookingUp, .registered), (.verifying, .registered), (.updating, .answered),
        (.detecting, .expired), (.lookingUp, .expired), (.updating, .expired),
        (.doubting, .registered), (.doubting, .expired):
        true
      case (.idle, .unusable), (.stopped, .unusable): false
      case (_, .unusable): true
      default: false
      }
    }
  }

  private static let events: [Cycle.Event] = [
    .started, .timer, .addressChanged, .detected(home), .detected(moved), .notDetected(retry: true),
    .notDetected(retry: false), .registered(.unknown), .registered(nothing),
    .registered(.addresses([home])), .registered(.addresses([foreign])),
    .answered(.accepted(unchanged: true)), .answered(.accepted(unchanged: false)),
    .answered(.claimed),
    .answered(.refused(word: [UInt8]("badauth"))), .answered(.refused(word: [])),
    .answered(.later(seconds: .max)), .answered(.later(seconds: .min)), .answered(.temporary),
    .answered(.notUnderstood), .expired, .registered(nothing, lifetime: .max),
    .registered(.unknown, lifetime: .min), .unusable(.config), .unusable(.ok),
  ]

  private static let modes: [Cycle.Mode] = {
    (0..<32).map { bits in
      var mode = Cycle.Mode()
      mode.isOneShot = bits & 1 != 0
      mode.retries = bits & 2 != 0
      mode.isForced = bits & 4 != 0
      mode.demandsVerification = bits & 8 != 0
      mode.isDryRun = bits & 16 != 0
      return mode
    }
  }()

  @Test func `an event that does not fit a state changes nothing, in every state`() {
    for state in State.allCases {
      for event in Self.events {
        var cycle = Bench(record: state.record).cycle
        for step in state.path { _ = cycle.step(step, at: 1_000) }
        let record = cycle.record
        let effect = cycle.step(event, at: 1_001)
        if state.fits(event) {
          #expect(effect != .none, "\(state) \(event)")
        } else {
          #expect(effect == .none, "\(state) \(event)")
          #expect(cycle.record == record, "\(state) \(event)")
        }
        if state == .stopped { #expect(effect == .none) }
      }
    }
  }

  @Test func `every sequence of four events keeps the machine sound in every mode`() {
    for mode in Self.modes {
      let cycle = Bench(Schedule(retryMaxCount: 1), mode).cycle
      for first in [Cycle.Event.started, .timer] {
        var next = cycle
        let effect = next.step(first, at: 1_000)
        walk(next, after: effect, depth: 4, at: 1_000)
      }
    }
  }

  /// Tries every event; a stopped machine says nothing more, and a wait is never in the past.
  private func walk(_ cycle: Cycle, after last: Cycle.Effect, depth: Int, at now: Int64) {
    guard depth > 0 else { return }
    for event in Self.events {
      var next = cycle
      let effect = next.step(event, at: now + 1, random: .max)
      switch effect {
      case .wait(let until, _):
        if until <= now + 1 { Issue.record("\(event) waits for the past") }
      case .stop(_, _):
        for event in Self.events where next.step(event, at: now + 2) != .none {
          Issue.record("stopped, and then \(event) does something")
        }
        continue
      case .none:
        // Nothing has changed but perhaps a remembered trigger: no need to look again.
        continue
      case .detect, .lookUp, .askZone, .update: break
      }
      walk(next, after: effect, depth: depth - 1, at: now + 1)
    }
  }

  @Test func `times at the ends of their range do not trap`() {
    let extreme = Schedule(
      check: Schedule.longest, force: Schedule.longest, retry: Schedule.longest,
      retryMaxCount: .max)
    for now in [0, 1, Schedule.longest, 1 << 40] as [Int64] {
      for state in State.allCases {
        for event in Self.events {
          var cycle = Bench(extreme, record: state.record).cycle
          for step in state.path { _ = cycle.step(step, at: now) }
          _ = cycle.step(event, at: now, random: .max)
        }
      }
    }
  }
}
