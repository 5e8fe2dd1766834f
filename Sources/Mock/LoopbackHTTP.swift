// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 and ::1 that records what it is asked and plays a script of faults.
package final class LoopbackHTTP: Sendable {
  package typealias Handler = @Sendable (HTTPRequest) -> HTTPAnswer

  package var port: UInt16 { core.listeners[0].port }
  package var hasIPv6: Bool { core.listeners.count > 1 }
  package var script: Script<HTTPFault> { core.script }
  package var requests: Journal<HTTPRequest> { core.requests }
  /// How many connections were accepted, with or without a request.
  package var connectionCount: Int { core.connections.withLock { $0 } }
  /// Body bytes of `huge` the kernel took; tells how early the client gave up.
  package var hugeBytesSent: Int { core.hugeBytes.withLock { $0 } }

  private let core: Core

  package init(port: UInt16 = 0, handler: @escaping Handler) throws(MockError) {
    core = try Core(port: port, handler: handler)
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
  let script = Script<HTTPFault>()
  let requests = Journal<HTTPRequest>()
  let connections = Mutex(0)
  let hugeBytes = Mutex(0)
  private let handler: LoopbackHTTP.Handler

  init(port: UInt16, handler: @escaping LoopbackHTTP.Handler) throws(MockError) {
    stop = try StopSignal()
    listeners = try Listener.group([.tcp], addresses: ["127.0.0.1", "::1"], port: port)
    self.handler = handler
  }

  func accept(on listener: Listener) {
    while stop.wait(for: listener.descriptor, events: POLLIN, seconds: nil) == .ready {
      guard let stream = listener.accept(stop) else { continue }
      connections.withLock { $0 += 1 }
      Thread.detachNewThread { self.serve(stream, server: listener.address) }
    }
  }

  private func serve(_ stream: Stream, server: String) {
    if let fault = script.next(for: ["accept"], wildcard: false) {
      if play(fault, instead: HTTPAnswer(""), to: stream) { return }
    }
    guard let request = HTTPRequest.read(from: stream, server: server) else { return }
    let fault = script.next(for: [request.path])
    // The handler has its effect even when the answer is lost, as with a real provider; it comes
    // before the record, so who waits for the record finds the effect.
    let answer = Core.replaces(fault) ? HTTPAnswer("") : handler(request)
    requests.append(request)
    if let fault, play(fault, instead: answer, to: stream) { return }
    stream.write(answer.head(length: answer.body.count) + answer.body)
    stream.finishWriting()
  }

  /// Whether the handler is not asked at all.
  private static func replaces(_ fault: HTTPFault?) -> Bool {
    switch fault {
    case .respond, .silent, .huge, .hugeHead, .garbage, .redirect, .close, .reset: true
    case .drip, .cut, .chunked, .delay, nil: false
    }
  }

  /// Plays the fault; false when the well-behaved answer is still to be given.
  private func play(_ fault: HTTPFault, instead answer: HTTPAnswer, to stream: Stream) -> Bool {
    switch fault {
    case .respond(let other):
      stream.write(other.head(length: other.body.count) + other.body)
    case .silent:
      stream.waitForEnd()
    case .drip(let bytes, let interval):
      drip(answer.head(length: answer.body.count) + answer.body, bytes, interval, to: stream)
    case .cut(let count):
      stream.write(answer.head(length: answer.body.count + 1000) + answer.body.prefix(count))
    case .huge(let bytes):
      stream.write(HTTPAnswer("").head(length: bytes))
      flood(bytes, to: stream)
    case .hugeHead(let bytes):
      stream.write(Array("HTTP/1.1 200 OK\r\nX-Long: ".utf8))
      flood(bytes, to: stream)
    case .garbage:
      stream.write((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 128) })
    case .chunked:
      stream.write(answer.chunked())
    case .redirect(let url):
      stream.write(HTTPAnswer(302, fields: ["Location: \(url)"], "").head(length: 0))
    case .close:
      break
    case .reset:
      stream.resetOnClose()
      return true
    case .delay(let seconds):
      return stop.wait(seconds: seconds)
    }
    stream.finishWriting()
    return true
  }

  private func drip(_ bytes: [UInt8], _ count: Int, _ interval: Double, to stream: Stream) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard stream.write(Array(rest.prefix(max(1, count)))) else { return }
      rest = rest.dropFirst(max(1, count))
      if stop.wait(seconds: interval) { return }
    }
  }

  private func flood(_ bytes: Int, to stream: Stream) {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    var left = bytes
    while left > 0, stream.write(Array(piece.prefix(left))) {
      hugeBytes.withLock { $0 += min(left, piece.count) }
      left -= piece.count
    }
  }
}

extension HTTPAnswer {
  fileprivate func chunked() -> [UInt8] {
    let cut = body.count / 2
    var bytes = Array(
      String(decoding: head(length: nil), as: UTF8.self)
        .replacingOccurrences(of: "Connection:", with: "Transfer-Encoding: chunked\r\nConnection:")
        .utf8)
    for piece in [body[..<cut], body[cut...]] where !piece.isEmpty {
      bytes += Array("\(String(piece.count, radix: 16));x=y\r\n".utf8) + piece + [13, 10]
    }
    return bytes + Array("0\r\n\r\n".utf8)
  }
}

extension HTTPRequest {
  /// Reads one request; nil when the peer went away or sent more than 64 KiB of head.
  static func read(from stream: Stream, server: String) -> HTTPRequest? {
    var bytes: [UInt8] = []
    let blank: [UInt8] = [13, 10, 13, 10]
    while bytes.count < 65_536 {
      let more = stream.read(seconds: 60)
      if more.isEmpty { return nil }
      bytes += more
      guard let end = bytes.firstRange(of: blank) else { continue }
      let head = Array(bytes[..<end.lowerBound])
      var body = Array(bytes[end.upperBound...])
      guard let request = HTTPRequest(head: head, body: [], server: server, peer: stream.peer)
      else { return nil }
      let length = min(request.field("Content-Length").flatMap { Int($0) } ?? 0, 1 << 20)
      if body.count < length {
        guard let rest = stream.read(exactly: length - body.count, seconds: 60) else { return nil }
        body += rest
      }
      return HTTPRequest(head: head, body: body, server: server, peer: stream.peer)
    }
    return nil
  }
}
