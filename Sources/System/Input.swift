// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// What descriptor 0 of the program gives.
public enum Input {
  /// How a person types a line.
  public enum Entry: Sendable {
    /// As always.
    case plain
    /// A tab ends it, too.
    case endedByTab
    /// Nobody sees it.
    case unseen
  }

  /// Whether a person can type. The C function is `isatty`.
  public static var isTerminal: Bool { csys_is_terminal(0) != 0 }

  /// The next line, without its end; nil when there is none. Of a terminal it is what a person types behind
  /// these words; the terminal is as it was afterwards, and when a signal ends us meanwhile.
  @inline(never)
  public static func line(_ entry: Entry, asking words: Text) throws(SystemError) -> [UInt8]? {
    csys_terminal(
      entry == .unseen ? CSYS_UNSEEN : entry == .plain ? CSYS_AS_IT_WAS : CSYS_ENDED_BY_TAB)
    defer { csys_terminal(CSYS_AS_IT_WAS) }
    Output.complain(words)
    // A terminal gives no more than a line; of anything else the rest is for the next one.
    let limit = isTerminal ? lineLimit : 1
    var line: [UInt8] = []
    var count = 0
    repeat {
      let part = try FileDescriptor.read(0, limit: limit)
      line += part
      count = part.count
    } while limit == 1 && count == 1 && line[line.count - 1] != 10 && line.count < lineLimit
    if line.isEmpty { return nil }
    if entry == .endedByTab, line.last == 9 {
      Output.complain("\n")
      line.removeLast()
    }
    if line.last == 10 { line.removeLast() }
    return line
  }

  /// The longest line, in bytes, as it is of a terminal.
  private static let lineLimit = 4_096

  /// Reads to the end, and leaves it open: what is opened next must not get its number. Over `limit` bytes is an error of kind `tooLarge`.
  public static func all(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let part = try FileDescriptor.read(0, limit: FileDescriptor.chunk)
      if part.isEmpty { return bytes }
      bytes += part
    }
    throw SystemError(
      call: "read", object: [UInt8]("standard input"), kind: .tooLarge, limit: limit)
  }
}
