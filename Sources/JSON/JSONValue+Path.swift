// SPDX-License-Identifier: Apache-2.0

import Wire

extension JSONValue {
  /// What is at a path such as `data.list[0].ip`; nil when there is nothing.
  public func value(at path: [UInt8]) -> JSONValue? {
    var value = self
    for step in path.split(whereSeparator: { $0.isOne(of: ".[]") }) {
      let index = step.decimalValue.map { Int(truncatingIfNeeded: min($0, 1 << 30)) }
      guard let next = value[Array(step)] ?? index.flatMap({ value[$0] }) else { return nil }
      value = next
    }
    return value
  }
}
