// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import UCI
import Wire

/// One section at work: its machine, its tool if one runs, its files and its log.
///
/// It executes the machine's effects and turns what comes of them into events, in one loop (`work`).
/// A class because it owns a lock and a child, which cannot be copied, and lives in a list.
final class SectionRun {
  /// What the command line says about all sections.
  final class Options {
    var verbosity: Int64 = 0
    var isDryRun = false
    var isOnce = false
    var isForced = false
    /// For how many milliseconds a former process may still hold the lock.
    var lockPatience: Int64 = 0
    /// What the tools are told besides their section: `-c`, `--root`.
    var toolArguments: [[UInt8]] = []
    /// Where the tools are; nil = this very executable under their names.
    var toolDirectory: [UInt8]?

    /// The file to run for a tool.
    func path(of tool: Literal) -> [UInt8] {
      guard let toolDirectory else { return [UInt8]("/proc/self/exe") }
      return Text("\(toolDirectory)/\(tool)").bytes
    }
  }

  /// What a section goes by: the global options and its own, as UCI text (`Catalog`).
  struct Texts {
    var global: [UInt8]
    var section: [UInt8]
  }

  // There may be thousands: what is small stands together, behind what leaves room for it.

  var name: [UInt8] { files.section }
  let options: Options
  let world: World
  let files: RunFiles
  /// What commands have said of the section's options (`Configuration.Commands`).
  var said: [[UInt8]] = []
  var texts: Texts
  /// What was found of it elsewhere.
  var values: Configuration.Values
  /// What the section says, while it is needed: most of the time it is large, and of no use.
  var loaded: ServiceSection?
  /// The run of the same section's other family, if there is one and it is in this process.
  var sibling: SectionRun?
  /// Who is told of it; nil while that is nobody.
  var mailbox: Mailbox?
  var writtenAddresses: [IPAddress]?
  /// The process of the tool at work.
  var job: Job?
  /// That tool, and the uptime in milliseconds at which it has to be over.
  var tool: (kind: Job.Tool, deadline: Int64)?
  /// Uptime in milliseconds since when the tool waits that has to.
  var waitingSince: Int64 = 0
  /// A tool that has to wait until fewer others are at work.
  var waitingTool: Job.Tool? {
    didSet { waitingSince = world.uptime }
  }
  /// How the section ended; nil while it runs.
  var status: ExitStatus?
  /// What the last pass has left; nil while the first, or another, is under way.
  var rest: Rest?
  /// Whether the section starts as soon as commands have said what they have to.
  var startsAfter = false
  /// Whether a pass has begun.
  var hasBegun = false
  /// An event that came during a pass and told nothing new: it counts if the pass fails.
  var isRetryWanted = false
  /// Whether the configuration is as fresh as the next pass needs it.
  var isFresh = true
  /// Whether its watch is one that nobody has looked at.
  var hasNewWatch = true
  /// Uptime in milliseconds of the timer the machine asked for.
  var timer: Int64?
  /// Whether the lock and the pid file are ours.
  var holdsLock = true
  /// Whether all that is remembered is in a file.
  private var isRecorded = true
  var lock: FileDescriptor
  /// Uptime in milliseconds at which a pass that is under way has to be over.
  var passDeadline: Int64?
  /// Where it stands in the fleet's agendas (`Fleet.enter`): the earliest time it will be looked at, and
  /// its place among those that wait for a tool.
  var alarm = Int64.max
  var turn: Int64?
  let acceptedAtStart: IPAddress?
  var history = History()
  var statusFile = StatusFile()
  var log: Log
  var watch: AddressWatch
  var store: RecordStore
  var cycle: Cycle

