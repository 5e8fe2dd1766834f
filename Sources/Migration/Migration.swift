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

  /// A provider's file: the name of the provider, and all of its text.
  public struct Service: Sendable {
    let name: [UInt8]
    let text: [UInt8]

    /// Joins the two.
    public init(name: [UInt8], text: [UInt8]) {
      self.name = name
      self.text = text
    }
  }

  let client: Client
  let path: [UInt8]
  let services: [Service]
  var names: [[UInt8]] = []
  private var body: Text = ""

  /// The sections that say what a file says, as UCI text; `path` is for the comments.
  public static func sections(
    of bytes: [UInt8], path: [UInt8], services: [Service]
  ) throws(MigrationError) -> Text {
    guard let client = Client(of: bytes) else {
      throw MigrationError(line: 0, "this is the configuration of no client that is known here")
    }
    var file = try client.read(bytes)
    var migration = Migration(client: client, path: path, services: services)
    for block in file.blocks { try migration.add(block, &file.settings) }
    var head: Text = ""
    for setting in file.settings where !setting.isUsed { head += migration.comment(setting) }
    return head + migration.body
  }

  private init(client: Client, path: [UInt8], services: [Service]) {
    (self.client, self.path, self.services) = (client, path, services)
  }

  /// Adds the sections of a block, one for each host, and what is left of it.
  private mutating func add(
    _ block: ForeignFile.Block, _ common: inout [ForeignFile.Setting]
  ) throws(MigrationError) {
    var draft = Draft(common + block.settings, client)
    client.finish(&draft, block)
    let provider = find(draft)
    let sections = draft.hosts.map { draft.section(for: $0, provider) }
    var text: Text = "\n\(mark(block.line)): \(Self.line(block.kind)) \(Self.line(block.title))\n"
    if provider == nil, draft.section.option("update_url") == nil {
      text += "# There is no provider file for it; update_url in ddns-config(5) takes any URL.\n"
    }
    for (index, setting) in draft.settings.enumerated() where !setting.isUsed {
      let isSaid =
        !(client.row(setting.key)?.options.isEmpty ?? true)
        && sections.contains { section in
          section.options.contains {
            section.option($0.name)?.firstIndex(of: setting.value) != nil
          }
        }
      if isSaid {
        draft.settings[index].isUsed = true
      } else if index >= common.count {
        text += comment(setting)
      }
    }
    for index in common.indices where draft.settings[index].isUsed { common[index].isUsed = true }
    body += text
    for section in sections {
      guard names.count < Self.sectionLimit else {
        throw MigrationError(line: block.line, "more than \(Self.sectionLimit) names")
      }
      let isWhole = provider != nil || section.option("update_url") != nil
      body += Text(section.renamed(name(for: section)).written(after: isWhole ? "" : "# "))
    }
  }
}
