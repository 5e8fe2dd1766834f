// SPDX-License-Identifier: Apache-2.0

import DDNS
import System
import Wire

/// What a program says while it works.
public struct Console: Sendable {
  /// How much a person wants to hear, 0-3.
  public var verbosity: Int64
  /// Whether a runner listens on descriptor 3 instead of a person.
  public let isReporting: Bool
  /// The program and the section, in front of each line for a person.
  public var label: Text
  /// What must not be said.
  public var redactor = Redactor()
  /// A file that gets every line, too, in the form of a section's log; nil for none.
  public var logFile: [UInt8]?

  /// Works for a section from now on: names it, and hides its secrets.
  public mutating func adopt(_ settings: ServiceSection) {
    label += "[\(settings.name)]"
    redactor = settings.redactor
  }

  init(program: StaticString, verbosity: Int64) {
    label = "\(program)"
    self.verbosity = verbosity
    isReporting = Environment.value("DDNS_REPORT") != nil
  }

  /// Says something. A runner hears all of it; a person, by default, what went wrong.
  public func log(_ level: LogLevel, _ text: Text) {
    let safe = redactor.redact(text.bytes).printable
    if let logFile {
      let time = Clock.format(Clock.wallClock, [UInt8]("%H%M%S"))
      try? File.append(level.line(time: time, Text(safe)).bytes, to: logFile)
    }
    if isReporting {
      for line in safe.lines { Output.report("log=\(level.rawValue) \(line)\n") }
    } else if level.rawValue <= 4 || verbosity > 1 || (verbosity == 1 && level != .debug) {
      Output.complain("\(label): \(safe)\n")
    }
  }

  /// Tells a runner more than an exit status can; nothing happens without one.
  public func report(_ key: StaticString, _ value: Text) {
    if isReporting { Output.report("\(key)=\(redactor.redact(value.bytes))\n") }
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
    _ body: (Arguments, inout Console) throws(Failure) -> ExitStatus
  ) -> Int32 {
    Process.prepare()
    var console = Console(program: syntax.program, verbosity: 0)
    do throws(Failure) {
      let arguments = try Arguments(words, syntax)
      if arguments.has("h") || arguments.has("help") {
        return try answer("\(syntax.help)").rawValue
      }
      if arguments.has("V") || arguments.has("version") {
        return try answer("\(syntax.program) \(Product.version)\n").rawValue
      }
      console.verbosity = try Self.verbosity(arguments)
      return try body(arguments, &console).rawValue
    } catch {
      if error.message != "" { console.log(.error, error.message) }
      return error.status.rawValue
    }
  }

  /// The same for a program that callers know from ddns-scripts: `-h` and `-V` end with
  /// `informed`, a usage error shows the help and ends with `misused`, any other failure with 1.
  public static func runCompatible(
    _ words: [[UInt8]], _ syntax: Arguments.Syntax, informed: Int32 = 0, misused: Int32 = 1,
    _ body: (Arguments, inout Console) throws(Failure) -> Int32
  ) -> Int32 {
    Process.prepare()
    var console = Console(program: syntax.program, verbosity: 0)
    do throws(Failure) {
      let arguments = try Arguments(words, syntax)
      if arguments.has("h") || arguments.has("help") {
        _ = try answer("\(syntax.help)")
        return informed
      }
      if arguments.has("V") || arguments.has("version") {
        _ = try answer("ddns-scripts \(Product.compatibleVersion)\n")
        return informed
      }
      console.verbosity = try Self.verbosity(arguments)
      return try body(arguments, &console)
    } catch {
      if error.message != "" { console.log(.error, error.message) }
      guard error.status == .usage else { return 1 }
      Output.complain("\(syntax.help)")
      return misused
    }
  }

  /// Writes the program's answer; a full disk or closed pipe behind it is an error, too.
  public static func answer(_ text: Text) throws(Failure) -> ExitStatus {
    do throws(SystemError) { try Output.answer(text) } catch {
      throw Failure(.osError, error.describe)
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
