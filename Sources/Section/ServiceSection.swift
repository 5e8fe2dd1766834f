// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// One `config service` of /etc/config/ddns with its defaults applied (contract 1.3).
///
/// It is a class because code that copies forty fields is large. What a command line says besides is
/// put into the section before it is read.
public final class ServiceSection: Sendable {
  /// Where the current address comes from (`ip_source`).
  public enum Source: Equatable, Sendable {
    /// A logical network of netifd (`ip_network`).
    case network([UInt8])
    /// A network device, or `@` and a logical network whose device it is (`ip_interface`).
    case interface([UInt8])
    /// Who sees the address, such as pages that show the caller's (`ip_url`).
    case web([[UInt8]])
    /// A program with its arguments (`ip_script`).
    case script([[UInt8]])
    /// The prefix of a network or a device, with the end of some host's address.
    indirect case prefix(of: Source, HostPart)

    /// The logical network that has to be asked for; nil when there is none.
    public var network: [UInt8]? {
      switch self {
      case .network(let network): return network
      case .interface(let device):
        return device.lastIndex(of: UInt8(ascii: "@")).map { Array(device[($0 + 1)...]) }
      case .prefix(of: let place, _): return place.network
      case .web, .script: return nil
      }
    }
  }

  /// What makes a server trustworthy (`cacert`).
  public enum Trust: Equatable, Sendable {
    /// The system's certificates.
    case system
    /// A file of certificates, or a directory of such files.
    case path([UInt8])
    /// Everything: `IGNORE`.
    case anything
  }

  /// What has to show that an update has arrived (`verify`).
  public enum Verification: Equatable, Sendable {
    /// The DNS, as every client sees it.
    case dns
    /// The servers of the name's own zone: no cache can be wrong.
    case authoritative
    /// The provider's answer: nothing is looked up, neither before nor after an update.
    case answer
    /// Nothing; the same as `answer`, and said so.
    case none
    /// The provider itself: its script, or a page of its own.
    case api

    /// Whether registered addresses are looked up at all.
    public var looksUp: Bool {
      switch self {
      case .dns, .authoritative, .api: true
      case .answer, .none: false
      }
    }
  }

  /// What the provider is told when the section is stopped (`offline`).
  public enum Offline: Equatable, Sendable {
    /// Nothing.
    case nothing
    /// That there is no address any more, in the way the provider has for it.
    case request
    /// This address in place of ours.
    case address(IPAddress)
    /// What stands in this URL.
    case page([UInt8])
  }

  /// The section's name.
  public let name: [UInt8]
  /// The line it begins on.
  public let line: Int
  /// Whether it is to run at all.
  public let isEnabled: Bool
  /// The logical network whose hotplug events start it.
  public let interface: [UInt8]
  /// The provider; nil when the section has its own `update_url` or `update_script`.
  public let serviceName: [UInt8]?
  /// Its own URL template.
  public let updateURL: [UInt8]?
  /// Its own script.
  public let updateScript: [UInt8]?
  /// The name that is looked up; the first of `domain` when the option is absent.
  public let lookupHost: [UInt8]
  /// What stands for `[DOMAIN]`; several names are separated by commas.
  public let domain: [UInt8]
  /// What stands for `[USERNAME]`.
  public let username: [UInt8]
  /// What stands for `[PASSWORD]`.
  public let password: Secret
  /// What stands for `[PARAMENC]`.
  public let encodedParameter: Secret
  /// What stands for `[PARAMOPT]`, as it is.
  public let rawParameter: [UInt8]
  /// Whether a DNS update takes only the address away that was accepted last.
  public let keepsOthers: Bool
  /// Whether a URL that begins with `http:` is used with `https:`.
  public let usesHTTPS: Bool
  /// Which certificates are trusted.
  public let trust: Trust
  /// Where the current address comes from.
  public let source: Source
  /// Where in the JSON of a page of `ip_url` the address is; nil for a page that is none.
  public let pageField: [UInt8]?
  /// The expression whose first group, or else all of it, the address is in.
  public let pagePattern: [UInt8]?
  /// The family of addresses the section is about.
  public let family: IPAddress.Family
  /// Whether requests leave by that family, too.
  public let forcesFamily: Bool
  /// What the provider is told when the section is stopped.
  public let offline: Offline
  /// The server to ask about the registered address: `host`, `host:port`, `[v6]:port`.
  public let dnsServer: [UInt8]?
  /// Whether that is done over TCP only.
  public let forcesDNSOverTCP: Bool
  /// What has to show that an update has arrived.
  public let verification: Verification
  /// Whether the registered address is the glue that the parent zone has for a name server.
  public let isGlue: Bool
  /// Whether the provider's script is asked for the registered address before DNS is.
  public let usesAPICheck: Bool
  /// Whether DNS is what tells the registered address, and nobody else is asked for it.
  public var asksDNS: Bool {
    !usesAPICheck && (verification == .dns || verification == .authoritative)
  }
  /// What its requests go through.
  public let proxy: ProxyServer?
  /// The logical network, or a device, requests have to leave by (`bind_network`).
  public let bindNetwork: [UInt8]?
  /// The User-Agent of its requests.
  public let userAgent: [UInt8]
  /// How often it does what.
  public let schedule: Schedule
  /// The least severity that goes to syslog, 0 = nothing (contract 7.4).
  public let syslogLevel: Int64
  /// Whether it has a log file.
  public let usesLogFile: Bool
  /// A number that changes when an option does that concerns what the provider answers.
  public var fingerprint: UInt64 { Fingerprint.ofConcern(to: section) }
  /// That number as older state files have it.
  public var formerFingerprint: UInt64 { Fingerprint.former(section) }
  /// A number that changes when any option does.
  public var wholeFingerprint: UInt64 { Fingerprint.whole(section) }
  /// Only the runner asks for these numbers, so they are not made for each of its tools.
  private let section: UCISection
  /// Hides everything of the section that must not be shown.
  public let redactor: Redactor

