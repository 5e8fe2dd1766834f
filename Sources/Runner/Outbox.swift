// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Policy
import Report
import Section
import System
import UCI
import Wire

/// The messages of all sections that are on their way.
final class Outbox {
  private var boxes: [Mailbox] = []
  /// Tools at work at the same time, beside those of the sections.
  private static let limit = 2
  /// How long a process whose sections have ended goes on for them, in milliseconds, and until when.
  private static let patience: Int64 = 60_000
  private var end: Int64?

  /// Looks after a mailbox until it has nothing to send any more.
  func add(_ box: Mailbox) {
    if !boxes.contains(where: { $0 === box }) { boxes.append(box) }
  }

  /// The mailbox of a section, if it is looked after.
  func box(of section: [UInt8]) -> Mailbox? { boxes.first { $0.section == section } }

  private var working: [Mailbox] { boxes.filter { $0.isWorking } }

  /// Whether a tool is at work.
  var isWorking: Bool { !working.isEmpty }
  /// The processes of its tools.
  var processes: [Int32] { boxes.compactMap { $0.job?.id } }
  /// What to wait for.
  var interests: [Poll.Interest] { boxes.compactMap { $0.job?.interest } }

  /// Uptime in milliseconds at which something has to be done; nil for never.
  var deadline: Int64? {
    let isFull = working.count >= Self.limit
    var deadline = isWorking ? end : nil
    for box in boxes where box.isWorking || !isFull {
      if let time = box.deadline { deadline = min(deadline ?? time, time) }
    }
    return deadline
  }

  /// Reads what tools have said, those first whose pipes are first.
  func read(_ ready: ArraySlice<Bool>) {
    for (box, isReady) in zip(boxes.filter { $0.job != nil }, ready) where isReady { box.read() }
  }

  /// Does what has become due; in the end, not for long.
  func advance(_ world: World, _ options: SectionRun.Options, isLast: Bool) {
    if boxes.isEmpty { return }
    end = isLast ? end ?? world.uptime + Self.patience : nil
    if let end, world.uptime >= end { return keep(world) }
    for box in boxes {
      box.advance(world, options)
      if !box.isWorking, working.count < Self.limit {
        box.start(world, options)
      }
    }
    boxes.removeAll { $0.deadline == nil }
  }

  /// Takes what notify sections have there out of the environment.
  static func takeVariables(_ configuration: Configuration) {
    for section in configuration.package.sections(ofType: "notify") {
      _ = configuration.withValues(of: section.name, for: .runner)
    }
  }

  /// Ends what is at work; all that was not sent stays in files.
  func keep(_ world: World) {
    for box in boxes { box.stop(world) }
    boxes = []
  }
}

extension World {
  /// The present, as files have it.
  var moment: Moment { Moment(uptime: uptime / 1_000, wallClock: wallClock, boot: Process.boot) }

  /// What the tool gets that sends a letter: the global options, the notify section, and what it
  /// says. Nil when there is no such section any more, empty while something of it cannot be read.
  func handover(_ letter: Notices.Letter, of box: Mailbox) -> [UInt8]? {
    guard let catalog = try? catalog() else { return [] }
    guard let text = catalog.text(of: letter.target),
      let configuration = (try? configuration(of: catalog.global + text))?
        .withValues(of: letter.target, for: .runner)
    else { return nil }
    if let problem = configuration.values.problems.first {
      box.problem = problem.message
      return []
    }
    guard let section = configuration.find(letter.target), section.type == "notify" else {
      return nil
    }
    var notice = UCISection(type: "notice", name: "_notice_")
    let time = letter.time + wallClock - uptime / 1_000
    notice.replace("section", with: box.section)
    notice.replace("domain", with: box.domain)
    notice.replace("time", with: Text("\(time)").bytes)
    notice.replace("notice", with: letter.line)
    return configuration.globalText + UCIPackage.excerpt(of: section)
      + UCIPackage.excerpt(of: notice)
  }

  /// Says something in the log of a section, be it at work or not.
  func log(
    _ level: LogLevel, _ words: Text, of section: [UInt8], _ options: SectionRun.Options
  ) {
    guard let catalog = try? catalog(),
      let configuration = try? configuration(
        of: catalog.global + (catalog.text(of: section) ?? []))
    else { return }
    var log = Log(configuration, section: section, verbosity: options.verbosity)
    if let found = configuration.find(section) { log.adopt(configuration.read(found).settings) }
    log.write(level, words)
    flush(&log)
  }
}
