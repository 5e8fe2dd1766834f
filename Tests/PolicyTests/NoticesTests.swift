// SPDX-License-Identifier: Apache-2.0

import Report
import TestSupport
import Testing
import Wire

@testable import Policy

/// Which transitions are told, and how often. Time is a number.
@Suite struct NoticesTests {
  private static let day: Int64 = 86_400

  private func record(_ address: IPAddress?, at time: Int64 = 0) -> Record {
    var record = Record()
    (record.accepted, record.acceptedAt) = (address, time)
    return record
  }

  /// The events that follow reasons, a pass each.
  private func events(
    _ notices: inout Notices, _ reasons: [(Cycle.Reason, IPAddress?)], force: Int64? = nil,
    limit: Int64 = 3
  ) -> [String] {
    var events: [String] = []
    for (index, (reason, address)) in reasons.enumerated() {
      let found = notices.take(
        reason, record(address), force: force, [], at: Int64(index) * 600)
      let wanted = found.filter { notices.concerns($0, failures: limit) }
      events.append(wanted.map { "\($0.event.word)" }.joined(separator: " "))
    }
    return events
  }

  @Test func `a change is told once, and what is known at the start is none`() {
    var notices = Notices(known: home)
    #expect(
      events(
        &notices,
        [
          (.unchanged(home, since: 0), home), (.verifying(moved), moved), (.verified(moved), moved),
          (.unchanged(moved, since: 0), moved),
        ]) == ["", "change", "", ""])
    #expect(notices.known == moved)
  }

  @Test func `failures are told when there are as many as wanted, and then that it works`() {
    var notices = Notices(known: home)
    #expect(
      events(
        &notices,
        [
          (.retry(1), home), (.unchanged(home, since: 0), home), (.retry(1), home),
          (.noAddress, home), (.later(seconds: 9), home), (.gaveUp(2), home),
          (.notUnderstood, home), (.unchanged(home, since: 0), home), (.verified(home), home),
        ]) == ["", "", "", "", "", "failure", "", "recovery", ""])
  }

  @Test func `a block is told once, and its end`() {
    var notices = Notices(known: home)
    let blocked = Cycle.Reason.blocked(word: bytes("badauth"), since: 0)
    #expect(
      events(
        &notices,
        [(blocked, home), (blocked, home), (.retry(1), home), (.verified(home), home)])
        == ["block", "", "", "recovery"])
  }

  @Test func `a section that ends for its configuration is a failure for all`() {
    var notices = Notices(known: nil)
    #expect(events(&notices, [(.unusable, nil)], limit: 99) == ["failure"])
  }

  @Test func `an address that could not be renewed is told once`() {
    var notices = Notices(known: home)
    let reasons: [(Cycle.Reason, IPAddress?)] = [
      (.unchanged(home, since: 0), home), (.retry(1), home), (.retry(2), home),
      (.retry(3), home),
    ]
    #expect(events(&notices, reasons, force: 1_200, limit: 9) == ["", "", "expiry", ""])
    let renewed = notices.take(
      .verified(home), record(home, at: 2_400), force: 1_200, [], at: 2_400)
    #expect(renewed.map { $0.event } == [.recovery])
    let again = notices.take(.retry(1), record(home, at: 2_400), force: 1_200, [], at: 3_600)
    #expect(again.map { $0.event } == [.failure, .expiry])
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `never more than ten a day and section, and one digest that has the rest`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    var notices = Notices(known: nil)
    var posted: [String: [(time: Int64, isDigest: Bool)]] = [:]
    var told: [String: Int64] = [:]
    var (now, total): (Int64, [String: Int64]) = (0, [:])
    func send() {
      notices.postDigests(at: now)
      while let place = notices.next(at: now) {
        let letter = notices.letters[place]
        let target = string(letter.target)
        let notice = Notice(letter.line, at: letter.time)
        let isDigest = notice?.event == .digest
        posted[target, default: []].append((now, isDigest))
        told[target, default: 0] += isDigest ? notice?.count ?? 0 : 1
        let isLost = notices.settle(place, isSent: true, mayPass: false, at: now)
        #expect(!isLost)
      }
    }
    let events: [Notice.Event] = [.change, .failure, .recovery, .block, .expiry]
    while now < 20 * Self.day {
      let target = random.next() % 3 == 0 ? "mail" : "hook"
      notices.post(Notice(events[Int(random.next() % 5)], at: now), to: bytes(target))
      total[target, default: 0] += 1
      send()
      // Storms, and days of silence.
      now += Int64(random.next() % (random.next() % 20 == 0 ? 150_000 : 600))
      // A restart changes nothing.
      if random.next() % 9 == 0 {
        let moment = Moment(uptime: now, wallClock: 0, boot: bytes("b"))
        let restored = Notices(notices.saved(at: moment), at: moment)
        #expect(restored == notices)
        notices = restored ?? notices
      }
    }
    now += 2 * Self.day
    send()
    #expect(told == total, "every event is in a message or in a digest")
    for (_, letters) in posted {
      for (index, letter) in letters.enumerated() {
        let window = letters[index...].prefix { $0.time < letter.time + Self.day }
        #expect(window.count { !$0.isDigest } <= Notices.dayLimit)
        #expect(window.count { $0.isDigest } <= 1)
      }
    }
  }

  @Test func `a storm of changes leaves room for a block`() {
    var notices = Notices(known: nil)
    for index in 1...50 { notices.post(Notice(.change, at: Int64(index)), to: bytes("me")) }
    notices.post(Notice(.block, at: 60), to: bytes("me"))
    #expect(
      notices.letters.map { Notice($0.line, at: 0)?.event }.suffix(2) == [.change, .block])
    #expect(notices.letters.count == 9)
    #expect(notices.due == 1)
  }

  @Test func `what cannot be sent is tried with growing pauses, and given up once`() {
    var notices = Notices(known: nil)
    notices.post(Notice(.change, at: 0), to: bytes("me"))
    var times: [Int64] = []
    var isLost = false
    while let due = notices.due {
      times.append(due)
      isLost = notices.settle(0, isSent: false, mayPass: true, at: due)
    }
    #expect(isLost && times.count == Int(Notices.tryLimit))
    #expect(times.prefix(5) == [0, 60, 180, 420, 900])
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 7_200 })
    notices.post(Notice(.block, at: 0), to: bytes("me"))
    isLost = notices.settle(0, isSent: false, mayPass: false, at: 0)
    #expect(isLost && notices.due == nil)
  }

  @Test func `what waits goes at once when it works again`() {
    var notices = Notices(known: nil)
    notices.post(Notice(.failure, at: 0, count: 3), to: bytes("me"))
    _ = notices.settle(0, isSent: false, mayPass: true, at: 0)
    notices.post(Notice(.recovery, at: 30, count: 3), to: bytes("me"))
    #expect(notices.letters.map { $0.next } == [30, 30])
  }

  @Test func `in the next boot what waits is as old as it was, and nothing is told twice`() throws {
    var notices = Notices(known: home)
    _ = notices.take(
      .blocked(word: bytes("abuse"), since: 0), record(home), force: nil, bytes("why it is"),
      at: 5_000)
    notices.post(
      Notice(.block, at: 5_000, home, old: moved, bytes("why it is")), to: bytes("me"))
    let saved = notices.saved(at: Moment(uptime: 6_000, wallClock: 0, boot: bytes("one")))
    var next = try #require(
      Notices(saved, at: Moment(uptime: 20, wallClock: 0, boot: bytes("two"))))
    let letter = try #require(next.letters.first)
    #expect(letter.time == -1_000 && letter.next == 0)
    let notice = try #require(Notice(letter.line, at: 0))
    #expect(notice.reason == bytes("why it is") && notice.old == moved)
    let blocked = Cycle.Reason.blocked(word: bytes("abuse"), since: 0)
    let again = next.take(blocked, record(home), force: nil, [], at: 30)
    #expect(again.isEmpty)
  }

  @Test func `a damaged file is none`() {
    var notices = Notices(known: home)
    for index in 1...12 {
      notices.post(Notice(.change, at: Int64(index), home, [200, 10, 0]), to: bytes("me"))
    }
    let moment = Moment(uptime: 100, wallClock: 0, boot: bytes("b"))
    let saved = notices.saved(at: moment)
    #expect(Notices(saved, at: moment) != nil)
    #expect(Notices(saved, at: Moment(uptime: 99, wallClock: 0, boot: bytes("b"))) == nil)
    var random = SplitMix64(state: 11)
    for _ in 1...3_000 {
      var damaged = saved
      for _ in 0...Int(random.next() % 3) {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(random.next() % 256)
      }
      _ = Notices(Array(damaged.prefix(Int(random.next() % UInt64(saved.count + 1)))), at: moment)
    }
  }
}
