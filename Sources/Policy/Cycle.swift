// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import Wire

/// What a section does next: detect, look up, update, verify, wait, again (DESIGN 5).
///
/// It holds no clock, process or file. `step` is told what happened and when, and answers with the
/// one thing to do now. Times are uptimes in seconds.
public struct Cycle: Sendable {
  /// How a section is run.
  public struct Mode: Equatable, Sendable {
    /// One pass, then the end: `force_interval 0`, `--once`, verbose level 2 and up.
    public var isOneShot = false
    /// Whether a temporary failure is tried again: not at level 2 and up, not with `--once`.
    public var retries = true
    /// Whether everything is done but the sending.
    public var isDryRun = false
    /// Whether the first pass sends whatever is known, and lifts a block.
    public var isForced = false
    /// Whether DNS has the last word on the exit status: level 2 and up (contract 5.4).
    public var demandsVerification = false
    /// Whether DNS is asked at all; without, the provider's answer is enough (`verify`).
    public var looksUp = true

    /// An endless loop that retries.
    public init() {}
  }

  /// Update requests a section may send in 24 hours, whatever anyone answers (DESIGN 6.5).
  public static let defaultBudget: Int64 = 48
  /// For how long a one-shot run looks for its update in DNS, in seconds.
  public static let oneShotPatience: Int64 = 60
  /// The same when a person or a cron job is waiting: level 2 and up, `--once`.
  public static let watchedPatience: Int64 = 10
  /// How many times in a row the provider may say that it has the address already; after that it
  /// is not sent again before it changes or the force interval has passed.
  static let unchangedLimit: Int64 = 2
  /// For how long a pass may detect, look up and send, in seconds (DESIGN 8).
  public static let passPatience: Int64 = 180
  /// The longest that an old answer is expected to stay in caches, in seconds.
  static let longestLifetime: Int64 = 3_600
  /// What a budget is for, and the longest pause a provider can ask for, in seconds.
  static let day: Int64 = 86_400

  /// What is remembered; written to a file by the driver whenever it has changed.
  public private(set) var record: Record
  /// Failures in a row.
  public private(set) var failures: Int64 = 0

  private let schedule: Schedule
  private let mode: Mode
  private let budget: Int64
  private var state: State = .idle
  /// An address event that came during a pass.
  private var isTriggered = false
  private var isRequested: Bool
  /// When the last pass began.
  private var begunAt: Int64 = 0
  /// How many passes in a row were begun by address events.
  private var eventPasses: Int64 = 0
  /// Whether an address event came too soon after another, and the next timer is its own.
  private var isHurried = false
  /// The time of the last `wait`.
  private var waitsUntil: Int64 = 0
  /// Until when caches may hide the accepted address.
  private var hiddenUntil: Int64 = 0
  /// Until when an address that was sent in vain is not sent again.
  private var heldUntil: Int64 = 0

  private enum State: Equatable {
    /// Not started. Next: `detecting`, `waiting`, `stopped`.
    case idle
    /// Until the timer or a trigger. Next: `detecting`.
    case waiting
    /// Until our address is known. Next: `lookingUp`, `updating`, `waiting`, `stopped`.
    case detecting
    /// Until DNS has been asked what it has. Next: `updating`, `waiting`, `stopped`.
    case lookingUp(IPAddress)
    /// Until the provider has answered. Next: `verifying`, `waiting`, `stopped`.
    case updating(IPAddress)
    /// Until DNS has been asked whether it shows the update. Next: `pausing`, `waiting`, `stopped`.
    case verifying(IPAddress, since: Int64, pause: Int64)
    /// Until it is time to ask again. Next: `verifying`, `detecting`.
    case pausing(IPAddress, since: Int64, pause: Int64)
    /// For good.
    case stopped
  }

