// SPDX-License-Identifier: Apache-2.0

import Wire

/// The configuration file of another client: what it says, and on which line.
struct ForeignFile {
  /// One thing it says.
  struct Setting {
    let key: [UInt8]
    let value: [UInt8]
    let line: Int
    /// Whether something was made of it.
    var isUsed = false

    init(_ key: [UInt8], _ value: [UInt8], line: Int) {
      (self.key, self.value, self.line) = (key, value, line)
    }
  }

  /// What belongs together: a `provider` of inadyn's, a host of ddclient's.
  struct Block {
    let kind: [UInt8]
    let title: [UInt8]
    let line: Int
    var settings: [Setting] = []
  }

  /// What holds for all blocks.
  var settings: [Setting] = []
  var blocks: [Block] = []

  /// Notes a setting of the last block, or of all.
  mutating func add(_ key: [UInt8], _ value: [UInt8], line: Int, inBlock: Bool) {
    let setting = Setting(key, value, line: line)
    if inBlock, !blocks.isEmpty {
      blocks[blocks.count - 1].settings.append(setting)
    } else {
      settings.append(setting)
    }
  }
}
