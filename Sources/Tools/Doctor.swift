// SPDX-License-Identifier: Apache-2.0

import CommandLine
import DNS
import Net
import Policy
import Report
import Section
import System
import Wire

/// `ddns-runner --doctor`: tries whatever could be wrong, in order, and says what came of it. It sends
/// no update.
///
/// Judged is elsewhere (`Diagnosis`); here the questions are asked. It is a class because code that
/// copies what it knows is large.
final class Doctor {
  /// How long all of it may take, and one question to a server, in milliseconds.
  static let patience: Int64 = 60_000
  static let serverPatience: Int64 = 3_000
  /// A question that may get lost, and is asked twice.
  static let datagramPatience: Int64 = 4_000
  /// A page, or a script; the look-ups for a name.
  static let pagePatience: Int64 = 8_000
  static let namePatience: Int64 = 10_000

  /// The configuration, with the values of the section that is looked at.
  var configuration: Configuration
  var redactor = Redactor()
  let console: Console
  private let end: Int64
  private let isJSON: Bool
  private let isTerminal: Bool
  private var findings: [Finding] = []
  private var status = ExitStatus.ok
  private var failure: Failure?
  /// The section that is looked at.
  private var section: [UInt8] = []
  /// Whether it was said that no time is left for it.
  private var isLate = false
  /// What need not be tried for another section, too.
  private var tried: [[UInt8]] = []
  /// The name servers that do not answer.
  var deaf: [DNSServer] = []

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
    let doctor = try Doctor(arguments, Console(muting: console))
    doctor.lookAtMachine()
    var rest = names[...]
    while !rest.isEmpty {
      let name = Array(rest.prefix { $0 != UInt8(ascii: ",") })
      rest = rest.dropFirst(name.count + 1)
      doctor.lookAtSection(name, isLast: rest.isEmpty)
    }
    if doctor.isJSON { doctor.write(Finding.json(doctor.findings, doctor.status)) }
    if let failure = doctor.failure { throw failure }
    return doctor.status
  }

  /// What may end at a time from now on, and before all of it has to.
  @inline(never)
  func soon(_ patience: Int64 = serverPatience) -> Int64 { min(end, Clock.uptime + patience) }

  /// Begins with a section; false when no time is left for it.
  func enter(_ name: [UInt8]) -> Bool {
    section = name
    isLate = false
    if !isJSON { write("section '\(name)'\n") }
    if Clock.uptime < end { return true }
    say(.noTime, "")
    return false
  }

  @inline(never)
  func say(_ kind: Finding.Kind, _ detail: Text, _ status: ExitStatus? = nil) {
    say(Finding(kind, detail, status: status))
  }

  /// Says what was found, at once, or keeps it for the document. The gravest is the one with the highest
  /// status, as of several sections.
  @inline(never)
  func say(_ finding: Finding) {
    var finding = finding
    // What fails when the time is over may have failed by that.
    if finding.status != .ok, Clock.uptime >= end {
      if isLate { return }
      isLate = true
      finding = Finding(.noTime, "'\(section)', or part of it")
    }
    finding = Finding(finding.kind, redactor.shown(finding.detail), status: finding.status)
    finding.section = section
    if finding.status.rawValue > status.rawValue { status = finding.status }
    if isJSON { findings.append(finding) } else { write(finding.text(inColour: isTerminal)) }
  }

  private func write(_ text: Text) {
    do throws(Failure) { _ = try Tool.answer(text) } catch { failure = error }
  }

  /// Whether something is to be tried for the first time.
  @inline(never)
  func isNew(_ what: [UInt8]) -> Bool {
    for other in tried where other == what { return false }
    tried.append(what)
    return true
  }

  // MARK: The machine

  @inline(never)
  private func lookAtMachine() {
    let now = Clock.wallClock
    let global = configuration.global
    say(Diagnosis.clock(now, shown: Clock.format(now, global.dateFormat)))
    // What cannot be recorded is not sent; the others are for later.
    lookAtSpace(global.runDirectory, isNeeded: true)
    lookAtSpace(global.stateDirectory, isNeeded: false)
    lookAtSpace(global.logDirectory, isNeeded: false)
    lookForInterception()
  }

  /// Writes as much as a state file has, and takes it away again.
  @inline(never)
  private func lookAtSpace(_ path: [UInt8], isNeeded: Bool) {
    let directory = configuration.root + path
    guard isNew(directory) else { return }
    // What is not there is made when it is needed.
    var place = directory
    while File.info(place) == nil, let slash = place.lastIndex(of: UInt8(ascii: "/")), slash > 0 {
      place.removeLast(place.count - slash)
    }
    var problem: Text?
    let file = place + [UInt8]("/.ddns-doctor")
    do throws(SystemError) {
      try File.replace(file, with: [UInt8](repeating: 0, count: 4_096), shared: true)
      try File.remove(file)
    } catch { problem = error.message }
    say(Diagnosis.space(directory, room: File.room(at: place), isNeeded: isNeeded, problem))
  }

  /// Asks an address that is nobody's (RFC 5737).
  @inline(never)
  private func lookForInterception() {
    guard let nobody = IPAddress(octets: [192, 0, 2, 53]) else { return }
    let server = DNSServer(nobody)
    let answer = ask(server, .root, .ns, .init(), .any, Self.serverPatience / 2)
    switch answer.failure?.reason {
    case nil, .rcode, .referral, .malformed, .unusable: say(.intercepted, server.text)
    default: return
    }
  }

  /// Asks one server.
  @inline(never)
  func ask(
    _ server: DNSServer, _ name: DNSName, _ type: DNSType, _ options: DNSQuery.Options,
    _ binding: Binding, _ patience: Int64 = serverPatience
  ) -> (address: IPAddress?, failure: DNSFailure?) {
    do throws(DNSFailure) {
      let answer = try DNSExchange.answer(
        to: DNSQuestion(name, type), servers: [server], options: options, from: binding,
        deadline: soon(patience))
      return (answer.addresses.first, nil)
    } catch { return (nil, error) }
  }
}
