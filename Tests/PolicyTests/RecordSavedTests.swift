// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct RecordSavedTests {
  private let wall: Int64 = 1_790_000_000

  private func moment(_ uptime: Int64, _ wallClock: Int64, _ boot: String = "one") -> Moment {
    Moment(uptime: uptime, wallClock: wallClock, boot: Array(boot.utf8))
  }

  private func record() -> Record {
    var record = Record()
    record.accepted = IPAddress([UInt8]("81.2.69.142"))
    record.acceptedAt = 500
    record.isVerified = true
    record.sent = [100]
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

  @Test func `a file in which a bit has changed is damaged, not another record`() {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        #expect(Record.load(damaged, at: moment(900, wall)) == nil, "byte \(index), bit \(bit)")
      }
      var shorter = bytes
      shorter.remove(at: index)
      #expect(Record.load(shorter, at: moment(900, wall)) == nil, "without byte \(index)")
    }
  }

  @Test(arguments: ["9223372036854775806", "9223372036854775807", "1099511627777"])
  func `a file with a number that nobody has counted to is damaged`(sequence: String) {
    let bytes = record().encoded + Array("clock 700 \(wall) one \(sequence)\n".utf8)
    #expect(Record.load(bytes, at: moment(900, wall)) == nil)
  }

  /// The record as the next boot sees it, once its clock is settled; `wall` is the time there when
  /// the uptime is 0.
  private func next(_ record: Record, written: Int64 = 700, wall: Int64) throws -> Record {
    let bytes = record.saved(at: moment(written, self.wall), sequence: 7)
    var found = try #require(Record.load(bytes, at: moment(40, 0, "two"))).record
    found.settle(bootTime: wall)
    return found
  }

  private func dated() -> Record {
    var record = record()
    record.bootTime = wall - 700
    record.clockIsSettled = true
    return record
  }

  @Test func `after a reboot nothing has aged before the clock is settled (users 24, 28)`() throws {
    let bytes = dated().saved(at: moment(700, wall), sequence: 7)
    for now in [0, wall + 100, wall + 1_000_000_000] {
      let found = try #require(Record.load(bytes, at: moment(40, now, "two"))).record
      #expect(found.acceptedAt == 500 - 700)
      #expect(found.sent == [-600])
      #expect(found.block?.since == -100)
      #expect(found.notBefore == 500)
      #expect(found.accepted == record().accepted)
      #expect(!found.clockIsSettled)
    }
  }

  @Test func `a settled clock adds the time the router was off, once`() throws {
    var found = try next(dated(), wall: wall + 5_000)
    for _ in 0..<2 {
      #expect(found.acceptedAt == -5_200)
      #expect(found.sent == [-5_600])
      #expect(found.block?.since == -5_100)
      #expect(found.notBefore == 500, "a pause may be too long, never too short")
      found.settle(bootTime: wall + 900_000)
    }
  }

  @Test func `what was accepted in this boot is not aged by the time before it`() throws {
    let bytes = dated().saved(at: moment(700, wall), sequence: 7)
    var found = try #require(Record.load(bytes, at: moment(40, 0, "two"))).record
    found.acceptedAt = 60
    found.sent.append(60)
    found.settle(bootTime: wall + 5_000)
    #expect(found.acceptedAt == 60)
    #expect(found.sent == [-5_600, 60])
  }

  @Test func `a clock behind what was known adds nothing, and nothing is known any more`() throws {
    let found = try next(dated(), wall: wall - 1)
    #expect(found.acceptedAt == -200)
    #expect(found.bootTime == 0)
    #expect(found.clockIsSettled)
    #expect(
      found.isDurable(after: dated().durable), "or every boot would find the contradiction anew")
    // The boot after that knows again what time it is, and the one after it counts again.
    let second = try next(found, written: 1_000, wall: wall + 7_000)
    #expect(second.acceptedAt == -1_200)
    #expect(second.bootTime == wall + 7_000)
  }

  @Test func `a record that was never dated is not aged, over several boots`() throws {
    var once = record()
    once.bootTime = 0
    #expect(try next(once, wall: wall + 5_000).acceptedAt == -200)
    // Dated by a boot before, changed in a boot whose clock did not settle: mixed, so not known.
    var mixed = dated()
    mixed.clockIsSettled = false
    #expect(try next(mixed, wall: wall + 5_000).acceptedAt == -200)
  }

  @Test func `what goes to flash is what was accepted, a block, and their date`() {
    let old = dated()
    var new = old
    new.sent.append(650)
    new.isVerified = false
    new.notBefore = 2_000
    new.attempted = IPAddress([UInt8]("81.2.69.143"))
    #expect(!new.isDurable(after: old.durable))
    new.acceptedAt = 650
    #expect(new.isDurable(after: old.durable))
    new = old
    new.block = nil
    #expect(new.isDurable(after: old.durable))
    var undated = old
    undated.clockIsSettled = false
    #expect(old.isDurable(after: undated.durable))
    undated.acceptedAt = -5
    undated.block?.since = -5
    new = undated
    new.clockIsSettled = true
    #expect(!new.isDurable(after: undated.durable), "flash has it with its date")
  }

  @Test func `a clock is believed after ten minutes without a step`() {
    var watch = ClockWatch(since: moment(20, 20))
    #expect(watch.bootTime(at: moment(700, 700)) == nil, "1970")
    #expect(watch.bootTime(at: moment(730, wall + 730)) == nil, "NTP")
    #expect(watch.bootTime(at: moment(1_300, wall + 1_301)) == nil)
    #expect(watch.bootTime(at: moment(1_330, wall + 1_330)) == wall)
    #expect(watch.bootTime(at: moment(1_400, wall + 9_000)) == nil, "a step")
    #expect(watch.bootTime(at: moment(90_000, wall + 90_050)) == nil)
    #expect(watch.bootTime(at: moment(90_700, wall + 90_752)) == wall + 52, "slewed")
    var late = ClockWatch(since: moment(20, 3_000_000_000))
    #expect(late.bootTime(at: moment(5_000, 3_000_004_980)) == nil, "no year of ours")
  }

  @Test func `a file cut anywhere is no file`() {
    let bytes = record().saved(at: moment(700, wall), sequence: 7)
    for length in 0..<bytes.count {
      #expect(Record.load(Array(bytes[..<length]), at: moment(900, wall)) == nil, "\(length)")
    }
  }

  @Test(arguments: ["9223372036854775807 1", "1 9223372036854775807", "-1 1", "1 -1", "x 1"])
  func `a clock of another age is no clock`(words: String) {
    let bytes = record().encoded + Array("clock \(words) one 3\n".utf8)
    #expect(Record.load(bytes, at: moment(900, wall, "two")) == nil)
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
