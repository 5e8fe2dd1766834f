// SPDX-License-Identifier: Apache-2.0

import Foundation
import Policy
import Report
import System
import TestSupport
import Testing
import Wire

@testable import Runner

/// A section that is blocked, whose memory cannot be written, whose run directory is cleared, or
/// that is told the same thing twice; the clock is a number.
@Suite(.timeLimit(.minutes(15))) struct SectionDefectTests {
  private let refusal: (Report.ExitStatus, String) = (.refused, "badauth")

  private func blocked(_ stage: Stage) throws -> SectionRun {
    let run = try stage.run()
    #expect(run.play(answer: refusal) == [home])
    #expect(run.lines.contains("blocked: badauth since"))
    return run
  }

  // MARK: A block and the configuration

  @Test func `a blocked section reads its configuration at each check`() throws {
    let stage = try Stage(Stage.section())
    let run = try blocked(stage)
    try run.sleep()
    #expect(run.waitingTool == nil)
    stage.text = Stage.section("home", ["password": "corrected"])
    try run.sleep()
    #expect(run.lines.contains("configuration has changed"))
    #expect(run.play() == [home])
  }

  @Test(arguments: [true, false])
  func `a blocked section that is disabled ends`(isSignalled: Bool) throws {
    let stage = try Stage(Stage.section())
    let run = try blocked(stage)
    stage.text = Stage.section("home", ["enabled": "0"])
    if isSignalled { run.check() } else { try run.sleep() }
    #expect(run.status == .config)
  }

  @Test func `USR1 lifts a block only if the configuration has changed`() throws {
    let stage = try Stage(Stage.section())
    let run = try blocked(stage)
    run.check()
    #expect(run.waitingTool == nil)
    stage.text = Stage.section("home", ["password": "corrected"])
    run.check()
    #expect(run.play() == [home])
  }

  @Test func `what is changed during the pass that is refused counts`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    while run.waitingTool != .update(home) {
      run.startWaitingTool()
      run.tool?.kind == .detect ? run.finish(.ok, home) : run.finish(.differs, registered: [])
    }
    run.startWaitingTool()
    stage.text = Stage.section("home", ["password": "corrected"])
    run.check()
    run.finish(.refused, word: "badauth")
    #expect(run.play() == [home])
  }

  @Test func `a change that does not concern the provider lifts no block, but HUP with it does`()
    throws
  {
    let stage = try Stage(Stage.section())
    let run = try blocked(stage)
    stage.text = Stage.section("home", ["check_interval": "20"])
    try run.sleep()
    #expect(run.waitingTool == nil && run.cycle.record.block != nil)
    stage.text = Stage.section("home", ["check_interval": "30"])
    run.restart()
    #expect(run.cycle.record.block == nil)
    #expect(run.play() == [home])
  }

  // MARK: What cannot be recorded

  @Test func `nothing is sent that cannot be recorded, and a run of cron says so with 71`() throws {
    let stage = try Stage(Stage.section())
    let options = SectionRun.Options()
    options.isOnce = true
    stage.broken[Stage.flashFolder] = 28
    for errno in [28, 30] as [Int32] {
      for _ in 1...20 {
        stage.broken[Stage.runFolder] = nil
        stage.files["\(Stage.runFolder)/home.pid"] = nil
        let run = try stage.run("home", options)
        stage.broken[Stage.runFolder] = errno
        #expect(run.play(answer: (.temporary, "")) == [])
        #expect(run.status == .osError)
        #expect(run.lines.contains("198.51.100.7 is not sent"))
      }
    }
    #expect(!stage.started.contains { $0.first == "ddns-update" })
  }

  @Test func `an endless run sends as soon as there is room, and no request counts before`() throws
  {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    stage.broken[Stage.runFolder] = 28
    #expect(run.play() == [])
    #expect(run.cycle.record.sent == [] && run.status == nil)
    try run.sleep()
    #expect(run.play() == [])
    stage.broken[Stage.runFolder] = nil
    try run.sleep()
    #expect(run.play() == [home])
    #expect(run.cycle.record.sent.count == 1)
  }

  @Test func `an answer that cannot be recorded is written when there is room`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    while run.waitingTool != .update(home) {
      run.startWaitingTool()
      run.tool?.kind == .detect ? run.finish(.ok, home) : run.finish(.differs, registered: [])
    }
    run.startWaitingTool()
    (stage.broken[Stage.runFolder], stage.broken[Stage.flashFolder]) = (28, 28)
    run.finish(.refused, word: "badauth")
    #expect(stage.state()?.contains("blocked") == false)
    (stage.broken[Stage.runFolder], stage.broken[Stage.flashFolder]) = (nil, nil)
    try run.sleep()
    #expect(stage.flash()?.contains("blocked badauth ") == true)
  }

  @Test func `flash that could not be written is tried again, once a minute at most`() throws {
    let stage = try Stage(Stage.section())
    stage.broken[Stage.flashFolder] = 28
    let run = try stage.run()
    #expect(run.play() == [home])
    #expect(stage.flash() == nil && stage.state()?.contains("accepted 198.51.100.7 ") == true)
    for _ in 1...3 {
      try run.sleep()
      run.play(registered: [home])
    }
    #expect(run.lines.components(separatedBy: "a reboot will send an update").count == 2)
    stage.broken[Stage.flashFolder] = nil
    try run.sleep()
    #expect(stage.flash()?.contains("accepted 198.51.100.7 ") == true)
    #expect(run.lines.contains("home.state is written again"))
  }

  @Test func `a process after the one that could not write flash writes it`() throws {
    let stage = try Stage(Stage.section())
    stage.broken[Stage.flashFolder] = 30
    try stage.run().play()
    stage.broken[Stage.flashFolder] = nil
    #expect(try stage.run().play(registered: [home]) == [])
    #expect(stage.flash()?.contains("accepted 198.51.100.7 ") == true)
  }

  @Test func `a run directory that has vanished is made again with all that was in it`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    #expect(run.play() == [home])
    stage.removeRunFolder()
    try run.sleep()
    #expect(run.play(registered: [home]) == [])
    for file in ["pid", "lock", "ip", "nextcheck", "update", "status", "state"] {
      #expect(stage.files["\(Stage.runFolder)/home.\(file)"] != nil, "\(file)")
    }
  }

  @Test func `a section that another process runs meanwhile ends here`() throws {
    let stage = try Stage(Stage.section())
    let run = try stage.run()
    run.play()
    stage.removeRunFolder()
    stage.files["\(Stage.runFolder)/home.pid"] = "4711\n"
    stage.foreignLocks = ["\(Stage.runFolder)/home.lock"]
    stage.broken = [:]
    try run.sleep()
    #expect(run.status == .temporary && run.waitingTool == nil)
    #expect(stage.files["\(Stage.runFolder)/home.pid"] == "4711\n")
  }

  @Test func `a damaged state file is told`() throws {
    let stage = try Stage(Stage.section())
    _ = try blocked(stage)
    let flash = try #require(stage.flash())
    stage.files["\(Stage.flashFolder)/home.state"] = flash.replacing("blocked", with: "blocke")
    let run = try stage.run()
    #expect(run.lines.contains("home.state is damaged or not ours: not used"))
  }

  // MARK: Events

  private func watched(_ stage: Stage) throws -> SectionRun {
    let run = try stage.run()
    run.watch.observe([InterfaceAddress(home)], at: stage.time)
    run.play()
    return run
  }

  private let network = ["ip_source": "network", "upd_privateip": "1"]

  private func text() -> String {
    "config ddns 'global'\n\toption upd_privateip '1'\n\n" + Stage.section("home", network)
  }

  @Test func `one change that ubus and hotplug tell makes one pass`() throws {
    let stage = try Stage(text())
    let run = try watched(stage)
    stage.time += 600_000 - 1
    run.watch.observe([InterfaceAddress(moved)], at: stage.time)
    try run.sleep()
    #expect(run.waitingTool == .detect)
    stage.time += 150
    run.check()
    #expect(run.play(moved) == [moved])
    stage.time += 300
    run.check()
    #expect(run.waitingTool == nil)
    // Nor does the next change have to wait for the sake of this one.
    stage.time += 60_000
    run.check()
    #expect(run.waitingTool == .detect)
  }

  @Test func `an event that told nothing new counts if the pass fails`() throws {
    let stage = try Stage(text())
    let run = try watched(stage)
    stage.time += 500_000
    run.watch.observe([InterfaceAddress(moved)], at: stage.time)
    try run.sleep()
    run.startWaitingTool()
    stage.time += 3_000
    run.check()
    run.finish(.temporary)
    #expect(run.waitingTool == .detect || run.deadline ?? .max <= stage.time + 4_000)
  }

  @Test func `an address is news when it is no longer tentative`() throws {
    let stage = try Stage(
      "config ddns 'global'\n\toption upd_privateip '1'\n\n"
        + Stage.section("home", network.merging(["use_ipv6": "1", "ip_network": "wan6"]) { $1 }))
    let run = try stage.run()
    let address = ip("2a02:8010:1::7")
    run.play(nil)
    stage.time += 10_000
    run.watch.observe([], at: stage.time)
    run.watch.observe([InterfaceAddress(address, isTentative: true)], at: stage.time)
    #expect(run.watch.due == nil)
    run.watch.observe([InterfaceAddress(address)], at: stage.time)
    #expect(run.watch.due == stage.time + 150)
    try run.sleep()
    #expect(run.waitingTool == .detect)
    run.startWaitingTool()
    run.finish(.ok, address)
    #expect(!run.isNews())
  }
}
