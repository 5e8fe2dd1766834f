// SPDX-License-Identifier: Apache-2.0

/// A provider with its HTTP server and its DNS server: everything one section needs.
package final class LoopbackProvider: Sendable {
  package let provider: Provider
  package let http: LoopbackHTTP
  package let dns: LoopbackDNS

  package var zone: Zone { provider.zone }

  package init(
    _ settings: Provider.Settings = .init(), httpPort: UInt16 = 0, dnsPort: UInt16 = 0
  ) throws(MockError) {
    let provider = Provider(settings)
    self.provider = provider
    http = try LoopbackHTTP(port: httpPort) { request in provider.answer(request) }
    dns = try LoopbackDNS(zone: provider.zone, port: dnsPort)
  }

  package func stop() {
    http.stop()
    dns.stop()
  }

  /// The update requests seen, whatever the dialect.
  package var updates: [HTTPRequest] {
    http.requests.all.filter { $0.path.contains("update") }
  }
}
