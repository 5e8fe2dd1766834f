// SPDX-License-Identifier: Apache-2.0

/// A man page in mdoc, as lines under section names.
struct ManPage {
  let sections: [(name: String, lines: [String])]

  init(_ path: String) throws {
    var sections: [(name: String, lines: [String])] = []
    for line in try Repository.text(path).split(separator: "\n") {
      if line.hasPrefix(".Sh ") {
        sections.append((String(line.dropFirst(4)), []))
      } else if !sections.isEmpty {
        sections[sections.count - 1].lines.append(String(line))
      }
    }
    self.sections = sections
  }

  func lines(_ name: String) -> [String] {
    sections.first { $0.name == name }?.lines ?? []
  }

  /// The options that OPTIONS describes: `.It Fl -root Ar dir` is `--root`.
  var options: Set<String> {
    var options: Set<String> = []
    for line in lines("OPTIONS") where line.hasPrefix(".It Fl ") {
      let words = line.dropFirst(7).split(separator: " ").prefix { $0 != "Ar" }
      options.formUnion(words.filter { $0 != "," }.map { "-\($0)" })
    }
    return options
  }

  /// The numbers that EXIT STATUS describes.
  var statuses: Set<Int> {
    Set(lines("EXIT STATUS").compactMap { $0.hasPrefix(".It ") ? Int($0.dropFirst(4)) : nil })
  }

  /// The configuration options that a section describes: `.It Ic new Pq Ic old` is both.
  func configurationOptions(_ section: String) -> Set<String> {
    Set(
      lines(section).filter { $0.hasPrefix(".It Ic ") }.flatMap { line in
        line.matches(of: /Ic ([a-z0-9_]+)/).map { String($0.1) }
      })
  }
}