  /// A section that is about to start with what is remembered of it.
  ///
  /// A record of another configuration keeps nothing but its budget.
  public init(
    schedule: Schedule, mode: Mode, record: Record, fingerprint: UInt64,
    budget: Int64 = Cycle.defaultBudget
  ) {
    self.schedule = schedule
    self.mode = mode
    self.budget = budget
    self.record = record
    isRequested = mode.isForced
    if record.fingerprint != fingerprint {
      // What was accepted for another host or account says nothing about this one.
      self.record.forgetAllButBudget()
      self.record.fingerprint = fingerprint
    }
    if mode.isForced {
      self.record.lift()
      self.record.notBefore = 0
    }
  }

  /// Whether a pass is under way that `passPatience` limits.
  public var isInPass: Bool {
    switch state {
    case .detecting, .lookingUp, .updating: true
    case .idle, .waiting, .verifying, .pausing, .stopped: false
    }
  }

  /// Until when somebody waits for DNS to show an update; nil = nobody does, look-ups take the time
  /// they need.
  public var lookUpDeadline: Int64? {
    guard mode.isOneShot, case .verifying(_, let since, _) = state else { return nil }
    return since + patience
  }

  /// For how long after an update DNS is asked whether it shows.
  private var patience: Int64 {
    guard mode.isOneShot else { return schedule.check }
    return mode.retries ? Self.oneShotPatience : Self.watchedPatience
  }

  /// Advances by one event. `random` is any number; it spreads retries.
  public mutating func step(_ event: Event, at now: Int64, random: UInt64 = 0) -> Effect {
    if case .unusable(let status) = event, state != .idle, state != .stopped {
      return stop(status, .unusable)
    }
    switch (state, event) {
    case (.idle, .started): return begin(at: now)
    case (.waiting, .timer):
      // Between two events a check interval or a retry has passed: it was quiet.
      if !isHurried { eventPasses = 0 }
      return begin(at: now)
    case (.waiting, .addressChanged), (.pausing, .addressChanged): return hurry(at: now)
    case (.idle, _), (.stopped, _), (.waiting, _): return .none
    case (_, .addressChanged):
      isTriggered = true
      return .none
    case (.detecting, .detected(let address)):
      guard mode.looksUp else { return decide(address, .unknown, at: now) }
      state = .lookingUp(address)
      return .lookUp
    case (.detecting, .notDetected(let retry)):
      return retry ? fail(at: now, random: random) : rest(.notUnderstood, .temporary, at: now)
    case (.lookingUp(let address), .registered(let registered, _)):
      return decide(address, registered, at: now)
    case (.detecting, .expired), (.lookingUp, .expired): return fail(at: now, random: random)
    case (.updating(let address), .expired):
      return settle(address, .temporary, at: now, random: random)
    case (.updating(let address), .answered(let answer)):
      return settle(address, answer, at: now, random: random)
    case (.verifying(let address, let since, let pause), .registered(let registered, let lifetime)):
      // For so long caches may keep what they had before the update.
      let expected = min(max(lifetime ?? 0, 0), Self.longestLifetime)
      if hiddenUntil == 0 { hiddenUntil = since + expected }
      return verify(address, registered, since: since, pause: pause, at: now)
    case (.pausing(let address, let since, let pause), .timer):
      state = .verifying(address, since: since, pause: pause)
      return .lookUp
    case (.detecting, _), (.lookingUp, _), (.updating, _), (.verifying, _), (.pausing, _):
      return .none
    }
  }

  /// Takes note of what `ClockWatch` has found out.
  public mutating func settleClock(bootTime: Int64) { record.settle(bootTime: bootTime) }

  private mutating func begin(at now: Int64) -> Effect {
    isHurried = false
    isTriggered = false
    if let block = record.block {
      return rest(.blocked(word: block.word, since: block.since), .refused, at: now)
    }
    begunAt = now
    state = .detecting
    return .detect
  }

