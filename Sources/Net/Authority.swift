// SPDX-License-Identifier: Apache-2.0

import DNS
import System
import Wire

/// Asks the servers that a name's own zone has, so that no cache stands between.
///
/// The zone, its servers and their addresses are found at a resolver; the servers are then asked
/// without recursion, one after the other, and the first that answers from the zone has the word.
public struct Authority {
  /// The most names, one label shorter each, that are asked for their zone.
  public static let labelLimit = 8
  /// The most name servers of a zone that are asked.
  public static let serverLimit = 4

  /// Why the servers of a zone did not say anything: nothing is known.
  public enum Error: Swift.Error, Equatable, Sendable {
    /// What is asked for is no domain name.
    case invalidName([UInt8])
    /// The way to them failed.
    case resolver(ResolverError)
    /// No SOA record was found at the name or above it.
    case noZone([UInt8])
    /// The zone has no NS records, or none of their names has an address.
    case noServers(zone: [UInt8])
    /// The server has no authority for the zone.
    case lame(DNSServer)
    /// None of the servers answered; what the last one asked did.
    case failed(DNSFailure)

    /// Whether another try may help: always, but with a name that is not valid.
    public var isTemporary: Bool {
      if case .invalidName = self { return false }
      return true
    }

    /// The problem for a person.
    public var message: Text {
      switch self {
      case .invalidName(let name): ResolverError.invalidName(name).message
      case .resolver(let error): error.message
      case .noZone(let name): "no zone (SOA record) found for \(name)"
      case .noServers(let zone): "no name server of the zone \(zone) has an address"
      case .lame(let server): "dns server \(server.text): it has no authority for the zone"
      case .failed(let failure): failure.message
      }
    }
  }

  /// Who finds the zone and its servers. Its options, family and binding hold for these, too.
  public var resolver: Resolver
  /// The port of the zone's servers.
  public var port = DNSServer.standardPort

  /// Finds zones and servers at a resolver.
  public init(_ resolver: Resolver) { self.resolver = resolver }

  /// What the zone's servers say about a name, before a deadline (uptime in ms).
  ///
  /// An alias is followed from zone to zone.
  public func lookup(
    _ name: [UInt8], _ type: DNSType, deadline: Int64
  ) throws(Error) -> DNSAnswer {
    guard var current = DNSName(name), current != .root else { throw .invalidName(name) }
    for _ in 0..<DNSMessage.aliasLimit {
      let (zone, isAlias) = try zone(of: current, deadline: deadline)
      if isAlias {
        let alias = try ask(zone, DNSQuestion(current, .cname), deadline: deadline)
        if let target = Self.target(alias) {
          current = target
          continue
        }
      }
      return try ask(zone, DNSQuestion(current, type), deadline: deadline)
    }
    throw .failed(DNSFailure(.tooManyAliases))
  }

  /// The addresses that the zone above a name server's own has registered for it, its glue.
  ///
  /// A referral that has none means that there are none.
  public func glue(
    _ name: [UInt8], _ type: DNSType, deadline: Int64
  ) throws(Error) -> DNSAnswer {
    guard let server = DNSName(name), server != .root else { throw .invalidName(name) }
    let own = try zone(of: server, deadline: deadline).zone
    let above = try zone(of: own.parent ?? .root, deadline: deadline).zone
    return try ask(above, DNSQuestion(server, type), takesGlue: true, deadline: deadline)
  }

  /// The zone a name is in, unless it is known, and the addresses of its primary server, which takes
  /// updates.
  public func primary(
    of name: DNSName, zone known: DNSName?, deadline: Int64
  ) throws(Error) -> (zone: DNSName, servers: [DNSServer]) {
    let zone: DNSName
    if let known { zone = known } else { zone = try self.zone(of: name, deadline: deadline).zone }
    guard case .records(let records)? = try startOfAuthority(zone, deadline: deadline)?.content,
      case .startOfAuthority(let authority)? = records.first?.data
    else { throw .noZone(zone.text.bytes) }
    let servers = try addresses(of: authority.primary, deadline: deadline)
    if servers.isEmpty { throw .noServers(zone: zone.text.bytes) }
    return (zone, servers)
  }

  /// The servers of the resolver itself.
  public func servers(deadline: Int64) throws(Error) -> [DNSServer] {
    do throws(ResolverError) { return try resolver.servers(deadline: deadline) } catch {
      throw .resolver(error)
    }
  }