  /// Takes the lock, writes the pid and introduces itself. Throws a failure for a section that
  /// cannot run, after saying so in the log.
  init(
    _ section: UCISection, _ configuration: Configuration, _ options: Options, _ world: World
  ) throws(Failure) {
    let name = world.name(of: section)
    let configuration = configuration.withValues(of: name, for: .runner)
    values = configuration.values
    let section = configuration.find(name) ?? section
    texts = world.texts(of: section, configuration)
    self.options = options
    self.world = world
    files = world.files(of: name, configuration)
    var log = world.log(files, configuration, verbosity: options.verbosity)
    log.hide(secretsOf: texts.section)
    let (settings, problems) = configuration.read(section)
    if problems.isEmpty { log.adopt(settings) }
    lock = try Self.takeLock(files, name, options, world)
    log.startAfresh()
    Self.introduce(section, configuration, options, &log)
    let warning = values.warning
    if warning != "" { log.write(.warning, warning) }
    do throws(Failure) {
      try configuration.checkRunnable(settings, problems)
    } catch {
      log.terminate(error.status == .config ? .warning : .error, error.message)
      world.flush(&log)
      throw Failure(error.status, "")
    }
    loaded = settings
    try? world.replace(files.pid, with: RunFiles.number(Int64(Process.id)), mode: 0o644)
    var record = Record()
    store = RecordStore(files, into: &record, world, &log)
    let lastUpdate = record.acceptedAt
    acceptedAtStart = record.accepted
    history.recall(from: files)
    // An older program wrote it, about this very configuration.
    if record.fingerprint == settings.formerFingerprint {
      record.fingerprint = settings.fingerprint
    }
    // What it is about is not known before commands have said it.
    let isKnown = !values.isIncomplete
    cycle = Cycle(
      schedule: settings.schedule, mode: options.mode(for: settings), record: record,
      fingerprint: isKnown ? settings.fingerprint : record.fingerprint)
    watch = AddressWatch(
      settings, configuration.global, isEndless: options.isEndless(settings))
    self.log = log
    announce(lastUpdate: lastUpdate)
    handle(.started)
  }

  /// Whether all is done but the sending.
  var isDryRun: Bool { options.isDryRun || options.verbosity > 2 }

  /// The uptime in seconds.
  var now: Int64 { world.uptime / 1_000 }

  /// The earliest uptime in milliseconds at which something has to be done.
  var deadline: Int64? {
    let next = min(tool?.deadline ?? timer ?? patience ?? .max, watch.due ?? .max)
    let end = cycle.isInPass ? min(next, passDeadline ?? .max) : next
    return end == .max ? nil : end
  }

  /// Does what has become due: a timer, the end of a tool, or its deadline.
  func advance() {
    reap()
    if let tool, world.uptime >= tool.deadline, cycle.lookUpDeadline != nil {
      // Somebody waits, and DNS is silent: what it would say later is of no use to him.
      dropTool()
      log.write(.warning, "DNS has not answered so far")
      handle(.registered(.unknown))
    } else if let tool, world.uptime >= tool.deadline {
      complain("\(tool.kind.name): no end within its time: killed")
      self.tool?.deadline = .max
      job?.kill()
    }
    if let passDeadline, cycle.isInPass, world.uptime >= passDeadline {
      complain("detecting, looking up and sending took more than \(Cycle.passPatience) s: ended")
      dropTool()
      handle(.expired)
    }
    if let timer, world.uptime >= timer {
      self.timer = nil
      handle(.timer)
    }
    if status == nil, watch.takeChange(at: world.uptime) { addressesChanged() }
  }

  /// When it is its tool's turn, the least first; nil when none waits: those of passes under way, then
  /// those that have waited longer.
  var nextTurn: Int64? {
    waitingTool.map {
      $0 == .detect || $0 == .values ? waitingSince : waitingSince - (1 << 50)
    }
  }

  /// Ends because of a signal.
  func stop(_ signal: Signal) {
    dropTool()
    log.write(.notice, "PID '\(Process.id)' terminated by '\(signal.name)' at \(date())\n")
    close(.ok, "ended by \(signal.name)")
  }

  /// Checks, unless the machine has a reason not to, or a pass is under way: another follows it.
  private func addressesChanged() {
    guard isNews() else { return }
    let effect = step(.addressChanged)
    guard effect != .none else { return }
    log.write(.info, "addresses have changed")
    work(on: effect)
  }

  // MARK: - Effects

  /// Lets the machine take in what has happened, and does what it wants.
  func handle(_ event: Cycle.Event?) {
    if let event, !postpones(event) { work(on: step(event)) }
  }

  /// Works on an event without asking commands first.
  func proceed(_ event: Cycle.Event) { work(on: step(event)) }

  /// The one loop: what comes of an effect at once is the machine's next event.
  private func work(on first: Cycle.Effect) {
    var effect = first
    while let event = execute(effect) { effect = step(event) }
  }

  private func step(_ event: Cycle.Event) -> Cycle.Effect {
    statusFile.note(event)
    if case .detected(let address) = event { history.note(address, at: now) }
    if let bootTime = store.bootTime(world) { cycle.settleClock(bootTime: bootTime) }
    cycle.otherRequests = sibling?.cycle.record.sent ?? []
    let effect = cycle.step(event, at: now, random: world.random)
    // What the first check begins with would be known again after a crash: written with what it finds.
    isRecorded = isDryRun || !hasBegun && effect == .detect || record()
    return effect
  }

  /// Writes what is remembered; a run directory that has vanished is made again for it.
  func record() -> Bool {
    store.save(cycle.record, files, world, &log)
      || holdRunDirectory() && store.save(cycle.record, files, world, &log)
  }

