// SPDX-License-Identifier: Apache-2.0

import CommandLine
import DNS
import Net
import Policy
import Provider
import Report
import Section
import System
import UCI
import Wire

/// `ddns-runner --doctor`: tries whatever could be wrong, in order, and says what came of it. It sends
/// no update, and changes nothing.
///
/// Judged is elsewhere (`Diagnosis`); here the questions are asked.
struct Doctor {
  /// How long all of it may take, and one question to a server, in milliseconds.
  static let patience: Int64 = 60_000
  static let serverPatience: Int64 = 3_000
  /// A page, or a script.
  static let pagePatience: Int64 = 8_000

  let configuration: Configuration
  /// When to end, as an uptime.
  let end: Int64
  private let isJSON: Bool
  private let isTerminal: Bool
  private var findings: [Finding] = []
  private var status = ExitStatus.ok
  /// The section that is looked at.
  private var section: [UInt8] = []
  var redactor = Redactor()
  /// What need not be tried for another section, too.
  var tried: [[UInt8]] = []
  /// The name servers that do not answer.
  var deaf: [DNSServer] = []

  let console: Console

  private init(_ arguments: Arguments, _ console: Console) throws(Failure) {
    self.console = console
    configuration = try Configuration(arguments)
    end = Clock.uptime + Self.patience
    isJSON = arguments.has("json")
    isTerminal = Output.isTerminal && Environment.value("NO_COLOR") == nil
  }

  /// Looks at the machine, and at the sections of these names, with commas in between.
  static func run(
    _ names: [UInt8], _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    Clock.adoptTimeZone()
    // What others would say of it is said here.
    var quiet = console
    quiet.isMute = true
    var doctor = try Doctor(arguments, quiet)
    try doctor.lookAtMachine()
    let names = names.split(separator: UInt8(ascii: ","))
    for (index, name) in names.enumerated() {
      try doctor.enter(Array(name))
      if Clock.uptime >= doctor.end {
        try doctor.say(Finding(.noTime, "\(name)"))
      } else {
        try doctor.lookAtSection(Array(name), isLast: index == names.count - 1)
      }
    }
    if doctor.isJSON {
      _ = try Tool.answer(Text(Finding.json(doctor.findings, doctor.status)))
    }
    return doctor.status
  }

  /// Says what was found, at once, or keeps it for the document. The gravest is the one with the highest
  /// status, as of several sections.
  mutating func say(_ finding: Finding?) throws(Failure) {
    guard var finding else { return }
    finding = Finding(finding.kind, redactor.shown(finding.detail), status: finding.status)
    finding.section = section
    if finding.status.rawValue > status.rawValue { status = finding.status }
    if isJSON {
      findings.append(finding)
    } else {
      _ = try Tool.answer(finding.text(inColour: isTerminal))
    }
  }

  private mutating func enter(_ name: [UInt8]) throws(Failure) {
    section = name
    if !isJSON { _ = try Tool.answer("section '\(name)'\n") }
  }

  /// Whether something is to be tried for the first time.
  mutating func isNew(_ what: [UInt8]) -> Bool {
    if tried.contains(what) { return false }
    tried.append(what)
    return true
  }

  // MARK: The machine

  private mutating func lookAtMachine() throws(Failure) {
    let now = Clock.wallClock
    try say(Diagnosis.clock(now, shown: Clock.format(now, configuration.global.dateFormat)))
    let global = configuration.global
    // What cannot be recorded in the first is not sent.
    for path in [global.runDirectory, global.stateDirectory, global.logDirectory] {
      let directory = configuration.root + path
      let isNeeded = tried.isEmpty
      if isNew(directory) { try say(space(directory, isNeeded: isNeeded)) }
    }
    try say(interception())
  }

  /// Writes as much as a state file has, and takes it away again.
  private func space(_ directory: [UInt8], isNeeded: Bool) -> Finding {
    // What is not there is made when it is needed.
    var place = directory
    while File.info(place) == nil, let slash = place.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
      place.removeSubrange(slash...)
    }
    var problem: Text?
    let file = place + [UInt8]("/.ddns-doctor")
    do throws(SystemError) {
      try File.replace(file, with: [UInt8](repeating: 0, count: 4_096), shared: true)
      try File.remove(file)
    } catch { problem = error.message }
    return Diagnosis.space(directory, room: File.room(at: place), isNeeded: isNeeded, problem)
  }

  /// Asks an address that is nobody's (RFC 5737).
  private func interception() -> Finding? {
    guard let nobody = IPAddress(octets: [192, 0, 2, 53]) else { return nil }
    let server = DNSServer(nobody)
    do throws(DNSFailure) {
      _ = try DNSExchange.answer(
        to: DNSQuestion(.root, .ns), servers: [server],
        deadline: min(end, Clock.uptime + Self.serverPatience / 2))
    } catch {
      switch error.reason {
      case .rcode, .referral, .malformed, .unusable: break
      default: return nil
      }
    }
    return Finding(.intercepted, server.text)
  }
}
