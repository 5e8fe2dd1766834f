// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import Policy
import Report
import System
import Wire

/// What is tried of name servers.
extension Doctor {
  /// Whether one of a resolver's servers answers as it has to.
  @inline(never)
  func isHeard(_ resolver: Resolver) -> Bool {
    for server in (try? resolver.servers(deadline: soon())) ?? [] where !deaf.contains(server) {
      return true
    }
    return false
  }

  /// Asks the servers that a resolver asks for a host, those not tried yet.
  @inline(never)
  func lookAtServers(_ resolver: Resolver, overTCP: Bool, _ host: [UInt8]) {
    guard let name = DNSName(host) else { return }
    let servers: [DNSServer]
    do throws(ResolverError) { servers = try resolver.servers(deadline: soon()) } catch {
      return say(.serverSilent, error.message)
    }
    var trials: [Diagnosis.ServerTrial] = []
    var fresh: [DNSServer] = []
    for server in servers where fresh.count < DNSQuery.serverLimit && isNew(server.text.bytes) {
      fresh.append(server)
      trials.append(trial(of: server, name, resolver.binding, overTCP: overTCP))
    }
    let findings = Diagnosis.servers(trials, overTCP: overTCP)
    for index in fresh.indices {
      if findings[index].grade == .problem { deaf.append(fresh[index]) }
      say(findings[index])
      if (overTCP ? trials[index].tcp : trials[index].udp) == nil {
        lookForHijacking(by: fresh[index], resolver.binding, overTCP: overTCP)
      }
    }
  }

  @inline(never)
  private func trial(
    of server: DNSServer, _ name: DNSName, _ binding: Binding, overTCP: Bool
  ) -> Diagnosis.ServerTrial {
    let trial = Diagnosis.ServerTrial(server.text)
    if !overTCP { trial.udp = failure(of: server, name, binding, overTCP: false, byEDNS: false) }
    trial.tcp = failure(of: server, name, binding, overTCP: true, byEDNS: false)
    if !overTCP, trial.udp == nil {
      trial.edns = failure(of: server, name, binding, overTCP: false, byEDNS: true)
    }
    return trial
  }

  /// Why a server does not answer when it is asked in this way.
  @inline(never)
  private func failure(
    of server: DNSServer, _ name: DNSName, _ binding: Binding, overTCP: Bool, byEDNS: Bool
  ) -> Text? {
    var options = DNSQuery.Options()
    (options.forceTCP, options.usesEDNS, options.insistsOnEDNS) = (overTCP, byEDNS, byEDNS)
    let patience = overTCP ? Self.serverPatience : Self.datagramPatience
    return ask(server, name, .a, options, binding, patience).failure?.message
  }

  /// Asks for names that nobody has: one that nobody can have, and one that nobody would want.
  @inline(never)
  private func lookForHijacking(by server: DNSServer, _ binding: Binding, overTCP: Bool) {
    var options = DNSQuery.Options()
    options.forceTCP = overTCP
    for top in [".invalid", ".com"] as [Literal] {
      let name: Text = "x\(Int64(Random.number >> 1))\(top)"
      guard let host = DNSName(name.bytes),
        let address = ask(server, host, .a, options, binding).address
      else { continue }
      return say(Diagnosis.hijacking(by: server.text, name, address))
    }
  }
}
