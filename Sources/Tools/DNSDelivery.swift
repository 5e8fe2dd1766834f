// SPDX-License-Identifier: Apache-2.0

import CommandLine
import DNS
import Net
import Policy
import Provider
import Report
import Section
import System
import Wire

/// Tells a name server an address (RFC 2136).
final class DNSDelivery {
  private let target: DNSTarget
  private let settings: ServiceSection
  private let configuration: Configuration
  private let console: Console
  private let key: TSIGKey?
  private let client: SectionClient

  /// Reads the key in `username` and `password`; without either nothing is signed.
  @inline(never)
  init(
    _ target: DNSTarget, _ settings: ServiceSection, _ configuration: Configuration,
    _ console: Console
  ) throws(Failure) {
    self.target = target
    self.settings = settings
    self.configuration = configuration
    self.console = console
    key = try Self.key(settings)
    client = try SectionClient(settings, root: configuration.root)
  }

  @inline(never)
  private static func key(_ settings: ServiceSection) throws(Failure) -> TSIGKey? {
    let secret = settings.password.revealed
    if settings.username.isEmpty, secret.isEmpty { return nil }
    do throws(TSIGKey.Problem) {
      return try TSIGKey(name: settings.username, secret: secret)
    } catch {
      let words: Text
      switch error {
      case .algorithm(let name):
        words =
          "username: '\(name)' is no algorithm of keys: use hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384 or hmac-sha512"
      case .name: words = "username is no name of a key: use [algorithm:]name"
      case .secret: words = "password is no secret of a key: it has to be base 64"
      }
      throw Failure(.config, words)
    }
  }

  /// Sends the address for each name of the section, with that of the other family if there is one,
  /// or with `isDryRun` only says what would be sent.
  ///
  /// Who keeps others has them sent one by one: which of the other family was ours is not known.
  @inline(never)
  func send(
    _ address: IPAddress?, with other: IPAddress?, isDryRun: Bool
  ) throws(Failure) -> Outcome? {
    let other = settings.keepsOthers || address == nil ? nil : other
    var outcome: Outcome?
    for host in settings.hosts {
      outcome = try send(address, other, host, isDryRun: isDryRun)
      outcome?.sentToo = other
      if let outcome, !outcome.isSuccess { return outcome }
    }
    return outcome
  }

  @inline(never)
  private func send(
    _ address: IPAddress?, _ other: IPAddress?, _ host: [UInt8], isDryRun: Bool
  ) throws(Failure) -> Outcome? {
    let (name, zone) = try names(host)
    let place = try authority(name, zone)
    var removal = DNSUpdate.Removal.all
    if settings.keepsOthers { removal = .only(acceptedAddress()) }
    let update = DNSUpdate(
      zone: place.zone, name: name, family: settings.family, address: address, other: other,
      ttl: target.ttl, removal: removal, key: key)
    log(update, place.servers)
    if isDryRun {
      console.log(.info, "Dry Run: NOT sending update")
      return nil
    }
    do throws(DNSFailure) {
      try DNSExchange.send(
        update, servers: place.servers, overTCP: settings.forcesDNSOverTCP,
        from: client.registeredResolver.binding, deadline: Clock.uptime + Lookup.patience)
    } catch {
      guard let outcome = Outcome(error) else { throw Failure(.temporary, error.message) }
      return outcome
    }
    return Outcome(.good)
  }

  @inline(never)
  private func log(_ update: DNSUpdate, _ servers: [DNSServer]) {
    let type = DNSType(update.family).text
    let name = update.name.text
    var words: Text = "#> DNS update of zone \(update.zone.text)"
    if let server = servers.first { words += " at \(server.text)" }
    if let key = update.key {
      words += ", signed by \(key.algorithm)"
    } else {
      words += ", not signed"
    }
    console.log(.debug, words)
    words = "#> delete \(name) \(type)"
    switch update.removal {
    case .all: console.log(.debug, words)
    case .only(let old?) where old != update.address: console.log(.debug, "\(words) \(old)")
    case .only: break
    }
    logAddition(update.address, name, update.ttl)
    if let other = update.other {
      console.log(.debug, "#> delete \(name) \(DNSType(other.family).text)")
      logAddition(other, name, update.ttl)
    }
  }

