// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// Numbers that change when options do: not for secrecy, only to see that something has changed.
///
/// They are sums over the options, so that the order of lines means nothing.
enum Fingerprint {
  /// Over what decides how the provider answers: what is in a request, what it is about, and how it
  /// gets there. How a value is spelt makes no difference, nor does a default that is written out.
  /// An option that nobody knows may be one that a script sends.
  static func ofConcern(to section: UCISection) -> UInt64 {
    let isDNSUpdate = section.sendsDNSUpdates
    return sum(section) { option in
      guard let row = OptionTable.row(option.name) else { return option.listed }
      let isServer = option.name == "dns_server" || option.name == "force_dnstcp"
      if row.concern == .router, !(isDNSUpdate && isServer) { return nil }
      var value = row.value(of: option)
      if row.kind == .flag, let flag = OptionRow.flag(value) { value = [flag ? 49 : 48] }
      return value == row.fallback ? nil : value
    }
  }

  /// Over all options as they are written.
  static func whole(_ section: UCISection) -> UInt64 { sum(section) { $0.listed } }

  /// What state files had until November 2026: fewer options, in the order of the file.
  static func former(_ section: UCISection) -> UInt64 {
    var hash = FNV()
    for option in section.options {
      guard let row = OptionTable.row(option.name), row.concern == .request, row.kind != .foreign
      else { continue }
      hash.mix(option.name)
      hash.mix(option.listed)
    }
    return hash.value
  }

  private static func sum(_ section: UCISection, _ text: (UCIOption) -> [UInt8]?) -> UInt64 {
    var sum: UInt64 = 1
    for option in section.options {
      guard let text = text(option) else { continue }
      var hash = FNV()
      hash.mix(option.name)
      hash.mix(text)
      sum &+= hash.value
    }
    return sum
  }
}

/// FNV-1a of texts one after the other.
private struct FNV {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func mix(_ bytes: [UInt8]) {
    for byte in bytes + [0] { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}

extension UCIOption {
  /// The value, or the items of a list with a zero byte between them.
  fileprivate var listed: [UInt8] {
    switch value {
    case .option(let value): value
    case .list(let items): Array(items.joined(separator: [0]))
    }
  }
}

extension UCISection {
  /// Whether the server that is asked is the one that is told, too.
  fileprivate var sendsDNSUpdates: Bool {
    options.contains { option in
      option.values.contains {
        option.name == "service_name"
          ? $0.equalsIgnoringCase("bind-nsupdate") : $0.hasPrefix("dns://")
      }
    }
  }
}
