// SPDX-License-Identifier: Apache-2.0

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
    /// Whether all is done but the sending.
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

  /// What DNS says about a name.
  public enum Registered: Equatable, Sendable {
    /// These addresses; none at all = the name has no record.
    case addresses([IPAddress])
    /// No server could say.
    case unknown
  }

  /// How an update request ended.
  public enum Answer: Equatable, Sendable {
    /// The provider has the address; `unchanged` when it had it before.
    case accepted(unchanged: Bool)
    /// The provider said no, in this word.
    case refused(word: [UInt8])
    /// Not before so many seconds.
    case later(seconds: Int64)
    /// Something failed on the way.
    case temporary
    /// Nobody knows what the answer means.
    case notUnderstood
  }

  /// What happened.
  public enum Event: Equatable, Sendable {
    /// The section begins to run.
    case started
    /// The time of the last `wait` has come.
    case timer
    /// Somebody wants a check now: a signal, hotplug, an address event.
    case triggered
    /// This is our address.
    case detected(IPAddress)
    /// Our address could not be found; true = it is worth trying again soon.
    case notDetected(retry: Bool)
    /// This is what DNS says.
    case registered(Registered)
    /// This is what the provider says.
    case answered(Answer)
    /// A tool cannot work with this configuration, or at all.
    case unusable(ExitStatus)
  }

  /// Why an address is sent.
  public enum Cause: Equatable, Sendable {
    /// No address is known to have been accepted.
    case first
    /// The accepted address is another.
    case changed(from: IPAddress)
    /// The accepted address is older than the force interval.
    case forced
    /// Somebody asked for it.
    case requested
    /// The record was right and now is not: somebody else changed it.
    case repair
  }

  /// Why nothing is done for a while, or any more.
  public enum Reason: Equatable, Sendable {
    /// The provider has the address.
    case unchanged(IPAddress, since: Int64)
    /// DNS shows the address.
    case verified(IPAddress)
    /// The provider has the address, DNS shows something else: a cache, a proxy, split DNS.
    case notVisible(IPAddress)
    /// The look-up after an update is repeated.
    case verifying(IPAddress)
    /// Dry run: this would have been sent.
    case dryRun(IPAddress)
    /// A failure that may pass, the how-manieth in a row.
    case retry(Int64)
    /// As many failures in a row as `retry_max_count` allows.
    case gaveUp(Int64)
    /// The provider asked for a pause.
    case later(seconds: Int64)
    /// The answer was not understood.
    case notUnderstood
    /// The provider said no.
    case blocked(word: [UInt8], since: Int64)
    /// The requests of a day are used up.
    case budget
    /// The configuration or a program is at fault.
    case unusable
  }

  /// The one thing to do now.
  public enum Effect: Equatable, Sendable {
    /// Nothing: the event does not fit, and changes nothing.
    case none
    /// Find our address.
    case detect
    /// Ask DNS for the registered addresses.
    case lookUp
    /// Send this address.
    case update(IPAddress, Cause)
    /// Come back with `timer` at this uptime.
    case wait(until: Int64, Reason)
    /// End.
    case stop(ExitStatus, Reason)
  }

  /// Update requests a section may send in 24 hours, whatever anyone answers (DESIGN 6.5).
  public static let defaultBudget: Int64 = 48
  /// For how long a one-shot run looks for its update in DNS, in seconds.
  public static let oneShotPatience: Int64 = 60
  /// The same when a person or a cron job is waiting: level 2 and up, `--once`.
  public static let watchedPatience: Int64 = 10
  /// So many times in a row the provider may say that it has the address already; then it is not
  /// sent again before it changes or the force interval has passed.
  static let unchangedLimit: Int64 = 2
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
  private var isTriggered = false
  private var isRequested: Bool

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
      self.record.block = nil
      self.record.notBefore = 0
    }
  }

  /// Advances by one event. `random` is any number; it spreads retries.
  public mutating func step(_ event: Event, at now: Int64, random: UInt64 = 0) -> Effect {
    if case .unusable(let status) = event, state != .idle, state != .stopped {
      return stop(status, .unusable)
    }
    switch (state, event) {
    case (.idle, .started): return begin(at: now)
    case (.waiting, .timer): return begin(at: now)
    case (.waiting, .triggered), (.pausing, .triggered): return interrupt()
    case (.idle, _), (.stopped, _), (.waiting, _): return .none
    case (_, .triggered):
      isTriggered = true
      return .none
    case (.detecting, .detected(let address)):
      guard mode.looksUp else { return decide(address, .unknown, at: now) }
      state = .lookingUp(address)
      return .lookUp
    case (.detecting, .notDetected(let retry)):
      return retry ? fail(at: now, random: random) : rest(.notUnderstood, .temporary, at: now)
    case (.lookingUp(let address), .registered(let registered)):
      return decide(address, registered, at: now)
    case (.updating(let address), .answered(let answer)):
      return settle(address, answer, at: now, random: random)
    case (.verifying(let address, let since, let pause), .registered(let registered)):
      return verify(address, registered, since: since, pause: pause, at: now)
    case (.pausing(let address, let since, let pause), .timer):
      state = .verifying(address, since: since, pause: pause)
      return .lookUp
    case (.detecting, _), (.lookingUp, _), (.updating, _), (.verifying, _), (.pausing, _):
      return .none
    }
  }

  private mutating func begin(at now: Int64) -> Effect {
    if let block = record.block {
      return rest(.blocked(word: block.word, since: block.since), .refused, at: now)
    }
    state = .detecting
    return .detect
  }

  private mutating func interrupt() -> Effect {
    isTriggered = false
    failures = 0
    record.block = nil
    state = .detecting
    return .detect
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
        ? .unchanged(address, since: record.acceptedAt) : .notVisible(address)
      return rest(reason, mode.demandsVerification && !isShown ? .differs : .ok, at: now)
    }
    if mode.isDryRun { return rest(.dryRun(address), .ok, at: now) }
    // Neither a signal nor a restart shortens a pause the provider has asked for.
    guard now >= record.notBefore else {
      return sleep(
        until: record.notBefore, .later(seconds: record.notBefore - now), .temporary)
    }
    guard takeBudget(at: now) else {
      return sleep(until: record.budgetStart + Self.day, .budget, .temporary)
    }
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

  private mutating func takeBudget(at now: Int64) -> Bool {
    if now - record.budgetStart >= Self.day {
      record.budgetStart = now
      record.budgetUsed = 0
    }
    guard record.budgetUsed < budget else { return false }
    record.budgetUsed += 1
    return true
  }

  private mutating func settle(
    _ address: IPAddress, _ answer: Answer, at now: Int64, random: UInt64
  ) -> Effect {
    switch answer {
    case .accepted(let unchanged):
      failures = 0
      isRequested = false
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
      record.attempted = nil
      return rest(.blocked(word: word, since: now), .refused, at: now)
    case .later(let seconds):
      let pause = min(max(seconds, schedule.retry), Self.day)
      record.notBefore = now + pause
      return sleep(until: now + pause, .later(seconds: pause), .temporary)
    case .temporary: return fail(at: now, random: random)
    case .notUnderstood: return rest(.notUnderstood, .protocolError, at: now)
    }
  }

  private mutating func verify(
    _ address: IPAddress, _ registered: Registered, since: Int64, pause: Int64, at now: Int64
  ) -> Effect {
    if Self.shows(registered, address) {
      record.isVerified = true
      return rest(.verified(address), .ok, at: now, since: since)
    }
    let patience =
      mode.isOneShot
      ? mode.retries ? Self.oneShotPatience : Self.watchedPatience : schedule.check
    guard now + pause < since + patience else {
      let status: ExitStatus = mode.demandsVerification ? .differs : .ok
      return rest(.notVisible(address), status, at: now, since: since)
    }
    if isTriggered { return interrupt() }
    state = .pausing(address, since: since, pause: pause * 2)
    return .wait(until: now + pause, .verifying(address))
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
    state = .waiting
    return isTriggered ? interrupt() : .wait(until: now + pause, .retry(failures))
  }

  /// The end of a pass: the end of a one-shot run, else the wait for the next check.
  ///
  /// That is a check interval after `since`: the look-ups after an update do not put it off.
  private mutating func rest(
    _ reason: Reason, _ status: ExitStatus, at now: Int64, since: Int64? = nil
  ) -> Effect {
    let next = max((since ?? now) + schedule.check, now + min(schedule.retry, schedule.check))
    return sleep(until: next, reason, status)
  }

  private mutating func sleep(
    until time: Int64, _ reason: Reason, _ status: ExitStatus
  ) -> Effect {
    if mode.isOneShot { return stop(status, reason) }
    state = .waiting
    return isTriggered ? interrupt() : .wait(until: time, reason)
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
