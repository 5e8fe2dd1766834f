// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// One bound socket on a loopback address, closed with its owner.
final class Listener: Sendable {
  enum Transport { case udp, tcp }

  let descriptor: Int32
  let address: String
  let port: UInt16

  /// Binds; a port of 0 takes any free one. Throws `addressMissing` apart from other errors so that
  /// a machine without ::1 can do without it.
  init(_ transport: Transport, address: String, port: UInt16) throws(MockError) {
    let family = address.contains(":") ? AF_INET6 : AF_INET
    let type = transport == .udp ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue
    let socket = Glibc.socket(
      family, Int32(type | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard socket >= 0 else { throw Listener.missing }
    var yes: Int32 = 1
    if transport == .tcp {
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    if family == AF_INET6 {
      setsockopt(
        socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    let bound = SocketAddress(address, port: port).withPointer { bind(socket, $0, $1) }
    guard bound == 0, transport == .udp || listen(socket, 64) == 0 else {
      let code = errno
      close(socket)
      throw code == EADDRNOTAVAIL
        ? Listener.missing : MockError("cannot listen on \(address) port \(port): errno \(code)")
    }
    descriptor = socket
    self.address = address
    self.port = port != 0 ? port : SocketAddress.localPort(of: socket)
  }

  deinit { close(descriptor) }

  /// The next connection of a ready socket; nil when it is gone again.
  func accept(_ stop: StopSignal) -> Stream? {
    let socket = Spawning.lock.withLock { _ in
      let socket = Glibc.accept(descriptor, nil, nil)
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      return socket
    }
    return socket < 0 ? nil : Stream(socket, stop: stop)
  }

  static let missing = MockError("no such loopback address")

  /// Binds the same port on every address and transport; an IPv6 address may be missing.
  static func group(
    _ transports: [Transport], addresses: [String], port: UInt16
  ) throws(MockError) -> [Listener] {
    var failure = MockError("no address given")
    for _ in 0..<(port == 0 ? 50 : 1) {
      do throws(MockError) {
        return try attempt(transports, addresses: addresses, port: port)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private static func attempt(
    _ transports: [Transport], addresses: [String], port: UInt16
  ) throws(MockError) -> [Listener] {
    var group: [Listener] = []
    for address in addresses {
      for transport in transports {
        do throws(MockError) {
          let wanted = group.first?.port ?? port
          group.append(try Listener(transport, address: address, port: wanted))
        } catch {
          if error != missing || !address.contains(":") { throw error }
        }
      }
    }
    return group
  }

}

/// Ports for servers that cannot be asked to choose one themselves.
///
/// They are none of those that Linux gives to whoever wants any (`ip_local_port_range`, most often from 32768
/// on), unless it gives nearly all: another test's connection could have it before the server does. And `dig`
/// and `named` share ports: dig can be given the server's own, and then asks itself.
package enum FreePort {
  private static let given = Mutex<Set<UInt16>>([])

  /// What is left to choose from where Linux gives that range, as it writes it.
  package static func choice(beside range: String) -> ClosedRange<UInt16> {
    let ends = range.split { !$0.isNumber }.compactMap { UInt16($0) }
    guard ends.count == 2 else { return 10_240...32_767 }
    let (first, last) = (ends[0], ends[1])
    if first >= 12_288 { return 10_240...min(first - 1, 32_767) }
    return last <= 63_487 ? max(last + 1, 10_240)...65_535 : 10_240...32_767
  }
  private static let choice = choice(
    beside: (try? String(
      contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)) ?? "")

  /// A port nobody listens on, nor has been told of.
  package static func find() throws(MockError) -> UInt16 {
    for _ in 0..<50 {
      let port = UInt16.random(in: choice)
      let isFree = (try? Listener.group([.tcp, .udp], addresses: ["127.0.0.1"], port: port)) != nil
      if isFree, given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw MockError("no port is free")
  }
}

/// A `sockaddr` of either family.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private let length: socklen_t

  init(_ address: String, port: UInt16) {
    if address.contains(":") {
      var value = sockaddr_in6()
      value.sin6_family = sa_family_t(AF_INET6)
      value.sin6_port = port.bigEndian
      inet_pton(AF_INET6, address, &value.sin6_addr)
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: value, as: sockaddr_in6.self) }
    } else {
      var value = sockaddr_in()
      value.sin_family = sa_family_t(AF_INET)
      value.sin_port = port.bigEndian
      inet_pton(AF_INET, address, &value.sin_addr)
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: value, as: sockaddr_in.self) }
    }
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafeBytes(of: storage) { bytes in
      // The storage is as aligned as any sockaddr, and never empty.
      body(bytes.assumingMemoryBound(to: sockaddr.self).baseAddress.unsafelyUnwrapped, length)
    }
  }

  static func localPort(of descriptor: Int32) -> UInt16 {
    var value = sockaddr_in6()  // the port is at the same place in both families
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    _ = withUnsafeMutablePointer(to: &value) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: value.sin6_port)
  }
}
