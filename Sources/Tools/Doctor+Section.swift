// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Net
import Policy
import Provider
import Report
import Section
import System
import UCI
import Ubus
import Wire

/// What is tried for a section.
extension Doctor {
  /// Looks at everything; `isLast` says that no other comes.
  @inline(never)
  func lookAtSection(_ name: [UInt8], isLast: Bool) {
    redactor = Redactor()
    guard enter(name) else { return }
    configuration = configuration.withValues(of: name, for: .person)
    guard let section = configuration.find(name) else { return }
    redactor = Redactor(section)
    let settings = configuration.read(section).settings
    let advice = configuration.advice(for: settings)
    let page = lookAtConfiguration(section, settings, advice)
    // From there on there are only strangers to talk to.
    if case .script = settings.source {} else if isLast { Process.confine() }
    let client: SectionClient
    do throws(Failure) {
      client = try SectionClient(settings, root: configuration.root)
      _ = try client.way()
    } catch {
      return say(.bindingDown, error.message)
    }
    client.believesAnybody = page?.isSecure ?? true && !lookAtCertificates(client)
    say(Diagnosis.wayOut(settings.family, from: leavingAddress(client)))
    let host = settings.lookupHost
    // An address is nothing to ask for.
    let isName = page.map { IPAddress($0.host) == nil } ?? false
    lookAtServers(client.hostResolver, overTCP: false, isName ? page?.host ?? host : host)
    if settings.dnsServer != nil {
      lookAtServers(client.registeredResolver, overTCP: settings.forcesDNSOverTCP, host)
    }
    let wanted = lookAtAddress(client, section)
    if let page, !isName || isHeard(client.hostResolver) { lookAtProvider(client, page) }
    if !host.isEmpty { lookAtName(client, advice, wanted) }
  }

  /// What stands in the configuration; the URL of the provider, if it has one.
  @inline(never)
  private func lookAtConfiguration(
    _ section: UCISection, _ settings: ServiceSection, _ advice: ServiceAdvice
  ) -> URL? {
    if let written = configuration.written.section(named: section.name) {
      for words in configuration.unknownOptions(of: written) { say(.optionUnknown, words) }
    }
    let warning = configuration.values.warning
    if warning != "" { say(.readable, warning) }
    for mistake in advice.mistakes where !mistake.pattern.isEmpty {
      if let value = section.option(mistake.option), Regex.matches(mistake.pattern, value) {
        say(.credentials, "\(mistake.option) \(mistake.words)")
      }
    }
    let provider: ServiceEntry
    do throws(Failure) {
      _ = try configuration.check(section)
      provider = try configuration.checkedProvider(of: settings)
    } catch {
      for line in error.message.bytes.lines { say(.configurationWrong, "\(line)") }
      return nil
    }
    redactor.add(provider)
    say(
      .configuration,
      "\(settings.lookupHost) at \(settings.serviceName ?? [UInt8]("a provider of its own"))")
    return configuration.page(ofServerOf: provider, for: settings)
  }

  /// Whether there are any, or none are wanted.
  @inline(never)
  private func lookAtCertificates(_ client: SectionClient) -> Bool {
    let trust = client.trust
    if trust == .ignore {
      say(.certificatesIgnored, "IGNORE")
      return true
    }
    let (count, path) = trust.inventory
    if isNew(path) { say(Diagnosis.certificates(count, in: path)) }
    return count > 0
  }

  /// Our own address on the way to anywhere (RFC 5737, RFC 3849). Nothing is sent.
  @inline(never)
  private func leavingAddress(_ client: SectionClient) -> IPAddress? {
    let anywhere: Literal = client.settings.family == .v4 ? "192.0.2.1" : "2001:db8::1"
    guard let address = IPAddress(anywhere.bytes), let way = try? client.way() else { return nil }
    return try? Socket(to: Endpoint(address, port: 9), .datagram, from: way).local().address
  }

