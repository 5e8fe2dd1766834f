// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import Policy
import Provider
import Report
import Section
import System
import Wire

/// What is tried of the name: where it is, and what is registered.
extension Doctor {
  /// How long the look-ups for a name may take, in milliseconds.
  private static let namePatience: Int64 = 10_000

  mutating func lookAtName(
    _ client: SectionClient, _ advice: ServiceAdvice, _ wanted: IPAddress?
  ) throws(Failure) {
    let host = client.settings.lookupHost
    let type = DNSType(client.settings.family)
    let resolver = client.registeredResolver
    let authority = Authority(resolver)
    let until = min(end, Clock.uptime + Self.namePatience)
    // What comes of a server that does not answer need not be said, too.
    guard let start = DNSName(host), isHeard(resolver) else { return }
    var name = Diagnosis.Name(host)
    name.wanted = wanted
    let zone: DNSName
    do throws(Authority.Error) { zone = try authority.zone(of: start, deadline: until).zone } catch
    {
      return try say(Finding(.zoneNone, error.message))
    }
    name.zone = zone.text.bytes
    name.labels = zone.labels.count
    for server in (try? authority.nameServers(of: zone, deadline: until)) ?? [] {
      let server = server.text.bytes
      if !advice.servers.isEmpty {
        name.isAtHome = name.isAtHome ?? true && Regex.matches(advice.servers, server)
      }
      name.servers += (name.servers.isEmpty ? [] : [UInt8](", ")) + server
    }
    if let answer = try? resolver.lookup(host, type, deadline: until) {
      name.seen = answer.addresses
      if answer.name != start { name.target = answer.name.text.bytes }
    }
    do throws(Authority.Error) {
      name.inZone = try authority.lookup(host, type, deadline: until).addresses
    } catch { name.failure = error.message }
    let shown = name.inZone ?? name.seen ?? []
    name.isProxy =
      !advice.proxy.isEmpty && !shown.isEmpty
      && shown.allSatisfy { Regex.matches(advice.proxy, $0.text.bytes) }
    for finding in Diagnosis.name(name) { try say(finding) }
  }
}
