// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import TestSupport
import Testing
import Wire

@testable import CommandLine
@testable import Runner

/// Several sections in one process; the clock is a number.
@Suite(.timeLimit(.minutes(15))) struct FleetTests {
  private func fleet(_ stage: Stage, _ words: String...) throws -> Fleet {
    let arguments = try Arguments(words.map { bytes($0) }, Runner.syntax)
    let fleet = Fleet(
      arguments, SectionRun.Options(), stage, Console(program: "ddns-runner", verbosity: 0))
    let configuration = try stage.configuration()
    fleet.start(try Runner.sections(configuration, arguments), configuration)
    return fleet
  }

  private func names(_ fleet: Fleet) -> [String] { fleet.runs.map { string($0.name) } }

  private func hangUp(_ fleet: Fleet) {
    #expect(!fleet.handle(.hangup))
    fleet.advance()
  }

  @Test func `HUP begins sections that are new and ends those that are gone`() throws {
    let stage = try Stage(Stage.section("a") + Stage.section("b"))
    let fleet = try fleet(stage)
    #expect(names(fleet) == ["a", "b"])
    stage.text = Stage.section("b") + Stage.section("c")
    hangUp(fleet)
    #expect(names(fleet) == ["b", "c"])
    #expect(fleet.runs.allSatisfy { $0.waitingTool == .detect })
  }

  @Test func `a section that is renamed goes on under its new name`() throws {
    let stage = try Stage(Stage.section("home"))
    let fleet = try fleet(stage)
    stage.text = Stage.section("house")
    hangUp(fleet)
    #expect(names(fleet) == ["house"])
  }

  @Test func `a section that ended is begun again by HUP when it can run`() throws {
    let stage = try Stage(Stage.section("a") + Stage.section("b", ["update_url": "nonsense"]))
    let fleet = try fleet(stage)
    #expect(names(fleet) == ["a"] && fleet.status == .config)
    stage.text = Stage.section("a") + Stage.section("b")
    hangUp(fleet)
    #expect(names(fleet) == ["a", "b"] && fleet.status == .ok)
  }

  @Test func `the process of one section begins no other`() throws {
    let stage = try Stage(Stage.section("a") + Stage.section("b"))
    let fleet = try fleet(stage, "-S", "a")
    hangUp(fleet)
    #expect(names(fleet) == ["a"])
  }

  @Test func `a file that cannot be read now ends nothing`() throws {
    let stage = try Stage(Stage.section("a"))
    let fleet = try fleet(stage)
    stage.text = nil
    hangUp(fleet)
    #expect(names(fleet) == ["a"])
    #expect(fleet.runs[0].waitingTool == nil && fleet.runs[0].status == nil)
  }

  @Test func `a flood of HUPs begins few passes, and the last one is not lost`() throws {
    let stage = try Stage(Stage.section("a"))
    let fleet = try fleet(stage)
    var passes = 0
    for _ in 1...6_000 {
      if fleet.runs[0].waitingTool != nil {
        passes += 1
        fleet.runs[0].play()
      }
      hangUp(fleet)
      stage.time += 10
    }
    // The start, then HUPs at 0, 2, 6, 14 and 30 seconds.
    #expect(passes == 6)
    stage.text = Stage.section("b")
    for _ in 1...70 {
      stage.time += 1_000
      fleet.advance()
    }
    #expect(names(fleet) == ["b"])
    stage.time += 600_000
    stage.text = Stage.section("c")
    hangUp(fleet)
    #expect(names(fleet) == ["c"], "it was quiet: at once")
  }

  @Test func `eight sections that hang keep none from its turn`() throws {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "z"]
    let stage = try Stage(names.map { Stage.section($0, ["retry_interval": "1"]) }.joined())
    let fleet = try fleet(stage)
    let healthy = try #require(fleet.runs.last)
    var sent: [Int64] = []
    for _ in 0..<600 {
      fleet.startTools()
      for run in fleet.runs {
        guard let tool = run.tool else { continue }
        if run === healthy {
          switch tool.kind {
          case .detect: run.finish(.ok, home)
          case .values, .notify: run.finish(.ok)
          case .verify, .askZone: run.finish(.ok, registered: sent.isEmpty ? [] : [home])
          case .update, .offline:
            sent.append(stage.time)
            run.finish(.ok, word: "good")
          }
        } else if tool.deadline == .max {
          // It has been killed.
          run.finish(.killed(9), ToolReport())
        }
      }
      fleet.startTools()
      #expect(fleet.runs.count { $0.tool != nil } <= Fleet.toolLimit)
      stage.time += 1_000
      fleet.advance()
    }
    #expect(sent.count == 1)
    // Two rounds of 70 s, and then its turn, of which nobody takes a part.
    #expect(sent.first ?? .max <= 1_000_000 + 150_000)
    #expect(healthy.lines.contains("verified: DNS shows"))
  }
}
