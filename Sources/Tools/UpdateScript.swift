// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Provider
import Report
import Section
import System
import UCI
import Wire

/// Runs the shell scripts that ddns-scripts' providers are made of (contract 9).
///
/// A shell of its own reads the section's variables from a pipe, then the library, which sources the
/// script. Whatever a script does, `exit` included, ends that shell and nothing else (B39).
public final class UpdateScript {
  /// How long a script may take: to send an address, and to say which one is registered. In
  /// milliseconds; both are less than a runner gives the tool.
  static let patience: Int64 = 60_000
  static let lookupPatience: Int64 = 15_000
  /// The most a script may print and log, in bytes; what is over it is dropped.
  static let outputLimit = 65_536

  private let path: [UInt8]
  private let settings: ServiceSection
  private let configuration: Configuration
  private let console: Console

  /// A script of a section's provider or its own. `path` is below the configuration's root.
  public init(
    _ path: [UInt8], _ settings: ServiceSection, _ configuration: Configuration, _ console: Console
  ) {
    self.path = path
    self.settings = settings
    self.configuration = configuration
    self.console = console
  }

  // MARK: - Sending

  /// Lets the script tell the provider an address. It returns 0 = accepted, 127 = nothing was sent,
  /// and anything else for a failure, which may pass.
  @inline(never)
  public func send(_ address: IPAddress) throws(Failure) -> Outcome {
    let end = try run(address, Self.patience)
    switch end.returned {
    case 0:
      let outcome = Outcome(.good)
      outcome.isClaim = true
      return outcome
    case 127:
      return Outcome(
        .notUnderstood, word: .unknown,
        reason: "No update send to DDNS Provider: \(path) returned 127")
    case let number?: return failed("returned \(number)")
    case nil: return failed(end.words)
    }
  }

  private func failed(_ words: Text) -> Outcome {
    Outcome(
      .temporary(.server), word: .unknown,
      reason: "IP update not accepted by DDNS Provider: \(path) \(words)")
  }

  // MARK: - Asking

  /// The address the provider has, as the script says; a temporary failure when it does not.
  @inline(never)
  public func registeredAddress() throws(Failure) -> IPAddress {
    let end = try run(nil, Self.lookupPatience)
    if end.returned == 0, let address = IPAddress(end.registered),
      address.family == settings.family
    {
      return address
    }
    let why: Text = end.returned.map { "\($0)" } ?? end.words
    throw Failure(.temporary, "API check failed (error: '\(why)')")
  }

  // MARK: - Running

  private struct End {
    /// What the script returned; nil when it did not come to that.
    var returned: Int64?
    /// The `REGISTERED_IP` it left behind.
    var registered: [UInt8] = []
    /// How it ended instead of returning.
    var words: Text = ""
  }

  /// The first thing the shell does. The variables come first, and from a pipe that the script
  /// does not get to see; what it prints goes where its complaints go, and 9 is for the library.
  private static let command: Literal =
    "umask 077; . /proc/self/fd/0 && exec </dev/null 9>&1 >&2 && . \"$__DDNS_LIBRARY\" && __ddns_script"

  private func run(_ address: IPAddress?, _ patience: Int64) throws(Failure) -> End {
    let files = RunFiles(
      configuration.global, section: settings.name, root: configuration.root)
    let variables = try variables(address, files)
    let shell = Self.shell
    removeScratch(files)
    defer {
      removeScratch(files)
      Process.endIfAsked()
    }
    console.log(.debug, "parsing script '\(path)'")
    let result: (ending: Child.Ending?, output: [UInt8], errors: [UInt8])
    do throws(SystemError) {
      try File.createDirectory(files.runDirectory)
      result = try Child.run(
        shell.path, [shell.name, [UInt8]("-c"), [UInt8](Self.command)],
        environment: [[UInt8]("DDNS_REPORT=log")], input: variables.bytes, patience: patience,
        outputLimit: Self.outputLimit, errorLimit: Self.outputLimit,
        // A runner that ends this tool ends its group, and the script has to be in it.
        leadsGroup: !console.isInGroup)
    } catch {
      throw Failure(.osError, error.message)
    }
    relay(result.errors)
    return end(result.ending, result.output, patience)
  }