  /// Reads a section; the first problem is thrown.
  public convenience init(_ section: UCISection) throws(ConfigError) {
    var problems: [ConfigError] = []
    self.init(section, problems: &problems)
    if let first = problems.first { throw first }
  }

  /// Reads a section, and adds whatever is wrong. Only what every program needs is checked here: a
  /// missing provider is found when one is looked for, a missing `domain` when a URL wants it.
  public init(_ section: UCISection, problems: inout [ConfigError]) {
    let options = OptionReader(section, .service)
    self.section = section
    name = section.name
    line = section.line
    redactor = Redactor(section)
    isEnabled = options.flag("enabled")
    interface = options.text("interface") ?? []
    serviceName = options.text("service_name").flatMap { Self.isCustom($0) ? nil : $0 }
    updateURL = serviceName == nil ? options.text("update_url") : nil
    updateScript = serviceName == nil ? options.text("update_script") : nil
    domain = options.text("domain") ?? []
    lookupHost = options.text("lookup_host") ?? Self.firstHost(of: domain)
    username = options.text("username") ?? []
    password = Secret(options.text("password") ?? [])
    encodedParameter = Secret(options.text("param_enc") ?? [])
    rawParameter = options.text("param_opt") ?? []
    keepsOthers = options.flag("keep_others")
    usesHTTPS = options.flag("use_https")
    trust = Self.trust(options.text("cacert"))
    family = options.flag("use_ipv6") ? .v6 : .v4
    forcesFamily = options.flag("force_ipversion")
    dnsServer = Self.dnsServer(options)
    forcesDNSOverTCP = options.flag("force_dnstcp")
    verification = Self.verification(options)
    isGlue = options.flag("is_glue")
    usesAPICheck = options.flag("use_api_check")
    proxy = Self.proxy(options)
    bindNetwork = options.text("bind_network")
    userAgent = Self.agent(options.text("user_agent"))
    syslogLevel = options.number("use_syslog") ?? 0
    usesLogFile = options.flag("use_logfile")
    schedule = Self.schedule(options)
    source = Self.source(options, family: family)
    offline = Self.offline(options, family)
    pageField = options.text("ip_json")
    pagePattern = options.text("ip_regex")
    problems += options.problems
  }
}

extension ServiceSection {
  /// The pages an IPv4 and an IPv6 section ask when `ip_url` is not set.
  static let defaultPage: Literal = "http://checkip.dyndns.com"
  static let defaultPageIPv6: Literal = "http://checkipv6.dyndns.com"

  /// The names in `domain`.
  public var hosts: [[UInt8]] {
    domain.split(separator: UInt8(ascii: ",")).map { Array($0.trimmed) }
  }

  /// The first of several names; `host@zone` of script providers is a host of the zone.
  static func firstHost(of domain: [UInt8]) -> [UInt8] {
    let first = domain.split(separator: UInt8(ascii: ",")).first.map { Array($0.trimmed) } ?? []
    guard let at = first.firstIndex(of: UInt8(ascii: "@")) else { return first }
    let host = first[..<at]
    let zone = Array(first[(at + 1)...])
    return host.isEmpty ? zone : Array(host) + [UInt8(ascii: ".")] + zone
  }

  /// Whether a `service_name` says that the section has its own URL or script: LuCI shows these
  /// words for such a section, and some tools store them.
  public static func isCustom(_ serviceName: [UInt8]) -> Bool {
    switch serviceName {
    case "", "-", "custom", "--custom--": true
    default: false
    }
  }

  /// What `cacert` means; nothing or an empty text is the system's.
  public static func trust(_ path: [UInt8]?) -> Trust {
    guard let path, !path.isEmpty else { return .system }
    return path == "IGNORE" ? .anything : .path(path)
  }

