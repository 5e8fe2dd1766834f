// SPDX-License-Identifier: Apache-2.0

import DNS
import Discovery
import Net
import Report
import Section
import System
import Wire

/// How each kind of source is asked.
extension Observers {
  /// How many addresses of a server are asked at most, and connections of a gateway.
  private static let serverLimit = 2
  private static let connectionLimit = 3
  /// How long a request to the gateway may take, in milliseconds.
  private static let requestPatience: Int64 = 5_000

  func ask(_ source: AddressSource, until deadline: Int64) throws(Failure) -> IPAddress {
    switch source.way {
    case .page: try fromPage(source.text, until: deadline)
    case .record, .text, .chaosText: try answer(to: source, deadline)
    case .stun: try exchange(source, .stun, port: 3478, deadline)
    case .natPMP: try exchange(source, .natPMP, port: 5351, deadline)
    case .pcp: try exchange(source, .pcp, port: 5351, deadline)
    case .upnp: try exchange(source, .upnp, port: 1900, deadline)
    }
  }

  private func answer(
    to source: AddressSource, _ deadline: Int64
  ) throws(Failure) -> IPAddress {
    guard let name = DNSName(source.name) else {
      throw Failure(.config, "\(source.name) is not a valid host name")
    }
    var question = DNSQuestion(name, source.way == .record ? DNSType(settings.family) : .txt)
    if source.way == .chaosText { question.recordClass = DNSQuestion.chaos }
    let port = source.server?.port ?? DNSServer.standardPort
    let servers = try places(of: source, deadline).map { DNSServer($0, port: port) }
    let way = try client.way()
    let found: [IPAddress]
    do throws(DNSFailure) {
      found = try DNSExchange.answer(
        to: question, servers: servers, from: way, deadline: deadline
      ).observed(settings.family)
    } catch { throw Failure(.temporary, error.message) }
    if found.count == 1 { return found[0] }
    throw Failure(
      .protocolError,
      found.isEmpty ? "no address in its answer" : "two addresses in its answer")
  }

  /// Asks one address after the other.
  private func exchange(
    _ source: AddressSource, _ dialect: DatagramQuery.Dialect, port: UInt16, _ deadline: Int64
  ) throws(Failure) -> IPAddress {
    let way = try client.way()
    var words: Text = ""
    for place in try places(of: source, deadline).prefix(Self.serverLimit) {
      let bytes: [UInt8]
      do throws(AddressExchange.Problem) {
        bytes = try AddressExchange.ask(
          Endpoint(place, port: source.server?.port ?? port), by: dialect, from: way,
          deadline: deadline)
      } catch {
        words = error.message
        continue
      }
      if dialect == .upnp { return try service(bytes, of: place, deadline) }
      if let found = IPAddress(octets: bytes)?.unmapped, found.family == settings.family {
        return found
      }
      words = "\(place): an address of the other IP version"
    }
    throw Failure(.temporary, words)
  }

  /// Asks the gateway that has answered a search for its connections, and those for the address.
  private func service(
    _ answer: [UInt8], of gateway: IPAddress, _ deadline: Int64
  ) throws(Failure) -> IPAddress {
    if let location = UPnP.location(in: answer, from: gateway) {
      let page = try talk(location, nil, deadline)
      let connections = UPnP.connections(in: page, from: location, gateway)
      for connection in connections.prefix(Self.connectionLimit) {
        let answer = try talk(connection.url, connection, deadline)
        if let address = UPnP.address(in: answer) { return address }
      }
    }
    throw Failure(.temporary, "\(gateway): no connection to the Internet by UPnP")
  }

  private func talk(
    _ url: URL, _ connection: UPnP.Connection?, _ deadline: Int64
  ) throws(Failure) -> [UInt8] {
    let end = min(deadline, Clock.uptime + Self.requestPatience)
    let response = try client.talk(
      to: url, action: connection?.action ?? [], connection?.question, deadline: end)
    if response.status == 200 { return response.body }
    throw Failure(.temporary, "\(url.host): HTTP status \(response.status)")
  }

  /// The addresses of a server, or of the gateway.
  private func places(
    of source: AddressSource, _ deadline: Int64
  ) throws(Failure) -> [IPAddress] {
    guard let server = source.server else {
      if let gateway = Routes.gateway(by: try client.way().device) { return [gateway] }
      throw Failure(.temporary, "no default route by a gateway")
    }
    do throws(ResolverError) {
      return try client.hostResolver.resolve(
        server.host, families: [settings.family], deadline: deadline)
    } catch { throw Failure(.temporary, error.message) }
  }
}
