// SPDX-License-Identifier: Apache-2.0

import Policy
import Report
import System
import Wire

/// What people are told of one section, and its file.
///
/// A class because it outlives the section's run until its last message is on its way.
final class Mailbox {
  let section: [UInt8]
  /// The name the section is about.
  var domain: [UInt8] = []
  var notices: Notices
  /// The tool at work, the place of what it sends, and the uptime in milliseconds at which it has to be over.
  private(set) var job: Job?
  private var work: (place: Int, deadline: Int64)?
  /// How that has ended, and what has gone wrong with it.
  private(set) var status = ExitStatus.config
  var problem: Text = ""
  private let path: [UInt8]
  private var saved: [UInt8] = []

  /// What the file says; of a section that has none, `known` is nothing new.
  init(_ section: [UInt8], _ path: [UInt8], known: IPAddress?, _ world: World) {
    self.section = section
    self.path = path
    let bytes = world.read(path, limit: Notices.fileLimit)
    notices = bytes.flatMap { Notices($0, at: world.moment) } ?? Notices(known: known)
    if let bytes { saved = Self.news(bytes) }
  }

  /// A file without its first line: that has the time, which is not new.
  private static func news(_ content: [UInt8]) -> [UInt8] {
    Array(content[(content.firstIndex(of: 10) ?? 0)...])
  }

  /// Writes the file, if there is anything new in it. What cannot be written is tried again the next time;
  /// letters go out all the same.
  func save(_ world: World) {
    let content = notices.saved(at: world.moment)
    let news = Self.news(content)
    if news == saved { return }
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return }
    do throws(SystemError) {
      try world.makeDirectory(Array(path[..<slash]), mode: 0o700)
      try world.replace(path, with: content, mode: 0o600, isDurable: true)
      saved = news
    } catch {}
  }

  /// Whether a tool is at work.
  var isWorking: Bool { work != nil }

  /// Uptime in milliseconds at which something has to be done; nil for never.
  var deadline: Int64? { work?.deadline ?? notices.due.map { $0 * 1_000 } }

  /// Starts to send what is due, if there is anything.
  func start(_ world: World, _ options: SectionRun.Options) {
    let now = world.uptime / 1_000
    notices.postDigests(at: now)
    guard let place = notices.next(at: now) else { return }
    let letter = notices.letters[place]
    problem = ""
    guard let text = world.handover(letter, of: self) else { return notices.forget(letter.target) }
    let words = [[UInt8]("-S"), letter.target] + options.toolArguments
    work = (place, world.uptime + Job.Tool.notify.patience)
    if text.isEmpty { return finish(.temporary, world, options) }
    do throws(SystemError) {
      job = try world.start(
        .notify, options.path(of: Job.Tool.notify.name),
        words + [[UInt8]("--shell"), [UInt8]("notify")], section: text)
    } catch {
      problem = error.message
      finish(.temporary, world, options)
    }
  }

  /// Reads what the tool has said; the last error is what has gone wrong.
  func read() {
    job?.read { level, text in
      if level.rawValue <= LogLevel.error.rawValue { problem = text }
    }
  }

  /// Takes note of the end of the tool, and ends one that takes too long.
  func advance(_ world: World, _ options: SectionRun.Options) {
    if let ending = job?.ending() {
      guard case .exited(let number) = ending else { return finish(.temporary, world, options) }
      finish(ExitStatus(child: number), world, options)
    } else if let work, world.uptime >= work.deadline {
      job?.kill()
      problem = "no end within its time: killed"
      finish(.temporary, world, options)
    }
  }

  /// Takes note of how the tool has ended, and says so.
  func finish(_ status: ExitStatus, _ world: World, _ options: SectionRun.Options) {
    job = nil
    guard let place = work?.place else { return }
    work = nil
    self.status = status
    if section.isEmpty { return }
    let letter = notices.letters[place]
    let mayPass = status == .temporary || status == .osError
    let now = world.uptime / 1_000
    let isLost = notices.settle(place, isSent: status == .ok, mayPass: mayPass, at: now)
    let what: Text = "notice '\(letter.line.words.first ?? [])' by '\(letter.target)'"
    if problem == "" { problem = "\(status.word)" }
    let end: Text =
      status == .ok ? " sent" : isLost ? " NOT sent: \(problem)" : " not sent yet: \(problem)"
    world.log(isLost ? .warning : .info, what + end, of: section, options)
    save(world)
  }

  /// Ends the tool; its letter stays.
  func stop(_ world: World) {
    job?.kill()
    (job, work) = (nil, nil)
    save(world)
  }
}
