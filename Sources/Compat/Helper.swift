// SPDX-License-Identifier: Apache-2.0

import CommandLine
import DNS
import Net
import Report
import Runner
import Section
import System
import Tools
import UCI
import Wire

/// The program `dynamic_dns_lucihelper.sh` (contract 6.2).
final class Helper {
  static let syntax = Arguments.Syntax(
    program: "dynamic_dns_lucihelper.sh", letters: "6d:fgi:l:n:p:s:S:tu:Lv:hVc:", names: "root:",
    wordLimit: 9, help: help, isCompatible: true)

  /// Milliseconds a page or script may take: somebody waits for LuCI's answer.
  private static let patience: Int64 = 3_000

  private let arguments: Arguments
  private let global: GlobalOptions
  private let root: [UInt8]
  private let settings: ServiceSection
  private let console: Console

  /// The options of one command; the section that `-S` names is not read, nor is a server or proxy
  /// that is only to be tried.
  private init(_ arguments: Arguments, _ command: [UInt8], _ console: Console) throws(Failure) {
    self.arguments = arguments
    self.console = console
    root = Configuration.root(arguments)
    global = (try? Configuration(arguments))?.global ?? GlobalOptions()
    var overrides = SectionRequest.overrides(arguments)
    if command == "get_local_ip" { overrides.append(("proxy", arguments.value("p") ?? [])) }
    if command == "verify_dns" { overrides.append(("dns_server", [])) }
    settings = try SectionRequest.section(overrides)
    console.redactor = settings.redactor
    console.redactor.add(proxy: arguments.value("p") ?? [])
    if arguments.has("L") {
      let directory = root + global.logDirectory
      try? File.createDirectory(directory)
      console.logFile = directory + [UInt8]("/lucihelper.log")
    }
  }

  static func run(_ arguments: Arguments, _ console: Console) throws(Failure) -> Int32 {
    guard let command = arguments.words.first else { throw Failure(.usage, "missing command") }
    let helper = try Helper(arguments, command, console)
    switch command {
    case "get_registered_ip":
      _ = try demand("l", arguments)
      return try helper.registeredAddress()
    case "get_local_ip":
      guard ["n", "i", "u", "s"].contains(where: { arguments.has($0) }) else {
        throw Failure(.usage, "get_local_ip: 'ip_source' not set")
      }
      return helper.currentAddress()
    case "verify_dns":
      return try helper.connect(to: demand("d", arguments), port: DNSServer.standardPort)
    case "verify_proxy": return try helper.connect(to: demand("p", arguments), port: nil)
    case "start":
      _ = try demand("S", arguments)
      return try helper.control(command)
    case "stop", "reload", "restart": return try helper.control(command)
    default: return 255
    }
  }

  private static func demand(
    _ letter: Literal, _ arguments: Arguments
  ) throws(Failure) -> [UInt8] {
    if let value = arguments.value(letter), !value.isEmpty { return value }
    throw Failure(.usage, "option '-\(letter)' is missing")
  }

  /// Prints the registered address, and puts it into the section's file for LuCI, which
  /// would ask again every few seconds if the file were not there after a failure.
  private func registeredAddress() throws(Failure) -> Int32 {
    var found: [IPAddress] = []
    var status: Int32 = 0
    do throws(Failure) {
      found = try Lookup.registeredAddresses(settings, root: root, console).addresses
      if found.isEmpty { status = 127 }
    } catch {
      console.log(.error, error.message)
      status = error.status.rawValue
    }
    if let name = arguments.value("S"), UCIName.isName(name) {
      let files = RunFiles(global, section: name, root: root)
      do throws(SystemError) {
        try File.createDirectory(files.runDirectory)
        try File.replace(files.ip, with: RunFiles.addresses(found), mode: 0o644)
      } catch { console.log(.warning, error.message) }
    }
    if let address = found.first { _ = try Tool.answer("\(address)") }
    return status
  }

  /// Says by its status whether a source has an address, be it one that can be published or not.
  private func currentAddress() -> Int32 {
    global.allowsPrivateAddresses = true
    let end = Clock.uptime + Self.patience
    do throws(Failure) {
      _ = try Detection.currentAddress(
        settings, global, root: root, console, patience: Self.patience)
      return 0
    } catch {
      console.log(.error, error.message)
      // What a shell reports for a program that TERM has ended.
      return Clock.uptime < end ? 1 : 143
    }
  }

  // MARK: - Servers somebody is about to write into the configuration (contract 5.5)

