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
  @inline(never)
  func lookAtName(_ client: SectionClient, _ advice: ServiceAdvice, _ wanted: IPAddress?) {
    let host = client.settings.lookupHost
    let type = DNSType(client.settings.family)
    let resolver = client.registeredResolver
    // What comes of a server that does not answer need not be said, too.
    guard let start = DNSName(host), isHeard(resolver) else { return }
    let authority = Authority(resolver)
    let until = soon(Self.namePatience)
    let name = Diagnosis.Name(host)
    name.wanted = wanted
    let zone: DNSName
    do throws(Authority.Error) { zone = try authority.zone(of: start, deadline: until).zone } catch
    {
      return say(.zoneNone, error.message)
    }
    name.zone = zone.text.bytes
    name.labels = zone.labels.count
    for server in (try? authority.nameServers(of: zone, deadline: until)) ?? [] {
      let server = server.text.bytes
      if !advice.servers.isEmpty {
        name.isAtHome = name.isAtHome ?? true && Regex.matches(advice.servers, server)
      }
      if !name.servers.isEmpty { name.servers.append(literal: ", ") }
      name.servers += server
    }
    if let answer = try? resolver.lookup(host, type, deadline: until) {
      name.seen = answer.addresses
      if answer.name != start { name.target = answer.name.text.bytes }
    }
    do throws(Authority.Error) {
      name.inZone = try authority.lookup(host, type, deadline: until).addresses
    } catch { name.failure = error.message }
    for address in name.inZone ?? name.seen ?? [] where !advice.proxy.isEmpty {
      name.isProxy = Regex.matches(advice.proxy, address.text.bytes)
    }
    for finding in Diagnosis.name(name) { say(finding) }
  }
}