  /// The zone a name is in, and whether a resolver takes the name for an alias.
  ///
  /// The SOA record of the name, or the one beside its absence, belongs to the zone. Of an alias
  /// it would be the target's: then, and when there is none, the name above is asked for.
  public func zone(
    of name: DNSName, deadline: Int64
  ) throws(Error) -> (zone: DNSName, isAlias: Bool) {
    var isAlias = false
    var candidate = name
    for _ in 0..<Self.labelLimit where candidate != .root {
      if let answer = try startOfAuthority(candidate, deadline: deadline) {
        if answer.name != candidate {
          isAlias = isAlias || candidate == name
        } else if let zone = Self.owner(answer), zone != .root {
          return (zone, isAlias)
        }
      }
      candidate = candidate.parent ?? .root
    }
    throw .noZone(name.text.bytes)
  }

  /// Asks servers in this order until one answers from its own zone.
  ///
  /// What is left of the time is shared between those that are left.
  func ask(
    _ servers: [DNSServer], _ question: DNSQuestion, takesGlue: Bool = false, deadline: Int64
  ) throws(Error) -> DNSAnswer {
    var options = resolver.options
    options.recursionDesired = false
    options.acceptsGlue = takesGlue
    var problem = Error.failed(DNSFailure(.noTime, at: servers.first))
    for (index, server) in servers.enumerated() {
      let now = Clock.uptime
      guard now < deadline else { break }
      let share = (deadline - now) / Int64(servers.count - index)
      do throws(DNSFailure) {
        let answer = try DNSExchange.answer(
          to: question, servers: [server], options: options, from: resolver.binding,
          deadline: now + max(share, 1))
        if answer.isAuthoritative || (takesGlue && !answer.addresses.isEmpty) { return answer }
        problem = .lame(server)
      } catch {
        if takesGlue, error.reason == .referral {
          return DNSAnswer(name: question.name, content: .none(.noData), ttl: 0)
        }
        problem = .failed(error)
      }
    }
    throw problem
  }

  // MARK: - From the zone to its servers

  private func ask(
    _ zone: DNSName, _ question: DNSQuestion, takesGlue: Bool = false, deadline: Int64
  ) throws(Error) -> DNSAnswer {
    let names = try nameServers(of: zone, deadline: deadline)
    var problem: Error?
    for (index, name) in names.enumerated() {
      let now = Clock.uptime
      guard now < deadline else { break }
      let until = now + max((deadline - now) / Int64(names.count - index), 1)
      do throws(Error) {
        let servers = try addresses(of: name, deadline: until)
        guard !servers.isEmpty else { continue }
        return try ask(servers, question, takesGlue: takesGlue, deadline: until)
      } catch { problem = error }
    }
    throw problem ?? .noServers(zone: zone.text.bytes)
  }

  /// Nil when the resolver knows nothing but whom else to ask, as some do for what they refuse.
  private func startOfAuthority(
    _ name: DNSName, deadline: Int64
  ) throws(Error) -> DNSAnswer? {
    do throws(ResolverError) {
      return try resolver.lookup(name.text.bytes, .soa, deadline: deadline)
    } catch {
      if case .failed(_, let failure) = error, failure.reason == .referral { return nil }
      throw .resolver(error)
    }
  }

  /// The names of a zone's servers.
  public func nameServers(
    of zone: DNSName, deadline: Int64
  ) throws(Error) -> [DNSName] {
    let answer: DNSAnswer
    do throws(ResolverError) {
      answer = try resolver.lookup(zone.text.bytes, .ns, deadline: deadline)
    } catch { throw .resolver(error) }
    guard case .records(let records) = answer.content else { return [] }
    var names: [DNSName] = []
    for record in records {
      if case .nameServer(let name) = record.data, !names.contains(name) { names.append(name) }
    }
    return Array(names.prefix(Self.serverLimit))
  }

  /// An address of each family that may be used; an error only when no family has one.
  private func addresses(of name: DNSName, deadline: Int64) throws(Error) -> [DNSServer] {
    let families: [IPAddress.Family] = resolver.serverFamily.map { [$0] } ?? [.v4, .v6]
    var servers: [DNSServer] = []
    var problem: ResolverError?
    for family in families {
      do throws(ResolverError) {
        let answer = try resolver.lookup(name.text.bytes, DNSType(family), deadline: deadline)
        if let address = answer.addresses.first { servers.append(DNSServer(address, port: port)) }
      } catch { problem = error }
    }
    if servers.isEmpty, let problem { throw .resolver(problem) }
    return servers
  }

  /// The owner of the SOA record in an answer.
  private static func owner(_ answer: DNSAnswer) -> DNSName? {
    switch answer.content {
    case .records(let records): records.first?.name
    case .none: answer.authority?.name
    case .addresses: nil
    }
  }

  private static func target(_ answer: DNSAnswer) -> DNSName? {
    guard case .records(let records) = answer.content,
      case .alias(let target)? = records.first?.data
    else { return nil }
    return target
  }
}
