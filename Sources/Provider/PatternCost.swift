// SPDX-License-Identifier: Apache-2.0

import Wire

/// What an extended regular expression of POSIX costs, told before any memory is spent on it.
///
/// Counted is what a matcher that makes states and transitions of it would need (musl's does). Ours
/// (`Sources/CSystem/regex.c`) needs less, but a bound copies what stands before it there, too, so that
/// a few characters may mean thousands of steps.
struct PatternCost {
  /// The most that an expression may cost; it then takes about 6 MB while it is used.
  private static let limit: Int64 = 1 << 16
  /// A state is as much as so many transitions.
  private static let stateWeight: Int64 = 8
  /// No larger bound than 255 is taken.
  private static let largestBound: Int64 = 256

  /// A piece of an expression.
  private struct Part {
    /// How much memory it takes, in transitions.
    var cost: Int64 = 0
    /// How many states a match may begin with.
    var first: Int64 = 0
    /// How many it may end with.
    var last: Int64 = 0
    /// Whether it matches nothing at all.
    var isNullable = true

    /// One character of so many kinds; each is there in two cases.
    static func character(kinds: Int) -> Part {
      let states = Int64(max(kinds, 1)) * 2
      return Part(cost: states * stateWeight, first: states, last: states, isNullable: false)
    }

    func joined(_ next: Part) -> Part {
      Part(
        cost: cost + next.cost + last * next.first,
        first: first + (isNullable ? next.first : 0),
        last: next.last + (next.isNullable ? last : 0),
        isNullable: isNullable && next.isNullable)
    }

    func either(_ other: Part) -> Part {
      Part(
        cost: cost + other.cost, first: first + other.first, last: last + other.last,
        isNullable: isNullable || other.isNullable)
    }

    var optional: Part {
      var part = self
      part.isNullable = true
      return part
    }

    var looped: Part {
      var part = self
      part.cost += last * first
      return part
    }

    /// `{least,most}`, without an end when `most` is nil: a copy for each time.
    func repeated(_ least: Int64, _ most: Int64?) -> Part {
      var result = most == nil ? looped.optional : Part()
      for _ in 0..<max((most ?? 0) - least, 0) where result.isAffordable {
        result = joined(result).optional
      }
      for _ in 0..<least where result.isAffordable { result = joined(result) }
      return result
    }

    var isAffordable: Bool { cost <= limit }
  }

  /// What is open at a place: a group, or the whole.
  private final class Level {
    var alternatives: Part?
    var sequence = Part()
    var item: Part?

    init(_ alternatives: Part? = nil) { self.alternatives = alternatives }

    func add(_ next: Part) {
      if let item { sequence = sequence.joined(item) }
      item = next
    }

    /// Everything up to here.
    var whole: Part {
      let last = item.map { sequence.joined($0) } ?? sequence
      return alternatives.map { $0.either(last) } ?? last
    }
  }

  private var reader: ByteReader
  private var levels = [Level()]

  /// Whether the expression can be used on a small machine. One that is none costs nothing.
  static func isAffordable(_ pattern: [UInt8]) -> Bool {
    var cost = PatternCost(reader: ByteReader(pattern))
    while let byte = cost.reader.next() {
      cost.take(byte)
      // The others have not changed.
      guard cost.levels[cost.levels.count - 1].whole.isAffordable else { return false }
    }
    return true
  }

  private init(reader: ByteReader) { self.reader = reader }

  private mutating func take(_ byte: UInt8) {
    let top = levels.count - 1
    switch byte {
    case UInt8(ascii: "("): levels.append(Level())
    case UInt8(ascii: ")") where top > 0:
      let group = levels.removeLast().whole
      levels[top - 1].add(group)
    case UInt8(ascii: "|"):
      levels[top] = Level(levels[top].whole)
    case UInt8(ascii: "^"), UInt8(ascii: "$"): levels[top].add(Part())
    case UInt8(ascii: "*"): repeatItem(0, nil)
    case UInt8(ascii: "+"): repeatItem(1, nil)
    case UInt8(ascii: "?"): repeatItem(0, 1)
    case UInt8(ascii: "{"): takeBound()
    case UInt8(ascii: "["): levels[top].add(.character(kinds: takeBracket()))
    case UInt8(ascii: "\\"):
      _ = reader.next()
      levels[top].add(.character(kinds: 1))
    default: levels[top].add(.character(kinds: 1))
    }
  }

  private mutating func repeatItem(_ least: Int64, _ most: Int64?) {
    let top = levels.count - 1
    levels[top].item = levels[top].item?.repeated(least, most)
  }

  /// `{2}`, `{2,}` or `{2,3}`. Anything else the C library refuses.
  private mutating func takeBound() {
    let least = takeNumber() ?? 0
    var most: Int64? = least
    if reader.peek == UInt8(ascii: ",") {
      _ = reader.next()
      most = takeNumber()
    }
    if reader.peek == UInt8(ascii: "}") { _ = reader.next() }
    repeatItem(least, most)
  }

  private mutating func takeNumber() -> Int64? {
    let digits = reader.take(while: { $0.isDigit })
    return digits.isEmpty ? nil : min(digits.decimalValue ?? .max, Self.largestBound)
  }

  /// The rest of `[...]`; how many characters it has, each of which may be a kind.
  private mutating func takeBracket() -> Int {
    var count = 0
    if reader.peek == UInt8(ascii: "^") { _ = reader.next() }
    while let byte = reader.next() {
      if byte == UInt8(ascii: "]"), count > 0 { break }
      count += 1
      guard byte == UInt8(ascii: "["), let kind = reader.peek,
        [UInt8](".:=").contains(kind)
      else { continue }
      // A class such as [:alpha:] ends with its own bracket.
      _ = reader.next()
      while let byte = reader.next() {
        if byte == kind, reader.peek == UInt8(ascii: "]") { break }
      }
      _ = reader.next()
    }
    return count
  }
}
