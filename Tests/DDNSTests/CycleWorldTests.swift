// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DDNS

@Suite(.timeLimit(.minutes(1))) struct CycleWorldTests {
  private static let seeds = 0..<8
  private static let worldsPerSeed = 275

  @Test(arguments: seeds)
  func `thirty days in any world break no promise of the policy (DESIGN 6)`(seed: Int) {
    var kinds: [CycleWorld.Kind: Int] = [:]
    for number in 0..<Self.worldsPerSeed {
      var world = CycleWorld(seed: UInt64(seed * 1_000 + number))
      world.run(days: 30)
      kinds[world.kind, default: 0] += 1
      if let broken = world.broken {
        Issue.record("world \(seed * 1_000 + number) (\(world.kind)): \(broken)")
        return
      }
    }
    #expect(kinds.count == CycleWorld.Kind.allCases.count)
  }

  @Test func `a world is the same each time`() {
    var one = CycleWorld(seed: 77)
    var other = CycleWorld(seed: 77)
    one.run(days: 5)
    other.run(days: 5)
    #expect(one.requests == other.requests)
    #expect(one.cycle.record == other.cycle.record)
  }
}

extension CycleWorld {
  /// Plays so many days, the last three of them calm, and looks whether all came right.
  mutating func run(days: Int64) {
    let end = now + days * 86_400
    calmSince = end - 3 * 86_400
    perform(cycle.step(.started, at: now, random: random.next()))
    while broken == nil {
      let next = min(timer, nextMove, nextTrigger, nextRestart, nextWeather)
      guard next < end else { break }
      now = max(now, next)
      advance()
    }
    now = end
    if broken == nil { checkTheEnd() }
  }

  private mutating func advance() {
    if now >= nextMove {
      checkPromptness()
      address = Self.address(random.next())
      addressSince = now
      if isCalm {
        nextMove = .max
      } else {
        nextMove = min(now + pause(around: 43_200), max(calmSince, now + 1))
      }
    } else if now >= nextTrigger {
      nextTrigger = isCalm ? .max : now + pause(around: 200_000)
      trigger(isPerson: random.next() % 2 == 0)
    } else if now >= nextRestart {
      nextRestart = isCalm ? .max : now + pause(around: 300_000)
      restart()
    } else if now >= nextWeather {
      nextWeather = now + pause(around: 50_000)
      isBad = !isCalm && random.next() % 2 == 0
    } else {
      timer = .max
      let effect = cycle.step(.timer, at: now, random: random.next())
      if effect == .none { broken = "a timer was not expected" }
      perform(effect)
    }
  }

  /// An address event, or a person who reads the configuration anew.
  private mutating func trigger(isPerson: Bool) {
    guard isPerson else {
      let effect = cycle.step(.addressChanged, at: now, random: random.next())
      if effect != .none { timer = .max }
      return perform(effect)
    }
    var record = cycle.record
    record.lift()
    blockedSince = nil
    begin(with: record)
  }

  private mutating func begin(with record: Record) {
    cycle = Cycle(
      schedule: schedule, mode: Cycle.Mode(), record: record, fingerprint: fingerprint,
      budget: budget)
    timer = .max
    perform(cycle.step(.started, at: now, random: random.next()))
  }

  /// A new process with what the file says, now and then with another configuration.
  private mutating func restart() {
    guard let record = Record(cycle.record.encoded, now: now), record == cycle.record else {
      broken = "the record did not survive its file"
      return
    }
    if random.next() % 8 == 0 {
      fingerprint += 1
      blockedSince = nil
      pausedUntil = 0
      mayBeFirst = true
      accepted = nil
    }
    begin(with: record)
  }

  /// The tools: does what the machine wants until it waits.
  private mutating func perform(_ first: Cycle.Effect) {
    var effect = first
    while broken == nil {
      now += Int64(random.next() % 5)
      maybeTriggerInside(effect)
      let event: Cycle.Event
      switch effect {
      case .none: return
      case .detect:
        let fails = kind != .stable && isBad && random.next() % 4 == 0
        event = fails ? .notDetected(retry: random.next() % 2 == 0) : .detected(address)
      case .lookUp: event = .registered(lookUp())
      case .update(let address, let cause): event = .answered(send(address, cause))
      case .wait(let until, _):
        // A pass takes time; the machine does not know how much until its next step.
        if until <= now - 5 { broken = "waits for the past" }
        if until > now + max(86_400, schedule.check * 9 / 8) { broken = "waits for too long" }
        timer = max(until, now)
        return
      case .stop(let status, let reason):
        broken = "stopped: \(status) \(reason)"
        return
      }
      asked = now
      effect = cycle.step(event, at: now, random: random.next())
    }
  }

  private mutating func maybeTriggerInside(_ effect: Cycle.Effect) {
    switch effect {
    case .detect, .lookUp, .update:
      guard !isCalm, random.next() % 500 == 0 else { return }
      if cycle.step(.addressChanged, at: now) != .none { broken = "an event did something" }
    case .none, .wait, .stop: return
    }
  }

  private func checkPromptness() {
    guard kind == .stable, now - addressSince > patience else { return }
    if provided != address || providedAt > addressSince + patience {
      fail("the address of \(addressSince) came at \(providedAt), not within \(patience)")
    }
  }

  private mutating func checkTheEnd() {
    checkPromptness()
    if timer == .max || timer <= now - 60 { fail("nothing is waited for") }
    if cycle.record.block != nil {
      trigger(isPerson: true)
    }
    if broken == nil, provided != address {
      fail("after days of calm the provider has \(provided.map { "\($0)" } ?? "nothing")")
    }
    if kind == .stable, requests > 30 * 24 { fail("\(requests) requests for nothing") }
    var copy = cycle
    if copy.step(.timer, at: now) == .none { fail("no timer leaves this state") }
  }
}
