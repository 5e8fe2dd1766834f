// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import TestSupport
import Testing
import Wire

@testable import Runner

/// A password that only a command knows: what it says decides whether a block holds.
@Suite(.timeLimit(.minutes(15))) struct SectionValuesTests {
  private static let text = Stage.section("home", ["password_command": "/bin/pass home"])

  /// A section after its first pass.
  private func played(
    _ stage: Stage, says password: String = "first",
    answer: (Report.ExitStatus, String) = (.ok, "good")
  ) throws -> SectionRun {
    let run = try stage.run()
    say(password, to: run)
    #expect(run.play(answer: answer) == [home])
    return run
  }

  /// The tool that asks the command is at work, and ends.
  private func say(_ password: String?, to run: SectionRun) {
    #expect(run.waitingTool == .values)
    run.startWaitingTool()
    let report = ToolReport()
    report.values = password.map { [bytes("password \($0)")] } ?? []
    run.finish(.exited(password == nil ? 78 : 0), report)
  }

  @Test func `a tool asks before the first pass, and at each check`() throws {
    let stage = try Stage(Self.text)
    let run = try played(stage)
    #expect(stage.started[0] == ["ddns-update", "-S", "home", "--shell", "values"])
    #expect(string(run.texts.section).contains("password 'first'"))
    try run.sleep()
    say("second", to: run)
    #expect(run.waitingTool == .detect)
    #expect(string(run.texts.section).contains("password 'second'"))
    for (path, content) in stage.files {
      #expect(!content.contains("first") && !content.contains("second"), "\(path)")
    }
  }

  @Test func `another value lifts a block, the same does not, nor does a start`() throws {
    let stage = try Stage(Self.text)
    let run = try played(stage, answer: (.refused, "badauth"))
    try run.sleep()
    say("first", to: run)
    #expect(run.cycle.record.block != nil && run.waitingTool == nil)
    let again = try stage.run()
    say("first", to: again)
    #expect(again.cycle.record.block != nil && again.waitingTool == nil)
    try again.sleep()
    say("second", to: again)
    #expect(again.play() == [home])
  }

  @Test func `without an answer nothing is sent and nothing forgotten`() throws {
    let stage = try Stage(Self.text)
    _ = try played(stage)
    let state = stage.state()
    let run = try stage.run()
    say(nil, to: run)
    #expect(run.waitingTool == nil && run.status == nil)
    #expect(run.rest == .open && run.cycle.failures == 1 && stage.state() == state)
    run.handle(.addressChanged)
    #expect(run.waitingTool == nil)
    try run.sleep()
    say("first", to: run)
    #expect(run.play(registered: [home]) == [])
  }

  @Test func `a command that fails later leaves the value it had`() throws {
    let stage = try Stage(Self.text)
    let run = try played(stage)
    try run.sleep()
    say(nil, to: run)
    #expect(run.play(moved) == [moved])
  }

  @Test func `HUP asks anew, and --force is not forgotten`() throws {
    let stage = try Stage(Self.text)
    let run = try played(stage, answer: (.refused, "badauth"))
    run.restart()
    say("first", to: run)
    #expect(run.play() == [home])
    let options = SectionRun.Options()
    options.isForced = true
    let forced = try stage.run("home", options)
    say("first", to: forced)
    #expect(forced.play() == [home])
  }

  @Test func `a command that is another is asked itself`() throws {
    let stage = try Stage(Self.text)
    let run = try played(stage)
    stage.text = Stage.section("home", ["username_command": "/bin/pass user"])
    try run.sleep()
    #expect(run.waitingTool == .values)
    run.startWaitingTool()
    let report = ToolReport()
    report.values = [bytes("username other")]
    run.finish(.exited(0), report)
    #expect(run.play() == [home])
    #expect(string(run.texts.section).contains("username 'other'"))
  }
}
