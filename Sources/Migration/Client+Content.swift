// SPDX-License-Identifier: Apache-2.0

import Wire

extension Client {
  /// Whose configuration this is, by the first line that tells; nil for nobody's.
  init?(of bytes: [UInt8]) {
    for line in bytes.lines {
      let words = Array(line).words
      guard let first = words.first, words.count > 1 else { continue }
      switch Array(first) {
      case "provider", "custom":
        if words[1].first != UInt8(ascii: "=") {
          self = .inadyn
          return
        }
      default: continue
      }
    }
    return nil
  }

  /// Cuts the file into what it says.
  func read(_ bytes: [UInt8]) throws(MigrationError) -> ForeignFile {
    switch self {
    case .inadyn: try ForeignFile(braces: bytes)
    }
  }
}
