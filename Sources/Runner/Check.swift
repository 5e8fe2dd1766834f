// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import UCI
import Wire

/// `ddns-runner --check`: says everything that keeps a section from running, without running any.
enum Check {
  /// Checks the named section, or all of them; a disabled one is checked like the others.
  static func run(
    _ configuration: Configuration, _ arguments: Arguments, _ console: Console
  ) throws(Failure) -> ExitStatus {
    var status = ExitStatus.ok
    let sections = try sections(configuration, arguments)
    var unknown = configuration.unknownOptions(of: nil)
    for section in sections {
      if configuration.written.section(named: section.name) != nil {
        unknown += configuration.unknownOptions(of: section)
        unknown += configuration.unknownNotify(of: section)
      }
      do throws(Failure) {
        var configuration = configuration
        configuration.fetchValues(of: section.name, for: .runner)
        let warning = configuration.values.warning
        if warning != "" { Output.complain(warning + "\n") }
        let section = configuration.find(section.name) ?? section
        let settings = try configuration.check(section)
        let state: Text = settings.isEnabled ? "ok" : "ok, but disabled"
        _ = try Tool.answer(
          "\(configuration.path):\(section.line): section '\(section.name)': \(state)\n")
        let note = configuration.note(for: settings)
        if note != "" { _ = try Tool.answer("  \(note)\n") }
      } catch {
        Output.complain(Redactor(section).shown(error.message) + "\n")
        status = .config
      }
    }
    if arguments.value("S") == nil {
      for section in configuration.package.sections(ofType: "notify") {
        unknown += configuration.unknownOptions(of: section)
        do throws(Failure) {
          var configuration = configuration
          configuration.fetchValues(of: section.name, for: .runner)
          try configuration.check(notify: configuration.find(section.name) ?? section)
          _ = try Tool.answer(
            "\(configuration.path):\(section.line): notify '\(section.name)': ok\n")
        } catch {
          Output.complain(Redactor(section).shown(error.message) + "\n")
          status = .config
        }
      }
    }
    for words in unknown { Output.complain(words + "\n") }
    return status
  }

  private static func sections(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws(Failure) -> [UCISection] {
    if arguments.value("S") != nil { return try Runner.sections(configuration, arguments) }
    let all = configuration.package.sections(ofType: "service")
    guard !all.isEmpty else { throw Failure(.config, "\(configuration.path): no service section") }
    return all
  }
}
