// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Runner
import System
import Wire

/// The name and command lines under which ddns-scripts had its updater (contract 6.1).
enum Legacy {
  static let name: Literal = "dynamic_dns_updater.sh"

  /// The runner's own options are understood, too, so that nobody needs two names.
  static let syntax = Arguments.Syntax(
    program: name, letters: Runner.syntax.letters, names: Runner.syntax.names, wordLimit: 9,
    help: help, isCompatible: true)

  /// The command line `SECTION [LEVEL]` of ddns-scripts up to 2.7.4 in the words of later ones.
  static func translated(_ arguments: [[UInt8]]) -> [[UInt8]] {
    guard let first = arguments.first, first.first != UInt8(ascii: "-") else { return arguments }
    var rest = arguments.dropFirst()
    var level = [UInt8]("1")
    if let second = rest.first, second.first != UInt8(ascii: "-") {
      level = second
      rest = rest.dropFirst()
    }
    return [[UInt8]("-S"), first, [UInt8]("-v"), level] + rest + [[UInt8]("start")]
  }

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> Int32 {
    // Spelt as in ddns-scripts: callers may look for it (contract 6.1).
    guard arguments.words.count < 2 else { throw Failure(.usage, "to much commands") }
    let section = arguments.value("S").flatMap { $0.isEmpty ? nil : $0 }
    let network = arguments.value("n")
    guard let command = arguments.words.first else {
      guard section != nil else {
        throw Failure(.usage, network == nil ? "option '-S' is missing" : "missing command")
      }
      return folded(try Runner.run(arguments, console))
    }
    guard section == nil || network == nil else {
      throw Failure(.usage, "use either option '-N' or '-S' not both")
    }
    let control = try Control(arguments)
    if command == "start", section != nil {
      // Started again, perhaps by cron: the one that runs checks in its place (B18).
      if console.verbosity < 2, control.send(.user1) { return 0 }
      return folded(try Runner.run(arguments, console))
    }
    switch command {
    case "start": try control.start()
    case "stop": control.stop()
    // Like that of killall, the status says whether there was a process.
    case "reload": return control.send(.hangup) ? 0 : 1
    default: throw Failure(.usage, "unknown command - \(command)")
    }
    return 0
  }

  /// All that callers of the old name know is 0 and 1.
  static func folded(_ status: ExitStatus) -> Int32 { status == .ok ? 0 : 1 }

  static let help: Literal = """
    usage: dynamic_dns_updater.sh -S SECTION [-v LEVEL] [-d]
           dynamic_dns_updater.sh [-n NETWORK | -S SECTION] -- start|stop|reload
           dynamic_dns_updater.sh SECTION [LEVEL]

    Runs a section of /etc/config/ddns, as ddns-runner does.

      -S SECTION      the section
      -n NETWORK      the sections whose interface is NETWORK
      -v LEVEL        0 quiet (default), 1 lines on the console too,
                      2 one pass without retries, 3 the same without sending
      -d              dry run: everything but the sending
      -h, -V          this help, the version
      start           in the background, without -S all enabled sections
      stop, reload    ends them, makes them read the configuration and check

    exit status: 0 ok, 1 anything else

    """
}

/// The entry the C `main` calls.
@c public func ddns_updater_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  let words = Tool.arguments(count, values)
  return Tool.runCompatible(
    Legacy.translated(Array(words.dropFirst())), Legacy.syntax, Legacy.run)
}
