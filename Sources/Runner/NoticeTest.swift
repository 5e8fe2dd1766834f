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
    let now = world.uptime / 1_000
    let box = Mailbox([], [], known: nil, world)
    box.notices.post(Notice(.test, at: now), to: name)
    guard let text = world.handover(box.notices.letters[0], of: box) else { return .config }
    let limit = world.uptime + Job.Tool.notify.patience
    do throws(SystemError) {
      let words = [[UInt8]("-S"), name] + options.toolArguments
      guard
        let job = try world.start(
          .notify, options.path(of: Job.Tool.notify.name),
          words + [[UInt8]("--shell"), [UInt8]("notify")], section: text)
      else { return .software }
      while world.uptime < limit {
        let ready = try Poll.wait(for: [job.interest], until: min(limit, world.uptime + 100))
        if ready.first == true {
          job.read { level, text in
            if level.rawValue <= LogLevel.error.rawValue { problem = text }
          }
        }
        guard let ending = job.ending() else { continue }
        guard case .exited(let number) = ending else { return .temporary }
        return ExitStatus(child: number)
      }
      job.kill()
      problem = "no end within its time: killed"
      return .temporary
    } catch { throw Failure(.osError, error.message) }
  }
}