  /// Begins a pass because of an address event: at once, or, when events follow one another, after a
  /// pause that doubles up to the check interval. A link that flaps must not make a thousand
  /// requests to whoever tells us our address.
  private mutating func hurry(at now: Int64) -> Effect {
    isTriggered = false
    if record.block != nil || isHurried { return .none }
    let pause = eventPasses == 0 ? 0 : min(1 << min(eventPasses, 20), schedule.check)
    guard now < begunAt + pause else {
      eventPasses += 1
      return begin(at: now)
    }
    guard begunAt + pause < waitsUntil else {
      // The timer comes sooner than that; between two look-ups a pass is yet to be asked for.
      if state == .waiting { isHurried = true } else { isTriggered = true }
      return .none
    }
    eventPasses += 1
    isHurried = true
    return wait(until: begunAt + pause, .unsettled)
  }

  private mutating func wait(until time: Int64, _ reason: Reason) -> Effect {
    state = .waiting
    waitsUntil = time
    return .wait(until: time, reason)
  }

  private mutating func decide(
    _ address: IPAddress, _ registered: Registered, at now: Int64
  ) -> Effect {
    let isShown = Self.shows(registered, address)
    guard let cause = cause(address, registered, isShown: isShown, at: now) else {
      failures = 0
      if isShown { record.isVerified = true }
      let reason: Reason =
        isShown || registered == .unknown
        ? .unchanged(address, since: record.acceptedAt) : hidden(address, at: now)
      return rest(reason, mode.demandsVerification && !isShown ? .differs : .ok, at: now)
    }
    if mode.isDryRun { return rest(.dryRun(address), .ok, at: now) }
    // Neither a signal nor a restart shortens a pause the provider has asked for.
    guard now >= record.notBefore else {
      return pause(
        until: record.notBefore, .later(seconds: record.notBefore - now), at: now)
    }
    // An event makes no second try of an address that has just been sent in vain.
    if record.attempted == address, now < heldUntil {
      return sleep(until: heldUntil, .retry(failures), at: now)
    }
    let earliest = budgetTime(address, cause, at: now)
    guard now >= earliest else {
      // Our address and DNS are looked at as ever.
      return pause(
        until: min(earliest, now + schedule.check), .budget(address, until: earliest), at: now)
    }
    record.sent.append(now)
    record.attempted = address
    state = .updating(address)
    return .update(address, cause)
  }

  /// Why the address has to be sent; nil when it has not (DESIGN 6.1, 6.2).
  private func cause(
    _ address: IPAddress, _ registered: Registered, isShown: Bool, at now: Int64
  ) -> Cause? {
    if isRequested { return .requested }
    guard let accepted = record.accepted else { return .first }
    if accepted != address { return .changed(from: accepted) }
    // A request without an answer may have been obeyed all the same.
    if let attempted = record.attempted, attempted != address { return .changed(from: attempted) }
    if now - record.acceptedAt >= schedule.force { return .forced }
    // An address that DNS has never shown may be hidden by a proxy or split DNS, and a server that
    // cannot be asked says nothing: neither is a reason to send again.
    if record.isVerified, !isShown, registered != .unknown,
      record.unchangedAnswers < Self.unchangedLimit
    {
      return .repair
    }
    return nil
  }

  /// When this may be sent as far as the budget goes; the past = now.
  ///
  /// What was sent before in vain, repairs and forced updates come hours apart once they have used a
  /// quarter of the budget: so they never use more than half of it, the other half is there for an
  /// address that really changes, and none of them ever waits for a day.
  private mutating func budgetTime(_ address: IPAddress, _ cause: Cause, at now: Int64) -> Int64 {
    record.sent.removeAll { now - $0 >= Self.day }
    let sent = record.sent
    guard sent.count < budget else {
      return budget > 0 ? sent[sent.count - Int(budget)] + Self.day : now + Self.day
    }
    let isNew: Bool
    switch cause {
    case .first, .changed: isNew = record.attempted != address
    case .forced, .requested, .repair: isNew = false
    }
    let quarter = max(budget / 4, 1)
    guard !isNew, sent.count >= quarter, let last = sent.last else { return now }
    return last + Self.day / quarter
  }

