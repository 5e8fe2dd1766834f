// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// The section a tool is to work for: one of the configuration, or with `-S` left out one that has
/// only defaults. What the command line says besides counts as if it were in that section.
public final class SectionRequest {
  /// Options that a command line or a script gives another value; an empty one is no value.
  public typealias Overrides = [(option: Literal, value: [UInt8])]

  /// The options.
  public let settings: ServiceSection
  /// The options of all sections.
  public let global: GlobalOptions
  /// What is put before every absolute path.
  public let root: [UInt8]
  /// The configuration; nil without `-S`.
  public let configuration: Configuration?

  /// The longest section a runner hands over, in bytes.
  private static let handoverLimit = 2 * UCIPackage.byteLimit

  /// Reads what `-S`, `-c` and `--root` say, and makes the console hide the section's secrets. A
  /// runner hands over the section it has decided on, whatever the file says by now.
  public init(
    _ arguments: Arguments, _ overrides: Overrides, _ console: Console
  ) throws(Failure) {
    root = Configuration.root(arguments)
    guard let name = arguments.value("S") else {
      settings = try Self.section(overrides)
      global = GlobalOptions()
      configuration = nil
      console.redactor = settings.redactor
      return
    }
    var configuration = try Self.configuration(arguments, console.listener)
    // A runner asks for what only a tool has the time for, and does the rest; a script has variables.
    let isPerson = console.listener == .person
    let request = arguments.value("shell") ?? []
    if isPerson || request == "values" || request == "notify" {
      configuration = configuration.withValues(of: name, for: isPerson ? .person : .tool)
      let warning = configuration.values.warning
      if warning != "" { console.log(.warning, warning) }
    }
    settings = try configuration.serviceSection(
      Self.section(configuration.section(at: name), overrides))
    global = configuration.global
    self.configuration = configuration
    console.adopt(settings)
  }

  private static func configuration(
    _ arguments: Arguments, _ listener: Console.Listener
  ) throws(Failure) -> Configuration {
    guard listener == .runner else { return try Configuration(arguments) }
    let text: [UInt8]
    do throws(SystemError) { text = try Input.all(limit: handoverLimit) } catch {
      throw Failure(.software, error.message)
    }
    return try Configuration(arguments, handed: text)
  }

  /// A section of nothing but these options.
  public static func section(_ overrides: Overrides) throws(Failure) -> ServiceSection {
    let section = section(UCISection(type: "service", name: "none"), overrides)
    do throws(ConfigError) { return try ServiceSection(section) } catch {
      throw Failure(.config, error.message)
    }
  }

  /// A section in which these options are others.
  public static func section(_ section: UCISection, _ overrides: Overrides) -> UCISection {
    var section = section
    for (option, value) in overrides { section.replace(option, with: value) }
    return section
  }

  /// What the letters of contract 6.2 mean: `-6`, `-f`, `-g` and `-t`, `-d` and `-l`, and where the
  /// address comes from by `-n`, `-i`, `-u` or `-s`.
  public static func overrides(_ arguments: Arguments) -> Overrides {
    var overrides: Overrides = []
    for (letter, option) in [
      ("6", "use_ipv6"), ("f", "force_ipversion"), ("g", "is_glue"), ("t", "force_dnstcp"),
    ] as [(Literal, Literal)] where arguments.has(letter) {
      overrides.append((option, [UInt8]("1")))
    }
    for (letter, source, option) in [
      ("n", "network", "ip_network"), ("i", "interface", "ip_interface"), ("u", "web", "ip_url"),
      ("s", "script", "ip_script"), ("d", "", "dns_server"), ("l", "", "lookup_host"),
    ] as [(Literal, Literal, Literal)] {
      guard let value = arguments.value(letter) else { continue }
      if !source.bytes.isEmpty { overrides.append(("ip_source", [UInt8](source))) }
      overrides.append((option, value))
    }
    return overrides
  }
}
