// SPDX-License-Identifier: Apache-2.0

import CommandLine
import DNS
import Net
import Provider
import Report
import Section
import System
import Wire

/// Asks DNS which addresses a section's name has (contract 4).
public enum Lookup {
  /// How long all servers and tries together may take, in milliseconds.
  static let patience: Int64 = 20_000

  /// The registered address as the provider itself has it, with `verify 'api'` or `use_api_check`:
  /// none when there is none; nil to ask DNS, which only `use_api_check` allows.
  public static func providerAddresses(
    _ settings: ServiceSection, _ configuration: Configuration, _ console: Console
  ) throws(Failure) -> [IPAddress]? {
    let isDemanded = settings.verification == .api
    guard isDemanded || settings.usesAPICheck else { return nil }
    do throws(Failure) {
      let provider = try configuration.checkedProvider(of: settings)
      console.redactor.add(provider)
      if let script = configuration.askingScript(of: settings) {
        return [
          try UpdateScript(script, settings, configuration, console).registeredAddress()
        ]
      }
      if case .recipe(let recipe) = provider.service, recipe.canRead {
        return try RecipeRun.registered(by: recipe, settings, configuration, console)
      }
      if let page = try configuration.page(of: provider, for: settings) {
        let answer = try Delivery.fetch(
          page.url, settings, root: configuration.root, console, field: page.field)
        // What a redirect leads to elsewhere may lack anything, so that says nothing.
        if answer.status == 404, !answer.isElsewhere { return [] }
        // A page without an address is no word about it: a log-in page has none, either.
        return [
          try Observers.address(
            in: answer.body, answer.status, settings, from: [UInt8]("API check"))
        ]
      }
      throw Failure(
        .temporary, "use_api_check: no script of this provider knows GET_REGISTERED_IP")
    } catch {
      if isDemanded { throw error }
      console.log(.warning, "\(error.message) - falling back to DNS lookup")
      return nil
    }
  }

  /// What a name has, and for how many seconds caches may keep it; nil where the provider was asked.
  public typealias Registered = (addresses: [IPAddress], lifetime: Int64?)

  /// The registered addresses; none = the name or its record does not exist. A server that cannot
  /// say is a temporary failure. Caches may keep them for `lifetime` seconds. With `asksZone` the
  /// zone's own servers have the word, whatever the section says about servers.
  public static func registeredAddresses(
    _ settings: ServiceSection, root: [UInt8], asksZone: Bool = false, _ console: Console
  ) throws(Failure) -> Registered {
    if let violation = CheckedOption.lookupHost.violation(in: settings.lookupHost) {
      throw Failure(.config, violation)
    }
    let client = try SectionClient(settings, root: root)
    let answer = try answer(settings, client.registeredResolver, asksZone: asksZone)
    let addresses = answer.addresses
    if addresses.isEmpty {
      console.log(.debug, "NO valid IP found: '\(settings.lookupHost)' has no record")
    } else {
      console.log(.debug, "Registered IP '\(addresses)' detected")
    }
    return (addresses, Int64(answer.ttl))
  }

  /// Asks `dns_server`, else the servers of the name's zone, of the zone above (`is_glue`) or of the
  /// system.
  private static func answer(
    _ settings: ServiceSection, _ resolver: Resolver, asksZone: Bool
  ) throws(Failure) -> DNSAnswer {
    let (host, type) = (settings.lookupHost, DNSType(settings.family))
    let deadline = Clock.uptime + patience
    let prefersZone = settings.isGlue || settings.verification == .authoritative
    guard asksZone || (prefersZone && settings.dnsServer == nil) else {
      resolver.options.acceptsGlue = settings.isGlue
      do throws(ResolverError) {
        return try resolver.lookup(host, type, deadline: deadline)
      } catch {
        if settings.isGlue, case .failed(_, let failure) = error, failure.reason == .referral {
          return DNSAnswer(name: .root, content: .none(.noData), ttl: 0)
        }
        throw Failure(error.isTemporary ? .temporary : .config, error.message)
      }
    }
    let authority = Authority(resolver)
    do throws(Authority.Error) {
      return
        settings.isGlue
        ? try authority.glue(host, type, deadline: deadline)
        : try authority.lookup(host, type, deadline: deadline)
    } catch {
      throw Failure(
        error.isTemporary ? .temporary : .config,
        "cannot ask the zone's own servers about \(host): \(error.message)")
    }
  }
}
