// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct CycleWorldTests {
  private static let seeds = 0..<20
  private static let worldsPerSeed = 500

  @Test(arguments: seeds)
  func `thirty days in any world break no promise of the policy (DESIGN 6)`(seed: Int) async {
    var kinds: [CycleWorld.Kind: Int] = [:]
    for number in 0..<Self.worldsPerSeed {
      let world = CycleWorld(seed: UInt64(seed * 1_000 + number))
      world.run(days: 30)
      // There are other tests, and some of them measure time.
      await Task.yield()
      kinds[world.kind, default: 0] += 1
      if let broken = world.broken {
        Issue.record("world \(seed * 1_000 + number) (\(world.kind)): \(broken)")
        return
      }
    }
    #expect(kinds.count == CycleWorld.Kind.allCases.count)
  }

  @Test func `a world is the same each time`() {
    let one = CycleWorld(seed: 77)
    let other = CycleWorld(seed: 77)
    one.run(days: 5)
    other.run(days: 5)
    #expect(one.requests == other.requests)
    #expect(one.cycle.record == other.cycle.record)
  }

  @Test func `the worlds have all that can happen`() {
    var (reboots, flaps, wrongClocks, settled) = (0, 0, 0, 0)
    for seed in 0..<200 {
      let world = CycleWorld(seed: UInt64(seed))
      world.run(days: 30)
      reboots += world.reboots
      flaps += world.flapCount
      wrongClocks += world.wrongClocks
      if world.cycle.record.clockIsSettled { settled += 1 }
    }
    #expect(reboots > 200)
    #expect(flaps > 10_000)
    #expect(wrongClocks > 200)
    #expect(settled > 100)
  }
}

extension CycleWorld {
  /// Plays so many days, the last three of them calm, and looks whether all came right.
  func run(days: Int64) {
    let end = now + days * 86_400
    calmSince = end - 3 * 86_400
    perform(.started)
    while broken == nil {
      let next = min(
        timer, nextMove, nextTrigger, nextRestart, min(nextWeather, nextReboot, nextFlap))
      guard next < end else { break }
      now = max(now, next)
      advance()
    }
    now = end
    if broken == nil { checkTheEnd() }
  }

  private func advance() {
    if now >= nextMove {
      checkPromptness()
      move()
      nextMove = isCalm ? .max : min(now + pause(around: 43_200), max(calmSince, now + 1))
    } else if now >= nextTrigger {
      nextTrigger = isCalm ? .max : now + pause(around: 200_000)
      if random.next() % 2 == 0 { lift() } else { perform(.addressChanged) }
    } else if now >= nextRestart {
      nextRestart = isCalm ? .max : now + pause(around: 300_000)
      restart()
    } else if now >= nextWeather {
      nextWeather = now + pause(around: 50_000)
      isBad = !isCalm && random.next() % 2 == 0
    } else if now >= nextReboot {
      nextReboot = isCalm ? .max : now + pause(around: 400_000)
      if !isCalm { reboot() }
    } else if now >= nextFlap {
      flap()
    } else {
      timer = .max
      if perform(.timer) == .none { fail("a timer was not expected") }
    }
  }

  private func move() {
    address = Self.address(random.next())
    addressSince = now
  }

  /// A link that comes and goes, now and then with another address.
  private func flap() {
    if flaps == 0 {
      flaps = isCalm ? 0 : Int(random.next() % 120) + 20
      nextFlap = isCalm ? .max : now
      return
    }
    flaps -= 1
    flapCount += 1
    nextFlap = flaps == 0 ? now + pause(around: 600_000) : now + Int64(random.next() % 6)
    if random.next() % 40 == 0 {
      checkPromptness()
      move()
    }
    perform(.addressChanged)
  }

  /// A person reads the configuration anew.
  private func lift() {
    var record = cycle.record
    record.lift()
    blockedSince = nil
    begin(with: record)
  }

  private func begin(with record: Record, _ mode: Cycle.Mode = Cycle.Mode()) {
    cycle = Cycle(
      schedule: schedule, mode: mode, record: record, fingerprint: fingerprint,
      budget: budget)
    timer = .max
    perform(.started)
  }

