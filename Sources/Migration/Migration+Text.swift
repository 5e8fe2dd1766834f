// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension Migration {
  /// How a comment about a line begins.
  func mark(_ line: Int) -> Text { "# \(Self.line(path)):\(line)" }

  /// A comment that says what became of a setting that no option says.
  func comment(_ setting: ForeignFile.Setting) -> Text {
    let row = client.row(setting.key)
    let remark: Text
    if let row {
      remark = row.remark.isEmpty ? "not used" : "\(row.remark)"
    } else {
      remark = "not known here"
    }
    let isSecret = Self.secretWords.contains {
      setting.key.lowercased.firstIndex(of: [UInt8]($0)) != nil
    }
    let value = isSecret ? [UInt8]("***") : Self.line(setting.value)
    return "\(mark(setting.line)): \(Self.line(setting.key)) = \(value): \(remark)\n"
  }

  private static var secretWords: [StaticString] { ["pass", "secret", "token", "key"] }

  /// What a file says, as part of one line.
  static func line(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }.printable
  }

  /// A section's name that no other has yet, made of its first name in DNS.
  mutating func name(for section: UCISection) -> [UInt8] {
    let host = section.option("lookup_host") ?? section.option("domain") ?? []
    var name = host.prefix(40).map { UCIName.isName([$0]) ? $0 : UInt8(ascii: "_") }
    if name.isEmpty { name = [UInt8]("imported") }
    let stem = name
    var number = 1
    while names.contains(name) {
      number += 1
      name = Text("\(stem)_\(number)").bytes
    }
    names.append(name)
    return name
  }

  /// The file of the draft's provider, and what it says about the client: by the name, or the server.
  func find(_ draft: Draft) -> (name: [UInt8], rules: [UInt8])? {
    if let provider = draft.provider {
      // A name may be cut at a dot, as inadyn allows it.
      let mark = Text("\"\(client.name):\(provider)").bytes
      for service in services {
        guard let start = service.text.firstIndex(of: mark) else { continue }
        let rest = service.text[(start + mark.count)...]
        guard let next = rest.first, next.isOne(of: "\".") else { continue }
        let parts = rest.split(
          separator: UInt8(ascii: "\""), maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count == 4 { return (service.name, Array(parts[2])) }
      }
      var best: [UInt8]?
      for service in services
      where service.name == provider || service.name.starts(with: provider + [UInt8(ascii: ".")]) {
        if best.map({ service.name.lexicographicallyPrecedes($0) }) ?? true { best = service.name }
      }
      if let best { return (best, []) }
    }
    guard !draft.server.isEmpty else { return nil }
    for service in services {
      for sign in ["/", "@"] as [StaticString] {
        let mark = Text("\(sign)\(draft.server)/").bytes
        if service.text.firstIndex(of: mark) != nil { return (service.name, []) }
      }
    }
    return nil
  }
}

extension Draft {
  /// The section of one host. The rules of the provider's file say which option has what.
  func section(for host: [UInt8], _ provider: (name: [UInt8], rules: [UInt8])?) -> UCISection {
    var result = UCISection(type: "service", name: "")
    func set(_ name: [UInt8], _ value: [UInt8]) { result.set(name, to: value, line: 0) }
    set([UInt8]("enabled"), [UInt8]("1"))
    if let provider { set([UInt8]("service_name"), provider.name) }
    set([UInt8]("domain"), host)
    for option in section.options { set(option.name, section.option(option.name) ?? []) }
    let said = result
    for rule in (provider?.rules ?? []).words {
      guard let equals = rule.firstIndex(of: UInt8(ascii: "=")) else { continue }
      var value = Array(rule[(equals + 1)...])
      let user = said.option("username") ?? []
      let password = said.option("password") ?? []
      value = value.replacing([UInt8]("[SUB]"), with: Self.part(of: host, below: user))
      value = value.replacing([UInt8]("[FULL]"), with: Self.whole(host, in: user))
      value = value.replacing(
        [UInt8]("[LABEL]"), with: Array(host.prefix { $0 != UInt8(ascii: ".") }))
      value = value.replacing([UInt8]("[HOST]"), with: host)
      value = value.replacing([UInt8]("[USERNAME]"), with: user)
      value = value.replacing([UInt8]("[PASSWORD]"), with: password)
      result.replace(Array(rule[..<equals]), with: value)
    }
    return result
  }

  /// The part of a name that is below a zone, `@` for the zone itself.
  private static func part(of host: [UInt8], below zone: [UInt8]) -> [UInt8] {
    if host == zone { return [UInt8]("@") }
    let end = [UInt8(ascii: ".")] + zone
    return host.suffix(end.count).elementsEqual(end) ? Array(host.dropLast(end.count)) : host
  }

  /// A name that may be given without its zone, with it.
  private static func whole(_ host: [UInt8], in zone: [UInt8]) -> [UInt8] {
    switch part(of: host, below: zone) {
    case "@": zone
    case let name: name + [UInt8(ascii: ".")] + zone
    }
  }
}
