// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import Policy
import Report
import Section
import System
import Wire

/// What is tried of name servers.
extension Doctor {
  /// Whether one of a resolver's servers answers as it has to.
  func isHeard(_ resolver: Resolver) -> Bool {
    let servers = try? resolver.servers(deadline: soon).prefix(DNSQuery.serverLimit)
    return servers?.contains { !deaf.contains($0) } ?? false
  }

  /// Asks those of the system, and that of the section.
  mutating func lookAtServers(_ client: SectionClient, _ provider: [UInt8]?) throws(Failure) {
    let host = client.settings.lookupHost
    // An address is nothing to ask for.
    let other = provider.flatMap { IPAddress($0) == nil ? $0 : nil } ?? host
    try lookAtServers(client.hostResolver, overTCP: false, other)
    if client.settings.dnsServer != nil {
      try lookAtServers(
        client.registeredResolver, overTCP: client.settings.forcesDNSOverTCP, host)
    }
  }

  private mutating func lookAtServers(
    _ resolver: Resolver, overTCP: Bool, _ host: [UInt8]
  ) throws(Failure) {
    let servers: [DNSServer]
    do throws(ResolverError) { servers = try resolver.servers(deadline: soon) } catch {
      return try say(Finding(.serverSilent, error.message))
    }
    guard let name = DNSName(host) else { return }
    let question = DNSQuestion(name, .a)
    var trials: [Diagnosis.ServerTrial] = []
    var fresh: [DNSServer] = []
    for server in servers.prefix(DNSQuery.serverLimit) where isNew(server.text.bytes) {
      fresh.append(server)
      trials.append(trial(of: server, question, resolver.binding, overTCP: overTCP))
    }
    for (server, finding) in zip(fresh, Diagnosis.servers(trials, overTCP: overTCP)) {
      if finding.grade == .problem { deaf.append(server) }
      try say(finding)
    }
    for (server, trial) in zip(fresh, trials) where trial.udp == nil {
      try say(hijacking(by: server, resolver.binding))
    }
  }

  /// When a question to a server has to have its answer.
  var soon: Int64 { min(end, Clock.uptime + Self.serverPatience) }

  private func trial(
    of server: DNSServer, _ question: DNSQuestion, _ binding: Binding, overTCP: Bool
  ) -> Diagnosis.ServerTrial {
    var trial = Diagnosis.ServerTrial(server.text)
    var options = DNSQuery.Options()
    options.usesEDNS = false
    if !overTCP { trial.udp = failure(server, question, options, binding) }
    options.forceTCP = true
    trial.tcp = failure(server, question, options, binding)
    options.forceTCP = false
    options.usesEDNS = true
    options.insistsOnEDNS = true
    if !overTCP, trial.udp == nil { trial.edns = failure(server, question, options, binding) }
    return trial
  }

  private func failure(
    _ server: DNSServer, _ question: DNSQuestion, _ options: DNSQuery.Options, _ binding: Binding
  ) -> Text? {
    do throws(DNSFailure) {
      _ = try DNSExchange.answer(
        to: question, servers: [server], options: options, from: binding, deadline: soon)
      return nil
    } catch { return error.message }
  }

  /// Asks for names that nobody has: one that nobody can have, and one that nobody would want.
  private func hijacking(by server: DNSServer, _ binding: Binding) -> Finding? {
    let digits = Text("x\(Int64(Random.number >> 1))").bytes
    for top in [".invalid", ".com"] as [StaticString] {
      guard let name = DNSName(digits + [UInt8](top)),
        let answer = try? DNSExchange.answer(
          to: DNSQuestion(name, .a), servers: [server], from: binding, deadline: soon),
        let address = answer.addresses.first
      else { continue }
      return Diagnosis.hijacking(by: server.text, name.text, address)
    }
    return nil
  }
}
