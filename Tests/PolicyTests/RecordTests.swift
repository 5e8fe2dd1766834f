// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct RecordTests {
  private func full() -> Record {
    var record = Record()
    record.accepted = ip("2001:db8::7")
    record.acceptedAt = 50
    record.isVerified = true
    record.attempted = home
    record.unchangedAnswers = 2
    record.notBefore = 900
    record.block = Record.Block(word: [UInt8]("!donator"), since: 70)
    record.fingerprint = 0x1234_5678_9abc_def0
    record.sent = [-2, 5]
    record.bootTime = 1_790_000_000
    record.clockIsSettled = true
    return record
  }

  @Test func `a record survives the file`() {
    #expect(Record(full().encoded, now: 100) == full())
    #expect(Record(Record().encoded, now: 0) == Record())
  }

  @Test func `the digest is another one whenever the record is`() {
    let changes: [(inout Record) -> Void] = [
      { $0.accepted = nil }, { $0.accepted = home }, { $0.accepted = ip("2001:db8:1::7") },
      { $0.acceptedAt = 51 }, { $0.isVerified = false }, { $0.attempted = nil },
      { $0.attempted = ip("::") }, { $0.attempted = ip("0.0.0.0") },
      { ($0.accepted, $0.attempted) = ($0.attempted, $0.accepted) },
      { $0.unchangedAnswers = 1 }, { $0.notBefore = 901 }, { $0.block = nil },
      { $0.block?.since = 71 }, { $0.block?.word = bytes("!donatos") },
      { $0.claim = Record.Claim(repeats: 0, notBefore: 0) },
      { $0.claim = Record.Claim(repeats: 1, notBefore: 0) },
      { $0.claim = Record.Claim(repeats: 0, notBefore: 1) },
      { $0.fingerprint += 1 }, { $0.fingerprint ^= 1 << 63 }, { $0.sent = [] },
      { $0.sent = [-2] }, { $0.sent = [5, -2] }, { $0.sent.append(0) }, { $0.bootTime += 1 },
      { $0.clockIsSettled = false }, { $0.isOffline = true },
    ]
    var digests: Set<UInt64> = [full().digest, Record().digest]
    for change in changes {
      var record = full()
      change(&record)
      #expect(record != full())
      digests.insert(record.digest)
    }
    #expect(digests.count == changes.count + 2)
    #expect(Record(full().encoded, now: 100)?.digest == full().digest)
  }

  @Test(
    arguments: [
      0, 1, 0xffff_ffff, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, .max,
    ] as [UInt64])
  func `every fingerprint survives the file`(fingerprint: UInt64) {
    var record = Record()
    record.fingerprint = fingerprint
    #expect(Record(record.encoded, now: 0)?.fingerprint == fingerprint)
  }

  @Test func `the file is text a person can read`() {
    let text = """
      version 1
      fingerprint 305419896 2596069104
      sent -2 5
      epoch 1790000000
      accepted 2001:db8::7 50
      verified
      attempted 198.51.100.7
      unchanged 2
      notbefore 900
      blocked !donator 70

      """
    #expect(String(decoding: full().encoded, as: UTF8.self) == text)
  }

  @Test func `a record of the future is of an earlier boot (contract 5.1, step 17)`() {
    #expect(Record(full().encoded, now: 69) == nil)
    #expect(Record(full().encoded, now: 49) == nil)
    #expect(Record(full().encoded, now: 70) != nil)
    var record = Record()
    record.sent = [10]
    #expect(Record(record.encoded, now: 9) == nil)
    record = Record()
    record.notBefore = 86_401
    #expect(Record(record.encoded, now: 0) == nil)
    #expect(Record(record.encoded, now: 1) != nil)
  }

  @Test func `a file cut anywhere never gives an address that was not there`() {
    let bytes = full().encoded
    for count in 0..<bytes.count {
      guard let record = Record(Array(bytes.prefix(count)), now: 100) else { continue }
      #expect(record.accepted == nil || record.accepted == full().accepted)
      #expect(record.block == nil || record.block == full().block)
      #expect(bytes[count - 1] == UInt8(ascii: "\n"))
    }
  }

  @Test(arguments: [
    "", "\n", "version 2\n", "version\n", "version 1", "version 1\n\n", "version 1\nbudget 1 2\n",
    "version 1\nsent x 1\n", "version 1\nepoch -1\n", "version 1\nsent -9223372036854775807\n",
    "version 1\naccepted 1.2.3 5\n",
    "version 1\naccepted 1.2.3.4\n", "version 1\naccepted 1.2.3.4 --5\n", "version 1\nwhat\n",
    "version 1\nblocked a b c\n", "version 1\nfingerprint\n",
    "version 1\nfingerprint 1 4294967296\n",
    "version 1\nattempted\n", "version 1\nunchanged\n", "version 1\nnotbefore x\n",
    "version 1\naccepted 1.2.3.4 99999999999999999999\n",
  ])
  func `a damaged file is no record`(text: String) {
    #expect(Record(Array(text.utf8), now: 1_000) == nil)
  }

  @Test func `a full budget fits into the file that is read`() {
    var record = full()
    record.sent = Array(0..<Cycle.defaultBudget).map { -1_000_000_000_000 - $0 }
    let moment = Moment(
      uptime: 100, wallClock: 1_790_000_000, boot: Array(repeating: 97, count: 36))
    #expect(record.saved(at: moment, sequence: .max - 1).count < 4_096)
    #expect(Record(record.encoded, now: 100) == record)
  }

  @Test func `any byte in any place does not trap`() {
    let bytes = full().encoded
    for place in bytes.indices {
      for byte in [0, 9, 10, 13, 32, 45, 48, 57, 65, 128, 255] as [UInt8] {
        var damaged = bytes
        damaged[place] = byte
        _ = Record(damaged, now: 100)
      }
    }
  }
}
