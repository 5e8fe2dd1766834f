// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Policy

/// A router, a provider and the DNS between them, all of them as unreliable as the seed wants.
///
/// All times here are true ones; the machine only gets to see the uptime, and `ClockWatch` what the
/// router takes for the time of day.
///
/// It remembers on its own what has been promised, and notes the first promise that is broken.
final class CycleWorld {
  /// How the provider behaves.
  enum Kind: CaseIterable {
    /// Takes every address at once.
    case stable
    /// Fails now and then, sometimes after having obeyed.
    case flaky
    /// Has bad days on which nothing works.
    case weather
    /// Says anything at all.
    case mad
    /// Refuses now and then.
    case strict
    /// A script, whose word is only a claim, but true.
    case script
    /// A script that claims the same on its bad days, and does nothing.
    case liar
  }

  /// How DNS shows what the provider has.
  enum Names: CaseIterable {
    case honest, cached, failing, proxied, silent
  }

  var random: SplitMix64
  let kind: Kind
  let names: Names
  let schedule: Schedule
  let budget: Int64
  var fingerprint: UInt64 = 1
  var cycle: Cycle
  var now: Int64
  var router: Router
  var calmSince: Int64 = .max
  var timer: Int64 = .max
  var nextMove: Int64
  var nextTrigger: Int64
  var nextRestart: Int64
  var nextReboot: Int64
  var nextFlap: Int64
  /// So many address events of a flapping link are still to come.
  var flaps = 0
  var nextWeather: Int64
  var isBad = false
  var address: IPAddress
  var addressSince: Int64
  /// What the provider has, and since when.
  var provided: IPAddress?
  var providedAt: Int64 = 0
  /// What caches of the DNS have, and until when.
  private var caches: [(value: IPAddress?, until: Int64)]
  private let timeToLive: Int64

  // What has been promised.
  var blockedSince: Int64?
  var pausedUntil: Int64 = 0
  var mayBeFirst = true
  /// What the present configuration had accepted, and how often in a row as nothing new.
  var accepted: IPAddress?
  /// What the zone's own servers have said when they were last asked.
  var zoneSaid: Cycle.Registered?
  var unchangedAnswers = 0
  /// What of this the router had on flash when it last wrote there.
  var flashed = Flashed()
  var requests = 0
  /// When it was accepted, as far as a reboot has not forgotten it.
  var acceptedAt: Int64 = 0
  /// When the requests were sent that no reboot has forgotten.
  var remembered: [Int64] = []

  // What has happened.
  var isUncertain = false
  var reboots = 0
  var flapCount = 0
  var wrongClocks = 0

  /// The first broken promise.
  private(set) var broken: String?

  /// What a reboot does not forget.
  struct Flashed {
    var pausedUntil: Int64 = 0
    var accepted: IPAddress?
    var acceptedAt: Int64 = 0
    var unchanged = 0
    /// When the requests were sent that it counts.
    var requests: [Int64] = []
  }

  init(seed: UInt64) {
    var random = SplitMix64(state: seed)
    func one<Item>(of items: [Item]) -> Item { items[Int(random.next() % UInt64(items.count))] }
    kind = one(of: Kind.allCases)
    names = one(of: Names.allCases)
    let check = one(
      of: [300, 3_600, 3_600, 3_600, 7_200, 7_200, 7_200, 21_600, 21_600, 86_400, 86_400] as [Int64]
    )
    schedule = Schedule(
      check: check, force: max(check, one(of: [21_600, 86_400, 259_200, 2_000_000])),
      retry: one(of: [1, 30, 60, 600]), retryMaxCount: one(of: [0, 0, 1, 5]),
      backsOff: one(of: [true, true, true, false]))
    budget = kind == .stable ? Cycle.defaultBudget : one(of: [48, 48, 12, 3] as [Int64])
    now = 5_000_000
    router = Router(bootedAt: now - (one(of: [0, 100_000, 5_000_000] as [Int64])))
    timeToLive = one(of: [60, 3_600, 86_400] as [Int64])
    caches = Array(repeating: (nil, 0), count: one(of: [1, 2, 3]))
    address = Self.address(random.next())
    addressSince = now
    cycle = Cycle(
      schedule: schedule, mode: Cycle.Mode(), record: Record(), fingerprint: 1, budget: budget)
    nextMove = now + 40_000
    nextTrigger = now + 70_000
    nextRestart = now + 90_000
    nextWeather = now + 30_000
    nextReboot = now + Int64(random.next() % 1_500_000)
    nextFlap = now + Int64(random.next() % 700_000)
    self.random = random
  }

  /// Whether the last days have begun, in which nothing fails and nothing moves.
  var isCalm: Bool { now >= calmSince }

  /// How long a change may go unnoticed with a provider that works: the check interval, a retry,
  /// and the time the tools take.
  var patience: Int64 { schedule.check + schedule.retry + 120 }

  func fail(_ words: String) {
    if broken == nil { broken = words + " at \(now)" }
  }

  func pause(around mean: UInt64) -> Int64 { Int64(random.next() % (2 * mean) + 1) }

  static func address(_ number: UInt64) -> IPAddress {
    let octets = [11, UInt8(number & 3), UInt8(number >> 8 & 7), 1]
    return IPAddress(octets: octets) ?? .unspecified(.v4)
  }

