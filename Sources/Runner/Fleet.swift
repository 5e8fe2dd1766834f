// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import System
import UCI
import Wire

/// The sections that one process runs: which they are, whose tool begins when, what signals mean.
final class Fleet {
  /// Those that run. Nothing that happens all the time looks at each of them: there may be thousands.
  private(set) var runs: [SectionRun] = []
  /// Those whose tool is at work.
  private(set) var working: [SectionRun] = []
  /// Those that wait for a time, and those that wait for their tool's turn.
  private var alarms = Agenda()
  private var turns = Agenda()
  /// Whether one has ended, or watches something else than before.
  private var hasEnded = false
  private var hasNewWatch = false
  private let arguments: Arguments
  private let options: SectionRun.Options
  private let world: World
  private let console: Console
  /// How those ended that have ended, or could not begin.
  private var ends: [(name: [UInt8], status: ExitStatus)] = []
  private var hangups = Pacer()

  /// Tools at work at the same time: a router has little memory and one link.
  static let toolLimit = 4
  /// How long a tool may take to end when it is asked to, and for how long providers are told that
  /// sections go offline, in milliseconds.
  private static let grace: Int64 = 2_000
  private static let farewell: Int64 = 8_000

  /// No section yet.
  init(
    _ arguments: Arguments, _ options: SectionRun.Options, _ world: World, _ console: Console
  ) {
    self.arguments = arguments
    self.options = options
    self.world = world
    self.console = console
  }

  /// The gravest status of those that have ended.
  var status: ExitStatus {
    ends.reduce(.ok) { $0.rawValue < $1.status.rawValue ? $1.status : $0 }
  }

  /// Begins to run the sections that do not run yet. One that cannot must not keep the others from
  /// running.
  func start(_ sections: [UCISection], _ configuration: Configuration) {
    let former = runs
    for section in sections where !former.contains(where: { $0.name == section.name }) {
      if !ends.isEmpty { ends.removeAll { $0.name == section.name } }
      do throws(Failure) {
        let run = try SectionRun(section, configuration, options, world)
        // The first of two stands before the second, unless it has been running.
        for other in former + [runs.last].compactMap({ $0 })
        where configuration.isSecond(run.name, of: other.name) {
          (run.sibling, other.sibling) = (other, run)
        }
        runs.append(run)
        enter(run)
      } catch {
        ends.append((section.name, error.status))
        if error.message != "" { console.log(.error, error.message) }
      }
    }
  }

  /// Waits for whatever comes first, until no section runs any more.
  func run(
    _ signals: borrowing SignalSource, _ events: AddressEvents
  ) throws(Failure) -> ExitStatus {
    do throws(SystemError) {
      while true {
        startTools()
        for run in working { world.flush(&run.log, whileWorking: run.job != nil) }
        dismiss()
        writeMetrics()
        world.outbox.advance(world, options, isLast: runs.isEmpty)
        if runs.isEmpty, !world.outbox.isWorking { return status }
        if hasNewWatch || events.wantsPreparation {
          hasNewWatch = false
          events.prepare(for: runs)
          enterAll()
        }
        // A second signal ends the next wait at once.
        if try wait(signals, events), let signal = signals.next(), handle(signal) {
          try end(by: signal, signals)
          // Who wants it to go offline first has no use for a status that says how it was asked.
          if signal == .user2 { return .ok }
          Process.die(by: signal)
        }
        advance()
        reapStrangers()
      }
    } catch {
      throw Failure(.osError, error.message)
    }
  }

  /// As the first process of a container we are told of everybody's end.
  private func reapStrangers() {
    guard Process.id == 1 else { return }
    Process.reap(except: working.compactMap { $0.job?.id } + world.outbox.processes)
  }

  // MARK: - Events

  /// Does what has become due.
  func advance() {
    if hangups.take(at: world.uptime) { reload() }
    for run in working { run.advance() }
    var due: [SectionRun] = []
    while let time = nextAlarm(), time <= world.uptime, let (_, run) = alarms.first {
      alarms.removeFirst()
      run.alarm = .max
      due.append(run)
    }
    for run in due {
      run.advance()
      enter(run)
    }
    sweep()
  }

  /// Passes a signal on to the sections; true when it ends the program.
  func handle(_ signal: Signal) -> Bool {
    switch signal {
    case .child:
      for run in working { run.job?.reap() }
      return false
    case .hangup:
      guard hangups.ask(at: world.uptime), let due = hangups.due else { return false }
      for run in runs {
        run.noteHangup(in: due - world.uptime)
        world.flush(&run.log)
      }
      return false
    case .user1:
      world.withCatalog {
        for run in runs {
          run.check()
          // Whoever sent it looks into the log.
          world.flush(&run.log)
          enter(run)
        }
      }
      return false
    case .interrupt, .quit, .terminate, .user2, .kill: return true
    }
  }

  /// HUP: those that are gone end, those that are there begin anew, and those that are new begin.
  private func reload() {
    world.withCatalog { for run in runs { run.restart() } }
    sweep()
    enterAll()
    dismiss()
    guard let fresh = try? world.configuration(),
      let sections = try? Runner.sections(fresh, arguments)
    else { return }
    // The section of -S is the only one there may be, and its family's other one while it runs.
    let isOne = arguments.value("S") != nil
    start(isOne ? (runs.isEmpty ? [] : Array(sections.dropFirst())) : sections, fresh)
  }

  /// Lets go of sections that have ended, and so of their locks.
  private func dismiss() {
    guard hasEnded else { return }
    (hasEnded, hasNewWatch) = (false, true)
    for run in runs {
      guard let status = run.status else { continue }
      ends.append((run.name, status))
      run.sibling?.sibling = nil
      run.sibling = nil
    }
    runs.removeAll { $0.status != nil }
  }

