// SPDX-License-Identifier: Apache-2.0

import Wire

/// A page, or a piece of one: markup of ours, and texts that may be anybody's.
///
/// Only a literal can be markup. A text is escaped, so it can neither end an element nor the value of
/// an attribute in quotes. There is no other way in.
struct HTML {
  private(set) var bytes: [UInt8] = []

  /// Adds markup; each `~` in it stands for one of the texts.
  @inline(never)
  mutating func add(_ markup: Literal, _ texts: [[UInt8]] = []) {
    var index = 0
    for byte in markup.bytes {
      if byte == UInt8(ascii: "~"), index < texts.count {
        add(text: texts[index])
        index += 1
      } else {
        bytes.append(byte)
      }
    }
  }

  /// Adds a piece that is finished.
  mutating func add(_ piece: HTML) { bytes += piece.bytes }

  /// UTF-8 without control characters, and without what has a meaning in a page.
  private mutating func add(text: [UInt8]) {
    for byte in text.printable {
      if byte.isOne(of: "&<>\"'") {
        bytes.append(literal: "&#")
        bytes.append(decimal: Int64(byte))
        bytes.append(UInt8(ascii: ";"))
      } else {
        bytes.append(byte)
      }
    }
  }
}
