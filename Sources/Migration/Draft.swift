// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// What becomes of one block of a foreign file, for one address family: options that all of its hosts
/// share, and what is left of its settings.
struct Draft {
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
  init(_ block: UCISection, _ rest: UCISection, _ client: Client, isIPv6: Bool) {
    self.block = block
    self.rest = rest
    self.isIPv6 = isIPv6
    for setting in block.options {
      guard case .option(let value) = setting.value else { continue }
      for target in client.row(setting.name)?.words ?? [] {
        if target.first == UInt8(ascii: "#") { break }
        let name = Array(target.prefix { $0 != UInt8(ascii: "=") })
        section.set(
          name, to: name.count == target.count ? value : Array(target.dropFirst(name.count + 1)),
          line: 0)
      }
    }
    if isIPv6 { set("use_ipv6", [UInt8]("1")) }
  }

  /// What the last setting of that name says, which is used from then on; empty for nothing.
  mutating func take(_ key: StaticString) -> [UInt8] { takeAll(key).last ?? [] }

  /// What all settings of that name say, which are used.
  mutating func takeAll(_ key: StaticString) -> [[UInt8]] {
    var values: [[UInt8]] = []
    for option in block.options where option.name == key {
      if case .option(let value) = option.value { values.append(value) }
    }
    for index in rest.options.indices.reversed() where rest.options[index].name == key {
      rest.remove(at: index)
    }
    return values
  }

  /// Whether the last setting of that name says this.
  mutating func take(_ key: StaticString, is answer: Bool) -> Bool {
    switch take(key).lowercased.first ?? 0 {
    case UInt8(ascii: "t"), UInt8(ascii: "y"), UInt8(ascii: "1"): answer
    case UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "0"): !answer
    default: false
    }
  }

  /// Sets an option.
  mutating func set(_ name: StaticString, _ value: [UInt8]) {
    section.set([UInt8](name), to: value, line: 0)
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

  /// The section of one host. `provider` is the name of its file, and rules for which option has what.
  func section(for name: [UInt8], _ provider: [ArraySlice<UInt8>]) -> UCISection {
    // As ddns-go has it: `www:example.com`, and values for the provider behind `?`.
    let parts = Array(name.prefix { $0 != UInt8(ascii: "?") }).pieces(
      separatedBy: UInt8(ascii: ":"))
    let host = Array(parts.joined(separator: [UInt8(ascii: ".")]))
    let zone = parts.count > 1 ? Array(parts[1]) : zone
    var result = UCISection(type: "service", name: "")
    result.replace("enabled", with: [UInt8]("1"))
    if let name = provider.first { result.replace("service_name", with: Array(name)) }
    result.replace("domain", with: host)
    for option in section.options { result.append(option) }
    let words = words(of: host, in: zone)
    for rule in provider.dropFirst() {
      let name = rule.prefix { $0 != UInt8(ascii: "=") }
      var value: [UInt8] = []
      for part in Array(rule.dropFirst(name.count + 1)).pieces(separatedBy: UInt8(ascii: "[")) {
        let pieces = Array(part).pieces(separatedBy: UInt8(ascii: "]"))
        if pieces.count > 1 { value += words.option(Array(pieces[0])) ?? [] }
        value += pieces[pieces.count - 1]
      }
      result.replace(Array(name), with: value)
    }
    return result
  }

  /// What stands for the words of rules: of a name, its zone and the part below that.
  private func words(of host: [UInt8], in given: [UInt8]) -> UCISection {
    var words = section
    var zone = given
    let user = section.option("username") ?? []
    if zone.isEmpty, user.contains(UInt8(ascii: ".")), !user.contains(UInt8(ascii: "@")) {
      zone = user
    }
    let isKnown = !zone.isEmpty
    if !isKnown {
      zone = Array(host.pieces(separatedBy: UInt8(ascii: ".")).suffix(2).joined(separator: [46]))
    }
    let below = [UInt8(ascii: ".")] + zone
    var sub = host
    if host == zone {
      sub = [UInt8]("@")
    } else if host.suffix(below.count).elementsEqual(below) {
      sub = Array(host.dropLast(below.count))
    }
    words.replace("host", with: host)
    words.replace("zone", with: zone)
    words.replace("sub", with: sub)
    words.replace("full", with: sub == "@" ? zone : sub + below)
    words.replace("at", with: isKnown ? Text("\(sub)@\(zone)").bytes : host)
    words.replace("label", with: Array(host.prefix { $0 != UInt8(ascii: ".") }))
    return words
  }
}
