// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import UCI
import Wire

extension SectionRun {
  /// Starts a tool for the section.
  func launch(_ tool: Job.Tool) {
    var words = [[UInt8]("-S"), name] + options.toolArguments
    if tool == .update, let current { words.append(current.text.bytes) }
    if tool == .detect { passDeadline = Clock.uptime + Cycle.passPatience * 1000 }
    let limit = cycle.isInPass ? passDeadline : cycle.lookUpDeadline.map { $0 * 1000 }
    do throws(SystemError) {
      job = try Job(
        tool, path: options.path(of: tool.name), arguments: words,
        section: configuration.handover(of: name), limit: limit ?? .max)
    } catch {
      complain(error.describe)
      finish(tool, .osError, ToolReport())
    }
  }

  /// Turns the end of a tool into an event.
  func finish(_ job: Job, _ ending: Child.Ending) {
    switch ending {
    case .exited(let number): finish(job.tool, ExitStatus(child: number), job.report)
    case .killed(let number):
      complain("\(job.tool.name) was ended by signal \(number)")
      finish(job.tool, .temporary, ToolReport())
    }
  }

  private func finish(_ tool: Job.Tool, _ status: ExitStatus, _ report: ToolReport) {
    switch tool {
    case .detect: handle(detected(status, report))
    case .verify: handle(registered(status, report))
    case .update: handle(answered(status, report))
    }
  }

  private func detected(_ status: ExitStatus, _ report: ToolReport) -> Cycle.Event {
    switch status {
    case .ok:
      guard let address = report.address, address.family == settings.family else {
        complain("ddns-detect-ip has told no address of the family wanted")
        return .unusable(.software)
      }
      // LuCI wants the file; what DNS has is not known.
      if !settings.verification.looksUp { writeRegistered([]) }
      return .detected(address)
    case .temporary, .osError: return .notDetected(retry: true)
    case .protocolError, .refused, .differs: return .notDetected(retry: false)
    case .usage, .config, .software: return .unusable(status)
    }
  }

  private func registered(_ status: ExitStatus, _ report: ToolReport) -> Cycle.Event {
    switch status {
    case .ok, .differs:
      guard let addresses = report.registered else {
        complain("ddns-verify has told nothing")
        return .registered(.unknown)
      }
      writeRegistered(addresses)
      return .registered(.addresses(addresses), lifetime: report.lifetime)
    case .temporary, .osError, .protocolError, .refused:
      writeRegistered([])
      return .registered(.unknown)
    case .usage, .config, .software: return .unusable(status)
    }
  }

  private func answered(_ status: ExitStatus, _ report: ToolReport) -> Cycle.Event {
    let word = report.word
    switch status {
    case .ok:
      write(files.update, RunFiles.number(Self.now), mode: 0o644)
      if let current { log.write(.info, "Update successful - IP '\(current)' accepted (\(word))") }
      if settings.verification == .none { log.write(.info, "NOT verified: verify is 'none'") }
      return .answered(.accepted(unchanged: word == "nochg"))
    case .refused:
      log.write(.error, "IP update not accepted by DDNS Provider (\(word))")
      return .answered(.refused(word: word.isEmpty ? [UInt8]("refused") : word))
    case .temporary, .osError:
      return .answered(report.retryAfter.map { .later(seconds: $0) } ?? .temporary)
    case .protocolError, .differs:
      log.write(.error, "IP update not accepted by DDNS Provider")
      return .answered(.notUnderstood)
    case .usage, .config, .software: return .unusable(status)
    }
  }
}
