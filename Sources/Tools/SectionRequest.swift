// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// The section a tool is to work for: one of the configuration, or with `-S` left out one that has
/// only defaults and what the command line says.
public struct SectionRequest {
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

  /// Reads what `-S`, `-c`, `--root` and `-6` say, and makes the console hide the section's
  /// secrets. A runner hands over the section it has decided on, whatever the file says by now.
  public init(_ arguments: Arguments, _ console: inout Console) throws(Failure) {
    root = Configuration.root(arguments)
    if let name = arguments.value("S") {
      let configuration = try Self.configuration(arguments, console.listener)
      settings = try configuration.section(name)
      global = configuration.global
      self.configuration = configuration
      console.adopt(settings)
    } else {
      settings = try Self.defaults(isIPv6: arguments.has("6"))
      global = GlobalOptions()
      configuration = nil
    }
    if arguments.has("6") { settings.family = .v6 }
  }

  private static func configuration(
    _ arguments: Arguments, _ listener: Console.Listener
  ) throws(Failure) -> Configuration {
    guard listener == .runner else { return try Configuration(arguments) }
    let text: [UInt8]
    do throws(SystemError) { text = try Input.all(limit: handoverLimit) } catch {
      throw Failure(.software, error.describe)
    }
    return try Configuration(arguments, handed: text)
  }

  /// A section in which every option has its default for this family.
  public static func defaults(isIPv6: Bool) throws(Failure) -> ServiceSection {
    let text: StaticString =
      isIPv6 ? "config service 'none'\n option use_ipv6 1\n" : "config service 'none'\n"
    do throws(UCIError) {
      let package = try UCIPackage.parse([UInt8](text), name: [UInt8]("ddns"))
      if let section = package.sections.first, let settings = try? ServiceSection(section) {
        return settings
      }
    } catch {
      throw Failure(.software, error.words)
    }
    throw Failure(.software, "the defaults are no section")
  }
}