  // MARK: - Agendas

  /// Notes what a section waits for, after something has happened to it.
  private func enter(_ run: SectionRun) {
    world.flush(&run.log, whileWorking: run.job != nil)
    hasNewWatch = hasNewWatch || run.hasNewWatch
    run.hasNewWatch = false
    if run.status != nil {
      hasEnded = true
    } else if let turn = run.nextTurn, turn != run.turn {
      run.turn = turn
      turns.add(run, at: turn)
    }
    // One at work is looked at anyway.
    if run.tool == nil, let deadline = run.deadline, deadline < run.alarm {
      run.alarm = deadline
      alarms.add(run, at: deadline)
    }
    // It may be long before it needs that again.
    if run.tool == nil, run.waitingTool == nil || turns.count > Self.toolLimit { run.unload() }
  }

  private func enterAll() { for run in runs { enter(run) } }

  /// Takes those out of the list whose tool has ended.
  private func sweep() {
    for run in working where run.tool == nil {
      enter(run)
      // It may have been told what the tool has sent.
      if let sibling = run.sibling { enter(sibling) }
    }
    working.removeAll { $0.tool == nil }
  }

  /// The earliest time that one waits for; nil when none does.
  func nextAlarm() -> Int64? {
    while let (time, run) = alarms.first {
      let isValid = run.alarm == time && run.status == nil && run.tool == nil
      if isValid, run.deadline == time { return time }
      alarms.removeFirst()
      // It has an earlier one, or waits for a later time now.
      if run.alarm == time { run.alarm = .max }
      if isValid { enter(run) }
    }
    return nil
  }

  // MARK: - Tools

  /// Gives waiting tools their turn: first those of passes that are under way, which have just given
  /// a place back, then whoever has waited longest. So none that hang keep another from its turn.
  func startTools() {
    sweep()
    var heldBack: [SectionRun] = []
    while working.count < Self.toolLimit, let (time, run) = turns.first {
      turns.removeFirst()
      // Void is the turn of one that wants another tool by now, or none.
      guard run.turn == time else { continue }
      run.turn = nil
      guard run.nextTurn == time, run.status == nil else { continue }
      if run.isHeldBack {
        heldBack.append(run)
        continue
      }
      run.startWaitingTool()
      if run.tool != nil { working.append(run) } else { enter(run) }
    }
    for run in heldBack { enter(run) }
  }

  /// Polls signals and the pipes of all tools until the earliest deadline; true when a signal has come.
  private func wait(
    _ signals: borrowing SignalSource, _ events: AddressEvents
  ) throws(SystemError) -> Bool {
    var deadline = hangups.due ?? .max
    if let due = world.metricsDue { deadline = min(deadline, due) }
    if let next = world.outbox.deadline { deadline = min(deadline, next) }
    if let next = events.deadline { deadline = min(deadline, next) }
    if let next = nextAlarm() { deadline = min(deadline, next) }
    for run in working {
      deadline = min(deadline, run.deadline ?? .max)
      if run.job != nil { deadline = min(deadline, run.log.deadline ?? .max) }
    }
    let ready = try poll(signals, events.interests, until: deadline)
    if ready[0] || ready[1] {
      // Of an event each may want to know.
      events.read(kernelIsReady: ready[0], netifdIsReady: ready[1], for: runs)
      hasNewWatch = true
      enterAll()
    }
    return ready[2]
  }

  /// Reads what tools say; which of the other descriptors are ready, and behind them the signals'.
  private func poll(
    _ signals: borrowing SignalSource, _ others: [Poll.Interest], until deadline: Int64
  ) throws(SystemError) -> ArraySlice<Bool> {
    let busy = working.filter { $0.job != nil }
    var interests = others + [Poll.Interest(signals.rawValue)]
    interests += busy.compactMap { $0.job?.interest }
    interests += world.outbox.interests
    let ready = try Poll.wait(
      for: interests, until: deadline == .max ? nil : deadline,
      isIdle: busy.isEmpty && !world.outbox.isWorking)
    for (index, run) in busy.enumerated() where ready[others.count + 1 + index] { run.read() }
    world.outbox.read(ready.dropFirst(others.count + 1 + busy.count))
    return ready.prefix(others.count + 1)
  }

  /// Ends all sections. Tools are asked to end first: an update script may have to clear up.
  private func end(
    by signal: Signal, _ signals: borrowing SignalSource
  ) throws(SystemError) {
    for run in working { run.job?.terminate() }
    let isPatient = try wait(signals, Self.grace) { $0.job?.isRunning ?? false }
    if signal == .user2, isPatient {
      for run in runs {
        run.goOffline()
        enter(run)
      }
      _ = try wait(signals, Self.farewell) {
        $0.reap()
        self.startTools()
        return $0.tool != nil
      }
    }
    for run in runs { run.stop(signal) }
    world.outbox.keep(world)
    runs = []
    writeMetrics()
  }

  private func writeMetrics() {
    if let problem = world.writeMetrics(isEnd: runs.isEmpty) { console.log(.warning, problem) }
  }

  /// Waits as long as any section is busy; false when somebody would not wait.
  private func wait(
    _ signals: borrowing SignalSource, _ patience: Int64, while isBusy: (SectionRun) -> Bool
  ) throws(SystemError) -> Bool {
    let limit = world.uptime + patience
    while world.uptime < limit, runs.count(where: isBusy) > 0 {
      _ = try poll(signals, [], until: min(limit, world.uptime + 20))
      // Whoever asks a second time is in earnest.
      if let again = signals.next(), again == .terminate || again == .interrupt { return false }
    }
    return true
  }
}
