// SPDX-License-Identifier: Apache-2.0

import DDNS
import DNS
import Net
import Program
import System
import Wire

/// Asks DNS which addresses a section's name has (contract 4).
public enum Lookup {
  /// How long all servers and tries together may take, in milliseconds.
  static let patience: Int64 = 20_000

  /// The registered addresses; none = the name or its record does not exist. A server that cannot
  /// say is a temporary failure.
  public static func registeredAddresses(
    _ settings: ServiceSection, root: [UInt8], _ console: Console
  ) throws(Failure) -> [IPAddress] {
    if let violation = URLTemplate.CheckedOption.lookupHost.violation(in: settings.lookupHost) {
      throw Failure(.config, violation)
    }
    let client = try SectionClient(settings, root: root)
    let addresses = try answer(settings, client.registeredResolver).addresses
    if addresses.isEmpty {
      console.log(.debug, "NO valid IP found: '\(settings.lookupHost)' has no record")
    } else {
      console.log(.debug, "Registered IP '\(addresses)' detected")
    }
    return addresses
  }
  /// Asks `dns_server`, else the servers of the name's zone or those of the system (`verify`).
  private static func answer(
    _ settings: ServiceSection, _ resolver: Resolver
  ) throws(Failure) -> DNSAnswer {
    let (host, type) = (settings.lookupHost, DNSType(settings.family))
    let deadline = Clock.uptime + patience
    guard settings.verification == .authoritative, settings.dnsServer == nil else {
      do throws(ResolverError) {
        return try resolver.lookup(host, type, deadline: deadline)
      } catch { throw Failure(error.isTemporary ? .temporary : .config, error.describe) }
    }
    do throws(Authority.Problem) {
      return try Authority(resolver).lookup(host, type, deadline: deadline)
    } catch {
      throw Failure(
        error.isTemporary ? .temporary : .config,
        "cannot ask the zone's own servers about \(host): \(error.describe)")
    }
  }
}
