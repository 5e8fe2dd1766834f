// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import TestSupport
import Testing

@testable import Runner

/// Messages beside the sections: the clock is a number, and tools end when the test says so.
@Suite struct MailboxTests {
  private static let notify = "config notify 'me'\n\toption type 'webhook'\n"
  private static let path = "\(Stage.flashFolder)/home.notices"

  private func stage() throws -> Stage {
    try Stage(Stage.section("home", ["check_interval": "1"]) + MailboxTests.notify)
  }

  /// How many messages tools were started for.
  private func count(_ stage: Stage) -> Int { stage.started.count { $0.contains("notify") } }

  @Test func `a change is handed to a tool, and tried again after a pause`() throws {
    let stage = try stage()
    let run = try stage.run()
    run.play()
    let box = try #require(stage.outbox.box(of: bytes("home")))
    #expect(stage.files[MailboxTests.path]?.contains("\nletter me 0 ") == true)
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(
      stage.started.last == ["ddns-update", "-S", "me", "--shell", "notify"] && count(stage) == 1)
    let work = stage.outbox.deadline
    #expect(work == stage.time + 70_000 && stage.outbox.isWorking)
    box.finish(.temporary, stage, .init())
    #expect(stage.files[MailboxTests.path]?.contains("\nletter me 1 ") == true)
    #expect(stage.outbox.deadline == stage.time + 60_000)
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 1, "not yet")
    stage.time += 60_000
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 2)
    box.finish(.ok, stage, .init())
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(stage.outbox.deadline == nil && stage.outbox.box(of: bytes("home")) == nil)
    #expect(stage.files[MailboxTests.path]?.contains("letter") == false)
  }

  @Test func `letters that flash had no room for are written when it has`() throws {
    let stage = try stage()
    stage.broken[Stage.flashFolder] = 28  // ENOSPC
    try stage.run().play()
    let box = try #require(stage.outbox.box(of: bytes("home")))
    #expect(stage.files[MailboxTests.path] == nil && box.deadline != nil)
    stage.broken = [:]
    box.save(stage)
    #expect(stage.files[MailboxTests.path]?.contains("\nletter me 0 ") == true)
  }

  @Test func `what a tool does not end in time is ended, and tried again`() throws {
    let stage = try stage()
    try stage.run().play()
    stage.outbox.advance(stage, .init(), isLast: false)
    stage.time += 70_000
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(!stage.outbox.isWorking && stage.outbox.deadline == stage.time + 60_000)
  }

  @Test func `after a restart what waits is sent, and nothing is told twice`() throws {
    let stage = try stage()
    let run = try stage.run()
    run.play()
    stage.outbox.keep(stage)
    run.close(.ok, "ended")
    let again = try stage.run()
    again.play()
    #expect(stage.outbox.box(of: bytes("home"))?.notices.letters.count == 1)
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 1)
  }

  @Test func `passes without news write nothing`() throws {
    let stage = try stage()
    let run = try stage.run()
    run.play()
    stage.outbox.advance(stage, .init(), isLast: false)
    stage.outbox.box(of: bytes("home"))?.finish(.ok, stage, .init())
    // Who looks at the file sees whether it is written.
    stage.files[MailboxTests.path] = "untouched"
    for _ in 1...2 {
      try run.sleep()
      run.play(nil)
    }
    #expect(stage.files[MailboxTests.path] == "untouched")
    try run.sleep()
    run.play(nil)
    #expect(stage.files[MailboxTests.path]?.contains(" failure 3 ") == true)
  }

  @Test func `without notify sections nothing is kept, and a dry run tells nobody`() throws {
    let stage = try Stage(Stage.section("home"))
    let run = try stage.run()
    run.play()
    #expect(run.mailbox == nil && stage.files[MailboxTests.path] == nil)
    let other = try self.stage()
    let options = SectionRun.Options()
    options.isDryRun = true
    try other.run("home", options).play()
    #expect(other.outbox.deadline == nil)
  }

  @Test func `a notify section that is gone takes its letters with it`() throws {
    let stage = try stage()
    try stage.run().play()
    stage.text = Stage.section("home", ["check_interval": "1"])
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 0 && stage.outbox.deadline == nil)
  }

  @Test func `a configuration that cannot be read now loses no letter`() throws {
    let stage = try stage()
    try stage.run().play()
    let text = stage.text
    stage.text = nil
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 0 && stage.outbox.deadline == stage.time + 60_000)
    stage.text = text
    stage.time += 60_000
    stage.outbox.advance(stage, .init(), isLast: false)
    #expect(count(stage) == 1)
  }

  @Test func `a process whose sections have ended waits for a minute at most`() throws {
    let stage = try stage()
    try stage.run().play()
    stage.outbox.advance(stage, .init(), isLast: true)
    #expect(stage.outbox.deadline == stage.time + 60_000)
    stage.time += 60_000
    stage.outbox.advance(stage, .init(), isLast: true)
    #expect(!stage.outbox.isWorking && stage.outbox.deadline == nil)
    #expect(stage.files[MailboxTests.path]?.contains("\nletter me 0 ") == true)
  }
}
