// SPDX-License-Identifier: Apache-2.0

import Wire

extension UCIPackage {
  /// The bytes that `uci show` prints for the package.
  ///
  /// - Parameter extended: Anonymous sections as `@service[0]`, as `uci show` has it; false prints
  ///   their generated names, as `uci -X show` does.
  public func show(extended: Bool = true) -> [UInt8] {
    var result: [UInt8] = []
    for (index, section) in sections.enumerated() {
      let reference =
        extended && section.isAnonymous ? extendedReference(of: index) : section.name
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

  private func extendedReference(of index: Int) -> [UInt8] {
    let type = sections[index].type
    let position = sections[..<index].filter { $0.type == type }.count
    let text: Text = "@\(type)[\(position)]"
    return text.bytes
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
