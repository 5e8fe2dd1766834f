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
/// It executes the machine's effects and turns what comes of them into events. A class because it
/// owns a lock and a child, which cannot be copied, and lives in a list.
final class SectionRun {
  /// What the command line says about all sections.
  struct Options {
    var verbosity: Int64 = 0
    var isDryRun = false
    var isOnce = false
    var isForced = false
    /// What the tools are told besides their section: `-c`, `--root`.
    var toolArguments: [[UInt8]] = []
    /// Where the tools are; nil = this very executable under their names.
    var toolDirectory: [UInt8]?

    /// The file to run for a tool.
    func path(of tool: StaticString) -> [UInt8] {
      guard let toolDirectory else { return [UInt8]("/proc/self/exe") }
      return Text("\(toolDirectory)/\(tool)").bytes
    }
  }

  let name: [UInt8]
  /// How the section ended; nil while it runs.
  private(set) var status: ExitStatus?
  /// The tool at work.
  var job: Job?
  /// Uptime in milliseconds of the timer the machine asked for.
  private(set) var timer: Int64?
  /// Uptime in milliseconds at which a pass that is under way has to be over.
  var passDeadline: Int64?
  /// A tool that has to wait until fewer others are at work.
  private(set) var waitingTool: Job.Tool?
  var log: Log

  var settings: ServiceSection
  var configuration: Configuration
  private let arguments: Arguments
  let options: Options
  let files: RunFiles
  private let lock: FileDescriptor
  var cycle: Cycle
  var savedRecord: Record
  /// The number of the last state file written.
  var sequence: Int64
  var current: IPAddress?
  var writtenAddresses: [IPAddress]?
  private var watch: ClockWatch
  /// What `--status` will say.
  var noted = Status()
  private var isFirstPass = true
  /// Uptime in milliseconds at which a change of addresses leads to a check; nil = there is none.
  var changeDue: Int64?
  /// The signature of the addresses seen last; nil = none have been seen.
  var seen: UInt64?
  /// The kernel's number of the device they are on; 0 = there is none.
  var deviceIndex: Int32 = 0

  /// Takes the lock, writes the pid and introduces itself. Throws a failure for a section that
  /// cannot run, after saying so in the log.
  init(
    _ section: UCISection, _ configuration: Configuration, _ arguments: Arguments,
    _ options: Options
  ) throws(Failure) {
    name = section.name
    self.configuration = configuration
    self.arguments = arguments
    self.options = options
    files = RunFiles(configuration.global, section: name, root: configuration.root)
    var log = Log(configuration, section: name, verbosity: options.verbosity)
    if let settings = try? configuration.serviceSection(section) { log.adopt(settings) }
    lock = try Self.takeLock(files, name, patience: arguments.has("S") ? 2_000 : 0)
    log.startAfresh()
    Self.introduce(section, configuration, options, &log)
    do throws(Failure) {
      settings = try configuration.runnableSection(section)
    } catch {
      log.terminate(error.status == .config ? .warning : .error, error.message)
      log.flush()
      throw Failure(error.status, "")
    }
    try? File.replace(files.pid, with: RunFiles.number(Int64(Process.id)), mode: 0o644)
    let record: Record
    (record, sequence, watch) = Self.loadRecord(files, &log)
    savedRecord = record
    cycle = Cycle(
      schedule: settings.schedule, mode: Self.mode(settings, options), record: record,
      fingerprint: settings.fingerprint)
    self.log = log
    announce()
    perform(cycle.step(.started, at: Self.now))
  }

  /// Whether all is done but the sending.
  var isDryRun: Bool { options.isDryRun || options.verbosity > 2 }

  /// The earliest uptime in milliseconds at which something has to be done.
  var deadline: Int64? {
    let next = min(job?.deadline ?? timer ?? .max, changeDue ?? .max)
    let end = cycle.isInPass ? min(next, passDeadline ?? .max) : next
    return end == .max ? nil : end
  }

  /// Lets the tool that waits for its turn begin.
  func startWaitingTool() {
    guard let tool = waitingTool else { return }
    waitingTool = nil
    launch(tool)
  }

