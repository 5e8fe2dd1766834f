// SPDX-License-Identifier: Apache-2.0

import Wire

/// Finds secrets in a text.
///
/// All needles are followed through the text at once, each by the places it has been matched up to.
/// Of two threads that have come to the same place of a needle and of the text the one that began
/// later is dropped, so the work is at most the length of the text times that of all needles.
struct SecretSearch {
  /// Part of the text that has to go.
  struct Span {
    var start: Int
    var end: Int
    var isBase64: Bool
  }

  /// A needle of which everything before `place` has been found from `start` on.
  private struct Thread {
    var needle: Int
    var place: Int
    var start: Int
    /// The next one in its row, or among those that are no longer used; `none` ends it.
    var next = none
  }

  private static let none = -1

  /// What comes and goes between two characters: quotes in what a shell writes, line ends in base 64.
  static let fillers: Literal = "'\"\n"

  /// The most bytes of one character, escapes in escapes; a power of two less one.
  private static let longest = 63

  private let redactor: Redactor
  private var reader: EscapedText
  /// The first of the threads that go on at a place of the text, by its last bits.
  private var rows = [Int](repeating: none, count: longest + 1)
  private var threads: [Thread] = []
  private var unused = none
  /// For each place of the needles: where in `current` a thread at that place may be.
  private var order: [Int]
  private var current: [Thread] = []
  /// How many threads are in `rows`.
  private var waiting = 0
  private var spans: [Span] = []
  private var steps = 0

  private init(_ redactor: Redactor, _ text: [UInt8]) {
    self.redactor = redactor
    reader = EscapedText(text)
    order = [Int](repeating: 0, count: redactor.bytes.count + 1)
  }

  /// The parts of a text that hold a secret, in order and apart, and the steps it took to find them.
  static func spans(of redactor: Redactor, in text: [UInt8]) -> (spans: [Span], steps: Int) {
    // Most of a text is nowhere near a secret, and most texts are not at all.
    guard var index = redactor.start(in: text, from: 0) else { return ([], 0) }
    var search = SecretSearch(redactor, text)
    while true {
      if search.waiting > 0 || !search.current.isEmpty {
        search.arrive(at: index)
        if index == text.count { break }
      } else {
        guard let start = redactor.start(in: text, from: index) else { break }
        index = start
      }
      if EscapedText.isLead(text[index]) {
        for character in search.reader.characters(at: index, depth: 2) {
          search.read(character, at: index)
        }
      } else {
        let character = EscapedText.Character(value: UInt32(text[index]), end: index + 1)
        search.read(character, at: index)
      }
      index += 1
    }
    return (search.spans, search.steps + search.reader.steps)
  }

  /// Gathers the threads that go on here.
  private mutating func arrive(at index: Int) {
    let row = index & Self.longest
    current.removeAll(keepingCapacity: true)
    while rows[row] != Self.none {
      let number = rows[row]
      let thread = threads[number]
      rows[row] = thread.next
      threads[number].next = unused
      unused = number
      waiting -= 1
      steps += 1
      let known = order[thread.place]
      if known < current.count, current[known].place == thread.place {
        current[known].start = min(current[known].start, thread.start)
      } else {
        order[thread.place] = current.count
        current.append(thread)
      }
    }
    for thread in current {
      let needle = redactor.needles[thread.needle]
      if thread.place == needle.end {
        hide(Span(start: thread.start, end: index, isBase64: needle.isBase64))
      }
    }
  }

  /// Spans come in the order of their ends.
  private mutating func hide(_ span: Span) {
    var span = span
    while let last = spans.last, last.end >= span.start {
      span.start = min(span.start, last.start)
      span.isBase64 = span.isBase64 || last.isBase64
      spans.removeLast()
    }
    spans.append(span)
  }

  @inline(never)
  private mutating func read(_ character: EscapedText.Character, at index: Int) {
    guard character.end - index <= Self.longest else { return }
    for thread in current { follow(thread, character, index) }
    for (number, needle) in redactor.needles.enumerated() {
      follow(Thread(needle: number, place: needle.start, start: index), character, index)
    }
  }

  @inline(never)
  private mutating func follow(
    _ thread: Thread, _ character: EscapedText.Character, _ index: Int
  ) {
    steps += 1
    let needle = redactor.needles[thread.needle]
    guard thread.place < needle.end else { return }
    let wanted = redactor.bytes[thread.place]
    if let byte = character.byte, byte == wanted || needle.isBase64 && byte.standard == wanted {
      go(thread, by: 1, to: character.end)
    }
    if character.value >= 128 {
      let first = redactor.bytes[thread.place..<needle.end].firstCharacter
      if character.value == first?.scalar
        || character.value == EscapedText.Character.named && !wanted.isLetter && !wanted.isDigit
      {
        go(thread, by: first?.length ?? 1, to: character.end)
      }
    } else if thread.place > needle.start,
      Self.fillers.bytes.contains(reader.text[index])
    {
      go(thread, by: 0, to: index + 1)
    }
  }

  @inline(never)
  private mutating func go(_ thread: Thread, by count: Int, to end: Int) {
    var thread = thread
    thread.place += count
    let row = end & Self.longest
    thread.next = rows[row]
    waiting += 1
    rows[row] = unused
    if unused == Self.none {
      rows[row] = threads.count
      threads.append(thread)
    } else {
      let number = unused
      unused = threads[number].next
      threads[number] = thread
    }
  }
}

extension UInt8 {
  /// The digit of the standard alphabet of base 64 for one of the alphabet for URLs.
  fileprivate var standard: UInt8 {
    switch self {
    case UInt8(ascii: "-"): UInt8(ascii: "+")
    case UInt8(ascii: "_"): UInt8(ascii: "/")
    default: self
    }
  }
}
