// SPDX-License-Identifier: Apache-2.0

import Wire

/// Reads the answers of the dyndns2 protocol and of its many imitations.
enum DynDNS2 {
  /// How far words are trusted to mean success.
  struct Trust: Equatable {
    /// `good` and `nochg`, wherever they stand out in the answer.
    var isSuccessStatus: Bool
    /// Also the imitations `ok`, `updated`, `nochange`.
    var takesDialect: Bool
  }

  /// One recognised line.
  final class Line {
    let word: ResultWord
    /// The pause of `wNNs`, in seconds.
    let pause: Int64?
    /// The first address behind the word.
    let address: IPAddress?
    /// Where it stands in the body.
    let text: ArraySlice<UInt8>

    init(
      _ word: ResultWord, pause: Int64? = nil, address: IPAddress? = nil, _ text: ArraySlice<UInt8>
    ) {
      self.word = word
      self.pause = pause
      self.address = address
      self.text = text
    }
  }

  /// The lines of an answer that begin with a result word, or the one word found in other text.
  ///
  /// As the protocol has it, the first line counts and lines that follow it directly. Failing that,
  /// mark-up is cut away and only words that are not everyday words are believed.
  static func lines(of body: [UInt8], trust: Trust) -> [Line] {
    var result: [Line] = []
    for line in body.lines where !line.trimmed.isEmpty {
      guard let recognised = plainLine(line, trust: trust) else { break }
      result.append(recognised)
    }
    if !result.isEmpty { return result }
    let text = withoutMarkup(body)
    for line in text.lines {
      guard let recognised = unmistakableLine(line, trust: trust) else { continue }
      result.append(recognised)
    }
    if result.isEmpty, let word = unmistakableWord(text, trust: trust) {
      result.append(Line(word, []))
    }
    return result
  }

  /// A line of an answer in plain text: any word the protocol or an imitation has.
  private static func plainLine(_ line: ArraySlice<UInt8>, trust: Trust) -> Line? {
    let text = withoutStatusPrefix(line)
    let token = firstToken(text)
    if let pause = pause(token) { return Line(.wait, pause: pause, text) }
    guard let word = standardWord(token) ?? dialectWord(token, of: text, trust: trust)
    else { return nil }
    let rest = text.dropFirst(token.count)
    return Line(word, address: firstAddress(in: rest), text)
  }

  /// A line out of a page of mark-up: `good` counts only with an address behind it.
  private static func unmistakableLine(_ line: ArraySlice<UInt8>, trust: Trust) -> Line? {
    let text = withoutStatusPrefix(line)
    let token = firstToken(text)
    guard let word = standardWord(token) else { return nil }
    let address = firstAddress(in: text.dropFirst(token.count))
    switch word {
    case .good:
      guard trust.isSuccessStatus, address != nil else { return nil }
    case .nochg:
      guard trust.isSuccessStatus else { return nil }
    default:
      guard isUnmistakable(word) else { return nil }
    }
    return Line(word, address: address, text)
  }

  /// The first failure in running text.
  private static func unmistakableWord(_ text: [UInt8], trust: Trust) -> ResultWord? {
    for token in text.split(whereSeparator: { !isTokenByte($0) }) {
      guard let word = standardWord(token), isUnmistakable(word) else { continue }
      if word != .nochg || trust.isSuccessStatus { return word }
    }
    return nil
  }

  private static func standardWord(_ token: ArraySlice<UInt8>) -> ResultWord? {
    let word = ResultWord(token)
    // These two are our own spellings.
    return word == .wait || word == .unknown ? nil : word
  }

  private static func dialectWord(
    _ token: ArraySlice<UInt8>, of line: ArraySlice<UInt8>, trust: Trust
  ) -> ResultWord? {
    switch token.lowercased {
    // Dynu's word for a request that it cannot serve.
    case "unknown": return line.count == token.count ? .nohost : nil
    case "unauth": return .badauth
    case "nofqdn": return .notfqdn
    case "conflict": return .nohost
    case "badip": return .badparam
    case "fatal": return .servererror
    case "toomanyrequests": return .interval
    case "ok", "updated": return trust.takesDialect ? .good : nil
    case "nochange": return trust.takesDialect ? .nochg : nil
    default: return nil
    }
  }

  /// Whether the word is no word of any language, so that it can be believed in running text.
  private static func isUnmistakable(_ word: ResultWord) -> Bool {
    switch word {
    case .nochg, .badauth, .badagent, .badsys, .badparam, .donator, .notfqdn, .nohost, .yours,
      .active, .numhost, .dnserr, .servererror:
      true
    case .good, .abuse, .emergency, .interval, .wait, .unknown: false
    }
  }

  /// The seconds of `w60s`, `w5m`, `w1h` or `w60`; at most a day.
  private static func pause(_ token: ArraySlice<UInt8>) -> Int64? {
    guard let first = token.first, first.lowercased == UInt8(ascii: "w") else { return nil }
    var digits = token.dropFirst()
    var unit: Int64 = 1
    if let last = digits.last, last.isLetter {
      switch last.lowercased {
      case UInt8(ascii: "s"): unit = 1
      case UInt8(ascii: "m"): unit = 60
      case UInt8(ascii: "h"): unit = 3600
      default: return nil
      }
      digits = digits.dropLast()
    }
    guard let value = digits.decimalValue else { return nil }
    return min(min(value, 86_400) * unit, 86_400)
  }

  /// The line without a byte-order mark, blanks, and a prefix such as `[200 OK]`.
  private static func withoutStatusPrefix(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = line
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    rest = rest.trimmed
    if rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
      rest = rest[(end + 1)...].trimmed
    }
    return rest
  }

  private static func firstToken(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.prefix(while: isTokenByte)
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  private static func firstAddress(in text: ArraySlice<UInt8>) -> IPAddress? {
    for piece in text.split(whereSeparator: { $0.isSpace || $0 == UInt8(ascii: ",") }) {
      if let address = IPAddress(piece) { return address }
    }
    return nil
  }

  /// The text with line ends in place of each tag, as long as it was.
  private static func withoutMarkup(_ body: [UInt8]) -> [UInt8] {
    var isInTag = false
    return body.map { byte in
      if byte == UInt8(ascii: "<") { isInTag = true }
      defer { if byte == UInt8(ascii: ">") { isInTag = false } }
      return isInTag || byte == UInt8(ascii: ">") ? UInt8(ascii: "\n") : byte
    }
  }
}
