// SPDX-License-Identifier: Apache-2.0

import Wire

extension HTTPStatus {
  /// No server makes us wait longer than a day: its clock or ours may be wrong.
  static let longestPause: Int64 = 86_400

  /// The pause in seconds, 1 to a day, that a `Retry-After` asks for (RFC 9110 §10.2.3); nil when
  /// it is malformed or names a time that has passed.
  func pause(retryAfter value: [UInt8]?, now: Int64) -> Int64? {
    guard let text = value?.trimmed else { return nil }
    let seconds: Int64
    if !text.isEmpty, text.allSatisfy({ $0.isDigit }) {
      seconds = text.decimalValue ?? Self.longestPause
    } else {
      guard let date = Self.date(Array(text)) else { return nil }
      seconds = date - now
    }
    return seconds > 0 ? min(seconds, Self.longestPause) : nil
  }

  /// The seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, IMF-fixdate).
  public static func date(_ text: [UInt8]) -> Int64? {
    let words = text.words
    guard words.count == 6, words[5].elementsEqual("GMT".utf8),
      let day = words[1].decimalValue, let month = month(words[2]),
      let year = words[3].decimalValue, (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let clock = Array(words[4]).pieces(separatedBy: UInt8(ascii: ":"))
    guard clock.count == 3, let hour = clock[0].decimalValue, let minute = clock[1].decimalValue,
      let second = clock[2].decimalValue, hour < 24, minute < 60, second <= 60
    else { return nil }
    return daysSince1970(year: year, month: month, day: day) * 86_400
      + hour * 3600 + minute * 60 + second
  }

  private static func month(_ name: ArraySlice<UInt8>) -> Int64? {
    let names: Literal = "janfebmaraprmayjunjulaugsepoctnovdec"
    guard name.count == 3 else { return nil }
    for month in 0..<12 {
      let start = month * 3
      if name.lowercased.elementsEqual(names.bytes[start..<(start + 3)]) { return Int64(month + 1) }
    }
    return nil
  }

  /// The day's number in the Gregorian calendar; the year begins in March, so that the leap day is
  /// its last.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
