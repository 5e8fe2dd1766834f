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
  @inline(never)
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
      if !check(section, configuration) { status = .config }
    }
    if arguments.value("S") == nil {
      for section in configuration.package.sections(ofType: "notify") {
        unknown += configuration.unknownOptions(of: section)
        if !check(section, configuration) { status = .config }
      }
    }
    for words in unknown { Output.complain(words + "\n") }
    return status
  }

  /// Checks a section, of an address or of notices, and says what came of it.
  @inline(never)
  static func check(_ section: UCISection, _ configuration: Configuration) -> Bool {
    let configuration = configuration.withValues(of: section.name, for: .runner)
    let whole = configuration.find(section.name) ?? section
    var (kind, state): (Literal, Literal) = ("section", "ok")
    var note: Text = ""
    do throws(Failure) {
      if section.type == "notify" {
        kind = "notify"
        try configuration.check(notify: whole)
      } else {
        let warning = configuration.values.warning
        if warning != "" { Output.complain(warning + "\n") }
        let settings = try configuration.check(whole)
        if !settings.isEnabled { state = "ok, but disabled" }
        note = configuration.note(for: settings)
      }
      if note != "" { note = "  \(note)\n" }
      _ = try Tool.answer(
        "\(configuration.path):\(whole.line): \(kind) '\(whole.name)': \(state)\n\(note)")
      return true
    } catch {
      Output.complain(Redactor(section).shown(error.message) + "\n")
      return false
    }
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
