// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// Reads the page that the DynDNS service of Simple DNS Plus answers with, by its `meta` tag: HTTP
/// status 200 means nothing there.
enum SimpleDNS {
  private static func result(_ page: [UInt8]) -> ArraySlice<UInt8>? {
    MetaTag.content(of: "DynDNS-Result", in: page)
  }

  /// Whether the bytes look like an answer of this kind.
  static func recognises(_ page: [UInt8]) -> Bool { result(page) != nil }

  /// The outcome of an answer; nil when it has no such tag.
  static func outcome(of page: [UInt8]) -> Outcome? {
    guard let result = result(page) else { return nil }
    if result.equalsIgnoringCase("OK") { return Outcome(.good) }
    let heading = heading(page)
    return Outcome(word(heading.lowercased), quote: Quote(heading.indices, of: page))
  }

  /// What is wrong stands in the heading.
  private static func heading(_ page: [UInt8]) -> ArraySlice<UInt8> {
    guard let start = page.lowercased.firstIndex(of: [UInt8]("<h1>")) else { return [] }
    return page[(start + 4)...].prefix { $0 != UInt8(ascii: "<") }
  }

  private static func word(_ error: [UInt8]) -> ResultWord {
    for (part, word) in [
      ("not enabled", .badagent), ("user", .badauth), ("password", .badauth),
      ("ip address", .badparam), ("ttl", .badparam),
    ] as [(Literal, ResultWord)] where error.firstIndex(of: [UInt8](part)) != nil {
      return word
    }
    return .unknown
  }
}
