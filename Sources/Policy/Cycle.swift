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

  // What is small stands together, here and in `Record`: there may be thousands of each.

  /// What is remembered; written to a file by the driver whenever it has changed.
  public internal(set) var record: Record
  let mode: Mode
  /// An address event that came during a pass.
  private var isTriggered = false
  private var isRequested: Bool
  /// Whether an address event came too soon after another, and the next timer is its own.
  private var isHurried = false
  /// How many passes in a row were begun by address events, counted to 20.
  private var eventPasses: Int32 = 0
  private let schedule: Schedule
  let budget: Int64
  /// Failures in a row.
  public private(set) var failures: Int64 = 0
  /// When others sent requests that count for the same budget, oldest first.
  public var otherRequests: [Int64] = []
  /// The uptime and the random number of the step that is being made.
  private var now: Int64 = 0
  private var random: UInt64 = 0
  /// When the last pass began.
  private var begunAt: Int64 = 0
  /// The time of the last `wait`.
  private var waitsUntil: Int64 = 0
  /// Until when caches may hide the accepted address.
  private var hiddenUntil: Int64 = 0
  /// Until when an address that was sent in vain is not sent again.
  private var heldUntil: Int64 = 0
  private(set) var state: State = .idle

  /// What it is doing. Where each state leads is a table in DESIGN.md, which a test compares.
  enum State: Equatable {
    /// Not started.
    case idle
    /// Until the timer or a trigger.
    case waiting
    /// Until our address is known.
    case detecting
    /// Until DNS has been asked what it has.
    case lookingUp(IPAddress)
    /// Until the zone's own servers have been asked whether a claim is true.
    case doubting(IPAddress)
    /// Until the provider has answered; and what had been attempted before.
    case updating(IPAddress, before: IPAddress?)
    /// Until DNS has been asked whether it shows the update.
    case verifying(IPAddress, since: Int64, pause: Int64)
    /// Until it is time to ask again.
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
    case .detecting, .lookingUp, .doubting, .updating: true
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
    (self.now, self.random) = (now, random)
    if case .unusable(let status) = event, state != .idle, state != .stopped {
      return stop(status, .unusable)
    }
    switch (state, event) {
    case (.idle, .started): return begin()
    case (.waiting, .timer):
      // Between two events a check interval or a retry has passed: it was quiet.
      if !isHurried { eventPasses = 0 }
      return begin()
    case (.waiting, .addressChanged), (.pausing, .addressChanged): return answerEvent()
    case (.idle, _), (.stopped, _), (.waiting, _): return .none
    case (_, .addressChanged):
      isTriggered = true
      return .none
    case (.detecting, .detected(let address)):
      guard mode.looksUp else { return decide(address, .unknown) }
      // What DNS shows does not matter to an address that is to be sent now, and may take long.
      if let cause = cause(address, .unknown), delay(address, cause) == nil {
        return send(address, cause)
      }
      state = .lookingUp(address)
      return .lookUp
    case (.detecting, .notDetected(let retry)):
      return retry ? fail() : wait(until: nextCheck(after: now), because: .noAddress)
    case (.lookingUp(let address), .registered(let registered, _)):
      return decide(address, registered)
    case (.doubting(let address), .registered(let registered, _)):
      return judge(address, registered)
    case (.detecting, .expired), (.lookingUp, .expired), (.doubting, .expired): return fail()
    case (.updating(let address, _), .expired): return settle(address, .temporary)
    case (.updating(_, let before), .unrecorded):
      (record.attempted, _) = (before, record.sent.popLast())
      return fail(isSent: false)
    case (.updating(let address, _), .answered(let answer)): return settle(address, answer)
    case (.verifying(let address, let since, let pause), .registered(let registered, let lifetime)):
      // For so long caches may keep what they had before the update.
      let expected = min(max(lifetime ?? 0, 0), Self.longestLifetime)
      if hiddenUntil == 0 { hiddenUntil = since + expected }
      record.claim?.wait(until: hiddenUntil)
      return verify(address, registered, since: since, pause: pause)
    case (.pausing(let address, let since, let pause), .timer):
      state = .verifying(address, since: since, pause: pause)
      return .lookUp
    case (.detecting, _), (.lookingUp, _), (.doubting, _), (.updating, _), (.verifying, _),
      (.pausing, _):
      return .none
    }
  }

  // MARK: - A pass

  private mutating func begin() -> Effect {
    isHurried = false
    isTriggered = false
    if let block = record.block {
      return wait(
        until: nextCheck(after: now), because: .blocked(word: block.word, since: block.since))
    }
    begunAt = now
    state = .detecting
    return .detect
  }

  private mutating func decide(_ address: IPAddress, _ registered: Registered) -> Effect {
    if let cause = cause(address, registered) { return send(address, cause) }
    failures = 0
    if registered.shows(address) { record.verify() }
    if record.isDoubtful(address, registered, at: now) {
      state = .doubting(address)
      return .askZone
    }
    let reason: Reason
    if registered.shows(address) || !mode.looksUp {
      reason = .unchanged(address, since: record.acceptedAt)
    } else if registered == .unknown {
      reason = .unanswered(address, since: record.acceptedAt)
    } else {
      reason = hidden(address)
    }
    return wait(until: nextCheck(after: now), because: reason)
  }

  /// The end of a doubt: DNS does not show an address that a script has claimed to be accepted, and
  /// the zone's own servers have been asked.
  private mutating func judge(_ address: IPAddress, _ registered: Registered) -> Effect {
    if registered == .unknown {
      let next = nextCheck(after: now)
      record.claim?.wait(until: next)
    } else if registered.shows(address) {
      // It is true; a cache, a proxy or split DNS hides it from us.
      record.claim = nil
    } else {
      return send(address, .disproved)
    }
    return wait(until: nextCheck(after: now), because: hidden(address))
  }

  private func cause(_ address: IPAddress, _ registered: Registered) -> Cause? {
    if isRequested { return .requested }
    return record.cause(toSend: address, registered, force: schedule.force, at: now)
  }

  /// What keeps an address from being sent now, and until when; nil for nothing.
  private mutating func delay(_ address: IPAddress, _ cause: Cause) -> (until: Int64, Reason)? {
    if mode.isDryRun { return (nextCheck(after: now), .dryRun(address)) }
    // Neither a signal nor a restart shortens a pause the provider has asked for.
    let pause = record.notBefore - now
    if pause > 0 { return (record.notBefore, .later(seconds: pause)) }
    // An event makes no second try of an address that has just been sent in vain.
    if record.attempted == address, now < heldUntil { return (heldUntil, .retry(failures)) }
    let earliest = record.budgetTime(
      address, cause, budget: budget, others: otherRequests, at: now)
    if now >= earliest { return nil }
    return (min(earliest, nextCheck(after: now)), .budget(address, until: earliest))
  }

  private mutating func send(_ address: IPAddress, _ cause: Cause) -> Effect {
    if let (time, reason) = delay(address, cause) { return wait(until: time, because: reason) }
    state = .updating(address, before: record.attempted)
    record.sent.append(now)
    record.attempted = address
    return .update(address, cause)
  }

  private mutating func settle(_ address: IPAddress, _ answer: Answer) -> Effect {
    switch answer {
    case .accepted(let unchanged):
      record.accept(address, unchanged: unchanged, at: now)
      return accepted(address)
    case .claimed:
      record.acceptClaim(address, check: schedule.check, at: now)
      return accepted(address)
    case .refused(let word):
      record.block = Record.Block(word: word, since: now)
      return wait(until: nextCheck(after: now), because: .blocked(word: word, since: now))
    case .later(let seconds):
      let pause = min(max(seconds, schedule.retry), Self.day)
      record.notBefore = now + pause
      return wait(until: record.notBefore, because: .later(seconds: pause))
    case .temporary:
      heldUntil = .max
      return fail()
    case .notUnderstood:
      heldUntil = .max
      return wait(until: nextCheck(after: now), because: .notUnderstood)
    }
  }

  private mutating func accepted(_ address: IPAddress) -> Effect {
    failures = 0
    isRequested = false
    hiddenUntil = 0
    guard mode.looksUp else {
      return wait(until: nextCheck(after: now), because: .unchanged(address, since: now))
    }
    state = .verifying(address, since: now, pause: 1)
    return .lookUp
  }

  private mutating func verify(
    _ address: IPAddress, _ registered: Registered, since: Int64, pause: Int64
  ) -> Effect {
    if registered.shows(address) {
      record.verify()
      return wait(until: nextCheck(after: since), because: .verified(address))
    }
    guard now + pause < since + patience else {
      return wait(until: nextCheck(after: since), because: hidden(address))
    }
    return wait(
      until: now + pause, because: .verifying(address),
      in: .pausing(address, since: since, pause: pause * 2))
  }

  private mutating func fail(isSent: Bool = true) -> Effect {
    failures += 1
    if mode.retries, schedule.retryMaxCount > 0, failures > schedule.retryMaxCount {
      let count = failures - 1
      failures = 0
      return wait(until: nextCheck(after: now), because: .gaveUp(count))
    }
    let pause = schedule.pause(afterFailures: failures, random: random)
    return wait(until: now + pause, because: isSent ? .retry(failures) : .unrecorded)
  }

  /// Why an accepted address does not show.
  private func hidden(_ address: IPAddress) -> Reason {
    if now < hiddenUntil { return .cached(address, until: hiddenUntil) }
    return record.claim.map { .claimed(address, until: $0.notBefore) } ?? .notVisible(address)
  }

  // MARK: - Between passes

  /// Begins a pass because of an address event: at once, or, when events follow one another, after a
  /// pause that doubles up to the check interval. A link that flaps must not make a thousand
  /// requests to whoever tells us our address.
  private mutating func answerEvent() -> Effect {
    isTriggered = false
    if record.block != nil || isHurried { return .none }
    let pause = eventPasses == 0 ? 0 : min(1 << Int64(eventPasses), schedule.check)
    guard now < begunAt + pause else {
      eventPasses = min(eventPasses + 1, 20)
      return begin()
    }
    guard begunAt + pause < waitsUntil else {
      // The timer comes sooner than that; between two look-ups a pass is yet to be asked for.
      if state == .waiting { isHurried = true } else { isTriggered = true }
      return .none
    }
    eventPasses = min(eventPasses + 1, 20)
    isHurried = true
    return wait(until: begunAt + pause, because: .unsettled)
  }

  /// A check interval after `time`: the look-ups after an update do not put the next check off.
  private func nextCheck(after time: Int64) -> Int64 {
    max(time + schedule.check, now + min(schedule.retry, schedule.check))
  }

  /// The end of all that is done for now: the end, too, of a run that does not wait for such a
  /// thing. An event that came meanwhile is answered first.
  private mutating func wait(
    until time: Int64, because reason: Reason, in state: State = .waiting
  ) -> Effect {
    if let status = status(of: reason) { return stop(status, reason) }
    self.state = state
    waitsUntil = time
    // Sent in vain: it is known only here until when.
    if heldUntil == .max { heldUntil = time }
    let answer = isTriggered ? answerEvent() : .none
    return answer == .none ? .wait(until: time, reason) : answer
  }

  /// How a run ends that has come to this; nil = it waits and goes on.
  private func status(of reason: Reason) -> ExitStatus? {
    switch reason {
    case .verifying, .unsettled, .unusable: nil
    case .retry: mode.retries ? nil : .temporary
    case .unrecorded: mode.retries ? nil : .osError
    case _ where !mode.isOneShot: nil
    case .unchanged, .verified, .dryRun: .ok
    case .unanswered, .notVisible, .cached, .claimed: mode.demandsVerification ? .differs : .ok
    case .later, .budget, .gaveUp, .noAddress: .temporary
    case .notUnderstood: .protocolError
    case .blocked: .refused
    }
  }

  private mutating func stop(_ status: ExitStatus, _ reason: Reason) -> Effect {
    state = .stopped
    return .stop(status, reason)
  }
}
