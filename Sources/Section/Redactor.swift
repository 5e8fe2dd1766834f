// SPDX-License-Identifier: Apache-2.0

import Wire

/// Takes secrets out of text by their value, in every encoding a request or an echo may have them.
///
/// Each character of a secret may show as it is or as an escape (`EscapedText`), with quotes and line
/// ends of a shell or of base 64 in between; all of them mixed. Besides there is base 64 of anything
/// that has the secret in it.
public struct Redactor: Sendable {
  /// Shorter values are no secrets, and hiding each of their letters would hide everything else.
  public static let shortestSecret = 3

  /// One thing to look for, part of `bytes`.
  struct Needle {
    var start: Int
    var end: Int
    var isBase64: Bool
  }

  private(set) var bytes: [UInt8] = []
  /// Three bits for each byte, below.
  private var marks = [UInt8](repeating: 0, count: 256)
  /// That a secret may begin with the byte: as it is, as the beginning of an escape or of a character.
  private static let start: UInt8 = 1
  /// With which two bytes as they are, and with which three, by a number of eight bits for them.
  private static let pair: UInt8 = 2
  private static let triple: UInt8 = 4

  private func has(_ mark: UInt8, _ number: Int) -> Bool { marks[number] & mark > 0 }
  private(set) var needles: [Needle] = []

  /// Hides nothing.
  public init() {}

  /// Hides a secret.
  public mutating func add(_ secret: Secret) {
    let value = secret.revealed
    guard value.count >= Self.shortestSecret,
      !needles.contains(where: { bytes[$0.start..<$0.end].elementsEqual(value) })
    else { return }
    insert(value[...], isBase64: false)
    // The digits that depend on nothing but the secret, with 0, 1 and 2 bytes before it.
    for shift in 0..<3 {
      let code = Base64.encode([UInt8](repeating: 0, count: shift) + value)
      let core = code[((shift * 8 + 5) / 6)..<((shift + value.count) * 8 / 6)]
      if core.count > 3 { insert(core, isBase64: true) }
    }
  }

  private mutating func insert(_ value: ArraySlice<UInt8>, isBase64: Bool) {
    if needles.isEmpty {
      for byte in UInt8.min ... .max where byte >= 128 || EscapedText.isLead(byte) {
        marks[Int(byte)] |= Self.start
      }
    }
    let start = bytes.count
    bytes += value
    // Of each of the first three bytes as it is and, in base 64, as the other alphabet has it.
    for choice in 0..<8 {
      let first = Self.spelling(value[value.startIndex], isBase64 && choice & 1 > 0)
      let second = Self.spelling(value[value.startIndex + 1], isBase64 && choice & 2 > 0)
      let third = Self.spelling(value[value.startIndex + 2], isBase64 && choice & 4 > 0)
      marks[Int(first)] |= Self.start
      marks[Self.number(first, second)] |= Self.pair
      marks[Self.number(first, second, third)] |= Self.triple
      if !isBase64 { break }
    }
    needles.append(Needle(start: start, end: bytes.count, isBase64: isBase64))
  }

  private static func spelling(_ byte: UInt8, _ isForURLs: Bool) -> UInt8 {
    switch byte {
    case UInt8(ascii: "+") where isForURLs: UInt8(ascii: "-")
    case UInt8(ascii: "/") where isForURLs: UInt8(ascii: "_")
    default: byte
    }
  }

  private static func number(_ first: UInt8, _ second: UInt8, _ third: UInt8 = 0) -> Int {
    Int((first &* 37 ^ second) &* 11 ^ third)
  }

  /// The first place from `index` on where a secret may begin; nil when there is none. Three bytes tell
  /// more than one: the first letters of a secret are everywhere. Those behind the first may be an escape,
  /// or part of a character, or what comes between two characters.
  func start(in text: [UInt8], from index: Int) -> Int? {
    var index = index
    while index < text.count - 1 {
      let byte = text[index]
      if has(Self.start, Int(byte)) {
        let next = text[index + 1]
        let third = index + 2 < text.count ? text[index + 2] : 255
        if byte >= 128 || EscapedText.isLead(byte) { return index }
        if Self.isFiller(next) {
          if has(Self.pair, Self.number(byte, next)) || has(Self.pair, Self.number(byte, third))
            || Self.isOpen(third)
          {
            return index
          }
        } else if Self.isOpen(next)
          || has(Self.pair, Self.number(byte, next))
            && (has(Self.triple, Self.number(byte, next, third)) || Self.isOpen(third))
        {
          return index
        }
      }
      index += 1
    }
    return nil
  }

  /// Whether more than the byte itself may be meant by it, or nothing.
  @inline(never)
  private static func isOpen(_ byte: UInt8) -> Bool {
    byte >= 128 || EscapedText.isLead(byte) || isFiller(byte)
  }

  private static func isFiller(_ byte: UInt8) -> Bool {
    SecretSearch.fillers.bytes.contains(byte)
  }

  /// The text, or the part of it that is wanted, with each secret shown as `***`.
  @inline(never)
  public func redact(_ text: [UInt8], in part: Range<Int>? = nil) -> [UInt8] {
    let part = part ?? text.indices
    var result: [UInt8] = []
    var shown = part.lowerBound
    for span in SecretSearch.spans(of: self, in: text).spans {
      var (start, end) = (span.start, span.end)
      if span.isBase64 {
        // Its first and last digit are made of neighbouring bytes, too: the whole word goes.
        while start > shown, text[start - 1].isBase64 { start -= 1 }
        while end < text.count, text[end].isBase64 || text[end] == UInt8(ascii: "=") { end += 1 }
      }
      guard end > shown, start < part.upperBound else { continue }
      if start > shown { result += text[shown..<start] }
      result.append(literal: "***")
      shown = end
    }
    // Most texts have nothing to hide.
    if result.isEmpty, part == text.indices { return text }
    if shown < part.upperBound { result += text[shown..<part.upperBound] }
    return result
  }

  /// A text as it may leave the program: without secrets, and fit for a terminal.
  public func shown(_ text: Text) -> Text { Text(redact(text.bytes).printable) }

  /// What somebody else has said, as it may leave the program: without secrets, fit for a terminal,
  /// and cut last, for half a secret is not found.
  public func shown(_ quote: Quote, limit: Int, onOneLine: Bool = false) -> Text {
    var text = Array(redact(quote.text, in: quote.part).trimmed)
    if onOneLine { text = Array(text.words.joined(separator: [UInt8(ascii: " ")])) }
    return Text(text.printable.cut(to: limit))
  }
}

extension UInt8 {
  /// The digits of base 64 in both alphabets.
  fileprivate var isBase64: Bool { isLetter || isDigit || isOne(of: "+/-_") }
}
