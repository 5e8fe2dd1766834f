// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// What becomes of one block of a foreign file, for one address family: options that all of its hosts
/// share, and what is left of its settings.
final class Draft {
  /// All settings: what comes later counts.
  let block: UCISection
  /// Those of which nothing was made yet.
  var rest: UCISection
  /// The options, whatever the host is.
  var section = UCISection(type: "service", name: "")
  /// The names to keep up to date.
  var hosts: [[UInt8]] = []
  /// How the other client calls the provider; empty where only the server is known, or the URL.
  var provider: [UInt8] = []
  /// The host of the server that is told.
  var server: [UInt8] = []
  /// The zone of the hosts, if the file says so.
  var zone: [UInt8] = []
  let isIPv6: Bool

  /// Puts every setting that has an option of ours there.
  @inline(never)
  init(_ block: UCISection, _ rest: UCISection, _ client: Client, isIPv6: Bool) {
    self.block = block
    self.rest = rest
    self.isIPv6 = isIPv6
    for setting in block.options {
      guard case .option(let value) = setting.value else { continue }
      for target in (client.row(setting.name) ?? []).part(before: "#").wordList {
        set(
          target.part(before: "="), target.hasOne(of: "=") ? target.part(after: "=") : value)
      }
    }
    if isIPv6 { set("use_ipv6", to: "1") }
  }

  /// What the last setting of that name says, which is used from then on; empty for nothing.
  @inline(never) func take(_ key: Literal) -> [UInt8] { takeAll(key).last ?? [] }

  /// What all settings of these names say, which are used. `%` stands for the family: 4 or 6.
  @inline(never) func takeAll(_ keys: Literal) -> [[UInt8]] {
    var values: [[UInt8]] = []
    for key in [UInt8](keys).replacing("%", by: isIPv6 ? "6" : "4").wordList {
      for option in block.options where option.name == key {
        if case .option(let value) = option.value { values.append(value) }
      }
      rest.put(key, [])
    }
    return values
  }

  /// Whether the last setting of that name says this.
  @inline(never) func take(_ key: Literal, is answer: Bool) -> Bool {
    (take(key).first ?? 0).lowercased.isOne(of: answer ? "ty1" : "fn0")
  }

  /// Sets an option.
  @inline(never) func set(_ name: [UInt8], _ value: [UInt8]) {
    section.set(name, to: value, line: 0)
  }

  /// Sets an option.
  @inline(never) func set(_ name: Literal, _ value: [UInt8]) {
    set([UInt8](name), value)
  }

  /// Sets an option.
  @inline(never) func set(_ name: Literal, to value: Literal) {
    set(name, [UInt8](value))
  }

  /// The address comes from a program; one with a shell's signs goes to a shell.
  @inline(never) func detect(by command: [UInt8]) {
    set("ip_source", to: "script")
    let isPlain = command.first == UInt8(ascii: "/") && !command.hasOne(of: "|&;<>()$`*?~")
    set("ip_script", isPlain ? command : [UInt8]("/bin/sh -c ") + command.shellQuoted)
  }

  /// The address comes from a device.
  @inline(never) func detect(byDevice device: [UInt8]) {
    set("ip_source", to: "interface")
    set("ip_interface", device)
  }

  /// The address comes from a page; without one, from that of our default.
  @inline(never) func detect(byPage url: [UInt8]) {
    set("ip_source", to: "web")
    set("ip_url", url)
  }

  /// The section of one host. `provider` is the name of its file, and rules for which option has what.
  @inline(never) func section(for name: [UInt8], _ provider: [UInt8]) -> UCISection {
    // As ddns-go has it: `www:example.com`, and values for the provider behind `?`.
    let given = name.part(before: "?")
    let host = given.replacing(":", by: ".")
    let zone = given.hasOne(of: ":") ? given.part(after: ":").part(before: ":") : zone
    var result = UCISection(type: "service", name: "")
    result.replace("enabled", with: [UInt8]("1"))
    result.replace("service_name", with: provider.part(before: " "))
    result.replace("domain", with: host)
    result.add(section.options)
    let words = words(of: host, in: zone)
    for rule in provider.part(after: " ").wordList {
      var value: [UInt8] = []
      var rest = rule.part(after: "=")
      while !rest.isEmpty {
        value += rest.part(before: "[")
        rest = rest.part(after: "[")
        value += words.option(rest.part(before: "]")) ?? []
        rest = rest.part(after: "]")
      }
      result.put(rule.part(before: "="), value)
    }
    return result
  }

  /// What stands for the words of rules: of a name, its zone and the part below that.
  @inline(never) private func words(of host: [UInt8], in given: [UInt8]) -> UCISection {
    var words = section
    var zone = given
    let user = section.option("username") ?? []
    if zone.isEmpty, user.hasOne(of: "."), !user.hasOne(of: "@") { zone = user }
    let isKnown = !zone.isEmpty
    if !isKnown {
      var start = host.count
      var dots = 0
      while start > 0 {
        if host[start - 1] == UInt8(ascii: ".") { dots += 1 }
        if dots == 2 { break }
        start -= 1
      }
      zone = host.part(from: start, to: host.count)
    }
    let below = [UInt8(ascii: ".")] + zone
    let stem = host.count - below.count
    var sub = host
    if host == zone {
      sub = [UInt8]("@")
    } else if stem >= 0, host.part(from: stem, to: host.count) == below {
      sub = host.part(from: 0, to: stem)
    }
    words.replace("host", with: host)
    words.replace("zone", with: zone)
    words.replace("sub", with: sub)
    words.replace("full", with: sub == "@" ? zone : sub + below)
    words.replace("at", with: isKnown ? Text("\(sub)@\(zone)").bytes : host)
    words.replace("label", with: host.part(before: "."))
    return words
  }
}
