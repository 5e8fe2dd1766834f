// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// Where a `service_name` is looked for, and under which names.
public enum ServiceAlias {
  /// One place to look for a service.
  public struct Place: Equatable, Sendable {
    /// The service's name in this place: the configured one, or what it is called today.
    public var name: [UInt8]
    /// The file.
    public var path: [UInt8]
    /// Whether the file is a text table; JSON otherwise.
    public var isTable: Bool
  }

  /// The service that the option's value names; nil when it names none.
  public static func serviceName(_ option: [UInt8]) throws(ServiceError) -> [UInt8]? {
    if ServiceSection.isCustom(option) { return nil }
    guard option.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: "/") }) else {
      throw ServiceError(.badName, service: option)
    }
    return option
  }

  /// The names to look for, in order: the name itself, then what became of it.
  public static func candidates(for name: [UInt8]) -> [[UInt8]] {
    guard let today = today(name) else { return [name] }
    return [name, [UInt8](today)]
  }

  /// All places in the order in which they count. The exact name is looked for everywhere before
  /// its successor is.
  public static func searchPaths(for name: [UInt8], family: IPAddress.Family) -> [Place] {
    let suffix: Literal = family == .v6 ? "_ipv6" : ""
    return candidates(for: name).flatMap { name in
      [
        Place(name: name, path: path("/usr/share/ddns/custom/", name, ".json"), isTable: false),
        Place(name: name, path: path("/etc/ddns/services", [], suffix), isTable: true),
        Place(name: name, path: path("/usr/share/ddns/default/", name, ".json"), isTable: false),
        Place(name: name, path: path("/usr/lib/ddns/services", [], suffix), isTable: true),
      ]
    }
  }

  /// Whether it is a name of Cloudflare's first API. ddns-scripts changed `host.zone` into
  /// `host@zone` when it renamed it, by a list of all public suffixes.
  public static func isRetiredCloudflare(_ name: [UInt8]) -> Bool {
    candidates(for: name).contains { $0 == "cloudflare.com-v1" }
  }

  private static func path(
    _ start: Literal, _ name: [UInt8], _ end: Literal
  ) -> [UInt8] {
    [UInt8](start) + name + [UInt8](end)
  }

  /// The renamings of ddns-scripts 2.7.6 and 2.7.8 (contract 1.3), and of its oldest tables.
  private static func today(_ name: [UInt8]) -> Literal? {
    switch name {
    case "freedns.afraid.org", "afraid.org": "afraid.org-keyauth"
    case "Bind-nsupdate": "bind-nsupdate"
    case "dyndns.org", "dyndns.com": "dyn.com"
    case "free.editdns.net": "editdns.net"
    case "FreeDNS.42.pl": "freedns.42.pl"
    case "domains.google.com": "google.com"
    case "loopia.com": "loopia.se"
    case "NoIP.com", "No-IP.com", "noip.com": "no-ip.com"
    case "spdns.de": "spdyn.de"
    case "strato.de": "strato.com"
    case "CloudFlare", "cloudflare.com": "cloudflare.com-v1"
    default: nil
    }
  }
}