  // MARK: The address

  /// The address to publish; nil when there is none.
  @inline(never)
  private func lookAtAddress(_ client: SectionClient, _ section: UCISection) -> IPAddress? {
    let (settings, root) = (client.settings, configuration.root)
    // Another than the one to publish only when there is none to publish.
    var (own, wanted, seen): (IPAddress?, IPAddress?, IPAddress?)
    do throws(Failure) {
      switch settings.source {
      case .network(let network):
        let status = try Network.status(network, root: root)
        (own, wanted) = try choose(status.addresses, on: status.device, network, settings)
      case .interface(var name):
        if let network = settings.source.network { name = try Network.device(network, root: root) }
        (own, wanted) = try choose(nil, on: name, name, settings)
      case .web, .script, .prefix:
        let address = try detected(settings, Self.pagePatience)
        say(.address, "\(address)")
        (wanted, seen) = (address, address)
        if case .web = settings.source { own = leavingAddress(client) }
      }
    } catch {
      say(.addressNone, error.message, error.status)
      return nil
    }
    // By IPv6 a router may leave with another address than it is reached at.
    guard let own, own.family == .v4, !configuration.global.allowsPrivateAddresses else {
      return wanted
    }
    if seen == nil {
      let asked = SectionRequest.section(section, [("ip_source", [UInt8]("web"))])
      seen = try? detected(configuration.read(asked).settings, Self.serverPatience)
    }
    if let seen, let finding = Diagnosis.outside(seen, own: own) { say(finding) }
    return wanted
  }

  /// The address that a device or network has, and the one of it that can be published; says which.
  @inline(never)
  private func choose(
    _ listed: [InterfaceAddress]?, on device: [UInt8]?, _ name: [UInt8], _ settings: ServiceSection
  ) throws(Failure) -> (IPAddress?, IPAddress?) {
    do throws(SystemError) {
      let choice = try Network.choice(
        of: listed, on: device, settings.family,
        allowsPrivate: configuration.global.allowsPrivateAddresses, patience: Self.serverPatience)
      say(Diagnosis.address(choice, of: "'\(name)'", settings.family))
      return (choice.address ?? choice.dropped.first?.address, choice.address)
    } catch { throw Failure(.temporary, error.message) }
  }

  @inline(never)
  private func detected(
    _ settings: ServiceSection, _ patience: Int64
  ) throws(Failure) -> IPAddress {
    try Detection.currentAddress(
      settings, configuration.global, root: configuration.root, console,
      patience: max(soon(patience) - Clock.uptime, 1))
  }

  // MARK: The provider

  /// Asks the provider's server for a page that has nothing to do with us.
  @inline(never)
  private func lookAtProvider(_ client: SectionClient, _ page: URL) {
    var kind = Finding.Kind.providerUnreachable
    var failure: Failure?
    var response = fetch(page, client, &failure)
    if failure != nil, page.isSecure, !client.believesAnybody {
      client.believesAnybody = true
      var ignored: Failure?
      response = fetch(page, client, &ignored)
      if response != nil { kind = .certificateRefused }
    }
    // A page that is too long is one, too.
    if let failure, failure.status != .protocolError {
      say(kind, failure.message, failure.status)
    } else {
      say(.provider, "\(page.host) answers")
    }
    // What a cache has kept is as old as it says.
    let age = response?.field("age")?.decimalValue ?? 0
    if age < 1 << 32, let date = response?.field("date").flatMap({ HTTPStatus.date($0) }),
      let finding = Diagnosis.clock(Clock.wallClock, against: date + age)
    {
      say(finding)
    }
  }

  @inline(never)
  private func fetch(_ page: URL, _ client: SectionClient, _ failure: inout Failure?)
    -> HTTPResponse?
  {
    do throws(Failure) {
      return try client.fetch(page, families: client.families, deadline: soon(Self.pagePatience))
    } catch {
      failure = error
      return nil
    }
  }
}