  @inline(never)
  private func logAddition(_ address: IPAddress?, _ name: Text, _ ttl: UInt32) {
    guard let address else { return }
    console.log(.debug, "#> add \(name) \(Int(ttl)) \(DNSType(address.family).text) \(address)")
  }

  /// What is updated, and in which zone if that is known: `host@zone` names both.
  @inline(never)
  private func names(_ host: [UInt8]) throws(Failure) -> (name: DNSName, zone: DNSName?) {
    var (host, zone) = (host, target.zone)
    if let at = host.firstIndex(of: UInt8(ascii: "@")) {
      zone = Array(host[(at + 1)...])
      host = at == 0 ? zone : host[..<at] + [UInt8(ascii: ".")] + zone
    }
    let parsed = zone.isEmpty ? nil : DNSName(zone)
    guard let name = DNSName(host), zone.isEmpty || parsed != nil else {
      throw Failure(.config, "'\(host)' in '\(zone)' is no name in a zone")
    }
    return (name, parsed)
  }

  /// The zone of a name and who takes its updates: the server of the URL, else `dns_server`, else the
  /// zone's primary.
  @inline(never)
  private func authority(
    _ name: DNSName, _ zone: DNSName?
  ) throws(Failure) -> (zone: DNSName, servers: [DNSServer]) {
    let resolver = client.registeredResolver
    if !target.server.isEmpty { resolver.dnsServer = target.server }
    let deadline = Clock.uptime + Lookup.patience
    do throws(Authority.Error) {
      let authority = Authority(resolver)
      guard resolver.dnsServer != nil else {
        return try authority.primary(of: name, zone: zone, deadline: deadline)
      }
      let servers = try authority.servers(deadline: deadline)
      if let zone { return (zone, servers) }
      return (try authority.zone(of: name, deadline: deadline).zone, servers)
    } catch {
      throw Failure(
        error.isTemporary ? .temporary : .config,
        "cannot find out who takes updates of \(name.text): \(error.message)")
    }
  }

  /// The address this section had accepted last, for the same options.
  @inline(never)
  private func acceptedAddress() -> IPAddress? {
    let files = RunFiles(
      configuration.global, section: settings.name, root: configuration.root)
    let now = Moment(
      uptime: Clock.uptime / 1_000, wallClock: Clock.wallClock, boot: Process.boot)
    var newest: (record: Record, sequence: Int64)?
    for path in [files.state, files.persistentState] {
      guard let bytes = try? File.read(path, limit: 4_096),
        let found = Record.load(bytes, at: now), found.sequence > newest?.sequence ?? -1
      else { continue }
      newest = (found.record, found.sequence)
    }
    guard let record = newest?.record, record.fingerprint == settings.fingerprint else {
      return nil
    }
    return record.accepted
  }
}

extension Outcome {
  /// What a name server's answer means; nil when there was none to go by.
  ///
  /// Refused for good is what needs another key, name or zone, and only on the word of who has the
  /// key: whoever else is in the server's place may be gone in an hour.
  @inline(never)
  convenience init?(_ failure: DNSFailure) {
    let word: ResultWord
    switch failure.reason {
    case .signature(.badTime(let server)):
      let format = [UInt8]("%F %T")
      let (other, own) = (Clock.format(server, format), Clock.format(Clock.wallClock, format))
      self.init(
        .temporary(.server), word: .servererror,
        reason: "BADTIME: the server's clock shows \(other), ours \(own)")
      return
    case .signature(let problem): word = problem.isAboutKey ? .badauth : .servererror
    case .notUpdated(let rcode, isSigned: true):
      switch rcode {
      case .refused, .notAuth: word = .nohost
      case .notZone: word = .notfqdn
      case .formErr, .notImp: word = .badparam
      default: word = .servererror
      }
    case .notUpdated: word = .servererror
    default: return nil
    }
    let isTemporary = word == .servererror
    self.init(isTemporary ? .temporary(.server) : word.kind, word: word, reason: failure.message)
  }
}
