// SPDX-License-Identifier: Apache-2.0

import Report
import System
import TestSupport
import Wire

@testable import CommandLine
@testable import Runner

/// A world for thousands of sections: its clock is a number, it keeps no files, and its tools end when
/// `Crowd.serve` says so.
final class Crowd: World {
  /// Uptime in milliseconds.
  var time: Int64 = 1_000_000
  /// How often the whole configuration was read, and how many tools were started.
  private(set) var readings = 0
  private(set) var tools = 0
  private let arguments: Arguments
  /// The file.
  let text: [UInt8]

  init(_ count: Int, _ changes: [String: String] = [:]) throws {
    let sections = (0..<count).map { number in
      Stage.section("s\(number)", changes.merging(["domain": "home\(number).example.com"]) { $1 })
    }
    text = bytes(sections.joined())
    arguments = try Arguments([bytes("--root"), bytes("/nowhere")], Runner.syntax)
    super.init(arguments)
  }

  /// All of them in one process.
  func fleet() throws -> Fleet {
    let fleet = Fleet(
      arguments, SectionRun.Options(), self, Console(program: "ddns-runner", verbosity: 0))
    let configuration = try configuration()
    fleet.start(try Runner.sections(configuration, arguments), configuration)
    return fleet
  }

  /// Time goes by until `end`; each tool takes a quarter of a second, and finds and gets what it wants.
  func serve(_ fleet: Fleet, until end: Int64) {
    while time < end {
      fleet.startTools()
      let working = fleet.working
      if working.isEmpty {
        time = min(max(fleet.nextAlarm() ?? end, time), end)
      } else {
        time += 250
        for run in working { run.answer() }
      }
      fleet.advance()
    }
  }

  // MARK: The world

  override var uptime: Int64 { time }
  override var wallClock: Int64 { 1_790_000_000 + time / 1_000 }
  override var random: UInt64 { UInt64(truncatingIfNeeded: time &* 7_919) }
  override func stamp() -> UInt64? { 2 }

  override func readConfiguration() throws(Failure) -> Configuration {
    readings += 1
    return try Configuration(arguments, handed: text)
  }

  override func read(_ path: [UInt8], limit: Int) -> [UInt8]? {
    path.suffix(4).elementsEqual(bytes(".pid")) ? RunFiles.number(Int64(Process.id)) : nil
  }

  override func replace(
    _ path: [UInt8], with bytes: [UInt8], mode: Int32, isDurable: Bool
  ) throws(SystemError) {}

  override func remove(_ path: [UInt8]) {}

  override func makeDirectory(_ path: [UInt8], mode: Int32) throws(SystemError) {}

  override func lock(_ path: [UInt8]) throws(SystemError) -> FileDescriptor? {
    FileDescriptor(owning: -1)
  }

  override func start(
    _ tool: Job.Tool, _ path: [UInt8], _ arguments: [[UInt8]], section: [UInt8]
  ) throws(SystemError) -> Job? {
    tools += 1
    return nil
  }

  override func flush(_ log: inout Log, whileWorking isWorking: Bool) { log.forget() }
}

extension SectionRun {
  /// The tool at work ends with what one wants to hear.
  fileprivate func answer() {
    switch tool?.kind {
    case .detect: finish(.ok, home)
    case .verify, .askZone: finish(.ok, registered: [home])
    case .update, .offline: finish(.ok, word: "good")
    case .values: finish(.exited(0), ToolReport())
    case .notify, nil: break
    }
  }
}
