// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Report
import Section
import System
import Wire

/// What a recipe has found and its next update may use: a line in `SECTION.ids`, with the fingerprint
/// of the section's options before it.
///
/// The file is written in place, by who has its lock: it is opened before a tool gives up its rights.
/// A line that is not whole says nothing, and one that is out of date costs a request.
struct RecipeMemory {
  let path: [UInt8]
  private let fingerprint: [UInt8]

  init(_ settings: ServiceSection, _ configuration: Configuration) {
    path =
      RunFiles(configuration.global, section: settings.name, root: configuration.root).ids
    fingerprint = Text("\(Int64(bitPattern: settings.fingerprint)) ").bytes
  }

  /// What was found with these options; empty for nothing.
  func text() -> [UInt8] {
    guard let content = try? File.read(path, limit: 1024), content.starts(with: fingerprint),
      let end = content.firstIndex(of: UInt8(ascii: "\n"))
    else { return [] }
    return Array(content[fingerprint.count..<end])
  }

  /// What is to be in the file.
  func line(_ text: [UInt8]) -> [UInt8] { fingerprint + text + [UInt8(ascii: "\n")] }
}
