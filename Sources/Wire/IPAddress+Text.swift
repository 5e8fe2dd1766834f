// SPDX-License-Identifier: Apache-2.0

extension IPAddress {
  /// Parses an address alone: dotted quad without leading zeros, or IPv6 text (RFC 4291 §2.2).
  ///
  /// No zone (`%eth0`), no prefix length, no brackets, no blanks: nil for any of them.
  public convenience init?(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    if bytes.contains(UInt8(ascii: ":")) {
      guard let groups = Self.groups(bytes) else { return nil }
      self.init(octets: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
    } else {
      guard let quad = Self.quad(bytes[...]) else { return nil }
      self.init(octets: quad)
    }
  }

  /// The address in its canonical text: dotted quad, or RFC 5952.
  public var text: Text {
    guard family == .v6 else {
      var result: [UInt8] = []
      result.reserveCapacity(15)
      for shift: UInt64 in [24, 16, 8, 0] {
        if shift < 24 { result.append(UInt8(ascii: ".")) }
        result.append(decimal: Int64(low >> shift & 255))
      }
      return Text(result)
    }
    if unmapped != self { return "::ffff:\(unmapped)" }
    let groups = self.groups
    let gap = Self.longestGap(groups)
    var result: [UInt8] = []
    var index = 0
    while index < 8 {
      if index == gap.lowerBound, !gap.isEmpty {
        result.append(literal: "::")
        index = gap.upperBound
        continue
      }
      if let last = result.last, last != UInt8(ascii: ":") { result.append(UInt8(ascii: ":")) }
      Self.append(groups[index], width: 1, to: &result)
      index += 1
    }
    return Text(result)
  }

  /// IPv6 in full: eight groups of four lower-case digits, 39 bytes (contract 3.7). IPv4 unchanged.
  public var expandedText: Text {
    guard family == .v6 else { return text }
    var result: [UInt8] = []
    for group in groups {
      if !result.isEmpty { result.append(UInt8(ascii: ":")) }
      Self.append(group, width: 4, to: &result)
    }
    return Text(result)
  }

  /// The first address of a family in free text, such as a check-IP page.
  ///
  /// A candidate is a whole run of the bytes an address can have, so two addresses are never joined
  /// and `1.2.3.4567` or `999.1.1.1` is none. A trailing full stop or colon may end a sentence.
  public static func first(in text: [UInt8], family: Family) -> IPAddress? {
    let runs = text.split(whereSeparator: { byte in
      byte.hexValue == nil && byte != UInt8(ascii: ".") && byte != UInt8(ascii: ":")
        && !byte.isLetter
    })
    for run in runs {
      // "Address:203.0.113.7" is one run: what follows the word may be an address.
      let address = ending(run) ?? ending(afterLabel(run, family: family))
      if let address, address.family == family { return address }
    }
    return nil
  }

  /// The address that a run is, but for full stops and colons at its end.
  private static func ending(_ run: ArraySlice<UInt8>) -> IPAddress? {
    var candidate = run
    // Bounded by an ellipsis, so that a page of nothing but full stops costs no time.
    for _ in 0...3 {
      if let address = IPAddress(candidate) { return address.unmapped }
      guard let last = candidate.last, last == UInt8(ascii: ".") || last == UInt8(ascii: ":")
      else { return nil }
      candidate.removeLast()
    }
    return nil
  }

  /// What follows the last colon for IPv4; for IPv6 what follows the first one, when no group of
  /// an address stands before it.
  private static func afterLabel(
    _ run: ArraySlice<UInt8>, family: Family
  ) -> ArraySlice<UInt8> {
    let colon = UInt8(ascii: ":")
    let found = family == .v4 ? run.lastIndex(of: colon) : run.firstIndex(of: colon)
    guard let found else { return [] }
    let label = run[..<found]
    if family == .v6, label.count <= 4, label.allSatisfy({ $0.hexValue != nil }) { return [] }
    return run[(found + 1)...]
  }

  private var groups: [UInt16] {
    (0..<8).map {
      UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4)))
    }
  }

  private static func quad(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    var (value, digits) = (0, 0)
    for index in text.startIndex...text.endIndex {
      if index < text.endIndex, text[index].isDigit {
        // Nothing follows a zero at the beginning.
        guard digits == 0 || value > 0 else { return nil }
        value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
        digits += 1
        guard value <= 255 else { return nil }
      } else {
        guard index == text.endIndex || text[index] == UInt8(ascii: "."), digits > 0 else {
          return nil
        }
        octets.append(UInt8(value))
        (value, digits) = (0, 0)
      }
    }
    return octets.count == 4 ? octets : nil
  }

  private static func groups(_ text: [UInt8]) -> [UInt16]? {
    guard text.count <= 45 else { return nil }
    guard let gap = text.firstIndex(of: [UInt8]("::")) else {
      guard let all = run(text[...]), all.count == 8 else { return nil }
      return all
    }
    guard let head = run(text[..<gap], quadAllowed: false), let tail = run(text[(gap + 2)...]),
      head.count + tail.count <= 7
    else { return nil }
    return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
  }

  /// Groups separated by single colons; the last may be a dotted quad.
  private static func run(_ text: ArraySlice<UInt8>, quadAllowed: Bool = true) -> [UInt16]? {
    guard !text.isEmpty else { return [] }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if part.contains(UInt8(ascii: ".")) {
        guard quadAllowed, index == parts.count - 1, let quad = quad(part) else { return nil }
        groups.append(UInt16(quad[0]) << 8 | UInt16(quad[1]))
        groups.append(UInt16(quad[2]) << 8 | UInt16(quad[3]))
        continue
      }
      guard (1...4).contains(part.count) else { return nil }
      var value: UInt16 = 0
      for byte in part {
        guard let digit = byte.hexValue else { return nil }
        value = value << 4 | UInt16(digit)
      }
      groups.append(value)
    }
    return groups
  }

  /// The longest run of two or more zero groups, the first of equals; empty when there is none.
  private static func longestGap(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...8 {
      if index < 8, groups[index] == 0 { continue }
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    return best
  }

  private static func append(_ group: UInt16, width: Int, to result: inout [UInt8]) {
    for digit in 0..<4 {
      let shift = UInt16(12 - 4 * digit)
      if group >> shift == 0, 4 - digit > width { continue }
      result.append(UInt8(truncatingIfNeeded: group >> shift).hexDigit)
    }
  }
}
