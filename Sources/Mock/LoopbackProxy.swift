// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A forward proxy on loopback: absolute-form requests and CONNECT, with or without credentials.
/// Every host name leads to 127.0.0.1, so names only a test knows work too; and ports that only root
/// may listen on can lead to others.
package final class LoopbackProxy: Sendable {
  package var port: UInt16 { core.listeners[0].port }
  package var hasIPv6: Bool { core.listeners.count > 1 }
  package var requests: Journal<HTTPRequest> { core.requests }

  private let core: Core

  package init(
    user: String? = nil, password: String = "", ports: [UInt16: UInt16] = [:]
  ) throws(MockError) {
    core = try Core(user: user, password: password, ports: ports)
    for index in core.listeners.indices {
      Thread.detachNewThread { [core] in core.accept(on: core.listeners[index]) }
    }
  }

  deinit { stop() }

  package func stop() {
    core.stop.raise()
  }
}

private final class Core: Sendable {
  let listeners: [Listener]
  let stop: StopSignal
  let requests = Journal<HTTPRequest>()
  private let user: String?
  private let password: String
  private let ports: [UInt16: UInt16]

  init(user: String?, password: String, ports: [UInt16: UInt16]) throws(MockError) {
    stop = try StopSignal()
    listeners = try Listener.group([.tcp], addresses: ["127.0.0.1", "::1"], port: 0)
    self.user = user
    self.password = password
    self.ports = ports
  }

  func accept(on listener: Listener) {
    while stop.wait(for: listener.descriptor, events: POLLIN, seconds: nil) == .ready {
      guard let stream = listener.accept(stop) else { continue }
      Thread.detachNewThread { self.serve(stream, server: listener.address) }
    }
  }

  private func serve(_ client: Stream, server: String) {
    guard let request = HTTPRequest.read(from: client, server: server) else { return }
    requests.append(request)
    if let user {
      let given = request.basic("Proxy-Authorization")
      guard given?.user == user, given?.password == password else {
        let answer = HTTPAnswer(407, fields: ["Proxy-Authenticate: Basic realm=\"proxy\""], "no\n")
        client.write(answer.head(length: answer.body.count) + answer.body)
        client.finishWriting()
        return
      }
    }
    guard let port = Core.port(of: request),
      let upstream = try? Stream(to: "127.0.0.1", port: ports[port] ?? port, stop: stop)
    else {
      client.write(HTTPAnswer(502, "").head(length: 0))
      return
    }
    if request.method == "CONNECT" {
      client.write(Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8))
    } else {
      upstream.write(Core.originForm(request))
    }
    Thread.detachNewThread { Core.copy(from: client, to: upstream) }
    Core.copy(from: upstream, to: client)
  }

  private static func copy(from source: Stream, to target: Stream) {
    while true {
      let bytes = source.read()
      if bytes.isEmpty || !target.write(bytes) { break }
    }
    target.finishWriting()
  }

  private static func port(of request: HTTPRequest) -> UInt16? {
    var authority = request.target[...]
    if let scheme = authority.range(of: "://") {
      authority = authority[scheme.upperBound...]
      authority = authority.prefix { $0 != "/" && $0 != "?" }
    } else if request.method != "CONNECT" {
      return nil
    }
    guard let colon = authority.lastIndex(of: ":") else { return 80 }
    return UInt16(authority[authority.index(after: colon)...])
  }

  /// The request as the origin wants it: path only, no proxy credentials.
  private static func originForm(_ request: HTTPRequest) -> [UInt8] {
    let question = request.target.firstIndex(of: "?").map { String(request.target[$0...]) } ?? ""
    var lines = ["\(request.method) \(request.path)\(question) \(request.version)"]
    for field in request.fields where !field.name.lowercased().hasPrefix("proxy-") {
      lines.append("\(field.name): \(field.value)")
    }
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8) + request.body
  }
}
