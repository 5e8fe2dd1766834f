// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Makes sections of /etc/config/ddns of the configuration of another client.
///
/// Nothing of it gets lost: each setting is in an option, or in a comment with its line.
public struct Migration {
  /// The largest file, in bytes.
  public static let byteLimit = 262_144
  /// The most sections that are made of one.
  static let sectionLimit = 1_000

  private let client: Client
  private let path: [UInt8]
  private let services: [UInt8]
  private var names: [[UInt8]] = []
  /// The settings that hold for all of which something has been said.
  private var told = UCISection(type: "", name: "")
  private var body: Text = ""

  /// The sections that say what a file says, as UCI text. `path` is for the comments, `services` are the
  /// provider files, in front of each a byte 1, its name and a byte 2.
  public static func sections(
    of bytes: [UInt8], path: [UInt8], services: [UInt8]
  ) throws(MigrationError) -> Text {
    guard let client = Client(of: bytes) else {
      throw MigrationError(line: 0, "this is the configuration of no client that is known here")
    }
    let file = client.read(bytes)
    var migration = Migration(client: client, path: path, services: services)
    for block in file.blocks { migration.add(block, file.common) }
    for option in file.common.options { migration.comment(option, isCommon: true) }
    if file.problemLine > 0 { throw MigrationError(line: file.problemLine, "\(file.problem)") }
    if migration.names.count > sectionLimit {
      throw MigrationError(line: 0, "more than \(sectionLimit) names")
    }
    return migration.body
  }

  private init(client: Client, path: [UInt8], services: [UInt8]) {
    (self.client, self.path, self.services) = (client, path, services)
  }

  /// Adds the sections of a block, one for each host and family, and what is left of it.
  private mutating func add(_ block: UCISection, _ common: UCISection) {
    body += "\n\(mark(block.line)): \(Self.line(block.type)) \(Self.line(block.name))\n"
    var rest = block
    var said: [UInt8] = []
    var text: Text = ""
    for isIPv6 in [false, true] {
      var draft = Draft(block, rest, client, isIPv6: isIPv6)
      guard draft.finish(client) else { continue }
      rest = draft.rest
      let provider = find(draft).words
      let isWhole = !provider.isEmpty || draft.section.option("update_url") != nil
      if !provider.isEmpty { draft.section.replace("update_url", with: []) }
      if !isWhole { text += "# There is no provider file for it; update_url takes any URL.\n" }
      for host in draft.hosts {
        let section = draft.section(for: host, provider)
        for option in section.options { said += (section.option(option.name) ?? []) + [0] }
        guard names.count <= Self.sectionLimit else { break }
        if host.contains(UInt8(ascii: "?")) {
          text += "# \(Self.line(host)): what is behind '?' is not used\n"
        }
        let name = name(for: section.option("lookup_host") ?? host, isIPv6: isIPv6)
        text += Text(section.renamed(name).written(after: isWhole ? "" : "# "))
      }
    }
    for option in rest.options {
      guard case .option(let value) = option.value else { continue }
      let isCommon = common.options.contains { $0.line == option.line && $0.name == option.name }
      // What the section has, and is to have, needs no words.
      if let row = client.row(option.name), row.first != UInt8(ascii: "#"),
        said.firstIndex(of: value) != nil
      {
        if isCommon { told.append(option) }
      } else {
        comment(option, isCommon: isCommon)
      }
    }
    for option in common.options
    where !rest.options.contains(where: { $0.line == option.line && $0.name == option.name }) {
      told.append(option)
    }
    body += text
  }

  /// How a comment about a line begins.
  private func mark(_ line: Int) -> Text { "# \(Self.line(path)):\(line)" }

  /// Says what became of a setting that no option says; of one that holds for all once.
  private mutating func comment(_ setting: UCIOption, isCommon: Bool) {
    guard case .option(let value) = setting.value else { return }
    if isCommon {
      if told.options.contains(where: { $0.line == setting.line && $0.name == setting.name }) {
        return
      }
      told.append(setting)
    }
    let row = client.row(setting.name) ?? []
    let remark = row.first == UInt8(ascii: "#") ? Array(row.dropFirst(2)) : [UInt8]("not used here")
    let name = setting.name.lowercased
    var isSecret = false
    for word in ["pass", "secret", "token", "key"] as [StaticString]
    where name.firstIndex(of: [UInt8](word)) != nil {
      isSecret = true
    }
    let shown = isSecret ? [UInt8]("***") : Self.line(value)
    body += "\(mark(setting.line)): \(Self.line(setting.name)) = \(shown): \(remark)\n"
  }

  /// What a file says, as part of one line.
  private static func line(_ bytes: [UInt8]) -> [UInt8] {
    bytes.replacing([UInt8(ascii: "\n")], with: [UInt8(ascii: " ")]).printable
  }

  /// A section's name that no other has yet, made of a name in DNS.
  private mutating func name(for host: [UInt8], isIPv6: Bool) -> [UInt8] {
    var stem = host.prefix { $0 != UInt8(ascii: "?") }.prefix(40).map {
      UCIName.isName([$0]) ? $0 : UInt8(ascii: "_")
    }
    if isIPv6 { stem.append(literal: "_ipv6") }
    var name = stem
    var number = 1
    while name.isEmpty || names.contains(name) {
      number += 1
      name = Text("\(stem)_\(number)").bytes
    }
    names.append(name)
    return name
  }

  /// The name of the file of the draft's provider, and rules for its options; empty when there is none.
  private func find(_ draft: Draft) -> [UInt8] {
    let name = draft.provider
    if !name.isEmpty {
      // A name may be cut at a dot, as inadyn allows it.
      for end in ["\"", "."] as [StaticString] {
        guard let start = services.firstIndex(of: Text("\"\(client.name):\(name)\(end)").bytes)
        else { continue }
        var parts = services[(start + 1)...].split(
          separator: UInt8(ascii: "\""), maxSplits: 3, omittingEmptySubsequences: false)
        if parts.count > 2 {
          return service(before: start) + [UInt8(ascii: " ")] + parts.remove(at: 2)
        }
      }
      for end in [2, UInt8(ascii: ".")] as [UInt8] {
        let found = service(with: [1] + name + [end], at: 1)
        if !found.isEmpty { return found }
      }
    }
    if draft.server.isEmpty { return [] }
    let found = service(with: Text("/\(draft.server)/").bytes, at: 0)
    return found.isEmpty ? service(with: Text("@\(draft.server)/").bytes, at: 0) : found
  }

  /// The first name, in the order of the alphabet, of a provider file that has this in it.
  private func service(with mark: [UInt8], at offset: Int) -> [UInt8] {
    var best: [UInt8] = []
    var place = 0
    while let start = services.firstIndex(of: mark, from: place) {
      let name = service(before: start + offset)
      if best.isEmpty || name.lexicographicallyPrecedes(best) { best = name }
      place = start + 1
    }
    return best
  }

  /// The name of the provider file in which a place is.
  private func service(before place: Int) -> [UInt8] {
    let start = services[..<place].lastIndex(of: 1) ?? 0
    return Array(services[(start + 1)...].prefix { $0 != 2 })
  }
}
