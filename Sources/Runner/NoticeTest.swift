// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import UCI
import Wire

/// `--notify-test [NAME]`: sends a test message by each notify section, and says what came of it.
enum NoticeTest {
  @inline(never)
  static func run(
    _ world: World, _ configuration: Configuration, _ arguments: Arguments,
    _ options: SectionRun.Options
  ) throws(Failure) -> ExitStatus {
    var result: ExitStatus?
    for section in configuration.package.sections(ofType: "notify")
    where arguments.words.first.map({ $0 == section.name }) ?? true {
      var status = ExitStatus.config
      var problem: Text = ""
      do throws(Failure) {
        let configuration = configuration.withValues(of: section.name, for: .runner)
        try configuration.check(notify: section)
        status = try send(section.name, world, options, &problem)
      } catch {
        (status, problem) = (error.status, Redactor(section).shown(error.message))
      }
      if status == .ok {
        _ = try Tool.answer("\(section.name): sent\n")
      } else {
        if problem == "" { problem = "\(status.word)" }
        Output.complain("\(section.name): NOT sent: \(problem)\n")
      }
      if result == nil || status != .ok { result = status }
    }
    guard let result else { throw Failure(.config, "no such notify section") }
    return result
  }

  private static func send(
    _ name: [UInt8], _ world: World, _ options: SectionRun.Options, _ problem: inout Text
  ) throws(Failure) -> ExitStatus {
    let box = Mailbox([], [], known: nil, world)
    box.notices.post(Notice(.test, at: world.uptime / 1_000), to: name)
    box.start(world, options)
    do throws(SystemError) {
      while box.isWorking {
        let interests = box.job.map { [$0.interest] } ?? []
        // It may have ended, and what it has left behind holds its pipe open.
        if try Poll.wait(for: interests, until: world.uptime + 100).first == true { box.read() }
        box.advance(world, options)
      }
    } catch { throw Failure(.osError, error.message) }
    problem = box.problem
    return box.status
  }
}