  /// Does what has become due: a timer, the end of a tool, or its deadline.
  func advance() {
    if let job, let ending = job.ending() {
      self.job = nil
      finish(job, ending)
    } else if let job, Clock.uptime >= job.deadline, cycle.lookUpDeadline != nil {
      // Somebody waits, and DNS is silent: what it would say later is of no use to him.
      self.job = nil
      log.write(.warning, "DNS has not answered so far")
      handle(.registered(.unknown))
    } else if let job, Clock.uptime >= job.deadline {
      complain("\(job.tool.name): no end within its time: killed")
      job.kill()
    }
    if let passDeadline, cycle.isInPass, Clock.uptime >= passDeadline {
      complain("detecting, looking up and sending took more than \(Cycle.passPatience) s: ended")
      job?.kill()
      job = nil
      waitingTool = nil
      handle(.expired)
    }
    if let timer, Clock.uptime >= timer {
      self.timer = nil
      handle(.timer)
    }
    if let changeDue, Clock.uptime >= changeDue, status == nil {
      self.changeDue = nil
      addressesChanged()
    }
  }

  /// Reads what the running tool has said.
  func read() {
    job?.read { level, text in
      log.write(level, text)
      noteError(level, text)
    }
  }

  /// HUP begins anew and lifts a block; USR1, which hotplug and whoever starts a section again send,
  /// is an address event. A block is then lifted by a changed configuration only.
  func trigger(_ signal: Signal) {
    log.write(.info, "PID '\(Process.id)' received '\(signal.name)' at \(date())")
    if signal == .hangup {
      timer = nil
      restart()
      return
    }
    if job == nil {
      switch refresh() {
      case .restarted, .ended: return
      case .unchanged, .unreadable: break
      }
    }
    handle(.addressChanged)
  }

  /// Ends because of a signal.
  func stop(_ signal: Signal) {
    job?.kill()
    job = nil
    log.write(.notice, "PID '\(Process.id)' terminated by '\(signal.name)' at \(date())\n")
    close(.ok, "ended by \(signal.name)")
  }

  /// Checks, unless the machine has a reason not to, or a pass is under way: another follows it.
  private func addressesChanged() {
    let effect = cycle.step(.addressChanged, at: Self.now, random: Random.number)
    guard effect != .none else { return }
    log.write(.info, "addresses have changed")
    timer = nil
    perform(effect)
  }

  // MARK: - Effects

  func handle(_ event: Cycle.Event) {
    note(event)
    if let bootTime = watch.bootTime(at: Self.moment) { cycle.settleClock(bootTime: bootTime) }
    let effect = cycle.step(event, at: Self.now, random: Random.number)
    saveRecord()
    perform(effect)
  }

  private func perform(_ effect: Cycle.Effect) {
    // What the machine wants now takes the place of what it waited for.
    if effect != .none { timer = nil }
    switch effect {
    case .none: break
    case .detect: detect()
    case .lookUp: waitingTool = .verify
    case .update(let address, let cause):
      current = address
      log.write(.notice, cause.words)
      waitingTool = .update
    case .wait(let until, let reason): wait(until, reason)
    case .stop(let status, let reason): end(status, reason)
    }
  }

  /// A pass begins with the configuration as it is now: a section that is gone or disabled ends.
  private func detect() {
    passDeadline = nil
    if isFirstPass {
      isFirstPass = false
      waitingTool = .detect
      return
    }
    switch refresh() {
    case .unchanged: waitingTool = .detect
    case .unreadable: handle(.notDetected(retry: true))
    case .restarted, .ended: break
    }
  }

  private func wait(_ until: Int64, _ reason: Cycle.Reason) {
    timer = until * 1000
    let level: LogLevel =
      switch reason {
      case .retry, .gaveUp, .later, .notUnderstood, .budget, .notVisible: .warning
      case .blocked: .error
      case .unchanged, .verified, .verifying, .dryRun, .cached, .unsettled,
        .unusable:
        .info
      }
    let words = reason.words(date: { date(uptime: $0) })
    log.write(level, words)
    noteWait(until: until, reason, words)
    if case .verifying = reason { return }
    write(files.nextCheck, RunFiles.number(until), mode: 0o644)
    if case .retry(let count) = reason {
      let limit = settings.schedule.retryMaxCount
      log.write(.warning, "retry \(count)/\(limit) in \(until - Self.now) seconds")
    } else {
      log.write(.info, "Rerun IP check at \(date(uptime: until))")
    }
  }

