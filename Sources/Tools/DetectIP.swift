// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import Wire

/// The program `ddns-detect-ip`.
enum DetectIP {
  static let syntax = Arguments.Syntax(
    program: "ddns-detect-ip", letters: "S:c:v:6n:i:u:s:hV", names: "root: help version",
    wordLimit: 1, help: help)

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> ExitStatus {
    let request = try SectionRequest(arguments, SectionRequest.overrides(arguments), console)
    if case .script = request.settings.source {} else { Process.confine() }
    let known = arguments.words.first.flatMap { IPAddress($0) }
    if known == nil, let word = arguments.words.first {
      throw Failure(.usage, "'\(word)' is no address")
    }
    let address = try Detection.currentAddress(
      request.settings, request.global, root: request.root, console, known: known)
    let report = ToolReport()
    report.address = address
    try console.tell(report)
    return .ok
  }

  static let help: Literal = """
    usage: ddns-detect-ip -S SECTION | [-6] -n NETWORK | -i DEVICE | -u URL | -s CMD
                          [ADDRESS]

    Prints the current address: the one a section asks for, or that of a source
    named here. Only addresses that can be published are printed. Of several
    URLs one is enough that confirms ADDRESS; else two have to agree.

      -S SECTION      do what this section of the configuration says
      -6              IPv6 instead of IPv4
      -i DEVICE       the address of a network device
      -u URL          the first address in a page; dns:google, stun:HOST, upnp: ...
      -s CMD          what a program prints; it is run without a shell
      -n NETWORK      the address of a logical network of netifd
      -v LEVEL        0 errors only (default), 1 more, 2 everything
      -c DIR          read DIR/ddns instead of /etc/config/ddns
      --root DIR      look every absolute path up below DIR
      -h, -V          this help, the version

    exit status: 0 ok, 64 usage, 70 internal error, 71 system, 75 temporary,
    76 not understood, 78 configuration

    """
}

/// The entry the C `main` calls.
@c public func ddns_detect_ip_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Tool.run(Array(Tool.arguments(count, values).dropFirst()), DetectIP.syntax, DetectIP.run)
}
