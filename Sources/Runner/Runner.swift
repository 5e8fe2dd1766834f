// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import System
import UCI
import Wire

/// The program `ddns-runner`.
public enum Runner {
  /// Its command line.
  public static let syntax = Arguments.Syntax(
    program: "ddns-runner", letters: "S:n:c:v:dhV",
    names: "root: log: once check show status json force help version", wordLimit: 0, help: help)

  /// Tools at work at the same time: a router has little memory and one link.
  private static let toolLimit = 4

  /// Runs it after its command line has been read.
  public static func run(_ arguments: Arguments, _ console: inout Console) throws(Failure)
    -> ExitStatus
  {
    Clock.adoptTimeZone()
    guard !arguments.has("json") || arguments.has("status") else {
      throw Failure(.usage, "option --json needs --status; see ddns-runner -h")
    }
    let configuration = try Configuration(arguments)
    if let level = arguments.value("log") {
      return try LogCommand.run(level, configuration, arguments, console)
    }
    if arguments.has("show") {
      return try Tool.answer(Text(configuration.package.show()))
    }
    if arguments.has("status") { return try StatusCommand.run(configuration, arguments) }
    if arguments.has("check") { return try Check.run(configuration, arguments, console) }
    // Before a pid file says whom to signal: one that comes early must wait, not kill.
    let signals: SignalSource
    do throws(SystemError) { signals = try SignalSource() } catch {
      throw Failure(.osError, error.describe)
    }
    var failed = ExitStatus.ok
    var runs = try start(configuration, arguments, console, failed: &failed)
    guard !runs.isEmpty || failed != .ok else {
      throw Failure(.config, "no enabled section to run")
    }
    return worse(failed, try loop(&runs, signals, AddressEvents(root: configuration.root)))
  }