  @inline(never)
  private func end(_ ending: Child.Ending?, _ output: [UInt8], _ patience: Int64) -> End {
    var end = End()
    let words = output.words
    end.returned = words.first?.decimalValue
    end.registered = words.count > 1 ? Array(words[1]) : []
    switch ending {
    case nil: end.words = "did not end within \(patience / 1000) s and was killed"
    case .exited(let status): end.words = "left by 'exit' with status \(status)"
    case .killed(let signal): end.words = "was ended by signal \(signal)"
    }
    if ending == nil { end.returned = nil }
    return end
  }

  @inline(never)
  private func variables(
    _ address: IPAddress?, _ files: RunFiles
  ) throws(Failure) -> ShellVariables {
    guard let section = configuration.package.section(at: settings.name) else {
      throw Failure(.software, "no section '\(settings.name)'")
    }
    var variables = ShellVariables(section, settings, configuration.global, files)
    for name in variables.refused {
      console.log(
        .warning,
        "option '\(name)' is not given to \(path): a shell means something else by that name")
    }
    let root = configuration.root
    variables.set("__IP", address?.expandedText.bytes ?? [])
    if address == nil { variables.set("GET_REGISTERED_IP", 1) }
    variables.set("update_script", path)
    variables.set("__DDNS_SCRIPT", root + path)
    variables.set("__DDNS_LIBRARY", root + [UInt8](Product.shellLibrary))
    variables.set("__DDNS_ROOT", root)
    variables.set("__DDNS_CONFIG", configuration.directory ?? [])
    if let program = Process.executable { variables.set("__DDNS_PROGRAM", program) }
    return variables
  }

  /// `DDNS_SHELL`, else busybox's ash, else a shell that knows as much; what is `/bin/sh` elsewhere
  /// does not (contract 9.1).
  private static var shell: (path: [UInt8], name: [UInt8]) {
    if let shell = Environment.value("DDNS_SHELL") { return (shell, shell) }
    var path: Literal = "/bin/sh"
    for candidate in ["/bin/bash", "/usr/bin/busybox", "/bin/busybox"] as [Literal]
    where File.isExecutable([UInt8](candidate)) {
      path = candidate
    }
    return ([UInt8](path), [UInt8]("ash"))
  }

  /// Removes a script's scratch files, also of those it names itself after `DATFILE`.
  private func removeScratch(_ files: RunFiles) {
    File.removeAll(in: files.runDirectory, startingWith: RunFiles.scratch(of: settings.name))
  }

  // MARK: - What it says

  /// Logs what came from descriptors 2 and 3, in order: `log=LEVEL text` of the library, and
  /// between those whatever the script and its programs have printed.
  @inline(never)
  private func relay(_ bytes: [UInt8]) {
    var plain: [UInt8] = []
    for line in bytes.pieces(separatedBy: UInt8(ascii: "\n")) {
      if line.hasPrefix("log="), let blank = line.firstIndex(of: UInt8(ascii: " ")),
        let number = line[(line.startIndex + 4)..<blank].decimalValue, number <= 7
      {
        say(&plain)
        // A message may be what curl has left in a file.
        let message = ProgressMeter.removed(from: Self.unescaped(line[(blank + 1)...]))
        console.log(LogLevel(rawValue: number) ?? .critical, Text(message))
      } else {
        plain += line + [UInt8(ascii: "\n")]
      }
    }
    say(&plain)
  }

  private func say(_ plain: inout [UInt8]) {
    let text = ProgressMeter.removed(from: Array(plain.dropLast()))
    if !text.trimmed.isEmpty { console.log(.debug, Text(text)) }
    plain = []
  }

  /// The library writes a line end as VT `n`, and VT itself as VT `v`: one message is one line.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in text {
      if !isEscaped, byte == 11 {
        isEscaped = true
      } else {
        result.append(isEscaped ? (byte == UInt8(ascii: "n") ? 10 : 11) : byte)
        isEscaped = false
      }
    }
    return result
  }
}