  private static func dnsServer(_ options: OptionReader) -> [UInt8]? {
    guard let text = options.text("dns_server") else { return nil }
    // Brackets and a link-local address's device are more than ddns-scripts allows, and no harm.
    let bare = text.filter { !$0.isOne(of: "[]%") }
    guard let violation = CheckedOption.dnsServer.violation(in: bare) else { return text }
    options.note("dns_server", violation)
    return nil
  }

  private static func verification(_ options: OptionReader) -> Verification {
    switch options.text("verify") ?? [] {
    case "dns": return .dns
    case "authoritative": return .authoritative
    case "answer": return .answer
    case "none": return .none
    case "api": return .api
    case let other:
      options.complain(
        "verify", "is '\(other)': use 'dns', 'authoritative', 'api', 'answer' or 'none'")
      return .dns
    }
  }

  private static func proxy(_ options: OptionReader) -> ProxyServer? {
    guard let text = options.text("proxy") else { return nil }
    do throws(ProxyServer.Problem) { return try ProxyServer(text) } catch {
      let what: Literal = error == .noPort ? "has no port" : "is no proxy"
      options.complain("proxy", "\(what): use [user:password@]host:port")
      return nil
    }
  }

  /// Quotes become blanks and blanks are joined (contract 1.3); controls would end the field.
  private static func agent(_ text: [UInt8]?) -> [UInt8] {
    guard let text else { return [UInt8](Product.userAgent) }
    let words = text.split { $0 <= 32 || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") }
    return Array(words.joined(separator: [UInt8(ascii: " ")]))
  }

  private static func schedule(_ options: OptionReader) -> Schedule {
    let usual = Schedule.usual
    let least = options.seconds("check_interval_min", unit: "check_unit")
    let minimum = max(least ?? Schedule.checkFloor, 1)
    let check = max(
      options.seconds("check_interval", unit: "check_unit") ?? usual.check, minimum)
    let force = options.seconds("force_interval", unit: "force_unit") ?? usual.force
    let schedule = Schedule(
      check: check, force: max(force > 0 ? force : usual.force, check),
      retry: max(options.seconds("retry_interval", unit: "retry_unit") ?? 0, 1),
      retryMaxCount: options.number("retry_max_count") ?? 0, isRunOnce: force == 0,
      backsOff: options.flag("retry_backoff"), checkMinimum: minimum)
    return schedule == usual ? usual : schedule
  }

  private static func offline(_ options: OptionReader, _ family: IPAddress.Family) -> Offline {
    let text = options.text("offline") ?? []
    if let flag = OptionRow.flag(text) { return flag ? .request : .nothing }
    if let address = IPAddress(text), address.family == family { return .address(address) }
    if text.hasPrefix("http") { return .page(text) }
    options.complain("offline", "is '\(text)': use 1, 0, an address of the family, or a URL")
    return .nothing
  }

  private static func source(
    _ options: OptionReader, family: IPAddress.Family
  ) -> Source {
    let isIPv4 = family == .v4
    let network = options.text("ip_network") ?? [UInt8](isIPv4 ? "wan" : "wan6")
    switch options.text("ip_source") ?? [] {
    case "network": return .network(network)
    case "interface": return .interface(options.text("ip_interface") ?? [])
    case "web":
      let pages = (options.text("ip_url") ?? []).words.map { Array($0) }
      return .web(pages.isEmpty ? [[UInt8](isIPv4 ? defaultPage : defaultPageIPv6)] : pages)
    case "script":
      let words = (options.text("ip_script") ?? []).shellWords
      if words.isEmpty {
        options.note(
          "ip_script",
          "No script defined to detect current IP! Set 'ip_script' to a program, or use another 'ip_source'"
        )
      }
      return .script(words)
    case "prefix": return prefix(options, network, family)
    case let other:
      options.note(
        "ip_source",
        "get_current_ip: Unsupported source '\(other)': use 'network', 'interface', 'web', 'script' or 'prefix'"
      )
      return .network(network)
    }
  }

  /// The prefix of `ip_interface` when only that is set, else that of a network, which is the LAN's.
  private static func prefix(
    _ options: OptionReader, _ network: [UInt8], _ family: IPAddress.Family
  ) -> Source {
    var place = Source.network(options.isSet("ip_network") ? network : [UInt8]("lan"))
    if !options.isSet("ip_network"), options.isSet("ip_interface") {
      place = .interface(options.text("ip_interface") ?? [])
    }
    if family == .v4 { options.note("ip_source", "ip_source 'prefix' needs use_ipv6 '1'") }
    let suffix = options.text("ip_suffix") ?? []
    guard let host = HostPart(suffix: suffix, mac: options.text("ip_mac") ?? []) else {
      options.note(
        "ip_suffix",
        "ip_source 'prefix': set ip_suffix to an IPv6 address such as '::1234', or ip_mac to a MAC such as '02:00:5e:00:53:01' and ip_suffix to 'eui64' or 'neighbour'"
      )
      return place
    }
    return .prefix(of: place, host)
  }
}
