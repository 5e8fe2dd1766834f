// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// `ddns-runner --add`: asks for a section, or takes it from the command line, tries it, and writes it behind
/// the others.
final class AddCommand {
  private let arguments: Arguments
  private let options: SectionRun.Options
  /// The file as it was at first.
  private let configuration: Configuration
  /// The file as it is to be.
  private var content: [UInt8] = []
  /// What a test that has failed has ended with.
  private var status = ExitStatus.ok

  @inline(never)
  static func run(
    _ arguments: Arguments, _ options: SectionRun.Options
  ) throws(Failure) -> ExitStatus {
    try AddCommand(arguments, options).run()
  }

  /// Throws for an option that is for `--add` alone: who thinks it tries another source must hear that it does not.
  @inline(never)
  static func refuseStray(_ arguments: Arguments) throws(Failure) {
    for question in Interview.questions() + [[UInt8]("yes")] {
      let argument = Interview.argument(question)
      if argument != "S", arguments.value(argument) != nil {
        throw Failure(.usage, "option --\(argument) needs --add; see ddns-runner -h")
      }
    }
  }

  private init(_ arguments: Arguments, _ options: SectionRun.Options) throws(Failure) {
    (self.arguments, self.options) = (arguments, options)
    configuration = try Configuration(arguments, mayBeAbsent: true)
  }

  /// Does what the interview wants.
  @inline(never)
  private func run() throws(Failure) -> ExitStatus {
    let interview = Interview(try given(), in: configuration.package)
    interview.services = services()
    interview.hasPerson = Input.isTerminal
    interview.isSure = arguments.has("yes")
    // Without netifd no network has a name.
    if File.info(configuration.root + [UInt8]("/var/run/ubus/ubus.sock")) == nil {
      interview.source = "web"
    }
    var effect = Interview.Effect.learn
    while true {
      switch effect {
      case .learn: effect = learn(interview)
      case .ask:
        let entry: Input.Entry =
          interview.isSecret ? .unseen : interview.option == "service_name" ? .endedByTab : .plain
        effect = interview.answered(try line(entry, Text(interview.text.bytes.printable)))
      case .refuse: throw Failure(.usage, interview.text + "; see ddns-runner -h")
      case .test:
        let isRight = try test(interview.section)
        effect = isRight ? interview.tried(works: status == .ok) : interview.begin()
      case .write where !arguments.has("d"): return try write(interview.section)
      case .write, .stop:
        Output.complain("nothing is written\n")
        return status == .ok && effect == .stop ? .differs : status
      }
    }
  }

  @inline(never)
  private func learn(_ interview: Interview) -> Interview.Effect {
    let section = interview.section
    var findings: Text = ""
    do throws(Failure) { _ = try configuration.check(section) } catch { findings = error.message }
    let note = configuration.note(for: configuration.read(section).settings).bytes
    return interview.learned(findings.bytes, note: note.part(after: ":"))
  }

  /// What the command line says: an option that is `-` is the next line of standard input.
  @inline(never)
  private func given() throws(Failure) -> UCISection {
    var section = UCISection(type: "service", name: "").renamed(arguments.value("S") ?? [])
    section.replace("enabled", with: [UInt8]("1"))
    for question in Interview.questions() {
      let argument = Interview.argument(question)
      guard var value = arguments.value(argument), argument != "S" else { continue }
      let name = question.part(before: " ")
      if value == "-" {
        // A person is asked.
        if Input.isTerminal { continue }
        value = try line(.plain, "")
      } else if name == "password" || name == "param_enc" {
        throw Failure(.usage, "option --\(argument) takes only -, a line of standard input")
      }
      section.replace(name, with: value)
    }
    return section
  }

  /// All provider files, in order.
  @inline(never)
  private func services() -> [UCIOption] {
    var list = UCISection(type: "", name: "")
    for place in ["custom", "default"] as [Literal] {
      let folder = Text("\(configuration.root)/usr/share/ddns/\(place)").bytes
      for name in Configuration.serviceNames(in: folder) { list.set(name, to: name, line: 0) }
    }
    return list.sorted
  }

