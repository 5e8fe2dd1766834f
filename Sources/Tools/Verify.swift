// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import Wire

/// The program `ddns-verify`.
enum Verify {
  static let syntax = Arguments.Syntax(
    program: "ddns-verify", letters: "S:c:v:6l:d:taghV", names: "root: doctor: json help version",
    wordLimit: 1, help: help)

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> ExitStatus {
    if let names = arguments.value("doctor") { return try Doctor.run(names, arguments, console) }
    let wanted = try wanted(arguments)
    var overrides = SectionRequest.overrides(arguments)
    // The family to ask for is the one to compare with.
    if let wanted { overrides.append(("use_ipv6", [UInt8](wanted.family == .v6 ? "1" : "0"))) }
    let request = try SectionRequest(arguments, overrides, console)
    let settings = request.settings
    guard !settings.lookupHost.isEmpty else {
      throw Failure(.usage, "no name to look up: use -S SECTION or -l HOST")
    }
    let addresses = try tell(registered(settings, request, arguments, console), console)
    guard let wanted else { return addresses.isEmpty ? .differs : .ok }
    return addresses.contains(wanted) ? .ok : .differs
  }

  /// What the provider itself says when the section wants it asked, else what DNS says.
  private static func registered(
    _ settings: ServiceSection, _ request: SectionRequest, _ arguments: Arguments,
    _ console: Console
  ) throws(Failure) -> Lookup.Registered {
    let asksZone = arguments.has("a")
    if let configuration = request.configuration, arguments.value("l") == nil, !asksZone,
      let addresses = try Lookup.providerAddresses(settings, configuration, console)
    {
      console.log(.debug, "Registered IP '\(addresses)' detected via provider API")
      return (addresses, nil)
    }
    Process.confine()
    return try Lookup.registeredAddresses(
      settings, root: request.root, asksZone: asksZone, console)
  }

  /// Tells which addresses DNS has for the name of a section.
  static func ask(
    _ request: SectionRequest, _ console: Console
  ) throws(Failure) -> ExitStatus {
    Process.confine()
    let found = try Lookup.registeredAddresses(request.settings, root: request.root, console)
    return try tell(found, console).isEmpty ? .differs : .ok
  }

  /// Tells what is registered, and answers the addresses of it.
  private static func tell(
    _ found: Lookup.Registered, _ console: Console
  ) throws(Failure) -> [IPAddress] {
    let report = ToolReport()
    (report.registered, report.lifetime) = found
    try console.tell(report)
    return found.addresses
  }

  /// The address to compare with.
  private static func wanted(_ arguments: Arguments) throws(Failure) -> IPAddress? {
    guard let text = arguments.words.first else { return nil }
    guard let address = IPAddress(text) else {
      throw Failure(.usage, "'\(text)' is no address")
    }
    return address
  }

  static let help: Literal = """
    usage: ddns-verify -S SECTION | -l HOST [options] [ADDRESS]

    Prints the addresses DNS has for a name, one a line. With ADDRESS it says by
    its exit status whether that is one of them.

      -S SECTION      the lookup_host, dns_server and force_dnstcp of a section
      -l HOST         this name
      -6              AAAA records instead of A records
      -d SERVER       ask this server: host, host:port, [v6]:port
      -t              ask over TCP
      -a              ask the zone's own servers, found by way of SERVER
      -g              ask the zone above for a name server's glue records
      --doctor NAMES  ddns-runner --doctor of these sections, with commas between
      --json          in JSON
      -v LEVEL        0 errors only (default), 1 more, 2 everything
      -c DIR          read DIR/ddns instead of /etc/config/ddns
      --root DIR      look every absolute path up below DIR
      -h, -V          this help, the version

    exit status: 0 ok, 1 another address or none, 64 usage, 70 internal error,
    71 system, 75 temporary, 78 configuration

    """
}

/// The entry the C `main` calls.
@c public func ddns_verify_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Tool.run(Array(Tool.arguments(count, values).dropFirst()), Verify.syntax, Verify.run)
}