  /// A new process with what the file says, now and then with another configuration.
  private func restart() {
    if random.next() % 3 == 0 { goOffline() }
    guard let record = router.restart(at: now) else {
      fail("the record did not survive its file")
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

  /// The process is stopped and tells the provider, which may hear it or not.
  private func goOffline() {
    let had = cycle.record
    guard cycle.goesOffline(at: router.uptime(now)) else { return }
    if had.accepted == nil, had.attempted == nil { fail("took back what was never sent") }
    noteRequest()
    if router.save(cycle.record, at: now) { noteFlash() }
    addressSince = now
    let isHeard = kind == .stable || random.next() % 3 != 0
    if isHeard { (provided, providedAt) = (nil, now) }
    mayBeFirst = true
  }

  /// The power fails; what was not on flash is lost, and the clock may be wrong for a while.
  private func reboot() {
    reboots += 1
    // A pause is forgotten with the run directory, and so is what was sent since the last writing.
    remembered = flashed.requests
    pausedUntil = flashed.pausedUntil
    // An update without an answer may be among that; only the force interval finds out.
    if let provided, provided != flashed.accepted { isUncertain = true }
    now = min(now + (random.next() % 3 == 0 ? pause(around: 400_000) : 60), calmSince)
    addressSince = max(addressSince, now)
    if random.next() % 3 == 0 { move() }
    guard let record = router.reboot(at: now) else {
      fail("the record did not survive a reboot")
      return
    }
    (accepted, acceptedAt, unchangedAnswers) =
      (flashed.accepted, flashed.acceptedAt, flashed.unchanged)
    if record.accepted != accepted, record.fingerprint == fingerprint {
      fail("a reboot has lost what was accepted")
    }
    if record.fingerprint != fingerprint { accepted = nil }
    mistakeTheTime()
    begin(with: record)
  }

  /// 1970, the date of an old file or a date of the future, until NTP answers.
  private func mistakeTheTime() {
    let errors: [Int64] = [0, 0, -Router.epoch - now, -90_000, -3_000_000, 400_000, 300_000_000]
    router.error = errors[Int(random.next() % UInt64(errors.count))]
    router.errorUntil = now + Int64(random.next() % 500)
    if router.error != 0 { wrongClocks += 1 }
  }

  /// The tools: tells the machine what has happened, and does what it wants until it waits.
  @discardableResult private func perform(_ event: Cycle.Event) -> Cycle.Effect {
    let first = step(event)
    if first != .none { timer = .max }
    var effect = first
    while broken == nil {
      now += Int64(random.next() % 5)
      maybeEventInside(effect)
      switch effect {
      case .none: return first
      case .detect:
        let fails = kind != .stable && isBad && random.next() % 4 == 0
        effect = step(fails ? .notDetected(retry: random.next() % 2 == 0) : .detected(address))
      case .lookUp: effect = step(.registered(lookUp(), lifetime: Int64(random.next() % 5_000)))
      case .askZone: effect = step(.registered(askZone()))
      case .update(let address, let cause):
        let answer = send(address, cause)
        let isLost = answer == .temporary && random.next() % 2 == 0
        effect = step(isLost ? .expired : .answered(answer))
      case .wait(let until, _):
        let time = until + router.bootedAt
        // A pass takes time; the machine does not know how much until its next step.
        if time <= now - 5 { fail("waits for the past") }
        if time > now + max(86_400, schedule.check * 9 / 8) {
          fail("waits for too long: \(effect)")
        }
        timer = max(time, now)
        return first
      case .stop(let status, let reason): fail("stopped: \(status) \(reason)")
      }
    }
    return first
  }

  private func step(_ event: Cycle.Event) -> Cycle.Effect {
    switch event {
    case .started, .timer, .addressChanged:
      if let bootTime = router.bootTime(now) { cycle.settleClock(bootTime: bootTime) }
    default: break
    }
    let effect = cycle.step(event, at: router.uptime(now), random: random.next())
    if case .detected = event, effect == .lookUp { return effect }
    if router.save(cycle.record, at: now) { noteFlash() }
    return effect
  }

  private func noteFlash() {
    flashed = Flashed(
      pausedUntil: pausedUntil, accepted: accepted, acceptedAt: acceptedAt,
      unchanged: unchangedAnswers, requests: remembered)
  }

  private func maybeEventInside(_ effect: Cycle.Effect) {
    switch effect {
    case .detect, .lookUp, .askZone, .update:
      guard !isCalm, random.next() % 500 == 0 else { return }
      if step(.addressChanged) != .none { fail("an event did something") }
    case .none, .wait, .stop: return
    }
  }

  private func checkPromptness() {
    guard kind == .stable, now - addressSince > patience, Int64(remembered.count) < budget else {
      return
    }
    if provided != address || providedAt > addressSince + patience {
      fail("the address of \(addressSince) came at \(providedAt), not within \(patience)")
    }
  }

  private func checkTheEnd() {
    checkPromptness()
    if timer == .max || timer <= now - 60 { fail("nothing is waited for") }
    if cycle.record.block != nil { lift() }
    // What scripts have claimed the zone's own servers disprove, with nobody's help.
    let isCurable = (kind == .script || kind == .liar) && names != .silent
    if broken == nil, isUncertain, !isCurable, provided != address {
      var mode = Cycle.Mode()
      mode.isForced = true
      begin(with: cycle.record, mode)
    }
    if broken == nil, provided != address {
      let given = provided.map { "\($0.text)" } ?? "nothing"
      let record = String(decoding: cycle.record.encoded, as: UTF8.self)
      fail("after days of calm the provider has \(given), not \(address.text): \(record)")
    }
    if kind == .stable, requests > 30 * 24 { fail("\(requests) requests for nothing") }
    var copy = cycle
    if copy.step(.timer, at: router.uptime(now)) == .none { fail("no timer leaves this state") }
  }
}
