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
  mutating func lookAtSection(_ name: [UInt8], isLast: Bool) throws(Failure) {
    var configuration = configuration
    configuration.fetchValues(of: name, for: .person)
    guard let section = configuration.find(name) else { return }
    redactor = Redactor(section)
    let (settings, _) = configuration.read(section)
    let advice = configuration.advice(for: settings)
    let page = try lookAtConfiguration(configuration, section, settings, advice)
    // From there on there are only strangers to talk to.
    if case .script = settings.source {} else if isLast { Process.confine() }
    let client: SectionClient
    do throws(Failure) {
      client = try SectionClient(settings, root: configuration.root)
      _ = try client.way()
    } catch {
      return try say(Finding(.bindingDown, error.message))
    }
    let hasCertificates = page?.isSecure == false ? true : try lookAtCertificates(client)
    try say(Diagnosis.wayOut(settings.family, from: leavingAddress(client)))
    try lookAtServers(client, page?.host)
    let wanted = try lookAtAddress(client, section)
    if let page, IPAddress(page.host) != nil || isHeard(client.hostResolver) {
      var asking = client
      asking.believesAnybody = !hasCertificates
      try lookAtProvider(asking, page)
    }
    if !settings.lookupHost.isEmpty { try lookAtName(client, advice, wanted) }
  }

  /// What stands in the configuration; the URL of the provider, if it has one.
  private mutating func lookAtConfiguration(
    _ configuration: Configuration, _ section: UCISection, _ settings: ServiceSection,
    _ advice: ServiceAdvice
  ) throws(Failure) -> URL? {
    let written = configuration.written.section(named: section.name) ?? section
    for words in configuration.unknownOptions(of: written) {
      try say(Finding(.optionUnknown, words))
    }
    let warning = configuration.values.warning
    if warning != "" { try say(Finding(.readable, warning)) }
    for mistake in advice.mistakes {
      guard !mistake.pattern.isEmpty, let value = section.option(mistake.option),
        Regex.matches(mistake.pattern, value)
      else { continue }
      try say(Finding(.credentials, "\(mistake.option) \(mistake.words)"))
    }
    do throws(Failure) { _ = try configuration.check(section) } catch {
      for line in error.message.bytes.lines { try say(Finding(.configurationWrong, "\(line)")) }
      return nil
    }
    guard let provider = try? configuration.checkedProvider(of: settings) else { return nil }
    redactor.add(provider)
    let name = settings.serviceName ?? [UInt8]("a provider of its own")
    try say(Finding(.configuration, "\(settings.lookupHost) at \(name)"))
    let nowhere = IPAddress.unspecified(settings.family)
    switch provider.service {
    case .request(let template, _):
      let values = URLTemplate.Values(settings, address: nowhere)
      return URL(template.expanded(values, useHTTPS: settings.usesHTTPS))
    case .recipe(let recipe):
      return URL(configuration.values(of: settings, for: recipe, nowhere).base(of: recipe))
    case .dnsUpdate, .gnuDIP, .script: return nil
    }
  }

  /// Whether there are any, or none are wanted.
  private mutating func lookAtCertificates(_ client: SectionClient) throws(Failure) -> Bool {
    let trust = client.trust
    if trust == .ignore {
      try say(Finding(.certificatesIgnored, "IGNORE"))
      return true
    }
    let (count, path) = trust.inventory
    if isNew(path) { try say(Diagnosis.certificates(count, in: path)) }
    return count > 0
  }

  /// Our own address on the way to anywhere (RFC 5737, RFC 3849). Nothing is sent.
  private func leavingAddress(_ client: SectionClient) -> IPAddress? {
    let family = client.settings.family
    let anywhere: StaticString = family == .v4 ? "192.0.2.1" : "2001:db8::1"
    guard let address = IPAddress(anywhere.bytes), let way = try? client.way() else { return nil }
    return try? Socket(to: Endpoint(address, port: 9), .datagram, from: way).local().address
  }

  // MARK: The address

  /// The address to publish, and what is seen from outside; nil when there is none.
  private mutating func lookAtAddress(
    _ client: SectionClient, _ section: UCISection
  ) throws(Failure) -> IPAddress? {
    let (settings, root) = (client.settings, configuration.root)
    var (own, wanted): (IPAddress?, IPAddress?)
    do throws(Failure) {
      switch settings.source {
      case .network(let network):
        let status = try Network.status(network, root: root)
        own = try choose(status.addresses, on: status.device, "network '\(network)'", settings)
        wanted = own
      case .interface(let name):
        let device = try settings.source.network.map { name throws(Failure) in
          try Network.device(name, root: root)
        }
        own = try choose(nil, on: device ?? name, "device '\(device ?? name)'", settings)
        wanted = own
      case .web, .script, .prefix:
        wanted = try detected(settings, Self.pagePatience)
        if let wanted { try say(Finding(.address, "\(wanted)")) }
        if case .web = settings.source { own = leavingAddress(client) }
      }
    } catch {
      try say(Finding(.addressNone, error.message, status: error.status))
      return nil
    }
    // By IPv6 a router may leave with another address than it is reached at.
    guard let own, own.family == .v4, !configuration.global.allowsPrivateAddresses else {
      return wanted
    }
    var seen = wanted
    if case .web = settings.source {
    } else {
      let asked = SectionRequest.section(section, [("ip_source", [UInt8]("web"))])
      seen = try? detected(configuration.read(asked).settings, Self.serverPatience)
    }
    if let seen { try say(Diagnosis.outside(seen, own: own)) }
    return own.isPublic || wanted != own ? wanted : nil
  }

  /// The address among those of a device or network, or one that cannot be published; says which.
  private mutating func choose(
    _ listed: [InterfaceAddress]?, on device: [UInt8]?, _ place: Text, _ settings: ServiceSection
  ) throws(Failure) -> IPAddress? {
    let choice: AddressChoice
    do throws(SystemError) {
      choice = try Network.choice(
        of: listed, on: device, settings.family,
        allowsPrivate: configuration.global.allowsPrivateAddresses, patience: Self.serverPatience)
    } catch { throw Failure(.temporary, error.message) }
    try say(Diagnosis.address(choice, of: place, settings.family))
    return choice.address ?? choice.dropped.first?.address
  }

  private func detected(
    _ settings: ServiceSection, _ patience: Int64
  ) throws(Failure) -> IPAddress {
    try Detection.currentAddress(
      settings, configuration.global, root: configuration.root, console,
      patience: max(min(patience, end - Clock.uptime), 1))
  }

  // MARK: The provider

  /// Asks the provider's server for a page that has nothing to do with us.
  private mutating func lookAtProvider(_ client: SectionClient, _ page: URL) throws(Failure) {
    guard let page = URL(page.origin + [UInt8]("/robots.txt")) else { return }
    var response: HTTPResponse?
    var client = client
    do throws(Failure) {
      response = try client.fetch(
        page, families: client.families, deadline: min(end, Clock.uptime + Self.pagePatience))
      try say(Finding(.provider, "\(page.host) answers"))
    } catch {
      client.believesAnybody = true
      if page.isSecure {
        response = try? client.fetch(
          page, families: client.families, deadline: min(end, Clock.uptime + Self.pagePatience))
      }
      // A page that is too long is one, too.
      if error.status == .protocolError {
        try say(Finding(.provider, "\(page.host) answers"))
      } else {
        let kind: Finding.Kind = response == nil ? .providerUnreachable : .certificateRefused
        try say(Finding(kind, error.message, status: error.status))
      }
    }
    if let date = response?.field("date").flatMap({ HTTPStatus.date($0) }) {
      try say(Diagnosis.clock(Clock.wallClock, against: date))
    }
  }
}
