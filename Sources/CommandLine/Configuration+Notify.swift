// SPDX-License-Identifier: Apache-2.0

import Report
import Section
import System
import UCI
import Wire

extension Configuration {
  /// The file that describes a webhook.
  public func webhookFile(_ name: [UInt8]) -> [UInt8] {
    Text("\(root)/usr/share/ddns/notify/\(name).json").bytes
  }

  /// The largest of these, in bytes.
  public static let webhookLimit = 16_384

  /// Throws everything that is wrong with a notify section, a line each, what is elsewhere included
  /// once it has been fetched.
  public func check(notify section: UCISection) throws(Failure) {
    var problems = values.problems
    let target = NotifySection(section, problems: &problems)
    func note(_ option: Literal, _ words: Text) {
      let line = section.line(of: [UInt8](option)) ?? section.line
      problems.append(ConfigError(line: line, words))
    }
    switch target.way {
    case .webhook(let name) where problems.isEmpty:
      guard let text = try? File.read(webhookFile(name), limit: Self.webhookLimit) else {
        note("type", "there is no file '\(webhookFile(name))'")
        break
      }
      func has(_ words: Literal) -> Bool { text.firstIndex(of: [UInt8](words)) != nil }
      let url = section.option("url")
      if let url, URL(url) == nil { note("url", "option 'url' is no http or https URL") }
      if url == nil, has("[URL]"), !has("\"server\"") { note("url", "option 'url' is missing") }
      if has("[TO]"), target.recipients.isEmpty { note("to", "option 'to' is missing") }
      if url == nil, !has("[URL]"), section.option("password") == nil {
        note("password", "option 'password' is missing: the end of the URL")
      }
    case .program where !target.program.isEmpty:
      if !File.isExecutable(File.program(target.program[0], root: root)) {
        note("program", "'\(target.program[0])' has to be a program")
      }
    default: break
    }
    if let failure = Self.failure(problems, path, in: "notify '\(section.name)': ") {
      throw failure
    }
  }

  /// The notify sections a section names and that are not there, a line for a person each.
  public func unknownNotify(of section: UCISection) -> [Text] {
    let line = section.line(of: [UInt8]("notify")) ?? section.line
    return (ServiceSection.notified(section) ?? []).compactMap { name in
      name == "none" || package.section(named: name)?.type ?? [] == "notify"
        ? nil : "\(path):\(line): section '\(section.name)': there is no notify section '\(name)'"
    }
  }
}