  private mutating func settle(
    _ address: IPAddress, _ answer: Answer, at now: Int64, random: UInt64
  ) -> Effect {
    switch answer {
    case .accepted(let unchanged):
      failures = 0
      isRequested = false
      hiddenUntil = 0
      let before = record.accepted == address ? record.unchangedAnswers : 0
      record.unchangedAnswers = unchanged ? min(before, Self.unchangedLimit) + 1 : 0
      record.attempted = nil
      record.accepted = address
      record.acceptedAt = now
      record.isVerified = false
      guard mode.looksUp else { return rest(.unchanged(address, since: now), .ok, at: now) }
      state = .verifying(address, since: now, pause: 1)
      return .lookUp
    case .refused(let word):
      record.block = Record.Block(word: word, since: now)
      return rest(.blocked(word: word, since: now), .refused, at: now)
    case .later(let seconds):
      let pause = min(max(seconds, schedule.retry), Self.day)
      record.notBefore = now + pause
      return self.pause(until: now + pause, .later(seconds: pause), at: now)
    case .temporary:
      heldUntil = .max
      return fail(at: now, random: random)
    case .notUnderstood:
      heldUntil = .max
      return rest(.notUnderstood, .protocolError, at: now)
    }
  }

  private mutating func verify(
    _ address: IPAddress, _ registered: Registered, since: Int64, pause: Int64, at now: Int64
  ) -> Effect {
    if Self.shows(registered, address) {
      record.isVerified = true
      return rest(.verified(address), .ok, at: now, since: since)
    }
    guard now + pause < since + patience else {
      let status: ExitStatus = mode.demandsVerification ? .differs : .ok
      return rest(hidden(address, at: now), status, at: now, since: since)
    }
    state = .pausing(address, since: since, pause: pause * 2)
    waitsUntil = now + pause
    let effect = isTriggered ? hurry(at: now) : .none
    return effect == .none ? .wait(until: now + pause, .verifying(address)) : effect
  }

  /// Why an accepted address does not show.
  private func hidden(_ address: IPAddress, at now: Int64) -> Reason {
    now < hiddenUntil ? .cached(address, until: hiddenUntil) : .notVisible(address)
  }

  private mutating func fail(at now: Int64, random: UInt64) -> Effect {
    failures += 1
    guard mode.retries else { return stop(.temporary, .retry(failures)) }
    if schedule.retryMaxCount > 0, failures > schedule.retryMaxCount {
      let count = failures - 1
      failures = 0
      return rest(.gaveUp(count), .temporary, at: now)
    }
    let pause = schedule.pause(afterFailures: failures, random: random)
    return sleep(until: now + pause, .retry(failures), at: now)
  }

  /// The end of a pass: the end of a one-shot run, else the wait for the next check.
  ///
  /// That is a check interval after `since`: the look-ups after an update do not put it off.
  private mutating func rest(
    _ reason: Reason, _ status: ExitStatus, at now: Int64, since: Int64? = nil
  ) -> Effect {
    if mode.isOneShot { return stop(status, reason) }
    let next = max((since ?? now) + schedule.check, now + min(schedule.retry, schedule.check))
    return sleep(until: next, reason, at: now)
  }

  /// The wait until something may be sent again; the end of a one-shot run.
  private mutating func pause(until time: Int64, _ reason: Reason, at now: Int64) -> Effect {
    mode.isOneShot ? stop(.temporary, reason) : sleep(until: time, reason, at: now)
  }

  private mutating func sleep(until time: Int64, _ reason: Reason, at now: Int64) -> Effect {
    let effect = wait(until: time, reason)
    // Sent in vain: it is known only here until when.
    if heldUntil == .max { heldUntil = time }
    guard isTriggered else { return effect }
    let hurried = hurry(at: now)
    return hurried == .none ? effect : hurried
  }

  private mutating func stop(_ status: ExitStatus, _ reason: Reason) -> Effect {
    state = .stopped
    return .stop(status, reason)
  }

  private static func shows(_ registered: Registered, _ address: IPAddress) -> Bool {
    if case .addresses(let all) = registered { return all.contains(address) }
    return false
  }
}
