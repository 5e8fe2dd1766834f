// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A DNS server over UDP and TCP on the same port, authoritative for what its zone was told about.
package final class LoopbackDNS: Sendable {
  package var port: UInt16 { core.listeners[0].port }
  package var script: Script<DNSFault> { core.script }
  package var queries: Journal<DNSQuestion> { core.queries }

  private let core: Core

  package init(
    zone: Zone, addresses: [String] = ["127.0.0.1", "::1"], port: UInt16 = 0, hasTCP: Bool = true
  ) throws(MockError) {
    core = try Core(zone: zone, addresses: addresses, port: port, hasTCP: hasTCP)
    for index in core.listeners.indices {
      let isUDP = !hasTCP || index % 2 == 0
      Thread.detachNewThread { [core] in core.serve(core.listeners[index], isUDP: isUDP) }
    }
  }

  deinit { stop() }

  package func stop() {
    core.stop.raise()
  }
}

private final class Core: Sendable {
  /// UDP and TCP by turns, or UDP only.
  let listeners: [Listener]
  let stop: StopSignal
  let script = Script<DNSFault>()
  let queries = Journal<DNSQuestion>()
  private let zone: Zone

  init(zone: Zone, addresses: [String], port: UInt16, hasTCP: Bool) throws(MockError) {
    self.zone = zone
    stop = try StopSignal()
    listeners = try Listener.group(
      hasTCP ? [.udp, .tcp] : [.udp], addresses: addresses, port: port)
  }

  func serve(_ listener: Listener, isUDP: Bool) {
    while stop.wait(for: listener.descriptor, events: POLLIN, seconds: nil) == .ready {
      if isUDP {
        receive(on: listener)
      } else {
        guard let stream = listener.accept(stop) else { continue }
        Thread.detachNewThread { self.serve(stream, listener) }
      }
    }
  }

  private func receive(on listener: Listener) {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var peer = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let count = withUnsafeMutablePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(listener.descriptor, &bytes, bytes.count, 0, $0, &length)
      }
    }
    guard count > 0 else { return }
    let (sender, senderLength, query) = (peer, length, Array(bytes.prefix(count)))
    let reply: @Sendable ([UInt8]) -> Void = { answer in
      var sender = sender
      withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = sendto(listener.descriptor, answer, answer.count, 0, $0, senderLength)
        }
      }
    }
    answer(query, .udp, "\(listener.address)#\(listener.port)", reply)
  }

  private func serve(_ stream: Stream, _ listener: Listener) {
    while let length = stream.read(exactly: 2, seconds: 30),
      let query = stream.read(exactly: Int(length[0]) << 8 | Int(length[1]), seconds: 30)
    {
      answer(query, .tcp, "\(listener.address)#\(listener.port)") { answer in
        stream.write(DNSAnswer.number(UInt16(answer.count)) + answer)
      }
    }
  }

  private func answer(
    _ query: [UInt8], _ transport: DNSQuestion.Transport, _ server: String,
    _ reply: @escaping @Sendable ([UInt8]) -> Void
  ) {
    guard let question = DNSQuestion(query, transport: transport, server: server) else { return }
    let name = question.name.lowercased()
    let fault = script.next(for: [name, "\(name)/\(question.typeName)", "*/\(question.typeName)"])
    queries.append(question)
    if case .delay(let seconds) = fault {
      Thread.detachNewThread {
        if !self.stop.wait(seconds: seconds), let answer = self.zone.answer(question, nil) {
          reply(answer)
        }
      }
    } else if let answer = zone.answer(question, fault) {
      reply(answer)
    }
  }
}
