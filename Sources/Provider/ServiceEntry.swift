// SPDX-License-Identifier: Apache-2.0

import Wire

/// What is known of a provider for one family: from its file, a row of a table, or the section.
///
/// A class, as all that is handed on and has many parts.
public final class ServiceEntry: Sendable {
  /// The `service_name`; empty when the section has a URL or a script of its own.
  public let name: [UInt8]
  /// How it is told an address.
  public let service: Service
  /// Where it shows what it has registered; nil when it does not.
  public let registered: RegisteredPage?
  /// The page that takes the address away; nil when it has none.
  public let offline: URLTemplate?
  /// What a user should know about it; empty when there is nothing.
  public let note: [UInt8]

  /// Its recipe; nil when it has another service.
  public var recipe: Recipe? {
    if case .recipe(let recipe) = service { recipe } else { nil }
  }

  /// Whether its recipe can say what is registered.
  public var canBeRead: Bool { recipe?.canRead == true }

  /// Joins the parts.
  public init(
    name: [UInt8] = [], _ service: Service, registered: RegisteredPage? = nil,
    offline: URLTemplate? = nil, note: [UInt8] = []
  ) {
    self.name = name
    self.service = service
    self.registered = registered
    self.offline = offline
    self.note = note
  }

  /// What a URL names that is not for HTTP; nil for any other text.
  private static func direct(_ target: [UInt8]) -> Service? {
    if let server = DNSTarget(target) { return .dnsUpdate(server) }
    return GnuDIP.Target(target).map { .gnuDIP($0) }
  }

  /// What a file or a row names: a URL, or else a script in /usr/lib/ddns.
  convenience init(
    name: [UInt8], target: [UInt8], _ rules: @autoclosure () throws(ServiceError) -> Service.Rules,
    keeps: [UInt8] = [], registered: RegisteredPage? = nil, offline: URLTemplate? = nil,
    note: [UInt8] = []
  ) throws(ServiceError) {
    let service: Service
    if target.hasPrefix("http") {
      service = .request(URLTemplate(target, keeps: keeps), try rules())
    } else {
      service = Self.direct(target) ?? .script([UInt8]("/usr/lib/ddns/") + target)
    }
    self.init(name: name, service, registered: registered, offline: offline, note: note)
  }

  /// A section's own `update_url`: any answer of a successful request will do, unless it has a
  /// dyndns2 word, Namecheap's error count or the tag of Simple DNS Plus in it.
  public convenience init(updateURL: [UInt8]) {
    self.init(Self.direct(updateURL) ?? .request(URLTemplate(updateURL), Service.Rules()))
  }
}
