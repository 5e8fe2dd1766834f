// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Makes sections of /etc/config/ddns of the configuration of another client.
///
/// Nothing of it gets lost: each setting is in an option, or in a comment with its line.
public final class Migration {
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
  /// provider files, in front of each a byte 1, its name and a byte 2. `files` gives what is included.
  public static func sections(
    of bytes: [UInt8], path: [UInt8], services: [UInt8], files: OtherFiles
  ) throws(MigrationError) -> Text {
    guard let client = Client(of: bytes) else {
      throw MigrationError(line: 0, "this is the configuration of no client that is known here")
    }
    let file = client.read(bytes, files)
    let migration = Migration(client: client, path: path, services: services)
    for block in file.blocks { migration.add(block, file.common) }
    for option in file.common.options { migration.comment(option, isCommon: true) }
    if file.problemLine > 0 { throw MigrationError(line: file.problemLine, file.problem) }
    if migration.names.count > sectionLimit {
      throw MigrationError(line: 0, "more than \(sectionLimit) names")
    }
    return migration.body
  }

  private init(client: Client, path: [UInt8], services: [UInt8]) {
    (self.client, self.path, self.services) = (client, path, services)
  }

  /// Adds the sections of a block, one for each host and family, and what is left of it.
  @inline(never) private func add(_ block: UCISection, _ common: UCISection) {
    body += "\n\(mark(block.line)): \(Self.line(block.type)) \(Self.line(block.name))\n"
    var rest = block
    var said: [UInt8] = []
    var text: Text = ""
    for isIPv6 in [false, true] {
      let draft = Draft(block, rest, client, isIPv6: isIPv6)
      if draft.finish(client) {
        rest = draft.rest
        text += sections(of: draft, &said)
      }
    }
    for option in rest.options {
      guard case .option(let value) = option.value else { continue }
      let isCommon = common.has(option)
      // What the section has, and is to have, needs no words.
      if let row = client.row(option.name), row.first != UInt8(ascii: "#"),
        said.firstIndex(of: value) != nil
      {
        if isCommon { told.add([option]) }
      } else {
        comment(option, isCommon: isCommon)
      }
    }
    for option in common.options where !rest.has(option) { told.add([option]) }
    body += text
  }

  /// The sections of a block for one family; `said` gets the values of their options.
  @inline(never) private func sections(of draft: Draft, _ said: inout [UInt8]) -> Text {
    var text: Text = ""
    let provider = find(draft)
    let isWhole = !provider.isEmpty || draft.section.option("update_url") != nil
    if !provider.isEmpty { draft.section.replace("update_url", with: []) }
    if !isWhole { text += "# There is no provider file for it; update_url takes any URL.\n" }
    for host in draft.hosts {
      let section = draft.section(for: host, provider)
      for option in section.options {
        said += section.option(option.name) ?? []
        said.append(0)
      }
      guard names.count <= Self.sectionLimit else { break }
      if host.hasOne(of: "?") {
        text += "# \(Self.line(host)): what is behind '?' is not used\n"
      }
      let name = name(for: section.option("lookup_host") ?? host, isIPv6: draft.isIPv6)
      let written = section.renamed(name).written()
      if isWhole {
        text += Text(written)
      } else {
        for line in written.lines { text += "# \(line)\n" }
      }
    }
    return text
  }

  /// How a comment about a line begins.
  @inline(never) private func mark(_ line: Int) -> Text { "# \(Self.line(path)):\(line)" }

  /// Says what became of a setting that no option says; of one that holds for all once.
  @inline(never) private func comment(_ setting: UCIOption, isCommon: Bool) {
    guard case .option(let value) = setting.value else { return }
    if isCommon {
      if told.has(setting) { return }
      told.add([setting])
    }
    let row = client.row(setting.name) ?? []
    let remark =
      row.first == UInt8(ascii: "#") ? row.part(from: 2, to: row.count) : [UInt8]("not used here")
    let name = setting.name.lowercased
    let isSecret = name.has("pass") || name.has("secret") || name.has("token") || name.has("key")
    let shown = isSecret ? [UInt8]("***") : Self.line(value)
    body += "\(mark(setting.line)): \(Self.line(setting.name)) = \(shown): \(remark)\n"
  }

  /// What a file says, as part of one line.
  @inline(never) private static func line(_ bytes: [UInt8]) -> [UInt8] {
    bytes.replacing("\n", by: " ").printable
  }

  /// A section's name that no other has yet, made of a name in DNS.
  @inline(never) private func name(for host: [UInt8], isIPv6: Bool) -> [UInt8] {
    var stem: [UInt8] = []
    for byte in host.part(before: "?") where stem.count < 40 {
      stem.append(byte.isLetter || byte.isDigit ? byte : UInt8(ascii: "_"))
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
  @inline(never) private func find(_ draft: Draft) -> [UInt8] {
    let name = draft.provider
    if !name.isEmpty {
      // A name may be cut at a dot, as inadyn allows it.
      let alias = [UInt8](client.name) + [UInt8(ascii: ":")] + name
      var found = rules(for: Self.mark("\"", alias, "\""))
      if found.isEmpty { found = rules(for: Self.mark("\"", alias, ".")) }
      if found.isEmpty { found = service(with: Self.mark("\u{1}", name, "\u{2}"), at: 1) }
      if found.isEmpty { found = service(with: Self.mark("\u{1}", name, "."), at: 1) }
      if !found.isEmpty { return found }
    }
    if draft.server.isEmpty { return [] }
    let found = service(with: Self.mark("/", draft.server, "/"), at: 0)
    return found.isEmpty ? service(with: Self.mark("@", draft.server, "/"), at: 0) : found
  }

  /// What a provider file has around a name.
  @inline(never) private static func mark(
    _ start: Literal, _ name: [UInt8], _ end: Literal
  ) -> [UInt8] {
    Text("\(start)\(name)\(end)").bytes
  }

  /// The name of the provider file with an alias that begins like this, and what it says in quotes.
  @inline(never) private func rules(for alias: [UInt8]) -> [UInt8] {
    guard let start = services.firstIndex(of: alias) else { return [] }
    var result = service(before: start) + [UInt8(ascii: " ")]
    var quotes = 0
    for byte in services[start...] where quotes < 4 {
      if byte == UInt8(ascii: "\"") {
        quotes += 1
      } else if quotes == 3 {
        result.append(byte)
      }
    }
    return result
  }

  /// The first name, in the order of the alphabet, of a provider file that has this in it.
  @inline(never) private func service(with mark: [UInt8], at offset: Int) -> [UInt8] {
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
  @inline(never) private func service(before place: Int) -> [UInt8] {
    var start = place
    while start > 0, services[start - 1] != 1 { start -= 1 }
    var end = start
    while end < services.count, services[end] != 2 { end += 1 }
    return services.part(from: start, to: end)
  }
}
