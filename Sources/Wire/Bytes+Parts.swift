// SPDX-License-Identifier: Apache-2.0

// How lines are cut. In one place, and in no caller's: each of these is long in machine code.

extension [UInt8] {
  /// The bytes between two places.
  @inline(never) public func part(from start: Int, to end: Int) -> [UInt8] {
    var part: [UInt8] = []
    var place = start
    while place < end {
      part.append(self[place])
      place += 1
    }
    return part
  }

  /// The place of the first byte that is one of these; the number of bytes where none is.
  @inline(never) public func place(of signs: Literal) -> Int {
    var place = 0
    while place < count, !self[place].isOne(of: signs) { place += 1 }
    return place
  }

  /// Whether one of these is in it.
  public func hasOne(of signs: Literal) -> Bool { place(of: signs) < count }

  /// What is in front of the first of these; all where none is.
  @inline(never) public func part(before signs: Literal) -> [UInt8] {
    part(from: 0, to: place(of: signs))
  }

  /// What is behind the first of these; nothing where none is.
  @inline(never) public func part(after signs: Literal) -> [UInt8] {
    part(from: place(of: signs) + 1, to: count)
  }

  /// What is left without blanks at both ends.
  @inline(never) public var bare: [UInt8] { [UInt8](trimmed) }

  /// Whether the literal is somewhere in it.
  @inline(never) public func has(_ literal: Literal) -> Bool {
    firstIndex(of: [UInt8](literal)) != nil
  }

  /// The words between blanks.
  @inline(never) public var wordList: [[UInt8]] {
    var words: [[UInt8]] = []
    for word in self.words { words.append([UInt8](word)) }
    return words
  }

  /// Whether it is one of the literal's words.
  @inline(never) public func isWord(of literal: Literal) -> Bool {
    for word in [UInt8](literal).wordList where word == self { return true }
    return false
  }

  /// The bytes with every occurrence of a literal replaced.
  @inline(never) public func replacing(_ literal: Literal, by other: Literal) -> [UInt8] {
    replacing([UInt8](literal), with: [UInt8](other))
  }
}
