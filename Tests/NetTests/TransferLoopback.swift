// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A server on the loopback that plays a script to each connection and records what it was sent.
final class LoopbackServer: @unchecked Sendable {
  /// What the server does, one after the other; in the end it closes.
  enum Step {
    /// Reads until the end of a request and its body.
    case request
    case send(String)
    /// Sends byte by byte with a pause between.
    case drip(String, milliseconds: UInt32)
    /// Sends this many bytes of filling.
    case fill(Int)
    /// Does nothing until the client goes away.
    case hold
    /// Closes so that the client sees a reset.
    case reset
  }

  let port: UInt16
  private let listener: Int32
  private let lock = NSLock()
  private var recorded: [String] = []

  /// Listens on 127.0.0.1, or on ::1, and plays one script for each connection; the last again and
  /// again.
  init(_ scripts: [Step]..., isIPv6: Bool = false) {
    listener = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = Self.listen(listener, isIPv6)
    let listener = self.listener
    Thread.detachNewThread { [weak self] in
      // Closed by whoever accepts, so that the number is not somebody else's meanwhile.
      defer { close(listener) }
      var number = 0
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        guard let server = self else {
          close(client)
          return
        }
        let script = scripts[min(number, scripts.count - 1)]
        number += 1
        Thread.detachNewThread { server.play(script, to: client) }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The requests so far.
  var requests: [String] {
    lock.withLock { recorded }
  }

  private func play(_ script: [Step], to client: Int32) {
    defer { close(client) }
    for step in script {
      switch step {
      case .request:
        let request = Self.readRequest(client)
        lock.withLock { recorded.append(request) }
      case .send(let text): Self.write(client, Array(text.utf8))
      case .drip(let text, let milliseconds):
        for byte in text.utf8 {
          usleep(milliseconds * 1000)
          guard Self.write(client, [byte]) else { return }
        }
      case .fill(let count): Self.write(client, [UInt8](repeating: 120, count: count))
      case .hold:
        var byte: UInt8 = 0
        while recv(client, &byte, 1, 0) > 0 {}
      case .reset:
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        return
      }
    }
  }

  @discardableResult
  private static func write(_ client: Int32, _ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      offset += count
    }
    return true
  }

  private static func readRequest(_ client: Int32) -> String {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let end = text.range(of: "\r\n\r\n") {
        let field = text.range(of: "Content-Length: ")
        let length = field.flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
        if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
      }
      let count = recv(client, &buffer, buffer.count, 0)
      if count <= 0 { return text }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  private static func listen(_ listener: Int32, _ isIPv6: Bool) -> UInt16 {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &storage) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      if isIPv6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        raw.copyMemory(from: &address, byteCount: MemoryLayout<sockaddr_in6>.size)
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        raw.copyMemory(from: &address, byteCount: MemoryLayout<sockaddr_in>.size)
      }
      let generic = raw.assumingMemoryBound(to: sockaddr.self)
      let length = socklen_t(
        isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
      bind(listener, generic, length)
      Glibc.listen(listener, 16)
      getsockname(listener, generic, &size)
    }
    return withUnsafeBytes(of: &storage) { raw in
      // The port is in the same place for both families.
      UInt16(raw[2]) << 8 | UInt16(raw[3])
    }
  }
}

/// A port of the loopback on which nothing listens.
func closedPort() -> UInt16 {
  LoopbackServer([.hold]).port
}
