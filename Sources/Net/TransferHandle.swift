// SPDX-License-Identifier: Apache-2.0

import CCurl
import Wire

/// One transfer inside libcurl. A class because C keeps its address for the look-up of issuers.
final class TransferHandle {
  let transfer: OpaquePointer
  private let store: TrustStore?

  /// Nil when there is no memory. Without a store every server is trusted.
  init?(_ store: TrustStore?) {
    guard let transfer = ccurl_new() else { return nil }
    self.transfer = transfer
    self.store = store
    if store != nil {
      ccurl_set_lookup(transfer, lookUpIssuer, Unmanaged.passUnretained(self).toOpaque())
    }
  }

  deinit { ccurl_free(transfer) }

  /// Does what can be done now; false when the transfer is over.
  func step() -> Bool { ccurl_step(transfer) }

  /// Waits for the network, in milliseconds.
  func wait(_ limit: Int64) { ccurl_wait(transfer, Int32(min(limit, 60_000))) }

  /// How far it has come.
  var phase: TransferPhase {
    switch ccurl_get_phase(transfer) {
    case CCURL_CONNECTING: .connecting
    case CCURL_SECURING: .securing
    case CCURL_WAITING: .waiting
    default: .receiving
    }
  }

  /// The answer, after a transfer that did not fail.
  var response: HTTPResponse {
    HTTPResponse(
      status: Int(ccurl_status(transfer)), head: bytes(CCURL_ANSWER_FIELDS),
      body: bytes(CCURL_ANSWER_BODY), redirect: bytes(CCURL_REDIRECT),
      localAddress: IPAddress(bytes(CCURL_LOCAL)), remoteAddress: IPAddress(bytes(CCURL_REMOTE)))
  }

  /// The certificates of the store with this subject.
  fileprivate func issuers(named subject: [UInt8]) -> [[UInt8]] {
    store?.certificates(subject: subject) ?? []
  }

  // MARK: Request

  /// Tells libcurl what to do; false when it runs out of memory.
  func prepare(_ request: HTTPRequest) -> Bool {
    ccurl_set_limits(transfer, request.fieldLimit, request.bodyLimit)
    return set(CCURL_URL, request.url.origin + request.url.target)
      && set(CCURL_RESOLVE, Self.resolved(request)) && setFields(request) && setBody(request)
      && set(CCURL_USERNAME, CCURL_PASSWORD, request.credentials) && setProxy(request.proxy)
      && setBinding(request)
  }

  /// The entry that answers any name: only the one we connect to is ever asked for.
  private static func resolved(_ request: HTTPRequest) -> [UInt8] {
    let text: Text = "*:\(Int(request.proxy?.port ?? request.url.port)):"
    var entry = text.bytes
    for (index, address) in request.addresses.enumerated() {
      if index > 0 { entry.append(UInt8(ascii: ",")) }
      entry += HostPort(host: address.text.bytes, port: nil).text
    }
    return entry
  }

  private func setFields(_ request: HTTPRequest) -> Bool {
    // An empty Expect keeps libcurl from asking for permission to send a body.
    var lines = [[UInt8]("Connection: close"), [UInt8]("Expect:")]
    var hasType = false
    for field in request.fields {
      if field.name.equalsIgnoringCase("content-type") { hasType = true }
      // A field without a value ends in ";" for libcurl; with ":" it would take the field out.
      let text: Text = field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
      lines.append(text.bytes)
    }
    let cookies = request.cookies?.field(for: request.url) ?? []
    if !cookies.isEmpty { lines.append([UInt8]("Cookie: ") + cookies) }
    if request.body != nil, !hasType { lines.append([UInt8]("Content-Type:")) }
    return lines.allSatisfy { set(CCURL_HEADER, $0) }
      && (request.userAgent.isEmpty || set(CCURL_USER_AGENT, request.userAgent))
  }

  private func setBody(_ request: HTTPRequest) -> Bool {
    if let body = request.body, !set(CCURL_BODY, body) { return false }
    switch request.method {
    case .get: return request.body == nil || set(CCURL_METHOD, [UInt8]("GET"))
    case .post: return set(CCURL_METHOD, [UInt8]("POST"))
    case .put: return set(CCURL_METHOD, [UInt8]("PUT"))
    case .patch: return set(CCURL_METHOD, [UInt8]("PATCH"))
    case .delete: return set(CCURL_METHOD, [UInt8]("DELETE"))
    }
  }

  private func setProxy(_ proxy: Proxy?) -> Bool {
    guard let proxy else { return true }
    ccurl_set_proxy_port(transfer, proxy.port)
    return set(CCURL_PROXY, HostPort(host: proxy.host, port: nil).text)
      && set(CCURL_PROXY_USERNAME, CCURL_PROXY_PASSWORD, proxy.credentials)
  }

  private func setBinding(_ request: HTTPRequest) -> Bool {
    (request.device.map { set(CCURL_DEVICE, $0) } ?? true)
      && (request.localAddress.map { set(CCURL_LOCAL_ADDRESS, $0.octets) } ?? true)
  }

  private func set(
    _ username: ccurl_option, _ password: ccurl_option, _ credentials: Credentials?
  ) -> Bool {
    guard let credentials else { return true }
    return set(username, credentials.username) && set(password, credentials.password)
  }

  private func set(_ option: ccurl_option, _ value: [UInt8]) -> Bool {
    ccurl_set(transfer, option, value, value.count)
  }

  // MARK: Answer

  private func bytes(_ text: ccurl_text) -> [UInt8] {
    var count = 0
    let start = ccurl_bytes(transfer, text, &count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }
}

/// Called from C while it verifies a chain.
private func lookUpIssuer(
  _ context: UnsafeMutableRawPointer, _ issuer: UnsafePointer<UInt8>, _ count: Int,
  _ found: UnsafeMutableRawPointer
) {
  let handle = Unmanaged<TransferHandle>.fromOpaque(context).takeUnretainedValue()
  let subject = Array(UnsafeBufferPointer(start: issuer, count: count))
  for certificate in handle.issuers(named: subject) {
    ccurl_trust(found, certificate, certificate.count)
  }
}
