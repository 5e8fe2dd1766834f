// SPDX-License-Identifier: Apache-2.0

import Section
import System
import UCI
import Wire

/// Values that are elsewhere: `password_file`, `password_env`, `password_command`, and the same of
/// `username` and `param_enc`.
extension Configuration {
  /// Who asks, and so what is done about commands, which take their time.
  public enum Asker: UInt8, Sendable {
    /// Who has that time: they are run.
    case person
    /// A runner, which lets a tool run them; until that has said what they say, something stands in
    /// that is never sent.
    case runner
    /// That tool: it fetches nothing else.
    case tool
  }

  /// What has been found for a section.
  public final class Values: @unchecked Sendable {
    /// Nothing is elsewhere, as in most sections: all of them share this.
    static let none = Values()
    /// What commands say, each behind the name of its option and a blank.
    public fileprivate(set) var said: [[UInt8]] = []
    /// Whether a command is yet to be asked.
    public fileprivate(set) var isIncomplete = false
    /// What cannot be had.
    public fileprivate(set) var problems: [ConfigError] = []
    /// Which file everybody may read; empty for none.
    public fileprivate(set) var warning: Text = ""
  }

  /// The most bytes of a value.
  private static let valueLimit = 4_096
  /// How long a command may take, in milliseconds.
  private static let commandPatience: Int64 = 10_000

  /// The same with the values that are elsewhere in a section, which `values` tells of. `said` is what
  /// commands have said, as a tool tells it.
  public func withValues(
    of name: [UInt8], for asker: Asker, said: [[UInt8]] = []
  ) -> Configuration {
    guard let section = find(name) else { return self }
    guard section.hasValuesElsewhere else {
      return values === Values.none ? self : Configuration(self, section, .none)
    }
    var result = section
    let values = Values()
    for option in section.options {
      guard let wanted = option.elsewhere, case .option(let place) = option.value else { continue }
      let way = option.name.last ?? 0
      var value: [UInt8] = []
      var problem: Text = "'\(place)' has to give a line of text, a command within 10 s"
      do throws(SystemError) {
        switch way {
        case UInt8(ascii: "d"):
          let mark = wanted + [32]
          if asker != .runner {
            value = try Self.run(root, place, leadsGroup: asker == .person)
          } else if let line = said.first(where: { $0.starts(with: mark) }) {
            value = Array(line[mark.count...])
          } else {
            value = [UInt8(ascii: "?")]
            values.isIncomplete = true
          }
        case _ where asker == .tool: continue
        case UInt8(ascii: "v"): value = Environment.take(place) ?? []
        default:
          let path = file(place)
          value = try File.read(path, limit: Self.valueLimit)
          if let mode = File.info(path)?.mode, mode & 4 != 0 {
            values.warning = "everybody may read \(path): use 'chmod o= \(path)'"
          }
        }
      } catch { problem = error.message }
      while let last = value.last, last == 10 || last == 13 { value.removeLast() }
      if value.isEmpty || value.contains(where: { $0.isControl }) {
        let words: Text = "option '\(option.name)': \(problem)"
        values.problems.append(ConfigError(line: option.line, words))
        // What is wrong has been said.
        value = [UInt8(ascii: "?")]
      }
      if way == UInt8(ascii: "d") { values.said.append(wanted + [32] + value) }
      result.set(wanted, to: value, line: option.line)
    }
    return Configuration(self, result, values)
  }

  private static func run(
    _ root: [UInt8], _ line: [UInt8], leadsGroup: Bool
  ) throws(SystemError) -> [UInt8] {
    let words = line.shellWords
    // A runner that ends its tool ends the tool's group, and the command has to be in it.
    let end = try Child.run(
      File.program(words.first ?? [], root: root), words, patience: commandPatience,
      outputLimit: valueLimit,
      leadsGroup: leadsGroup)
    Process.endIfAsked()
    return end.ending == .exited(0) ? end.output : []
  }

  /// A path below the root; a name without a slash is that of a credential of systemd's.
  private func file(_ place: [UInt8]) -> [UInt8] {
    if place.contains(UInt8(ascii: "/")) { return root + place }
    return root + (Environment.value("CREDENTIALS_DIRECTORY") ?? []) + [UInt8(ascii: "/")] + place
  }
}
