// SPDX-License-Identifier: Apache-2.0

import CommandLine
import UCI
import Wire

/// What the configuration says of each section, as texts (`UCIPackage.excerpt`): those that run find
/// theirs without reading the file once more, and keep it in place of the whole file.
final class Catalog {
  /// The global options.
  let global: [UInt8]
  /// The notify sections, one after the other; empty when there is none.
  let notify: [UInt8]
  /// Sorted by name.
  private var entries: [(name: [UInt8], text: [UInt8])] = []

  /// Takes all sections of a configuration; those that are as they were before are not kept twice, for
  /// whoever runs them has that text until its next check.
  init(_ configuration: Configuration, after former: Catalog? = nil) {
    global = configuration.globalText
    notify = configuration.notifyText
    entries.reserveCapacity(configuration.package.sections.count)
    for section in configuration.package.sections {
      let place = place(of: section.name)
      // Of two of a name the first counts.
      if place < entries.count, entries[place].name == section.name { continue }
      let text = UCIPackage.excerpt(of: section)
      let known = former?.entry(of: section.name) ?? (section.name.copied, text)
      entries.insert((known.name, known.text == text ? known.text : text), at: place)
    }
  }

  /// What it says of a section; nil when there is none of that name.
  func text(of name: [UInt8]) -> [UInt8]? { entry(of: name)?.text }

  /// The same and the name, as it is kept here; nil when there is none of that name.
  func entry(of name: [UInt8]) -> (name: [UInt8], text: [UInt8])? {
    let place = place(of: name)
    return place < entries.count && entries[place].name == name ? entries[place] : nil
  }

  private func place(of name: [UInt8]) -> Int {
    entries.indices.end(of: { entries[$0].name.lexicographicallyPrecedes(name) })
  }
}
