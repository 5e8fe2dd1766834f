// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import TestSupport
import Testing
import Wire

@testable import Runner

/// What a section does with effects and ends of tools; the clock is a number.
@Suite(.timeLimit(.minutes(15))) struct SectionRunTests {
  @Test func `a pass detects, sends, and waits for DNS, which it does not ask before`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    #expect(run.waitingTool == .detect)
    run.startWaitingTool()
    #expect(run.waitingTool == nil && run.tool?.kind == .detect)
    run.finish(.ok, home)
    #expect(run.waitingTool == .update(home))
    run.startWaitingTool()
    #expect(stage.started.last?.suffix(2) == ["198.51.100.7", "--look-up"])
    run.finish(.ok, word: "good")
    #expect(run.waitingTool == .verify)
    run.startWaitingTool()
    run.finish(.ok, registered: [home])
    #expect(run.deadline == stage.time + 600_000)
    #expect(run.lines.contains("verified: DNS shows 198.51.100.7"))
    #expect(stage.state() == nil || stage.flash() != nil)
  }

  /// A section that sends, and what its tool says when the provider has accepted.
  private func updating(_ stage: Stage) throws -> (SectionRun, ToolReport) {
    let run = try stage.run()
    run.startWaitingTool()
    run.finish(.ok, home)
    run.startWaitingTool()
    let report = ToolReport()
    (report.word, report.goesOn) = (bytes("good"), true)
    return (run, report)
  }

  @Test func `what is accepted is recorded before its tool goes on to ask DNS`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.startWaitingTool()
    run.finish(.ok, home)
    run.startWaitingTool()
    #expect(stage.started.last?.last == "--look-up")
    run.takeAnswer(ToolReport())
    #expect(run.tool?.kind == .update(home), "it has said nothing yet")
    let report = ToolReport()
    (report.word, report.goesOn) = (bytes("good"), true)
    run.takeAnswer(report)
    #expect(stage.flash()?.contains("accepted 198.51.100.7") == true)
    #expect(run.lines.contains("Update successful - IP '198.51.100.7' accepted (good)"))
    #expect(run.tool?.kind == .verify && run.waitingTool == nil)
    #expect(run.tool?.deadline == stage.time + 40_000)
    report.registered = [home]
    run.finish(.exited(0), report)
    #expect(run.tool == nil && run.lines.contains("verified: DNS shows 198.51.100.7"))
  }

  @Test func `an answer there is no room for is recorded when the look-up behind it ends`() throws {
    let stage = try Stage(Stage.section())
    let (run, report) = try updating(stage)
    (stage.broken[Stage.flashFolder], stage.broken[Stage.runFolder]) = (28, 28)  // ENOSPC
    run.takeAnswer(report)
    #expect(stage.flash()?.contains("accepted") != true)
    #expect(run.tool?.kind == .verify)
    stage.broken = [:]
    stage.time += 60_000
    report.registered = [home]
    run.finish(.exited(0), report)
    let kept = [stage.flash(), stage.state()].compactMap { $0 }
    #expect(kept.contains { $0.contains("accepted 198.51.100.7") })
  }

  @Test func `a look-up behind an update that breaks off is made again, the update is not`() throws
  {
    let stage = try Stage(Stage.section())
    let (run, report) = try updating(stage)
    run.takeAnswer(report)
    run.finish(.killed(11), report)
    try run.sleep()
    #expect(run.waitingTool == .verify)
    #expect(stage.started.filter { $0.first == "ddns-update" }.count == 1)
  }

  @Test func `a tool that cannot be killed in time is a failure that is tried again`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.startWaitingTool()
    #expect(run.deadline == stage.time + 70_000)
    try run.sleep()
    #expect(run.lines.contains("ddns-detect-ip: no end within its time: killed"))
    run.finish(.killed(9), ToolReport())
    #expect(run.lines.contains("temporary failure 1 in a row"))
  }

  @Test func `a pass that lasts too long is over, whichever tool is at work`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    for _ in 1...3 {
      run.startWaitingTool()
      stage.time += 65_000
      switch run.tool?.kind {
      case .detect: run.finish(.ok, home)
      case .verify: run.finish(.differs, registered: [])
      default: run.advance()
      }
    }
    #expect(run.lines.contains("detecting, looking up and sending took more than 180 s: ended"))
    #expect(run.tool == nil && run.waitingTool == nil)
  }

  @Test func `a section that is disabled ends when the next pass begins`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.play()
    stage.text = Stage.section("home", ["enabled": "0"])
    try run.sleep()
    #expect(run.status == .config && run.waitingTool == nil)
    #expect(stage.files["\(Stage.runFolder)/home.pid"] == nil)
  }

  @Test func `a configuration that cannot be read now is tried again`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.play()
    stage.text = nil
    try run.sleep()
    #expect(run.status == nil && run.waitingTool == nil)
    stage.text = Stage.section()
    try run.sleep()
    #expect(run.waitingTool == .detect)
  }

  @Test func `HUP begins the section anew, whatever it is doing`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.startWaitingTool()
    run.restart()
    #expect(run.tool == nil && run.waitingTool == .detect)
    stage.text = "\n"
    run.restart()
    #expect(run.status == .ok && run.waitingTool == nil)
  }
}
