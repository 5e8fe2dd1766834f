// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import TestSupport
import Testing
import UCI
import Wire

@testable import Runner
@testable import System

/// A world on a stage: its clock is a number, its files are a dictionary, its tools do nothing but
/// wait to be told how they end.
final class Stage: World {
  /// Uptime in milliseconds.
  var time: Int64 = 1_000_000
  /// What /etc/config/ddns has; nil = it cannot be read.
  var text: String?
  /// The run files and those on flash.
  var files: [String: String] = [:]
  /// Folders, and what happens to whoever writes there: the kernel's number of the error.
  var broken: [String: Int32] = [:]
  /// Locks that another process has.
  var foreignLocks: Set<String> = []
  /// The command lines of the tools that were started.
  private(set) var started: [[String]] = []
  private let arguments: Arguments

  static let runFolder = "/nowhere/var/run/ddns"
  static let flashFolder = "/nowhere/etc/ddns/state"

  init(_ text: String) throws {
    self.text = text
    arguments = try Arguments([bytes("--root"), bytes("/nowhere")], Runner.syntax)
    super.init(arguments)
  }

  /// A section that works.
  static func section(_ name: String = "home", _ changes: [String: String] = [:]) -> String {
    var options = [
      "enabled": "1", "lookup_host": "home.example.com", "domain": "home.example.com",
      "username": "user", "password": "secret", "ip_source": "web",
      "update_url": "http://[USERNAME]:[PASSWORD]@provider.test/u?hostname=[DOMAIN]&myip=[IP]",
    ]
    options.merge(changes) { $1 }
    let lines = options.sorted { $0.key < $1.key }.map { "\toption \($0) '\($1)'\n" }
    return "config service '\(name)'\n" + lines.joined() + "\n"
  }

  func run(_ name: String = "home", _ options: SectionRun.Options = .init()) throws -> SectionRun {
    let configuration = try configuration()
    let section = try #require(configuration.package.section(named: bytes(name)))
    return try SectionRun(section, configuration, options, self)
  }

  func state(_ name: String = "home") -> String? { files["\(Stage.runFolder)/\(name).state"] }
  func flash(_ name: String = "home") -> String? { files["\(Stage.flashFolder)/\(name).state"] }

  // MARK: The world

  override var uptime: Int64 { time }
  override var wallClock: Int64 { 1_790_000_000 + time / 1_000 }
  override var random: UInt64 { 4 }

  override func pause(until uptime: Int64) { time = uptime }

  override func stamp() -> UInt64? {
    UInt64(truncatingIfNeeded: (text ?? "").hashValue) | 1
  }

  override func readConfiguration() throws(Failure) -> Configuration {
    guard let text else { throw Failure(.config, "cannot open /etc/config/ddns") }
    return try Configuration(arguments, handed: bytes(text))
  }

  override func read(_ path: [UInt8], limit: Int) -> [UInt8]? {
    files[string(path)].map { bytes($0) }
  }

  override func replace(
    _ path: [UInt8], with bytes: [UInt8], mode: Int32, isDurable: Bool
  ) throws(SystemError) {
    try write(string(path))
    files[string(path)] = string(bytes)
  }

  override func remove(_ path: [UInt8]) { files[string(path)] = nil }

  override func makeDirectory(_ path: [UInt8], mode: Int32) throws(SystemError) {
    // One that has vanished can be made again.
    if broken[string(path)] == 2 { broken[string(path)] = nil }
  }

  override func lock(_ path: [UInt8]) throws(SystemError) -> FileDescriptor? {
    let path = string(path)
    if foreignLocks.contains(path) { return nil }
    try write(path)
    files[path] = files[path] ?? ""
    return FileDescriptor(owning: -1)
  }

  override func start(
    _ tool: Job.Tool, _ path: [UInt8], _ arguments: [[UInt8]], section: [UInt8]
  ) throws(SystemError) -> Job? {
    started.append(["\(tool.name)"] + arguments.map { string($0) })
    return nil
  }

  override func flush(_ log: inout Log, whileWorking isWorking: Bool) {}

  private func write(_ path: String) throws(SystemError) {
    let folder = path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    if let errno = broken[folder] { throw SystemError("write", number: errno, bytes(path)) }
  }

  /// The run folder is deleted with all that is in it.
  func removeRunFolder() {
    files = files.filter { !$0.key.hasPrefix(Stage.runFolder + "/") }
    broken[Stage.runFolder] = 2
  }
}

extension SectionRun {
  /// What the log has so far.
  var lines: String { string(log.unwritten) }

  /// The tool at work ends, after it has told some of this.
  func finish(
    _ status: Report.ExitStatus, _ address: IPAddress? = nil, registered: [IPAddress]? = nil,
    word: String = ""
  ) {
    let report = ToolReport()
    report.address = address
    report.registered = registered
    report.word = bytes(word)
    finish(.exited(status.rawValue), report)
  }

  /// Lets tools do their work until nothing is left to do for now; what was sent. DNS shows what was
  /// sent, before that `registered`.
  @discardableResult
  func play(
    _ address: IPAddress? = home, registered: [IPAddress] = [],
    answer: (Report.ExitStatus, String) = (.ok, "good")
  ) -> [IPAddress] {
    var sent: [IPAddress] = []
    while let tool = waitingTool {
      startWaitingTool()
      switch tool {
      case .values: finish(.ok)
      case .detect: finish(address == nil ? .temporary : .ok, address)
      case .verify, .askZone: finish(.ok, registered: sent.isEmpty ? registered : sent)
      case .update(let address):
        sent.append(address)
        finish(answer.0, word: answer.1)
      case .offline, .notify: finish(.ok, word: "good")
      }
    }
    return sent
  }

  /// Lets time go by until the section does something.
  func sleep() throws {
    let stage = try #require(world as? Stage)
    stage.time = max(try #require(deadline), stage.time)
    advance()
  }
}