  /// Tries to connect; the status says what went wrong.
  private func connect(to text: [UInt8], port: UInt16?) -> Int32 {
    let start = (text.lastIndex(of: UInt8(ascii: "@")) ?? -1) + 1
    guard let place = HostPort(Array(text[start...])) else { return 2 }
    guard let port = place.port ?? port else {
      console.log(.error, "proxy port missing")
      return 5
    }
    let deadline = Clock.uptime + Self.patience
    var addresses: [IPAddress]
    do throws(ResolverError) {
      addresses = try Resolver(root: root).resolve(
        place.host, families: [.v4, .v6], deadline: deadline)
    } catch {
      console.log(.error, error.message)
      return 2
    }
    if settings.forcesFamily { addresses.removeAll { $0.family != settings.family } }
    guard !addresses.isEmpty else { return 4 }
    for address in addresses where Clock.uptime < deadline {
      let peer = Endpoint(address, port: port)
      do throws(SystemError) {
        let socket = try Socket(to: peer, .stream, from: .any)
        let interest = Poll.Interest(socket.rawValue, read: false, write: true)
        if try Poll.wait(for: [interest], until: deadline)[0] {
          try socket.finish(to: peer)
          return 0
        }
      } catch { console.log(.error, error.message) }
    }
    return 3
  }

  // MARK: - Processes

  /// Leaves it to the init script, or does it when there is none.
  private func control(_ command: [UInt8]) throws(Failure) -> Int32 {
    let script = Environment.value("DDNS_INIT") ?? (root.isEmpty ? [UInt8]("/etc/init.d/ddns") : [])
    let name = arguments.value("S")
    guard File.isExecutable(script) else {
      let control = try Control(arguments)
      switch command {
      case "stop": control.stop()
      case "reload": control.send(.hangup)
      case "restart":
        control.stopAndWait()
        try control.start()
      default: try control.start()
      }
      return 0
    }
    // procd leaves alone what runs: whoever starts it again wants it to check (B18).
    if command == "start", try Control(arguments).send(.user1) { return 0 }
    var words = [script, command]
    if let name, command == "start" || command == "stop" { words.append(name) }
    do throws(SystemError) {
      // Its status does not count, as in ddns-scripts.
      _ = try Child.runInForeground(script, words, patience: 60_000)
    } catch {
      throw Failure(.osError, error.message)
    }
    return 0
  }

  // MARK: - Command lines

  /// The letters of the values that old command lines have by position; `-` is no value.
  private static func letters(_ command: [UInt8]) -> Literal? {
    switch command {
    case "get_registered_ip": "l6ftd"
    case "verify_dns": "d6f"
    case "verify_proxy": "p6f"
    case "get_local_ip": "6_nuisp"
    default: nil
    }
  }

  /// The command line of ddns-scripts up to 2.7.4 in the words of later ones; nil for one that is
  /// too short.
  static func translated(_ words: [[UInt8]]) -> [[UInt8]]? {
    guard let command = words.first, let letters = letters(command) else { return words }
    guard words.count > 1 else { return nil }
    // Of network, web, interface and script, which are `-n -u -i -s`, one is meant.
    var source = words.count > 2 ? words[2].first : nil
    if source == UInt8(ascii: "w") { source = UInt8(ascii: "u") }
    var result: [[UInt8]] = []
    for (index, letter) in letters.bytes.enumerated() where index + 1 < words.count {
      let word = words[index + 1]
      if word.isEmpty || word == "-" || word == "0" || letter == UInt8(ascii: "_") { continue }
      let isSource = letter.isOne(of: "nuis")
      if isSource, letter != source { continue }
      result.append([UInt8(ascii: "-"), letter])
      if !letter.isOne(of: "6ft") { result.append(word) }
    }
    return result + words.dropFirst(1 + letters.bytes.count) + [[UInt8]("--"), command]
  }

  static let help: Literal = """
    usage: dynamic_dns_lucihelper.sh [options] -- COMMAND

    What LuCI's page of dynamic DNS runs.

      get_registered_ip  -l HOST [-6] [-d SERVER] [-f] [-g] [-t] [-S SECTION]
      get_local_ip       -n NETWORK | -i DEVICE | -u URL | -s CMD [-6] [-p PROXY]
      verify_dns         -d SERVER [-6] [-f]
      verify_proxy       -p PROXY [-6] [-f]
      start              -S SECTION
      stop               [-S SECTION]
      reload, restart

      -6 IPv6, -f only that family, -g glue record, -t TCP, -L log file,
      -v LEVEL, -h this help, -V the version

    exit status: 0 ok, 127 nothing registered, 255 usage, help and version;
    of verify_*: 1 system, 2 no such host, 3 no connection, 4 no address of the
    family, 5 no port

    """
}

/// The entry the C `main` calls.
@c public func ddns_helper_main(
  _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  guard let words = Helper.translated(Array(Tool.arguments(count, values).dropFirst())) else {
    Output.complain("\(Helper.help)")
    return 1
  }
  return Tool.runCompatible(words, Helper.syntax, informed: 255, misused: 255, Helper.run)
}
