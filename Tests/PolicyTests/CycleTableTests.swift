// SPDX-License-Identifier: Apache-2.0

import Foundation
import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// DESIGN's table of states and events is what the machine does.
@Suite(.timeLimit(.minutes(15))) struct CycleTableTests {
  /// Row by row, what may follow an event that does something.
  private struct Table {
    static let states = [
      "idle", "waiting", "detecting", "lookingUp", "doubting", "updating", "verifying", "pausing",
      "stopped",
    ]
    static let events = [
      "started", "timer", "addressChanged", "detected", "notDetected", "registered", "answered",
      "expired", "unusable",
    ]

    private var found: [String: [String: Set<String>]] = [:]

    mutating func note(_ event: Cycle.Event, from old: Cycle.State, to new: Cycle.State) {
      found[word(old), default: [:]][word(event), default: []].insert(word(new))
    }

    /// The first word of a case is its name.
    private func word(_ value: some Any) -> String {
      String("\(value)".prefix { $0.isLetter })
    }

    var lines: [String] {
      Self.states.map { state in
        let cells = Self.events.map { event in
          let next = found[state]?[event] ?? []
          return Self.states.filter(next.contains).map { $0 + " " }.joined()
        }
        return "| `\(state)` |\(cells.map { " \($0)|" }.joined())"
      }
    }
  }

  /// A machine in one of many situations.
  private static func cycle(_ random: inout SplitMix64) -> Cycle {
    func one<Item>(of items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    var mode = Cycle.Mode()
    mode.isOneShot = one(of: [false, false, true])
    mode.retries = !mode.isOneShot || one(of: [true, false])
    mode.isForced = one(of: [false, false, true])
    mode.isDryRun = one(of: [false, false, false, true])
    mode.demandsVerification = one(of: [true, false])
    mode.looksUp = one(of: [true, true, true, false])
    var record = Record()
    record.fingerprint = 1
    record.accepted = one(of: [nil, home, moved])
    record.isVerified = record.accepted != nil && one(of: [true, false])
    if record.accepted == home, !record.isVerified {
      record.claim = Record.Claim(repeats: 0, notBefore: 0)
    }
    record.block = one(of: [nil, nil, nil, Record.Block(word: [UInt8]("badauth"), since: 1)])
    record.notBefore = one(of: [0, 0, 0, 20_000])
    return Cycle(
      schedule: Schedule(force: one(of: [900, 259_200]), retryMaxCount: one(of: [0, 1])),
      mode: mode, record: record, fingerprint: 1, budget: one(of: [48, 48, 1]))
  }

  /// Most of the time one that fits, or nothing would ever come far.
  private static func event(
    _ random: inout SplitMix64, for state: Cycle.State
  ) -> Cycle.Event {
    func one<Item>(of items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    let registered: [Cycle.Event] = [
      .registered(.unknown), .registered(nothing), .registered(.addresses([home])),
      .registered(.addresses([foreign]), lifetime: 300),
    ]
    let answered: [Cycle.Event] = [
      .answered(.accepted(unchanged: false)), .answered(.accepted(unchanged: true)),
      .answered(.refused(word: [UInt8]("abuse"))), .answered(.later(seconds: 1_800)),
      .answered(.temporary), .answered(.notUnderstood), .answered(.claimed),
    ]
    let detected: [Cycle.Event] = [
      .detected(home), .detected(home), .detected(moved), .notDetected(retry: true),
      .notDetected(retry: false),
    ]
    let others: [Cycle.Event] = [.started, .timer, .addressChanged, .addressChanged, .expired]
    guard random.next() % 100 != 0 else { return .unusable(.config) }
    guard random.next() % 3 != 0 else { return one(of: others + registered + answered + detected) }
    switch state {
    case .idle: return .started
    case .waiting, .pausing: return one(of: [.timer, .addressChanged])
    case .detecting: return one(of: detected)
    case .lookingUp, .verifying: return one(of: registered)
    case .doubting: return one(of: registered + [.addressChanged, .expired, .expired, .expired])
    case .updating: return one(of: answered)
    case .stopped: return .timer
    }
  }

  @Test func `the table of states and events in DESIGN is true`() throws {
    var table = Table()
    var random = SplitMix64(state: 1)
    for _ in 0..<8_000 {
      var cycle = Self.cycle(&random)
      var now: Int64 = 10_000
      for _ in 0..<60 where cycle.state != .stopped {
        let event = Self.event(&random, for: cycle.state)
        let state = cycle.state
        now += random.next() % 8 != 0 ? Int64(random.next() % 8 / 7) : Int64(random.next() % 600)
        let effect = cycle.step(event, at: now, random: random.next())
        if effect != .none { table.note(event, from: state, to: cycle.state) }
      }
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../DESIGN.md")
    let design = try String(contentsOf: file, encoding: .utf8)
    let lines = design.split(separator: "\n").map(String.init)
    let rows = Table.states.compactMap { state in lines.first { $0.hasPrefix("| `\(state)` |") } }
    let isTrue = rows == table.lines
    #expect(isTrue, "it has to be:\n\(table.lines.joined(separator: "\n"))")
    let header = "| |" + Table.events.map { " `\($0)` |" }.joined()
    let hasHeader = lines.contains(header)
    #expect(hasHeader, "\(header)")
  }
}
