// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Provider
import Report
import Section  // of a local: Embedded Swift asks for it
import Wire

/// The program `ddns-update`.
enum Update {
  static let syntax = Arguments.Syntax(
    program: "ddns-update", letters: "S:c:v:dhV",
    names: "offline look-up with: root: shell: help version",
    wordLimit: 1,
    help: help)

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> ExitStatus {
    if let request = arguments.value("shell") {
      return try ShellCommand.run(request, arguments, console)
    }
    guard arguments.value("S") != nil else {
      throw Failure(.usage, "option '-S' is missing; see ddns-update -h")
    }
    let isOffline = arguments.has("offline")
    // The network that the address was of may be down: another way out will do.
    var overrides: SectionRequest.Overrides = []
    if isOffline { overrides.append(("ip_source", [UInt8]("interface"))) }
    let request = try SectionRequest(arguments, overrides, console)
    guard let configuration = request.configuration else {
      throw Failure(.software, "no configuration")
    }
    let settings = request.settings
    var address: IPAddress?
    if !isOffline {
      address = try self.address(arguments, request, console)
    } else if case .address(let other) = settings.offline {
      address = other
    }
    let other = arguments.value("with").flatMap { IPAddress($0) }
    let outcome = try Delivery.send(
      address, with: other, for: settings, configuration, isDryRun: arguments.has("d"), console)
    guard let outcome else { return try Tool.answer("dry-run\n") }
    if let warning = outcome.warning { console.log(.warning, warning) }
    let words = outcome.message(hiding: console.redactor)
    console.log(outcome.isSuccess ? .info : .error, words)
    let report = ToolReport()
    report.sentToo = outcome.sentToo
    report.word = [UInt8](outcome.word.text)
    report.isClaim = outcome.isClaim
    report.reason = words.bytes
    if case .later(let seconds) = outcome.kind { report.retryAfter = seconds }
    report.goesOn = outcome.isSuccess && arguments.has("look-up")
    try console.tell(report)
    // What the runner has to write down it has got by now.
    return report.goesOn ? try Verify.ask(request, console) : ExitStatus(outcome)
  }

  /// The address on the command line, else the one that `ddns-detect-ip` finds.
  private static func address(
    _ arguments: Arguments, _ request: SectionRequest, _ console: Console
  ) throws(Failure) -> IPAddress {
    guard let text = arguments.words.first else {
      return try Detection.currentAddress(
        request.settings, request.global, root: request.root, console)
    }
    guard let address = IPAddress(text) else {
      throw Failure(.usage, "'\(text)' is no address")
    }
    try Detection.refuseUnpublishable(address, request.global, status: .config)
    return address
  }

  static let help: Literal = """
    usage: ddns-update -S SECTION [options] [ADDRESS]

    Tells the provider of a section an address, the current one when none is
    given, and prints the result as one word: good, nochg, badauth, nohost, ...

      -S SECTION      the section of the configuration
      --with ADDRESS  the address of the other family, for providers that take both
      --offline       tell that there is no address any more, as option offline says
      --look-up       once it is accepted, look the name up, as ddns-verify does
      -d              dry run: show what would be sent (-v 2), send nothing
      -v LEVEL        0 errors only (default), 1 more, 2 everything
      -c DIR          read DIR/ddns instead of /etc/config/ddns
      --root DIR      look every absolute path up below DIR
      --shell WHAT    for dynamic_dns_functions.sh: fetch, encode, expand (of what
                      comes on standard input), variables, export
      -h, -V          this help, the version

    exit status: 0 accepted (or a dry run), 64 usage, 70 internal error, 71 system,
    75 temporary, 76 not understood, 77 refused, 78 configuration

    """
}

/// The entry the C `main` calls.
@c public func ddns_update_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Tool.run(Array(Tool.arguments(count, values).dropFirst()), Update.syntax, Update.run)
}
