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

  /// The configuration options that a section describes, `.It Ic new Pq Ic old`, each with its text
  /// up to where something else begins, without macros.
  func optionDescriptions(_ section: String) -> [(names: [String], text: String)] {
    var options: [(names: [String], text: String)] = []
    var isInside = false
    for line in lines(section) {
      if line.hasPrefix(".It Ic ") {
        options.append((line.matches(of: /Ic ([a-z0-9_]+)/).map { String($0.1) }, ""))
        isInside = true
      } else if line.hasPrefix(".Bl") || line.hasPrefix(".El") || line.hasPrefix(".Ss") {
        isInside = false
      } else if isInside {
        let text = options[options.count - 1].text
        options[options.count - 1].text = text + (text.isEmpty ? "" : " ") + Self.plain(line)
      }
    }
    return options
  }

  /// A line without its macro: `.Ql x .` is `'x'.`
  private static func plain(_ line: String) -> String {
    guard line.hasPrefix(".") else { return line }
    var words = line.split(separator: " ").dropFirst().map { $0.replacing("\\&", with: "") }
    let mark =
      words.count > 1 && [".", ",", ";", ":"].contains(words.last) ? words.removeLast() : ""
    let text = words.joined(separator: " ")
    return (line.hasPrefix(".Ql ") ? "'\(text)'" : text) + mark
  }
}
