// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One TCP connection; every wait ends when the server is stopped.
final class Stream: Sendable {
  let descriptor: Int32
  private let stop: StopSignal

  init(_ descriptor: Int32, stop: StopSignal) {
    self.descriptor = descriptor
    self.stop = stop
  }

  /// Connects to a loopback address.
  convenience init(to address: String, port: UInt16, stop: StopSignal) throws(MockError) {
    let family = address.contains(":") ? AF_INET6 : AF_INET
    let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let result = SocketAddress(address, port: port).withPointer { connect(socket, $0, $1) }
    guard result == 0 else {
      let code = errno
      close(socket)
      throw MockError("cannot connect to \(address) port \(port): errno \(code)")
    }
    self.init(socket, stop: stop)
  }

  deinit { close(descriptor) }

  /// The address at the other end.
  var peer: String {
    var value = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &value) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getpeername(descriptor, $0, &length)
      }
    }
    guard value.sin_family == sa_family_t(AF_INET) else { return "::1" }
    return Address(bytes: withUnsafeBytes(of: value.sin_addr) { Array($0) }).description
  }

  /// The next bytes; empty at the end, after an error, after `seconds`, and when stopped.
  func read(upTo limit: Int = 16_384, seconds: Double? = nil) -> [UInt8] {
    guard stop.wait(for: descriptor, events: POLLIN, seconds: seconds) == .ready else { return [] }
    return [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = max(0, recv(descriptor, buffer.baseAddress, limit, 0))
    }
  }

  /// Reads exactly `count` bytes, or nil.
  func read(exactly count: Int, seconds: Double? = nil) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let more = read(upTo: count - bytes.count, seconds: seconds)
      if more.isEmpty { return nil }
      bytes += more
    }
    return bytes
  }

  /// Writes everything; false when the peer is gone or the server was stopped.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      guard stop.wait(for: descriptor, events: POLLOUT, seconds: nil) == .ready else {
        return false
      }
      let sent = bytes[offset...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if sent < 0 && errno != EAGAIN && errno != EINTR { return false }
      offset += max(0, sent)
    }
    return true
  }

  /// Says nothing until the peer goes away.
  func waitForEnd() {
    while !read().isEmpty {}
  }

  /// Makes the close that follows a reset instead of an orderly end.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Ends our direction only, as an HTTP server does after its last byte.
  func finishWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }
}
