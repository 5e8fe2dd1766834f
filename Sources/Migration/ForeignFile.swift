// SPDX-License-Identifier: Apache-2.0

import UCI

/// The configuration file of another client: what it says, and on which line.
///
/// It is kept in sections of ours, whose options may have any name, and the same one several times.
struct ForeignFile {
  /// What holds for all blocks.
  var common = UCISection(type: "", name: "")
  /// What belongs together: a `provider` of inadyn's, a host of ddclient's.
  var blocks: [UCISection] = []
  /// What is wrong, and on which line; empty for nothing.
  private(set) var problem: StaticString = ""
  private(set) var problemLine = 0

  /// Notes a setting of the last block, or of all.
  mutating func add(_ key: [UInt8], _ value: [UInt8], line: Int, inBlock: Bool) {
    if inBlock, !blocks.isEmpty {
      blocks[blocks.count - 1].append(key, value, line: line)
    } else {
      common.append(key, value, line: line)
    }
  }

  /// Notes what is wrong; the first counts.
  mutating func fail(_ line: Int, _ problem: StaticString) {
    if problemLine == 0 { (self.problem, problemLine) = (problem, line) }
  }

  /// Puts what holds for all in front of what each block says.
  mutating func spread() {
    for index in blocks.indices {
      var whole = common.renamed(blocks[index].name)
      whole.type = blocks[index].type
      whole.line = blocks[index].line
      for option in blocks[index].options { whole.append(option) }
      blocks[index] = whole
    }
  }
}
