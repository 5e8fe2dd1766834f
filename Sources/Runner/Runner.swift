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
    names: """
      root: log: import: once check show status json watch html metrics history doctor force \
      notify-test add yes service-name: domain: lookup-host: use-ipv6: ip-source: ip-interface: \
      ip-url: username: password: password-file: param-enc: param-opt: dns-server: help version
      """,
    wordLimit: 1,
    help: help)

  /// Runs it by its own command line, which has a word for one option only.
  static func main(
    _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    if let word = arguments.words.first, !arguments.has("notify-test"), !arguments.has("html") {
      throw Failure(.usage, "unexpected argument '\(word)'; see ddns-runner -h")
    }
    return try run(arguments, console)
  }

  /// Runs it after its command line has been read.
  public static func run(_ arguments: Arguments, _ console: Console) throws(Failure)
    -> ExitStatus
  {
    Clock.adoptTimeZone()
    let isDoctor = arguments.has("doctor")
    let mayBeJSON = arguments.has("status") || isDoctor || arguments.has("history")
    guard mayBeJSON || !arguments.has("json"), arguments.has("status") || !arguments.has("watch")
    else {
      throw Failure(
        .usage,
        """
        option --json needs --status, --history or --doctor, and --watch --status; \
        see ddns-runner -h
        """)
    }
    if let file = arguments.value("import") { return try ImportCommand.run(file, arguments) }
    let world = World(arguments)
    if arguments.has("add") {
      return try AddCommand.run(arguments, options(arguments, console))
    }
    try AddCommand.refuseStray(arguments)
    let configuration = try world.configuration()
    if arguments.has("notify-test") {
      return try NoticeTest.run(world, configuration, arguments, options(arguments, console))
    }
    if let level = arguments.value("log") {
      return try LogCommand.run(level, configuration, arguments, console)
    }
    if arguments.has("show") {
      return try Tool.answer(Text(configuration.written.show()))
    }
    if arguments.has("status") || arguments.has("metrics") || arguments.has("html") {
      return try StatusCommand.run(configuration, arguments)
    }
    if arguments.has("history") { return try History.run(configuration, arguments) }
    if isDoctor { return try Examination.run(configuration, arguments, toolDirectory()) }
    if arguments.has("check") { return try Check.run(configuration, arguments, console) }
    // Before a pid file says whom to signal: one that comes early must wait, not kill.
    let signals: SignalSource
    do throws(SystemError) { signals = try SignalSource() } catch {
      throw Failure(.osError, error.message)
    }
    let sections = try sections(configuration, arguments)
    guard !sections.isEmpty else { throw Failure(.config, "no enabled section to run") }
    Process.allowDescriptors(sections.count + 64)
    // Variables with secrets are for nobody else from now on.
    Outbox.takeVariables(configuration)
    try Demotion.run(configuration)
    let fleet = Fleet(arguments, options(arguments, console), world, console)
    let events = AddressEvents(root: configuration.root)
    // The file as it was read is twice what the sections keep of it: gone before they wait.
    fleet.start(consume sections, consume configuration)
    return try fleet.run(signals, events)
  }

  /// The sections the command line names, or all that are enabled.
  @inline(never)
  static func sections(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> [UCISection] {
    if let name = arguments.value("S") {
      guard let section = configuration.find(name) else { throw unknown(name, configuration) }
      return configuration.whole(section)
    }
    let network = arguments.value("n")
    return configuration.package.sections(ofType: "service").filter { section in
      configuration.isEnabled(section)
        && (network.map { $0 == section.option("interface") ?? [UInt8]("wan") } ?? true)
    }
  }

  /// Says in the section's log, where LuCI shows it, that there is no such section.
  @inline(never)
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

  @inline(never)
  private static func options(_ arguments: Arguments, _ console: Console) -> SectionRun.Options {
    let options = SectionRun.Options()
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
  @inline(never)
  private static func toolDirectory() -> [UInt8]? {
    if let directory = Environment.value("DDNS_LIBEXEC") { return directory }
    guard let own = Process.executable, let slash = own.lastIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    let directory = Array(own[..<slash])
    return File.isExecutable(directory + [UInt8]("/ddns-detect-ip")) ? directory : nil
  }

  static let help: Literal = """
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
      --json          say it in JSON; with --history and --doctor, too
      --watch         say it every 2 seconds
      --html [FILE]   say it as a page, with what has happened, and end
      --metrics       say it in figures, for Prometheus, and end
      --history       say what has happened to the section of -S, and end
      --notify-test [NAME]  send a test message by each notify section, or one
      --check         check the configuration and end
      --doctor        try whatever could be wrong, say what to do, and end
      --show          print the configuration as `uci show ddns` does, secrets too
      --import FILE   print the sections that say what FILE says, the configuration
                      of inadyn, ddclient, ddns-go or others
      --add           ask for a section, try it and write it; what an option says
                      is not asked, and - stands for a line of standard input
      --service-name SERVICE  its provider
      --domain NAME           the name to keep up to date
      --lookup-host NAME      the name to look up, where that is another
      --use-ipv6 WHICH        0, 1 or both
      --ip-source SOURCE      network, interface or web
      --ip-interface DEVICE   with interface
      --ip-url URL            with web: the page that sees it
      --username NAME         of the account
      --password -            of the account
      --password-file FILE    with the password in it
      --param-enc -           another secret, where the provider wants one
      --param-opt TEXT        what else it wants
      --dns-server SERVER     to look the name up
      --yes                   write it whatever comes of the tests; ask less
      --log LEVEL     put what comes on standard input into the log of -S
      -c DIR          read DIR/ddns instead of /etc/config/ddns
      --root DIR      look every absolute path up below DIR
      -h, -V          this help, the version

    HUP reads the configuration anew, lifts a block and checks; without -S it also
    begins sections that are new. USR1 only checks.

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
  return Tool.run(Array(words.dropFirst()), Runner.syntax, Runner.main)
}