  private func execute(_ effect: Cycle.Effect) -> Cycle.Event? {
    if status != nil { return nil }
    // What the machine wants now takes the place of what it waited for.
    if effect != .none { timer = nil }
    switch effect {
    case .none: break
    case .detect: return beginPass()
    case .lookUp: waitingTool = .verify
    case .askZone: waitingTool = .askZone
    case .update(let address, let cause):
      log.write(.notice, cause.message)
      guard isRecorded else {
        complain("\(address) is not sent: that it was could not be recorded")
        return .unrecorded
      }
      history.note("sent", Text("\(address): \(cause.message)").bytes, at: now)
      waitingTool = .update(address)
    case .wait(let until, let reason): return wait(until, reason)
    case .stop(let status, let reason): end(status, reason)
    }
    return nil
  }

  /// A pass begins with the configuration as it is now: a section that is gone or disabled ends.
  private func beginPass() -> Cycle.Event? {
    passDeadline = nil
    rest = nil
    isRetryWanted = false
    if let event = reread(unreadable: .notDetected(retry: true)) { return event }
    if status != nil { return nil }
    if values.isIncomplete { return .notDetected(retry: true) }
    // Another process may run the section by now; but not when we have only just taken the lock.
    if !isDryRun, hasBegun, !holdRunDirectory(), status != nil { return nil }
    hasBegun = true
    watch.passBegins(at: world.uptime)
    waitingTool = .detect
    return nil
  }

  private func wait(_ until: Int64, _ reason: Cycle.Reason) -> Cycle.Event? {
    // A changed configuration lifts a block, and one that says so ends the section.
    if case .blocked = reason {
      if let event = reread(unreadable: nil) { return event }
      if status != nil { return nil }
    }
    rest = Rest(reason)
    timer = until * 1000
    let level: LogLevel =
      switch reason {
      case .retry, .gaveUp, .later, .unrecorded, .notUnderstood, .noAddress, .budget, .notVisible,
        .claimed:
        .warning
      case .blocked: .error
      case .unchanged, .unanswered, .verified, .verifying, .dryRun, .cached, .unsettled,
        .unusable:
        .info
      }
    let words = reason.message(date: { date(uptime: $0) })
    log.write(level, words)
    let said = safe(words)
    writeStatus(statusFile.waits(until: until, reason, said, cycle.record, at: now), said)
    tell(reason, said)
    if case .verifying = reason { return nil }
    write(files.nextCheck, RunFiles.number(until), mode: 0o644)
    if case .retry(let count) = reason {
      let limit = settings.schedule.retryMaxCount
      log.write(.warning, "retry \(count)/\(limit) in \(until - now) seconds")
    } else {
      log.write(.info, "Rerun IP check at \(date(uptime: until))")
    }
    guard isRetryWanted, case .retry = reason else { return nil }
    isRetryWanted = false
    return .addressChanged
  }

  private func end(_ status: ExitStatus, _ reason: Cycle.Reason) {
    var status = status
    if !isRecorded, status.rawValue < ExitStatus.osError.rawValue {
      complain("what is to be remembered could not be recorded")
      status = .osError
    }
    let words = reason.message(date: { date(uptime: $0) })
    switch status {
    case .ok: log.write(.info, words)
    case .config, .usage, .software: log.terminate(.warning, words)
    default: log.write(.warning, words)
    }
    if options.verbosity > 1 {
      let ending: Literal = status == .ok ? "NO reloop" : "NO retry on error"
      log.write(.info, "Verbose Mode: \(options.verbosity) - \(ending)")
    } else if status == .ok, settings.schedule.isRunOnce {
      log.write(.info, "Configured to run once")
    }
    statusFile.noteFailure(reason, safe(words), at: now)
    tell(reason, safe(words), isLast: true)
    close(status, words, status == .ok ? .done : .stopped)
  }

  /// Ends the section, and says so where it is asked for.
  func close(_ status: ExitStatus, _ words: Text, _ state: Status.State = .stopped) {
    let said = safe(words)
    writeStatus(statusFile.ends(state, said, cycle.record, at: now), said)
    if status == .ok {
      log.write(.notice, "PID '\(Process.id)' exit normal at \(date())\n")
    } else {
      log.write(
        .warning, "PID '\(Process.id)' exit WITH ERROR '\(status.rawValue)' at \(date())\n")
    }
    // Who sees that the pid file is gone finds the log whole.
    world.flush(&log)
    if holdsLock { world.remove(files.pid) }
    timer = nil
    waitingTool = nil
    self.status = status
  }
}
