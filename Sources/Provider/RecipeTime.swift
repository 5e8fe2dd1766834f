// SPDX-License-Identifier: Apache-2.0

import Wire

/// A time of day in the forms that signatures want (ISO 8601, in UTC).
struct RecipeTime {
  /// Seconds since 1970.
  let seconds: Int64

  /// `1700000000`.
  var unix: [UInt8] {
    var text: [UInt8] = []
    text.append(decimal: seconds)
    return text
  }

  /// `2023-11-14`.
  var date: [UInt8] { Array(full.prefix(10)) }
  /// `20231114T221320Z`.
  var compact: [UInt8] { full.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") } }
  /// `20231114`.
  var compactDate: [UInt8] { Array(compact.prefix(8)) }

  /// `2023-11-14T22:13:20Z`.
  var full: [UInt8] {
    // The year begins in March, so that the leap day is its last.
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = era * 400 + yearOfEra + (month > 9 ? 1 : 0)
    let rest = seconds % 86_400
    let numbers = [
      (month + 2) % 12 + 1, day, rest / 3600, rest / 60 % 60, rest % 60,
    ]
    var text: [UInt8] = []
    text.append(decimal: year)
    for (number, sign) in zip(numbers, [UInt8]("--T::")) {
      text.append(sign)
      if number < 10 { text.append(UInt8(ascii: "0")) }
      text.append(decimal: number)
    }
    return text + [UInt8(ascii: "Z")]
  }
}
