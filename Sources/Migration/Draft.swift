// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// What becomes of one block of a foreign file: options that all of its hosts share, and what is left of
/// its settings.
struct Draft {
  /// The settings of all blocks, then those of this one: what comes later counts.
  var settings: [ForeignFile.Setting]
  /// The options, whatever the host is.
  var section = UCISection(type: "service", name: "")
  /// The names to keep up to date.
  var hosts: [[UInt8]] = []
  /// How the other client calls the provider; nil where the section has a URL of its own.
  var provider: [UInt8]?
  /// The host of the server that is told; empty when only the provider's name is known.
  var server: [UInt8] = []

  /// Puts every setting that has an option of ours there.
  init(_ settings: [ForeignFile.Setting], _ client: Client) {
    self.settings = settings
    for setting in settings {
      for target in client.row(setting.key)?.options ?? [] {
        if let equals = target.firstIndex(of: UInt8(ascii: "=")) {
          set(Array(target[..<equals]), Array(target[(equals + 1)...]))
        } else {
          set(Array(target), setting.value)
        }
      }
    }
  }

  /// What the last setting of that name says, which counts as used from then on.
  mutating func take(_ key: StaticString) -> [UInt8]? {
    guard let index = settings.lastIndex(where: { $0.key == key }) else { return nil }
    settings[index].isUsed = true
    return settings[index].value
  }

  /// What all settings of that name say.
  mutating func takeAll(_ key: StaticString) -> [[UInt8]] {
    var values: [[UInt8]] = []
    for index in settings.indices where settings[index].key == key {
      settings[index].isUsed = true
      values.append(settings[index].value)
    }
    return values
  }

  /// Whether the last setting of that name says no.
  mutating func takeNo(_ key: StaticString) -> Bool {
    UCIBoolean.parse(take(key)?.lowercased ?? []) == false
  }

  /// Sets an option.
  mutating func set(_ name: StaticString, _ value: [UInt8]) { set([UInt8](name), value) }

  private mutating func set(_ name: [UInt8], _ value: [UInt8]) {
    section.set(name, to: value, line: 0)
  }

  /// The address comes from a program; one with a shell's signs goes to a shell.
  mutating func detect(by command: [UInt8]) {
    set("ip_source", [UInt8]("script"))
    let isPlain =
      command.first == UInt8(ascii: "/") && !command.contains { $0.isOne(of: "|&;<>()$`*?~") }
    set("ip_script", isPlain ? command : [UInt8]("/bin/sh -c ") + command.shellQuoted)
  }

  /// The address comes from a page; without one, from that of our default.
  mutating func detect(byPage url: [UInt8]) {
    set("ip_source", [UInt8]("web"))
    set("ip_url", url)
  }
}
