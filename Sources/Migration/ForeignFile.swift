// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Gives what a file says that another one includes, by the name it has there; nil for none.
public typealias OtherFiles = ([UInt8]) -> [UInt8]?

/// The configuration file of another client: what it says, and on which line.
///
/// It is kept in sections of ours, whose options may have any name, and the same one several times.
final class ForeignFile {
  /// What holds for all blocks.
  var common = UCISection(type: "", name: "")
  /// What belongs together: a `provider` of inadyn's, a host of ddclient's.
  var blocks: [UCISection] = []
  /// The number of the line that is read; while a file is included, of the line that says so.
  var line = 0
  /// The file that is included, empty for none, and how many are around it.
  private var included: [UInt8] = []
  private var depth = 0
  /// What all that is included may have yet, in bytes.
  private var room = Migration.byteLimit
  /// What is wrong, and on which line; empty for nothing.
  private(set) var problem: Text = ""
  private(set) var problemLine = 0

  /// Notes a setting of the last block, or of all.
  @inline(never) func add(_ key: [UInt8], _ value: [UInt8], inBlock: Bool) {
    if inBlock, !blocks.isEmpty {
      blocks[blocks.count - 1].add(key, value, line)
    } else {
      common.add(key, value, line)
    }
  }

  /// Begins a block.
  @inline(never) func begin(_ type: [UInt8], _ name: [UInt8]) {
    var block = UCISection(type: "", name: "").renamed(name)
    (block.type, block.line) = (type, line)
    blocks.append(block)
  }

  /// Notes what is wrong; the first counts.
  @inline(never) func fail(_ line: Int, _ problem: Literal) {
    if problemLine > 0 { return }
    if isIncluded {
      (self.problem, problemLine) = ("\(included):\(line): \(problem)", self.line)
    } else {
      (self.problem, problemLine) = ("\(problem)", line)
    }
  }

  /// Whether what is read comes from a file that another one includes.
  var isIncluded: Bool { !included.isEmpty }

  /// Hands on what the file of that name says, within ten others at most; false without it.
  @inline(never) func include(
    _ path: [UInt8], from files: OtherFiles, _ read: ([UInt8]) -> Void
  ) -> Bool {
    guard !path.isEmpty, depth < 10, let bytes = files(path), bytes.count <= room else {
      return false
    }
    room -= bytes.count
    let outer = included
    (included, depth) = (path, depth + 1)
    read(bytes)
    (included, depth) = (outer, depth - 1)
    return true
  }

  /// Puts what holds for all in front of what each block says.
  @inline(never) func spread() {
    for index in blocks.indices { blocks[index] = whole(blocks[index]) }
  }

  /// What a block says, behind what holds for all.
  @inline(never) func whole(_ block: UCISection) -> UCISection {
    var whole = common.renamed(block.name)
    (whole.type, whole.line) = (block.type, block.line)
    whole.add(block.options)
    return whole
  }
}

extension UCISection {
  /// Puts an option behind the others, be there one of its name or not.
  @inline(never) mutating func add(_ name: [UInt8], _ value: [UInt8], _ line: Int) {
    append(name, value, line: line)
  }

  /// The same with options.
  @inline(never) mutating func add(_ options: [UCIOption]) {
    for option in options { append(option) }
  }

  /// Takes an option away, and puts a value in its place unless that is empty.
  @inline(never) mutating func put(_ name: [UInt8], _ value: [UInt8]) {
    replace(name, with: value)
  }

  /// Whether that setting, of that line, is in it.
  @inline(never) func has(_ setting: UCIOption) -> Bool {
    for other in options where other.line == setting.line && other.name == setting.name {
      return true
    }
    return false
  }
}
