// SPDX-License-Identifier: Apache-2.0

import Wire

extension JSONValue {
  /// The value as JSON without white space.
  ///
  /// Quotes, backslashes and control characters are escaped, everything else in a string is written
  /// as it is. A number that is no integer has six decimals: printing every bit of one would take a
  /// hundredth of the whole program, which has no use for it. What JSON cannot say (infinite, not a
  /// number), or is over 2^53 and no exact integer, becomes `null`.
  public func encode() -> [UInt8] {
    var output: [UInt8] = []
    write(to: &output)
    return output
  }

  private func write(to output: inout [UInt8]) {
    switch self {
    case .null: output.append(literal: "null")
    case .bool(let value): output.append(literal: value ? "true" : "false")
    case .number(let value): Self.write(value, integer, to: &output)
    case .string(let text): Self.write(text, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        element.write(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ number: Double, _ integer: Int64?, to output: inout [UInt8]) {
    if let integer {
      output.append(decimal: integer)
    } else if number.magnitude < 9_007_199_254_740_992 {
      if number < 0 { output.append(UInt8(ascii: "-")) }
      let whole = Int64(number.magnitude)
      output.append(decimal: whole)
      output += fraction(Int64((number.magnitude - Double(whole)) * 1_000_000 + 0.5))
    } else {
      output.append(literal: "null")
    }
  }

  /// A point and up to six decimals of so many millionths.
  private static func fraction(_ millionths: Int64) -> [UInt8] {
    var digits: [UInt8] = []
    digits.append(decimal: 1_000_000 + min(millionths, 999_999))
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return [UInt8(ascii: ".")] + digits.dropFirst() + (digits.count > 1 ? [] : [UInt8(ascii: "0")])
  }

  private static func write(_ text: [UInt8], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): output.append(literal: "\\\"")
      case UInt8(ascii: "\\"): output.append(literal: "\\\\")
      case UInt8(ascii: "\n"): output.append(literal: "\\n")
      case UInt8(ascii: "\r"): output.append(literal: "\\r")
      case UInt8(ascii: "\t"): output.append(literal: "\\t")
      case 0..<0x20:
        output.append(literal: "\\u00")
        output.append((byte >> 4).hexDigit)
        output.append(byte.hexDigit)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }
}
