// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import Wire

extension SectionRun {
  /// Lets the tool that waits for its turn begin.
  func startWaitingTool() {
    guard let tool = waitingTool else { return }
    waitingTool = nil
    launch(tool)
  }

  /// Starts a tool for the section.
  private func launch(_ tool: Job.Tool) {
    var words = [[UInt8]("-S"), name] + options.toolArguments
    if tool == .values { words += [[UInt8]("--shell"), [UInt8]("values")] }
    if tool == .askZone { words.append([UInt8]("-a")) }
    if case .update(let address) = tool {
      words.append(address.text.bytes)
      if let other = sibling?.statusFile.current { words += [[UInt8]("--with"), other.text.bytes] }
      if sibling == nil, settings.asksDNS { words.append([UInt8]("--look-up")) }
    }
    if tool == .offline { words.append([UInt8]("--offline")) }
    if tool == .detect, case .web = settings.source, let known = cycle.record.accepted {
      words.append(known.text.bytes)
    }
    if tool == .detect { passDeadline = world.uptime + Cycle.passPatience * 1000 }
    let limit = cycle.isInPass ? passDeadline : cycle.lookUpDeadline.map { $0 * 1000 }
    self.tool = (tool, min(world.uptime + tool.patience, limit ?? .max))
    do throws(SystemError) {
      job = try world.start(
        tool, options.path(of: tool.name), words, section: texts.global + texts.section)
    } catch {
      complain(error.message)
      finish(.exited(ExitStatus.osError.rawValue), ToolReport())
    }
  }

  /// Tells the provider that there is no address any more, if the section wants that and it may be
  /// told: then a tool waits for its turn.
  func goOffline() {
    dropTool()
    timer = nil
    guard settings.offline != .nothing, status == nil, !isDryRun, !values.isIncomplete else {
      return
    }
    guard cycle.goesOffline(at: now) else {
      log.write(.info, "NOT going offline: nothing was accepted, or no request may be sent now")
      return
    }
    // What cannot be recorded is not sent: the next start would not send its address.
    guard record() else { return }
    log.write(.notice, "going offline")
    waitingTool = .offline
  }

  /// Takes note of the end of the tool.
  func reap() {
    if let job, let ending = job.ending() { finish(ending, job.report) }
  }

  /// Reads what the running tool has said.
  func read() {
    job?.read { level, text in
      log.write(level, text)
      noteError(level, text)
    }
    if let job { takeAnswer(job.report) }
  }

  /// Takes note of what the provider has said to a tool that goes on with the look-up: it is written
  /// down before anybody waits for DNS.
  func takeAnswer(_ report: ToolReport) {
    guard report.goesOn, case .update(let address) = tool?.kind else { return }
    tool = (.verify, world.uptime + Job.Tool.verify.patience)
    handle(answered(address, .ok, report))
    let next = waitingTool
    if next != .verify { dropTool() }
    waitingTool = next == .verify ? nil : next
    guard let limit = cycle.lookUpDeadline else { return }
    tool?.deadline = min(world.uptime + Job.Tool.verify.patience, limit * 1000)
  }

  /// Ends the tool that is at work or waits; what it would have said is not missed.
  func dropTool() {
    job?.kill()
    let wasAtWork = job != nil
    (job, tool, waitingTool) = (nil, nil, nil)
    if wasAtWork { world.removeScratch(files, section: name) }
  }

  /// Turns the end of the tool, and what it has told, into an event.
  func finish(_ ending: Child.Ending, _ report: ToolReport) {
    guard let kind = tool?.kind else { return }
    let program = job?.program ?? kind.name
    (job, tool) = (nil, nil)
    switch ending {
    case .exited(let number): finish(kind, ExitStatus(child: number), report)
    case .killed(let number):
      complain("\(program) was ended by signal \(number)")
      world.removeScratch(files, section: name)
      finish(kind, .temporary, ToolReport())
    }
  }

  private func finish(_ kind: Job.Tool, _ status: ExitStatus, _ report: ToolReport) {
    switch kind {
    case .values: resume(status, report)
    case .detect: handle(detected(status, report))
    case .verify, .askZone: handle(registered(status, report))
    case .update(let address):
      let event = answered(address, status, report)
      if let other = report.sentToo { sibling?.take(other, status, report) }
      handle(event)
    case .offline:
      if status == .ok { log.write(.info, "Update successful - offline (\(report.word))") }
    case .notify: break  // none of a section's own
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
      watch.passDetected(address)
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

  func answered(
    _ address: IPAddress, _ status: ExitStatus, _ report: ToolReport
  ) -> Cycle.Event {
    let word = report.word
    let said: Text = word.isEmpty ? "\(status.word)" : "\(word)"
    history.note("answered", safe(said), at: now)
    switch status {
    case .ok:
      write(files.update, RunFiles.number(now), mode: 0o644)
      log.write(.info, "Update successful - IP '\(address)' accepted (\(word))")
      if settings.verification == .none { log.write(.info, "NOT verified: verify is 'none'") }
      return .answered(report.isClaim ? .claimed : .accepted(unchanged: word == "nochg"))
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
