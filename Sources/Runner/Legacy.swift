// SPDX-License-Identifier: Apache-2.0

import DDNS
import Program
import Wire

/// The name and command lines under which ddns-scripts had its updater (contract 6.1).
enum Legacy {
  static let name: StaticString = "dynamic_dns_updater.sh"

  /// Whether the program was started under that name.
  static func isName(_ path: [UInt8]) -> Bool {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return Array(path[start...]) == name
  }

  /// The runner's command line for an old one: `SECTION [LEVEL]` of ddns-scripts up to 2.7.4, or
  /// options of later ones, after which words such as `-- start` say nothing.
  static func translated(_ arguments: [[UInt8]]) -> [[UInt8]] {
    guard let first = arguments.first, first.first != UInt8(ascii: "-") else {
      let end = arguments.firstIndex { $0 == "--" } ?? arguments.count
      return Array(arguments[..<end])
    }
    let level = arguments.count > 1 ? arguments[1] : [UInt8]("1")
    return [[UInt8]("-S"), first, [UInt8]("-v"), level]
  }

  /// All that callers of the old name know is 0 and 1.
  static func folded(_ status: Int32) -> Int32 { status == 0 ? 0 : 1 }
}
