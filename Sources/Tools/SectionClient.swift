// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import Provider
import Report
import Section
import System
import Wire

/// The way a section's requests and look-ups take: its network, proxy, DNS server and certificates.
public final class SectionClient {
  let settings: ServiceSection
  let root: [UInt8]
  private let binding: Binding
  /// The most bytes of a page in a session.
  private static let pageLimit = 1 << 20
  /// Whether any certificate will do: for a request with nothing in it that matters.
  var believesAnybody = false

  /// Finds out what `bind_network` is just now. A network that is not there is a temporary failure:
  /// another way out is never taken (contract 3.5, users 36).
  public init(_ settings: ServiceSection, root: [UInt8]) throws(Failure) {
    self.settings = settings
    self.root = root
    guard let network = settings.bindNetwork else {
      binding = .any
      return
    }
    binding = try Network.binding(to: network, family: settings.family, root: root)
  }

  /// Where requests leave. Without `bind_network` they keep to the network whose address is
  /// published; look-ups do not, for the DNS server may be in the LAN.
  func way() throws(Failure) -> Binding {
    guard settings.bindNetwork == nil, case .network(let network) = settings.source else {
      return binding
    }
    return try Network.binding(to: network, family: settings.family, root: root)
  }

  /// By which families the hosts of requests may be reached.
  var families: [IPAddress.Family] {
    settings.forcesFamily ? [settings.family] : [.v4, .v6]
  }

  /// A resolver for the hosts requests go to: the system's servers.
  var hostResolver: Resolver { Resolver(root: root, binding: binding) }

  /// A resolver for the registered address: `dns_server`, `force_dnstcp`, `force_ipversion`.
  var registeredResolver: Resolver {
    let resolver = Resolver(root: root, dnsServer: settings.dnsServer, binding: binding)
    resolver.options.forceTCP = settings.forcesDNSOverTCP
    resolver.serverFamily = settings.forcesFamily ? settings.family : nil
    return resolver
  }

  /// Sends a request by one of the families. `field` is a header field, `Name: value`; a deadline is
  /// an uptime.
  public func fetch(
    _ url: URL, families: [IPAddress.Family], field: [UInt8] = [], deadline: Int64? = nil
  ) throws(Failure) -> HTTPResponse {
    let request = HTTPRequest(url, addresses: [])
    if let colon = field.firstIndex(of: UInt8(ascii: ":")) {
      let value = Array(field[(colon + 1)...].trimmed)
      request.fields = [(name: Array(field[..<colon]), value: value)]
    }
    return try fetch(request, families: families, deadline: deadline)
  }

  /// Sends what a step of a recipe asks for. What a session shows are pages, not answers of an API.
  func send(
    _ step: RecipeRequest, _ url: URL, _ cookies: CookieJar?, deadline: Int64
  ) throws(Failure) -> HTTPResponse {
    let request = HTTPRequest(url, addresses: [])
    request.method = HTTPRequest.Method(step.method)
    request.fields = step.fields.map { (name: $0.name, value: $0.value) }
    request.body = step.body
    request.cookies = cookies
    if cookies != nil { request.bodyLimit = Self.pageLimit }
    return try fetch(request, families: families, deadline: deadline)
  }

  /// Asks a device next to us: not by a proxy, and nobody else.
  func talk(
    to url: URL, action: [UInt8], _ body: [UInt8]?, deadline: Int64
  ) throws(Failure) -> HTTPResponse {
    let request = HTTPRequest(url, addresses: [])
    if body != nil {
      request.method = .post
      request.fields = [
        (name: [UInt8]("Content-Type"), value: [UInt8]("text/xml; charset=\"utf-8\"")),
        (name: [UInt8]("SOAPAction"), value: action),
      ]
    }
    request.body = body
    request.staysThere = true
    return try fetch(request, families: [settings.family], deadline: deadline)
  }

  func fetch(
    _ request: HTTPRequest, families: [IPAddress.Family], deadline: Int64?
  ) throws(Failure) -> HTTPResponse {
    request.userAgent = settings.userAgent
    let way = try way()
    request.device = way.device
    request.localAddress = way.address
    if let deadline {
      let whole = max(deadline - Clock.uptime, 1)
      request.deadlines.whole = min(whole, request.deadlines.whole)
    }
    request.trust = trust
    request.proxy = request.staysThere ? nil : proxy
    let client = HTTPClient(resolver: hostResolver, families: families)
    do throws(HTTPClient.Error) { return try client.fetch(request) } catch {
      throw Failure(Self.status(of: error), error.message)
    }
  }

  /// Whom it believes.
  var trust: TrustPolicy {
    if believesAnybody { return .ignore }
    return switch settings.trust {
    case .system: .systemDefault(root: root)
    case .anything: .ignore
    case .path(let path):
      File.info(root + path)?.kind == .directory ? .directory(root + path) : .file(root + path)
    }
  }

  private var proxy: Proxy? {
    settings.proxy.map { proxy in
      let credentials = proxy.credentials.map {
        Credentials(username: $0.username.revealed, password: $0.password.revealed)
      }
      return Proxy(host: proxy.host, port: proxy.port, credentials: credentials)
    }
  }

  private static func status(of problem: HTTPClient.Error) -> ExitStatus {
    switch problem {
    case .resolve, .tooManyRedirects: return .temporary
    case .badRedirect: return .protocolError
    case .transfer(let error): return status(of: error)
    case .redirected(let error):
      // Where a redirect leads is not what the user wrote: a captive portal sends everybody away.
      let status = status(of: error)
      return status == .config ? .temporary : status
    }
  }

  private static func status(of error: NetError) -> ExitStatus {
    switch error.kind {
    case .invalid(.addresses): .temporary
    case .invalid, .noTrustedCertificates, .proxyRefused(407): .config
    case .tooLarge, .notHTTP: .protocolError
    case .noResources: .osError
    case .bind, .connect, .proxyRefused, .certificate, .handshake, .timedOut, .closedEarly, .other:
      .temporary
    }
  }
}
