// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DDNS

@Suite(.timeLimit(.minutes(1))) struct RecordSavedTests {
  private let wall: Int64 = 1_790_000_000

  private func moment(_ uptime: Int64, _ wallClock: Int64, _ boot: String = "one") -> Moment {
    Moment(uptime: uptime, wallClock: wallClock, boot: Array(boot.utf8))
  }

  private func record() -> Record {
    var record = Record()
    record.accepted = IPAddress([UInt8]("81.2.69.142"))
    record.acceptedAt = 500
    record.isVerified = true
    record.budgetStart = 100
    record.budgetUsed = 3
    record.notBefore = 1_200
    record.block = Record.Block(word: [UInt8]("badauth"), since: 600)
    return record
  }

  @Test func `the same boot reads back what it wrote`() throws {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    let found = try #require(Record.load(bytes, at: moment(900, 5, "one")))
    #expect(found.record == record())
    #expect(found.sequence == 7)
  }

  @Test func `after a reboot every age is what it was and the time since (users 24)`() throws {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    let found = try #require(Record.load(bytes, at: moment(40, wall + 100, "two")))
    // It was written 100 s ago by the wall clock, which is 60 s before this boot.
    #expect(found.record.acceptedAt == -260)
    #expect(found.record.budgetStart == -660)
    #expect(found.record.block?.since == -160)
    #expect(found.record.notBefore == 440)
    #expect(found.record.accepted == record().accepted)
  }

  @Test(arguments: [0, 1_700_000_000, 1_789_999_999] as [Int64])
  func `a clock that is not set adds no age (users 28)`(now: Int64) throws {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    let found = try #require(Record.load(bytes, at: moment(40, now, "two")))
    #expect(found.record.acceptedAt == 40 - 200)
    let unset = record().saved(at: moment(700, 30), sequence: 7)
    let later = try #require(Record.load(unset, at: moment(40, wall, "two")))
    #expect(later.record.acceptedAt == 40 - 200)
  }

  @Test func `times before this boot survive its own file`() throws {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    let second = try #require(Record.load(bytes, at: moment(40, wall + 100, "two"))).record
    let again = try #require(
      Record.load(
        second.saved(at: moment(50, wall + 110, "two"), sequence: 7), at: moment(60, 0, "two")))
    #expect(again.record == second)
  }

  @Test func `a file cut anywhere is no file`() {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    for length in 0..<bytes.count {
      #expect(Record.load(Array(bytes[..<length]), at: moment(900, wall)) == nil, "\(length)")
    }
  }

  @Test func `a file of the same boot's future or with a foreign line is not used`() {
    #expect(
      Record.load(record().saved(at: moment(700, wall), sequence: 7), at: moment(600, wall)) == nil)
    let foreign = [UInt8]("option x 'y'\nclock 1 2 one 3\n")
    #expect(Record.load(foreign, at: moment(900, wall)) == nil)
  }

  @Test func `an equal address after a reboot sends nothing`() throws {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    var loaded = try #require(Record.load(bytes, at: moment(5, 0, "two"))).record
    loaded.block = nil
    var cycle = Cycle(
      schedule: Schedule(), mode: Cycle.Mode(), record: loaded, fingerprint: loaded.fingerprint)
    let home = try #require(loaded.accepted)
    #expect(cycle.step(.started, at: 5) == .detect)
    #expect(cycle.step(.detected(home), at: 6) == .lookUp)
    guard case .wait = cycle.step(.registered(.unknown), at: 7) else {
      Issue.record("an update was sent")
      return
    }
  }
}
