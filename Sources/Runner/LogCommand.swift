// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import System
import UCI
import Wire

/// `--log LEVEL`: a line from dynamic_dns_functions.sh into the log of a section, masked like any
/// other. 10 more than a level says that the script ends there.
enum LogCommand {
  /// The longest line, in bytes.
  private static let inputLimit = 65_536

  @inline(never)
  static func run(
    _ level: [UInt8], _ configuration: Configuration, _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    guard let number = level.decimalValue, number < 20, number % 10 < 8,
      let name = arguments.value("S"), UCIName.isName(name)
    else { throw Failure(.usage, "option --log needs a level of 0-7 and -S; see ddns-runner -h") }
    let text: [UInt8]
    do throws(SystemError) { text = try Input.all(limit: inputLimit) } catch {
      throw Failure(.usage, error.message)
    }
    var log = Log(configuration, section: name, verbosity: console.verbosity)
    let configuration = configuration.withValues(of: name, for: .person)
    if let section = configuration.package.section(named: name) {
      log.hide(secretsOf: UCIPackage.excerpt(of: section))
      if let settings = try? configuration.serviceSection(section) { log.adopt(settings) }
    }
    let severity = LogLevel(rawValue: number % 10) ?? .critical
    if number < 10 {
      log.write(severity, Text(text))
    } else {
      log.terminate(severity, Text(text))
    }
    log.flush()
    return .ok
  }
}
