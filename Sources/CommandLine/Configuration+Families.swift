// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// A section with `use_ipv6 'both'` is two: one of its name for IPv4, and behind it one for IPv6, whose
/// name ends with `_v6`.
///
/// Each has its state, its files and its policy, as any section has; what they share is the process,
/// the budget, and a request that has room for both (`SectionRun+Sibling.swift`).
extension Configuration {
  private static func second(_ name: [UInt8]) -> [UInt8] { name + [UInt8]("_v6") }

  /// A package with two sections for each of both families. Where the second name is taken, none is
  /// made, and `use_ipv6` has a value that is no good.
  static func families(_ package: UCIPackage) -> UCIPackage {
    var result = package
    result.replaceSections { section in
      guard section.type == "service", section.option("use_ipv6") ?? [] == "both",
        package.section(named: second(section.name)) == nil
      else { return [section] }
      var (first, other) = (section, section.renamed(second(section.name)))
      first.replace("use_ipv6", with: [UInt8]("0"))
      other.replace("use_ipv6", with: [UInt8]("1"))
      if section.option("ip_source") ?? [] == "prefix" {
        // By IPv4 a host of the LAN is reached at our address.
        first.replace("ip_source", with: [UInt8]("network"))
        first.replace("ip_network", with: [])
      }
      return [first, other]
    }
    return result
  }

  /// The section a user means by a name or by `@service[n]`, which counts those that are written.
  public func find(_ reference: [UInt8]) -> UCISection? {
    let name =
      reference.first == UInt8(ascii: "@") ? written.section(at: reference)?.name : reference
    guard let section = package.section(named: name ?? []), !section.options.isEmpty else {
      return nil
    }
    return section
  }

  /// A section and, if it is the first of two, the second.
  public func whole(_ section: UCISection) -> [UCISection] {
    let name = Self.second(section.name)
    guard isSecond(name, of: section.name), let second = package.section(named: name) else {
      return [section]
    }
    return [section, second]
  }

  /// Whether this is the name of the second section of two; that of one that is written is not.
  public func isSecond(_ name: [UInt8], of first: [UInt8]) -> Bool {
    name == Self.second(first) && written.section(named: name) == nil
  }
}