  // MARK: - DNS

  func lookUp() -> Cycle.Registered {
    switch names {
    case .silent: return .unknown
    case .proxied: return .addresses([foreign])
    case .failing where random.next() % 3 == 0: return .unknown
    case .honest, .failing: return .addresses(provided.map { [$0] } ?? [])
    case .cached:
      let index = Int(random.next() % UInt64(caches.count))
      if now >= caches[index].until { caches[index] = (provided, now + timeToLive) }
      return .addresses(caches[index].value.map { [$0] } ?? [])
    }
  }

  /// What the zone's own servers say: no cache is in between, but perhaps somebody's proxy.
  func askZone() -> Cycle.Registered {
    let answer: Cycle.Registered =
      switch names {
      case .silent: .unknown
      case .failing where random.next() % 3 == 0: .unknown
      case .proxied: .addresses([foreign])
      case .honest, .failing, .cached: .addresses(provided.map { [$0] } ?? [])
      }
    zoneSaid = answer
    return answer
  }

  // MARK: - The provider

  /// Notes every promise that a request breaks by being made; when it was asked for.
  @discardableResult func noteRequest() -> Int64 {
    requests += 1
    // An event may have come since.
    let asked = router.bootedAt + (cycle.record.sent.last ?? 0)
    remembered.removeAll { now - $0 > 86_400 + 10 }
    if Int64(remembered.count { asked - $0 < 86_400 }) >= budget {
      fail("\(budget) requests in a day")
    }
    remembered.append(asked)
    if let blockedSince { fail("a request although refused at \(blockedSince)") }
    if cycle.record.block != nil { fail("a request with a block on record") }
    if asked < pausedUntil { fail("a request before \(pausedUntil)") }
    return asked
  }

  /// Takes a request and notes every promise it breaks.
  func send(_ sent: IPAddress, _ cause: Cycle.Cause) -> Cycle.Answer {
    let asked = noteRequest()
    if kind == .stable, cause == .first, !mayBeFirst { fail("a first request again") }
    if kind == .stable, case .changed = cause, sent == provided { fail("sent what it has") }
    if cause == .repair {
      if names == .proxied || names == .silent { fail("repaired what was never seen") }
      if unchangedAnswers >= 2 { fail("repaired after \(unchangedAnswers) nochg in a row") }
    }
    if cause == .forced, accepted != nil, asked - acceptedAt < schedule.force {
      fail("forced after \(asked - acceptedAt) of \(schedule.force) seconds")
    }
    if cause == .disproved {
      checkClaim(sent, asked)
    }
    zoneSaid = nil
    mayBeFirst = false
    let answer = self.answer(to: sent)
    if case .accepted(let unchanged) = answer {
      unchangedAnswers = unchanged ? (sent == accepted ? unchangedAnswers : 0) + 1 : 0
      accepted = sent
      acceptedAt = now
      isUncertain = false
    }
    if answer == .claimed {
      (accepted, acceptedAt, unchangedAnswers) = (sent, now, 0)
      // Nobody can tell that it is not true.
      if names == .silent, provided != sent { isUncertain = true }
    }
    switch answer {
    case .refused:
      blockedSince = now
    case .later(let seconds): pausedUntil = now + min(max(seconds, 0), 86_400)
    case .accepted, .claimed, .temporary, .notUnderstood: break
    }
    return answer
  }

  private func checkClaim(_ sent: IPAddress, _ asked: Int64) {
    if kind != .script, kind != .liar { fail("took a provider's word for a claim") }
    switch zoneSaid {
    case .addresses(let all)? where !all.contains(sent): break
    default: fail("disproved, though the zone has said \(String(describing: zoneSaid))")
    }
    if names != .proxied, provided == sent { fail("disproved what is true") }
    if sent == accepted, asked - acceptedAt < schedule.check {
      fail("disproved after \(asked - acceptedAt) of \(schedule.check) seconds")
    }
  }

  private func answer(to sent: IPAddress) -> Cycle.Answer {
    let luck = random.next() % 100
    switch kind {
    case .script, .liar:
      if isCalm || kind == .script || !isBad { _ = take(sent) }
      return .claimed
    case _ where isCalm, .stable: return take(sent)
    case .flaky where luck < 20:
      if luck < 10 { _ = take(sent) }
      return luck % 3 == 0 ? .notUnderstood : .temporary
    case .weather where isBad: return luck < 50 ? .temporary : .later(seconds: Int64(luck * 40))
    case .strict where luck < 10: return .refused(word: [UInt8]("abuse"))
    case .flaky, .weather, .strict: return take(sent)
    case .mad:
      if luck % 2 == 0 { _ = take(sent) }
      switch luck / 10 {
      case 0: return .refused(word: [UInt8]("badauth"))
      case 1: return .later(seconds: Int64(bitPattern: random.next()))
      case 2: return .notUnderstood
      case 3, 4: return .temporary
      default: return take(sent)
      }
    }
  }

  private func take(_ sent: IPAddress) -> Cycle.Answer {
    guard provided != sent else { return .accepted(unchanged: true) }
    provided = sent
    providedAt = now
    return .accepted(unchanged: false)
  }
}
