// SPDX-License-Identifier: Apache-2.0

import Wire

extension UCIPackage {
  /// The bytes that `uci show` prints for the package.
  ///
  /// - Parameter extended: Anonymous sections as `@service[0]`, as `uci show` has it; false prints
  ///   their generated names, as `uci -X show` does.
  public func show(extended: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    var tally = TypeTally()
    for section in sections {
      let position = tally.next(of: section.type)
      let text: Text = "@\(section.type)[\(position)]"
      let reference = extended && section.isAnonymous ? text.bytes : section.name
      let path = name + [UInt8(ascii: ".")] + reference
      result += path + [UInt8(ascii: "=")] + section.type + [UInt8(ascii: "\n")]
      for option in section.options {
        result += path + [UInt8(ascii: ".")] + option.name + [UInt8(ascii: "=")]
        Self.append(option.value, to: &result)
        result.append(UInt8(ascii: "\n"))
      }
    }
    return result
  }

  private static func append(_ value: UCIOption.Value, to result: inout [UInt8]) {
    switch value {
    case .option(let text): append(quoting: text, to: &result)
    case .list(let items):
      for (index, item) in items.enumerated() {
        if index > 0 { result.append(UInt8(ascii: " ")) }
        append(quoting: item, to: &result)
      }
    }
  }

  private static func append(quoting text: [UInt8], to result: inout [UInt8]) {
    result.append(UInt8(ascii: "'"))
    for byte in text {
      if byte == UInt8(ascii: "'") {
        result.append(literal: "'\\''")
      } else {
        result.append(byte)
      }
    }
    result.append(UInt8(ascii: "'"))
  }
}

/// How many sections of each type there were so far.
private struct TypeTally {
  private var types: [[UInt8]] = []
  private var counts: [Int] = []

  /// The position of the next section of a type among its like, from 0.
  mutating func next(of type: [UInt8]) -> Int {
    guard let index = types.firstIndex(of: type) else {
      types.append(type)
      counts.append(1)
      return 0
    }
    counts[index] += 1
    return counts[index] - 1
  }
}
