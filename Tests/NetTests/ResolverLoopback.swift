// SPDX-License-Identifier: Apache-2.0

import DNS
import Foundation
import Glibc
import Wire

/// A DNS server on the loopback, UDP and TCP on one port, that does what the test tells it to.
final class ResolverLoopback: @unchecked Sendable {
  /// What arrived.
  struct Query: Sendable {
    let bytes: [UInt8]
    let overTCP: Bool
    /// Counted from 1.
    let number: Int

    var message: DNSMessage? { try? DNSMessage(parsing: bytes) }
    var question: DNSQuestion? { message?.questions.first }

    /// An answer with this question; its records follow the question.
    func reply(
      flags: UInt16 = 0x8180, id: UInt16 = 0, _ records: [UInt8]..., authority: [[UInt8]] = []
    ) -> [UInt8] {
      let end = 12 + (question?.name.wire.count ?? 0) + 4
      var reply = bytes[..<2] + [UInt8(flags >> 8), UInt8(flags & 255), 0, 1]
      reply += [0, UInt8(records.count), 0, UInt8(authority.count), 0, 0]
      reply += bytes[12..<end] + records.joined() + authority.joined()
      reply[1] ^= UInt8(id & 255)
      return Array(reply)
    }
  }

  /// What the server does, one after the other; in the end it closes a TCP connection.
  enum Step {
    case send([UInt8])
    /// Sends byte by byte, TCP only.
    case drip([UInt8])
    /// Sends bytes as they are, TCP only.
    case raw([UInt8])
    /// Sends from another port, UDP only.
    case stray([UInt8])
    /// Sends these bytes for so many seconds, as fast as it can, UDP only.
    case flood([UInt8], seconds: Double)
  }

  let host: String
  let port: UInt16
  /// `127.0.0.1:PORT`, as in option dns_server.
  var server: [UInt8] { Array((host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)").utf8) }
  /// What the library calls the server.
  var endpoint: DNSServer? {
    IPAddress(Array(host.utf8)).map { DNSServer($0, port: port) }
  }

  private let stop: Int32
  private let lock = NSLock()
  private var recorded: [Query] = []
  private let script: @Sendable (Query) -> [Step]

  /// Listens and plays the steps the script returns for each query.
  init(_ host: String = "127.0.0.1", _ script: @escaping @Sendable (Query) -> [Step]) {
    self.host = host
    self.script = script
    let (datagram, stream, port) = Self.listen(host)
    self.port = port
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    stop = ends[1]
    let end = ends[0]
    Thread.detachNewThread { [weak self] in
      while true {
        var set = [end, datagram, stream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        poll(&set, 3, -1)
        guard set[0].revents == 0, let self else { break }
        if set[1].revents != 0 { self.serve(datagram: datagram) }
        if set[2].revents != 0 { self.serve(stream: stream) }
      }
      for descriptor in [end, datagram, stream] { close(descriptor) }
    }
  }

  deinit { close(stop) }

  /// The queries so far.
  var queries: [Query] { lock.withLock { recorded } }

  private func steps(_ bytes: [UInt8], overTCP: Bool) -> [Step] {
    let query = lock.withLock {
      let query = Query(bytes: bytes, overTCP: overTCP, number: recorded.count + 1)
      recorded.append(query)
      return query
    }
    return script(query)
  }

  private func serve(datagram: Int32) {
    var buffer = [UInt8](repeating: 0, count: 2048)
    var peer = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
        let count = recvfrom(datagram, &buffer, buffer.count, 0, peer, &size)
        for step in steps(Array(buffer.prefix(max(count, 0))), overTCP: false) {
          switch step {
          case .send(let bytes): sendto(datagram, bytes, bytes.count, 0, peer, size)
          case .stray(let bytes):
            let other = socket(Int32(peer.pointee.sa_family), Int32(SOCK_DGRAM.rawValue), 0)
            sendto(other, bytes, bytes.count, 0, peer, size)
            close(other)
          case .flood(let bytes, let seconds):
            let end = Date().addingTimeInterval(seconds)
            while Date() < end { sendto(datagram, bytes, bytes.count, 0, peer, size) }
          case .drip, .raw: break
          }
        }
      }
    }
  }

  private func serve(stream: Int32) {
    let client = accept(stream, nil, nil)
    defer { close(client) }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = recv(client, &buffer, buffer.count, 0)
    guard count > 2 else { return }
    for step in steps(Array(buffer[2..<count]), overTCP: true) {
      switch step {
      case .send(let bytes): put(framed(bytes), to: client)
      case .drip(let bytes): for byte in framed(bytes) { put([byte], to: client) }
      case .raw(let bytes): put(bytes, to: client)
      case .stray, .flood: break
      }
    }
  }

  private func framed(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
  }

  private func put(_ bytes: [UInt8], to client: Int32) {
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}

extension ResolverLoopback {
  /// An address record for the name asked.
  static func address(_ text: String, ttl: UInt8 = 60) -> [UInt8] {
    let octets = IPAddress(Array(text.utf8))?.octets ?? []
    return [0xc0, 12, 0, octets.count == 4 ? 1 : 28, 0, 1, 0, 0, 0, ttl, 0, UInt8(octets.count)]
      + octets
  }

  /// A CNAME record for the name asked.
  static func alias(_ target: String) -> [UInt8] {
    let wire = DNSName(Array(target.utf8))?.wire ?? []
    return [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, UInt8(wire.count)] + wire
  }

  /// An SOA record whose owner is the parent of the name asked.
  static func authority(of query: Query, minimum: UInt8) -> [UInt8] {
    let owner = query.question?.name.parent?.wire ?? []
    let data = [0, 0] + [UInt8](repeating: 0, count: 19) + [minimum]
    return owner + [0, 6, 0, 1, 0, 0, 1, 0, 0, UInt8(data.count)] + data
  }

  /// Binds UDP and TCP to one free port.
  private static func listen(_ host: String) -> (datagram: Int32, stream: Int32, port: UInt16) {
    while true {
      let datagram = socket(family(host), Int32(SOCK_DGRAM.rawValue), 0)
      let stream = socket(family(host), Int32(SOCK_STREAM.rawValue), 0)
      bind(datagram, host, port: 0)
      let port = localPort(datagram)
      if bind(stream, host, port: port), Glibc.listen(stream, 16) == 0 {
        return (datagram, stream, port)
      }
      close(datagram)
      close(stream)
    }
  }

  private static func family(_ host: String) -> Int32 { host.contains(":") ? AF_INET6 : AF_INET }

  @discardableResult
  private static func bind(_ descriptor: Int32, _ host: String, port: UInt16) -> Bool {
    if host.contains(":") {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = port.bigEndian
      inet_pton(AF_INET6, host, &address.sin6_addr)
      return bind(descriptor, &address)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    return bind(descriptor, &address)
  }

  private static func bind<Address>(_ descriptor: Int32, _ address: inout Address) -> Bool {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0
      }
    }
  }

  private static func localPort(_ descriptor: Int32) -> UInt16 {
    // The port stands at the same place in both kinds of address.
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    withUnsafeMutablePointer(to: &address) {
      _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &size)
      }
    }
    return UInt16(bigEndian: address.sin6_port)
  }
}