  private func end(_ status: ExitStatus, _ reason: Cycle.Reason) {
    let words = reason.words(date: { date(uptime: $0) })
    switch status {
    case .ok: log.write(.info, words)
    case .config, .usage, .software: log.terminate(.warning, words)
    default: log.write(.warning, words)
    }
    if options.verbosity > 1 {
      let ending: StaticString = status == .ok ? "NO reloop" : "NO retry on error"
      log.write(.info, "Verbose Mode: \(options.verbosity) - \(ending)")
    } else if status == .ok, settings.schedule.isRunOnce {
      log.write(.info, "Configured to run once")
    }
    noteFailure(reason, words)
    close(status, words)
  }

  private func close(_ status: ExitStatus, _ words: Text) {
    noteEnd(words)
    if status == .ok {
      log.write(.notice, "PID '\(Process.id)' exit normal at \(date())\n")
    } else {
      log.write(
        .warning, "PID '\(Process.id)' exit WITH ERROR '\(status.rawValue)' at \(date())\n")
    }
    // Who sees that the pid file is gone finds the log whole.
    log.flush()
    try? File.remove(files.pid)
    timer = nil
    waitingTool = nil
    self.status = status
  }

  // MARK: - Configuration

  private enum Refreshed {
    /// The section is as it was.
    case unchanged
    /// The file cannot be read or parsed, perhaps because somebody is editing it.
    case unreadable
    /// The section has changed and begun anew.
    case restarted
    /// The section is gone, disabled or unusable, and has ended.
    case ended
  }

  /// Reads the configuration again and does what follows from it.
  private func refresh() -> Refreshed {
    let fresh: Configuration
    do throws(Failure) { fresh = try Configuration(arguments) } catch {
      log.write(.error, error.message)
      noteError(.error, error.message)
      return .unreadable
    }
    guard let section = fresh.package.section(named: name) else {
      let words: Text = "section '\(name)' is no longer in the configuration"
      log.write(.notice, words)
      close(.ok, words)
      return .ended
    }
    let settings: ServiceSection
    do throws(Failure) { settings = try fresh.runnableSection(section) } catch {
      log.terminate(.warning, error.message)
      noteError(.error, error.message)
      close(error.status, error.message)
      return .ended
    }
    configuration = fresh
    if settings.wholeFingerprint == self.settings.wholeFingerprint { return .unchanged }
    self.settings = settings
    seen = nil
    log.adopt(settings)
    log.write(.info, "configuration has changed")
    isFirstPass = true
    rebuild(from: cycle.record)
    return .restarted
  }

  /// HUP: the configuration is read anew, a block is lifted, and the section begins again.
  private func restart() {
    job?.kill()
    job = nil
    waitingTool = nil
    var record = cycle.record
    record.lift()
    switch refresh() {
    case .unchanged:
      isFirstPass = true
      rebuild(from: record)
    case .unreadable: rebuild(from: record)
    case .restarted, .ended: break
    }
  }

  private func rebuild(from record: Record) {
    var mode = Self.mode(settings, options)
    mode.isForced = false
    cycle = Cycle(
      schedule: settings.schedule, mode: mode, record: record, fingerprint: settings.fingerprint)
    saveRecord()
    perform(cycle.step(.started, at: Self.now))
  }

  private static func mode(_ settings: ServiceSection, _ options: Options) -> Cycle.Mode {
    var mode = Cycle.Mode()
    let isWatched = options.verbosity > 1
    mode.isOneShot = isWatched || options.isOnce || settings.schedule.isRunOnce
    mode.retries = !isWatched && !options.isOnce
    mode.isDryRun = options.isDryRun || options.verbosity > 2
    mode.isForced = options.isForced
    mode.looksUp = settings.verification.looksUp
    mode.demandsVerification = isWatched && mode.looksUp
    return mode
  }
}