  @inline(never)
  private func line(_ entry: Input.Entry, _ words: Text) throws(Failure) -> [UInt8] {
    do throws(SystemError) {
      if let line = try Input.line(entry, asking: words) { return line }
    } catch { throw Failure(.usage, error.message) }
    throw Failure(.usage, "standard input has ended: nothing is written")
  }

  // MARK: - Tests

  /// Whether the section is right; `status` is whether it works.
  @inline(never)
  private func test(_ section: UCISection) throws(Failure) -> Bool {
    status = .ok
    var trial = try configuration(with: section)
    for part in trial.whole(trial.find(section.name) ?? section) {
      if !Check.check(part, trial) {
        status = .config
        return false
      }
      trial = trial.withValues(of: part.name, for: .person)
      let text = trial.globalText + UCIPackage.excerpt(of: trial.find(part.name) ?? part)
      try run(.verify, part.name, text)
      try run(.offline, part.name, text)
    }
    return true
  }

  /// Lets a tool work, and says what it says: one looks the name up, the other finds the address and shows
  /// what it would send.
  @inline(never)
  private func run(_ tool: Job.Tool, _ name: [UInt8], _ text: [UInt8]) throws(Failure) {
    var words = [[UInt8](tool.name), [UInt8]("-S"), name] + options.toolArguments
    if tool != .verify { words.append([UInt8]("-d")) }
    do throws(SystemError) {
      let end = try Child.run(
        options.path(of: tool.name), words, environment: [[UInt8]("DDNS_REPORT=section")],
        input: text, patience: Job.Tool.detect.patience, outputLimit: 65_536)
      Process.endIfAsked()
      for line in end.errors.lines where line.hasPrefix("log=") {
        Output.complain("  \(line.dropFirst(6))\n")
      }
      var result = ExitStatus.temporary
      if case .exited(let number)? = end.ending { result = ExitStatus(child: number) }
      if result == .ok || result == .differs { return }
      status = result
      Output.complain("  \(tool.name): \(result.word)\n")
    } catch { throw Failure(.osError, error.message) }
  }

  // MARK: - Writing

  /// What the file says with the section behind all others; `content` is what it is then.
  @inline(never)
  private func configuration(with section: UCISection) throws(Failure) -> Configuration {
    content = []
    do throws(SystemError) {
      content = try File.read(configuration.path, limit: UCIPackage.byteLimit)
    } catch {
      if error.kind != .notFound { throw Failure(.config, error.message) }
    }
    let written = section.written()
    if !content.isEmpty { content += [UInt8](content.last == 10 ? "\n" : "\n\n") }
    content += written
    let result = try Configuration(arguments, handed: content)
    // However the file ends, and whatever is in the section: it is read as it is meant.
    guard let last = result.written.sections.last, last.written() == written else {
      throw Failure(.config, "\(configuration.path): no section can be put behind its end")
    }
    return result
  }

  @inline(never)
  private func write(_ section: UCISection) throws(Failure) -> ExitStatus {
    var path = configuration.path
    var lock = FileDescriptor(owning: -1)
    do throws(SystemError) {
      if File.info(path) != nil {
        // As uci does: whoever writes it, too, waits for the lock, and a symbolic link stays one.
        lock = try File.open(path)
        path = try lock.lock(path) ? File.target("/proc/self/fd/\(lock.rawValue)") ?? path : []
      }
    } catch { throw Failure(.osError, error.message) }
    if path.isEmpty {
      throw Failure(.temporary, "\(configuration.path): somebody else is writing it")
    }
    _ = try configuration(with: section)
    do throws(SystemError) {
      try File.replace(path, with: content, durable: true, shared: true, keepsMode: true)
    } catch { throw Failure(.osError, error.message) }
    _ = consume lock
    let isRouter = File.info(configuration.root + [UInt8]("/etc/init.d/ddns")) != nil
    let next: Literal =
      isRouter ? "/etc/init.d/ddns reload" : "systemctl reload-or-restart ddns"
    return try Tool.answer("\(path): section '\(section.name)' is written; now: \(next)\n")
  }
}
