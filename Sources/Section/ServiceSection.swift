// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

/// One `config service` of /etc/config/ddns with its defaults applied (contract 1.3).
///
/// Whoever has read one may change it, and shares it with whom it is handed to. It is a class because
/// code that copies forty fields is large.
public final class ServiceSection: @unchecked Sendable {
  /// Where the current address comes from (`ip_source`).
  public enum Source: Equatable, Sendable {
    /// A logical network of netifd (`ip_network`).
    case network([UInt8])
    /// A network device, or `@` and a logical network whose device it is (`ip_interface`).
    case interface([UInt8])
    /// A page that shows the caller's address (`ip_url`).
    case web([UInt8])
    /// A program with its arguments (`ip_script`).
    case script([[UInt8]])

    /// The logical network that has to be asked for; nil when there is none.
    public var network: [UInt8]? {
      switch self {
      case .network(let network): return network
      case .interface(let device):
        return device.lastIndex(of: UInt8(ascii: "@")).map { Array(device[($0 + 1)...]) }
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

  /// The section's name.
  public var name: [UInt8]
  /// The line it begins on.
  public var line: Int
  /// Whether it is to run at all.
  public var isEnabled = false
  /// The logical network whose hotplug events start it.
  public var interface: [UInt8]
  /// The provider; nil when the section has its own `update_url` or `update_script`.
  public var serviceName: [UInt8]?
  /// Its own URL template.
  public var updateURL: [UInt8]?
  /// Its own script.
  public var updateScript: [UInt8]?
  /// The name that is looked up; the first of `domain` when the option is absent.
  public var lookupHost: [UInt8]
  /// What stands for `[DOMAIN]`; several names are separated by commas.
  public var domain: [UInt8]
  /// What stands for `[USERNAME]`.
  public var username: [UInt8]
  /// What stands for `[PASSWORD]`.
  public var password: Secret
  /// What stands for `[PARAMENC]`.
  public var encodedParameter: Secret
  /// What stands for `[PARAMOPT]`, as it is.
  public var rawParameter: [UInt8]
  /// Whether a URL that begins with `http:` is used with `https:`.
  public var usesHTTPS: Bool
  /// Which certificates are trusted.
  public var trust: Trust
  /// Where the current address comes from.
  public var source: Source
  /// The family of addresses the section is about.
  public var family: IPAddress.Family
  /// Whether requests leave by that family, too.
  public var forcesFamily: Bool
  /// The server to ask about the registered address: `host`, `host:port`, `[v6]:port`.
  public var dnsServer: [UInt8]?
  /// Whether that is done over TCP only.
  public var forcesDNSOverTCP: Bool
  /// What has to show that an update has arrived.
  public var verification: Verification
  /// Whether the registered address is the glue that the parent zone has for a name server.
  public var isGlue: Bool
  /// Whether the provider's script is asked for the registered address before DNS is.
  public var usesAPICheck: Bool
  /// The proxy, `[user:pass@]host:port`.
  public var proxy: Secret?
  /// The logical network, or a device, requests have to leave by (`bind_network`).
  public var bindNetwork: [UInt8]?
  /// The User-Agent of its requests.
  public var userAgent: [UInt8]
  /// How often it does what.
  public var schedule: Schedule
  /// The least severity that goes to syslog, 0 = nothing (contract 7.4).
  public var syslogLevel: Int64
  /// Whether it has a log file.
  public var usesLogFile: Bool
  /// A number that changes when an option that concerns the provider does.
  public let fingerprint: UInt64
  /// A number that changes when any option does.
  public let wholeFingerprint: UInt64
  /// Hides everything of the section that must not be shown.
  public var redactor: Redactor
  /// The most milliseconds that finding the current address may take; nil = no limit.
  /// No option: LuCI's helper asks while a person waits.
  public var patience: Int64?

  /// Reads a section. Only what every program needs is checked here: a missing provider is found
  /// when one is looked for, a missing `domain` when a URL wants it.
  public init(_ section: UCISection) throws(ConfigProblem) {
    let options = OptionReader(section: section)
    name = section.name
    line = section.line
    redactor = Redactor(section)
    fingerprint = Self.fingerprint(of: section, all: false)
    wholeFingerprint = Self.fingerprint(of: section, all: true)
    isEnabled = try options.flag("enabled")
    interface = options.text("interface") ?? [UInt8]("wan")
    serviceName = options.text("service_name").flatMap { Self.isCustom($0) ? nil : $0 }
    updateURL = serviceName == nil ? options.text("update_url") : nil
    updateScript = serviceName == nil ? options.text("update_script") : nil
    domain = section.option("domain") ?? Self.joined(section.list("domain") ?? [])
    lookupHost = options.text("lookup_host") ?? Self.firstHost(of: domain)
    username = options.text("username") ?? []
    password = Secret(options.text("password") ?? [])
    encodedParameter = Secret(options.text("param_enc") ?? [])
    rawParameter = options.text("param_opt") ?? []
    usesHTTPS = try options.flag("use_https")
    trust = Self.trust(options.text("cacert"))
    family = try options.flag("use_ipv6") ? .v6 : .v4
    forcesFamily = try options.flag("force_ipversion")
    dnsServer = try Self.dnsServer(options)
    forcesDNSOverTCP = try options.flag("force_dnstcp")
    verification = try Self.verification(options)
    isGlue = try options.flag("is_glue")
    usesAPICheck = try options.flag("use_api_check")
    proxy = options.text("proxy").map { Secret($0) }
    bindNetwork = options.text("bind_network")
    userAgent = Self.agent(options.text("user_agent"))
    syslogLevel = try options.number("use_syslog") ?? 2
    usesLogFile = try options.flag("use_logfile", default: true)
    schedule = try Self.schedule(options)
    source = try Self.source(options, family: family)
  }
}

extension ServiceSection {
  /// The page that is asked for the address when `ip_url` is not set.
  static let defaultPage: StaticString = "http://checkip.dyndns.com"
  static let defaultPageIPv6: StaticString = "http://checkipv6.dyndns.com"

  /// The names in `domain`.
  public var hosts: [[UInt8]] {
    domain.split(separator: UInt8(ascii: ",")).map { Array($0.trimmed) }
  }

  private static func joined(_ items: [[UInt8]]) -> [UInt8] {
    Array(items.joined(separator: [UInt8(ascii: ",")]))
  }

  /// The first of several names; `host@zone` of script providers is a host of the zone.
  private static func firstHost(of domain: [UInt8]) -> [UInt8] {
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

  private static func dnsServer(_ options: OptionReader) throws(ConfigProblem) -> [UInt8]? {
    guard let text = options.text("dns_server") else { return nil }
    // Brackets and a link-local address's device are more than ddns-scripts allows, and no harm.
    let bare = text.filter { ![UInt8]("[]%").contains($0) }
    if let violation = CheckedOption.dnsServer.violation(in: bare) {
      throw ConfigProblem(line: options.section.line(of: [UInt8]("dns_server")) ?? 0, violation)
    }
    return text
  }

  private static func verification(_ options: OptionReader) throws(ConfigProblem) -> Verification {
    switch options.text("verify") ?? [UInt8]("dns") {
    case "dns": return .dns
    case "authoritative": return .authoritative
    case "answer": return .answer
    case "none": return .none
    case "api": return .api
    case let other:
      throw options.problem(
        "verify", "is '\(other)': use 'dns', 'authoritative', 'api', 'answer' or 'none'")
    }
  }

  /// Quotes become blanks and blanks are joined (contract 1.3); controls would end the field.
  private static func agent(_ text: [UInt8]?) -> [UInt8] {
    guard let text else { return [UInt8](Product.userAgent) }
    let words = text.split { $0 <= 32 || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") }
    return Array(words.joined(separator: [UInt8(ascii: " ")]))
  }

  private static func schedule(_ options: OptionReader) throws(ConfigProblem) -> Schedule {
    var schedule = Schedule()
    let unit = options.text("check_unit") ?? [UInt8]("minutes")
    if let count = try options.number("check_interval") {
      schedule.check = Schedule.seconds(count, unit)
    }
    let least = try options.number("check_interval_min").map { Schedule.seconds($0, unit) }
    schedule.checkMinimum = max(least ?? Schedule.checkFloor, 1)
    schedule.check = max(schedule.check, schedule.checkMinimum)
    if let force = try options.seconds("force_interval", unit: "force_unit", default: "hours") {
      schedule.isRunOnce = force == 0
      if force > 0 { schedule.force = force }
    }
    schedule.force = max(schedule.force, schedule.check)
    schedule.retry =
      try options.seconds("retry_interval", unit: "retry_unit", default: "seconds") ?? 60
    schedule.retry = max(schedule.retry, 1)
    schedule.retryMaxCount = try options.number("retry_max_count", "retry_count") ?? 0
    schedule.backsOff = try options.flag("retry_backoff", default: true)
    return schedule
  }

  private static func source(
    _ options: OptionReader, family: IPAddress.Family
  ) throws(ConfigProblem) -> Source {
    let isIPv4 = family == .v4
    switch options.text("ip_source") ?? [UInt8]("network") {
    case "network":
      return .network(options.text("ip_network") ?? [UInt8](isIPv4 ? "wan" : "wan6"))
    case "interface": return .interface(options.text("ip_interface") ?? [UInt8]("eth1"))
    case "web":
      return .web(options.text("ip_url") ?? [UInt8](isIPv4 ? defaultPage : defaultPageIPv6))
    case "script":
      let words = (options.text("ip_script") ?? []).shellWords
      guard !words.isEmpty else {
        throw ConfigProblem(
          line: options.section.line, "No script defined to detect current IP!")
      }
      return .script(words)
    case let other:
      throw ConfigProblem(
        line: options.section.line(of: [UInt8]("ip_source")) ?? options.section.line,
        "get_current_ip: Unsupported source '\(other)'")
    }
  }

  /// FNV-1a over what a provider gets to see, family and hosts included, and over the name that is
  /// looked up: not for secrecy, only to see that it has changed.
  /// Where lines are logged, or how often is asked, says nothing about an accepted address.
  private static func fingerprint(of section: UCISection, all: Bool) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ bytes: [UInt8]) {
      for byte in bytes + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    for option in section.options where all || isForProvider(option.name) {
      mix(option.name)
      switch option.value {
      case .option(let value): mix(value)
      case .list(let items): for item in items { mix(item) }
      }
    }
    return hash
  }

  private static func isForProvider(_ name: [UInt8]) -> Bool {
    switch name {
    case "service_name", "update_url", "update_script", "domain", "username", "password",
      "param_enc", "param_opt", "use_ipv6", "lookup_host":
      true
    default: false
    }
  }
}
