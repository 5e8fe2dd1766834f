// SPDX-License-Identifier: Apache-2.0

import DNS
import System
import Wire

/// Finds the addresses of hosts, and what the DNS says about names.
///
/// Search domains are never applied; a final dot is accepted. Every call blocks until its deadline
/// (uptime in ms) at the most.
public final class Resolver {
  /// The most bytes that are read of `/etc/hosts` and of `/etc/resolv.conf`.
  public static let fileLimit = 256 * 1024

  /// The directory below which `/etc` is looked up; empty for the real one.
  public var root: [UInt8]
  /// Whom to ask instead of the system's servers (`dns_server`): host or address, with or without a
  /// port; nil for those.
  public var dnsServer: [UInt8]?
  /// The family the servers must be of (`force_ipversion`); nil for any.
  public var serverFamily: IPAddress.Family?
  /// How to ask.
  public var options = DNSQuery.Options()
  /// Where queries leave from. A server on this router is asked without.
  public var binding: Binding

  /// A resolver that asks the servers of `/etc/resolv.conf` below `root`, or a server of its own.
  public init(root: [UInt8] = [], dnsServer: [UInt8]? = nil, binding: Binding = .any) {
    self.root = root
    self.dnsServer = dnsServer
    self.binding = binding
  }

  /// The addresses of a host: at least one, those of the first family first.
  ///
  /// An address is itself, `localhost` the loopback (RFC 6761 §6.3). A name in `/etc/hosts` is not
  /// asked for in the DNS. When one family fails, the addresses of the other are the result.
  public func resolve(
    _ host: [UInt8], families: [IPAddress.Family], deadline: Int64
  ) throws(ResolverError) -> [IPAddress] {
    if let address = IPAddress(host) {
      guard families.contains(address.family) else { throw .wrongFamily(host) }
      return [address]
    }
    let name = try Self.name(host)
    let known = local(name, families)
    if !known.isEmpty { return known }
    return try ask(host, name, families, deadline: deadline)
  }

  /// What the DNS says about a name: for addresses the whole set, or that nothing is registered.
  ///
  /// Neither `/etc/hosts` nor `localhost` count here. An error means that nothing is known.
  public func lookup(
    _ name: [UInt8], _ type: DNSType, deadline: Int64
  ) throws(ResolverError) -> DNSAnswer {
    let question = DNSQuestion(try Self.name(name), type)
    let servers = try self.servers(deadline: deadline)
    do throws(DNSFailure) {
      return try DNSExchange.answer(
        to: question, servers: servers, options: options, from: binding, deadline: deadline)
    } catch {
      throw .failed(name, error)
    }
  }

  /// The servers that are asked: those of `dns_server`, whose name the system's servers may have
  /// to find first, or those of the system.
  public func servers(deadline: Int64) throws(ResolverError) -> [DNSServer] {
    guard let text = dnsServer else { return systemServers }
    if let server = Self.literalServer(text) {
      guard isWanted(server) else { throw .wrongFamily(text) }
      return [server]
    }
    guard let host = HostPort(text) else { throw .invalidServer(text) }
    let port = host.port ?? DNSServer.standardPort
    let addresses = try addresses(ofServer: host.host, deadline: deadline)
    return addresses.map { DNSServer($0, port: port) }
  }

  /// Asks the DNS for the addresses of every family in turn.
  private func ask(
    _ host: [UInt8], _ name: DNSName, _ families: [IPAddress.Family], deadline: Int64
  ) throws(ResolverError) -> [IPAddress] {
    let servers = try self.servers(deadline: deadline)
    var options = options
    options.acceptsGlue = false
    var found: [IPAddress] = []
    var absence = DNSAnswer.Absence.nxDomain
    var failure: DNSFailure?
    for family in families {
      do throws(DNSFailure) {
        let answer = try DNSExchange.answer(
          to: DNSQuestion(name, DNSType(family)), servers: servers, options: options,
          from: binding, deadline: deadline)
        found += answer.addresses
        // NXDOMAIN for one type should hold for all, but some servers mean NODATA (RFC 4074 §4.2).
        if answer.content != .none(.nxDomain) { absence = .noData }
      } catch { failure = error }
    }
    guard found.isEmpty else { return found }
    if let failure { throw .failed(host, failure) }
    throw .notFound(host, absence)
  }

  private func addresses(
    ofServer host: [UInt8], deadline: Int64
  ) throws(ResolverError) -> [IPAddress] {
    let system = Resolver(root: root, binding: binding)
    (system.serverFamily, system.options) = (serverFamily, options)
    let families: [IPAddress.Family] = serverFamily.map { [$0] } ?? [.v4, .v6]
    do throws(ResolverError) {
      return try system.resolve(host, families: families, deadline: deadline)
    } catch {
      switch error {
      case .failed(_, let failure): throw .unknownServer(host, failure)
      case .notFound: throw .unknownServer(host, nil)
      case .invalidName: throw .invalidServer(host)
      case .wrongFamily, .invalidServer, .unknownServer: throw error
      }
    }
  }

  /// The servers of resolv.conf; without any, the one on this router, as resolv.conf(5) has it.
  private var systemServers: [DNSServer] {
    let servers = ResolvConf.parse(file("/etc/resolv.conf"))
    let local = Self.loopback([.v4, .v6]).map { DNSServer($0) }
    return (servers.isEmpty ? local : servers).filter { isWanted($0) }
  }

  private func isWanted(_ server: DNSServer) -> Bool {
    serverFamily == nil || server.address.family == serverFamily
  }

  /// What is known without asking anybody.
  private func local(_ name: DNSName, _ families: [IPAddress.Family]) -> [IPAddress] {
    if let last = name.labels.last, last.equalsIgnoringCase("localhost") {
      return Self.loopback(families)
    }
    let hosts = file("/etc/hosts")
    return families.flatMap { Hosts.lookup(hosts, name: name.text.bytes, family: $0) }
  }

  /// A file of the system. One that is missing, unreadable or too large is as good as empty: the
  /// DNS may still know.
  private func file(_ path: Literal) -> [UInt8] {
    (try? File.read(root + [UInt8](path), limit: Self.fileLimit)) ?? []
  }

  private static func name(_ text: [UInt8]) throws(ResolverError) -> DNSName {
    guard let name = DNSName(text), name != .root else { throw .invalidName(text) }
    return name
  }

  /// A server given by its address: with a port, or with the device of a link-local one.
  private static func literalServer(_ text: [UInt8]) -> DNSServer? {
    if let server = ResolvConf.server(text[...]) { return server }
    guard let host = HostPort(text) else { return nil }
    return ResolvConf.server(host.host[...], port: host.port ?? DNSServer.standardPort)
  }

  private static func loopback(_ families: [IPAddress.Family]) -> [IPAddress] {
    families.compactMap { family in
      switch family {
      case .v4: IPAddress(octets: [127, 0, 0, 1])
      case .v6: IPAddress(octets: [UInt8](repeating: 0, count: 15) + [1])
      }
    }
  }
}