  /// The sections the command line names, or all that are enabled.
  static func sections(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> [UCISection] {
    if let name = arguments.value("S") {
      guard let section = configuration.package.section(at: name), !section.options.isEmpty else {
        throw unknown(name, configuration)
      }
      return [section]
    }
    let network = arguments.value("n")
    return configuration.package.sections(ofType: "service").filter { section in
      configuration.isEnabled(section)
        && (network.map { $0 == section.option("interface") ?? [UInt8]("wan") } ?? true)
    }
  }

  /// Says in the section's log, where LuCI shows it, that there is no such section.
  private static func unknown(_ name: [UInt8], _ configuration: Configuration) -> Failure {
    let failure = Failure(.config, "Service section '\(name)' not defined")
    // The name becomes a file's name: it has to be one that a section could have.
    if UCIName.isName(name) {
      var log = Log(configuration, section: name, verbosity: 0)
      log.terminate(.warning, failure.message)
      log.flush()
      return Failure(.config, "")
    }
    return failure
  }

  private static func start(
    _ configuration: Configuration, _ arguments: Arguments, _ console: Console,
    failed: inout ExitStatus
  ) throws(Failure) -> [SectionRun] {
    let options = options(arguments, console)
    let world = World(arguments)
    let sections = try sections(configuration, arguments)
    var runs: [SectionRun] = []
    for section in sections {
      do throws(Failure) {
        runs.append(try SectionRun(section, configuration, options, world))
      } catch {
        // One broken section must not keep the others from running.
        if sections.count == 1 { throw error }
        failed = worse(failed, error.status)
        if error.message != "" { console.log(.error, error.message) }
      }
    }
    return runs
  }

  private static func options(_ arguments: Arguments, _ console: Console) -> SectionRun.Options {
    var options = SectionRun.Options()
    options.verbosity = console.verbosity
    options.isDryRun = arguments.has("d")
    options.isOnce = arguments.has("once")
    options.isForced = arguments.has("force")
    options.lockPatience = arguments.has("S") ? 2_000 : 0
    if let directory = arguments.value("c") { options.toolArguments += [[UInt8]("-c"), directory] }
    if let root = arguments.value("root") { options.toolArguments += [[UInt8]("--root"), root] }
    options.toolDirectory = toolDirectory()
    return options
  }

  /// `DDNS_LIBEXEC`, or the folder of this executable when the tools are there as files of their
  /// own; nil when this executable is all of them.
  private static func toolDirectory() -> [UInt8]? {
    if let directory = Environment.value("DDNS_LIBEXEC") { return directory }
    guard let own = Process.executable, let slash = own.lastIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    let directory = Array(own[..<slash])
    return File.isExecutable(directory + [UInt8]("/ddns-detect-ip")) ? directory : nil
  }

  /// Waits for whatever comes first, until no section runs any more.
  private static func loop(
    _ runs: inout [SectionRun], _ signals: borrowing SignalSource, _ events: AddressEvents
  ) throws(Failure) -> ExitStatus {
    do throws(SystemError) {
      while true {
        startTools(runs)
        for run in runs { run.log.flush(whileWorking: run.job != nil) }
        let active = runs.filter { $0.status == nil }
        if active.isEmpty { return runs.reduce(.ok) { worse($0, $1.status ?? .ok) } }
        events.prepare(for: active)
        // A second signal ends the next wait at once.
        if try wait(active, signals, events), let signal = signals.next() {
          if handle(signal, active) { Process.die(by: signal) }
        }
        for run in active { run.advance() }
      }
    } catch {
      throw Failure(.osError, error.describe)
    }
  }

  /// Gives waiting tools their turn.
  private static func startTools(_ runs: [SectionRun]) {
    guard runs.contains(where: { $0.waitingTool != nil }) else { return }
    var free = toolLimit - runs.count { $0.tool != nil }
    for run in runs where run.waitingTool != nil && free > 0 {
      run.startWaitingTool()
      free -= 1
    }
  }

  /// Polls signals and the pipes of all tools until the earliest deadline; true when a signal has come.
  private static func wait(
    _ runs: [SectionRun], _ signals: borrowing SignalSource, _ events: AddressEvents
  ) throws(SystemError) -> Bool {
    let busy = runs.filter { $0.job != nil }
    var interests = [Poll.Interest(signals.rawValue)] + events.interests
    interests += busy.compactMap { $0.job?.interest }
    var deadlines = runs.compactMap { $0.deadline }
    deadlines += busy.compactMap { $0.log.deadline }
    if let deadline = events.deadline { deadlines.append(deadline) }
    let ready = try Poll.wait(for: interests, until: deadlines.min(), isIdle: busy.isEmpty)
    events.read(kernelIsReady: ready[1], netifdIsReady: ready[2], for: runs)
    for (index, run) in busy.enumerated() where ready[3 + index] { run.read() }
    return ready[0]
  }

  /// Passes a signal on to the sections; true when it ends the program.
  private static func handle(_ signal: Signal, _ runs: [SectionRun]) -> Bool {
    switch signal {
    case .child: return false
    case .hangup, .user1:
      for run in runs { run.trigger(signal) }
      return false
    case .interrupt, .quit, .terminate, .kill:
      for run in runs { run.stop(signal) }
      return true
    }
  }

  /// The graver of two statuses.
  private static func worse(_ one: ExitStatus, _ other: ExitStatus) -> ExitStatus {
    one.rawValue < other.rawValue ? other : one
  }

  static let help: StaticString = """
    usage: ddns-runner [-S SECTION | -n NETWORK] [options]

    Keeps the names of /etc/config/ddns up to date: finds the current address,
    asks DNS for the registered one, tells the provider, looks whether it shows.
    Without -S and -n all enabled sections run in one process.

      -S SECTION      run this section
      -n NETWORK      run the enabled sections whose interface is NETWORK
      -v LEVEL        0 quiet (default), 1 lines on the console too,
                      2 one pass without retries, 3 the same without sending
      -d              dry run: everything but the sending
      --once          one pass, no retries, then end
      --force         send even if nothing has changed; lifts a block
      --status        say how each section, or the one of -S, does, and end
      --json          say it in JSON
      --check         check the configuration and end
      --show          print the configuration as `uci show ddns` does, secrets too
      --log LEVEL     put what comes on standard input into the log of -S
      -c DIR          read DIR/ddns instead of /etc/config/ddns
      --root DIR      look every absolute path up below DIR
      -h, -V          this help, the version

    HUP reads the configuration anew, lifts a block and checks; USR1 only checks.

    exit status: 0 ok, 1 DNS shows another address (-v 2), 64 usage,
    70 internal error, 71 system, 75 temporary or already running,
    76 not understood, 77 refused, 78 configuration

    """
}

/// The entry the C `main` calls.
@c public func ddns_runner_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  let words = Tool.arguments(count, values)
  return Tool.run(Array(words.dropFirst()), Runner.syntax, Runner.run)
}
