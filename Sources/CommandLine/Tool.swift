// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import System
import Wire

/// What a program says while it works. A class, for all parts of the program say it in one place.
public final class Console {
  /// How much a person wants to hear, 0-3.
  public var verbosity: Int64
  /// Who has started the program (`DDNS_REPORT`).
  public enum Listener: Sendable {
    /// A person, or a script of somebody's.
    case person
    /// An update script, for its tool's runner (`log`): it takes the answer and hands log lines on.
    case script
    /// The runner (`section`), which hands the section over and gets a report.
    case runner
  }

  /// Who listens; anybody but a person on descriptor 3.
  public let listener: Listener
  /// The program and the section, in front of each line for a person.
  public var label: Text
  /// What must not be said.
  public var redactor = Redactor()
  /// A file that gets every line, too, in the form of a section's log; nil for none.
  public var logFile: [UInt8]?
  private var isMute = false

  /// Works for a section from now on: names it, and hides its secrets.
  public func adopt(_ settings: ServiceSection) {
    label += "[\(settings.name)]"
    redactor = settings.redactor
  }

  init(program: Literal, verbosity: Int64) {
    label = "\(program)"
    self.verbosity = verbosity
    switch Environment.take([UInt8]("DDNS_REPORT")) ?? [] {
    case "section": listener = .runner
    case "log": listener = .script
    default: listener = .person
    }
  }

  /// The same, which says nothing.
  public init(muting other: Console) {
    (label, verbosity, listener, redactor) =
      (other.label, other.verbosity, other.listener, other.redactor)
    isMute = true
  }

  /// Whether whoever ends this program ends its process group.
  public var isInGroup: Bool { listener != .person }

  /// Says something. A runner hears all of it; a person, by default, what went wrong.
  public func log(_ level: LogLevel, _ text: Text) {
    if isMute { return }
    let safe = redactor.shown(text)
    if let logFile {
      let time = Clock.format(Clock.wallClock, [UInt8]("%H%M%S"))
      try? File.append(level.line(time: time, safe).bytes, to: logFile)
    }
    if listener != .person {
      for line in safe.bytes.lines { Output.report("log=\(level.rawValue) \(line)\n") }
    } else if level.rawValue <= 4 || verbosity > 1 || (verbosity == 1 && level != .debug) {
      Output.complain("\(label): \(safe)\n")
    }
  }

  /// Tells what has come of it: a runner all, anybody else the answer.
  public func tell(_ report: ToolReport) throws(Failure) {
    guard listener == .runner else {
      if report.answer != "" { _ = try Tool.answer(report.answer) }
      return
    }
    report.reason = Self.oneLine(redactor.shown(Text(report.reason)).bytes)
    Output.report(report.encoded)
  }

  private static func oneLine(_ text: [UInt8]) -> [UInt8] {
    text.replacing([UInt8(ascii: "\n")], with: [UInt8(ascii: " ")])
  }
}

/// What the `main` of every program does before and after its own work.
public enum Tool {
  /// The words the program was started with, its own name first.
  public static func arguments(
    _ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> [[UInt8]] {
    var arguments: [[UInt8]] = []
    for index in 0..<max(Int(count), 0) {
      guard let value = values[index] else { break }
      var bytes: [UInt8] = []
      var offset = 0
      while value[offset] != 0 {
        bytes.append(UInt8(bitPattern: value[offset]))
        offset += 1
      }
      arguments.append(bytes)
    }
    return arguments
  }

  /// Parses the words after the program's name, answers `-h` and `-V`, runs the program and turns a failure into one
  /// line on standard error and its exit status.
  public static func run(
    _ words: [[UInt8]], _ syntax: Arguments.Syntax,
    _ body: (Arguments, Console) throws(Failure) -> ExitStatus
  ) -> Int32 {
    let console = Console(program: syntax.program, verbosity: 0)
    defer { Output.flush() }
    do throws(Failure) {
      guard let arguments = try begin(words, syntax, console) else { return 0 }
      return try body(arguments, console).rawValue
    } catch {
      complain(error, syntax, console)
      return error.status.rawValue
    }
  }

  /// The same for a program that callers know from ddns-scripts: it ends with `informed` after `-h`
  /// and `-V`; after a usage error it shows the help and ends with `misused`, after any other
  /// failure with 1.
  public static func runCompatible(
    _ words: [[UInt8]], _ syntax: Arguments.Syntax, informed: Int32 = 0, misused: Int32 = 1,
    _ body: (Arguments, Console) throws(Failure) -> Int32
  ) -> Int32 {
    let console = Console(program: syntax.program, verbosity: 0)
    defer { Output.flush() }
    do throws(Failure) {
      guard let arguments = try begin(words, syntax, console) else { return informed }
      return try body(arguments, console)
    } catch {
      complain(error, syntax, console)
      return error.status == .usage ? misused : 1
    }
  }

  // No closure here: the compiler would make a copy of all this for each program.

  /// The command line; nil when it only asks for something that is answered now.
  private static func begin(
    _ words: [[UInt8]], _ syntax: Arguments.Syntax, _ console: Console
  ) throws(Failure) -> Arguments? {
    Process.prepare()
    let arguments = try Arguments(words, syntax)
    let asksForHelp = arguments.has("h") || arguments.has("help")
    if asksForHelp || arguments.has("V") || arguments.has("version") {
      _ = try answer(asksForHelp ? "\(syntax.help)" : syntax.version)
      return nil
    }
    console.verbosity = try verbosity(arguments)
    return arguments
  }

  private static func complain(
    _ failure: Failure, _ syntax: Arguments.Syntax, _ console: Console
  ) {
    for line in failure.message.bytes.lines { console.log(.error, "\(line)") }
    if syntax.isCompatible, failure.status == .usage { Output.complain("\(syntax.help)") }
  }

  /// Writes the program's answer; a full disk or closed pipe behind it is an error, too.
  public static func answer(_ text: Text) throws(Failure) -> ExitStatus {
    do throws(SystemError) { try Output.answer(text) } catch {
      throw Failure(.osError, error.message)
    }
    return .ok
  }

  private static func verbosity(_ arguments: Arguments) throws(Failure) -> Int64 {
    guard let text = arguments.value("v") else { return 0 }
    guard let level = text.decimalValue, level <= 3 else {
      throw Failure(.usage, "error detecting VERBOSE '\(text)': use 0, 1, 2 or 3")
    }
    return level
  }
}
