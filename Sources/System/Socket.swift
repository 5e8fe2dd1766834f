// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// A connected UDP or TCP socket, or one of the file system, that never waits on its own.
public struct Socket: ~Copyable {
  /// The two kinds.
  public enum Kind: Equatable, Sendable {
    /// UDP.
    case datagram
    /// TCP.
    case stream
  }

  let descriptor: FileDescriptor

  /// The number to poll on.
  public var rawValue: Int32 { descriptor.rawValue }

  /// Starts to connect. A stream is connected when it polls writable and `finish` does not throw.
  ///
  /// The C functions are `socket`, `setsockopt(SO_BINDTODEVICE)`, `bind` and `connect`.
  public init(to peer: Endpoint, _ kind: Kind, from binding: Binding) throws(SystemError) {
    let address = peer.address.octets
    let local = binding.address?.octets
    let stream: Int32 = kind == .stream ? 1 : 0
    let result = csys_socket_connect(
      address, address.count, peer.port, peer.scope?.c, stream, binding.device?.c, local,
      local?.count ?? 0)
    descriptor = try opened("connect to", peer.address.text.bytes, result)
  }

  /// Connects to the first of these sockets of the file system that is there, and fails at one that
  /// is only for others.
  ///
  /// The C function is `connect`.
  public init(at places: [[UInt8]]) throws(SystemError) {
    var problem = SystemError(call: "connect", object: [], kind: .notFound)
    for place in places {
      do throws(SystemError) {
        descriptor = try opened("connect to", place, unixConnect(place, isStream: true))
        return
      } catch {
        if error.kind == .denied { throw error }
        problem = error
      }
    }
    throw problem
  }

  /// Our own end of it. The C function is `getsockname`.
  public borrowing func local() throws(SystemError) -> Endpoint {
    var (octets, count) = (Self.room, 0)
    let port = try checked("look at", csys_socket_local(descriptor.rawValue, &octets, &count))
    return Endpoint(
      IPAddress(octets: octets.prefix(count)) ?? .unspecified(.v4),
      port: UInt16(truncatingIfNeeded: port))
  }

  /// Hears from anybody from now on. The C functions are `connect` and `bind`.
  public borrowing func open() throws(SystemError) {
    try checked("open", csys_socket_open(descriptor.rawValue))
  }

  /// Sends a datagram by an open socket. The C function is `sendto`.
  public borrowing func send(_ bytes: [UInt8], to peer: Endpoint) throws(SystemError) {
    let octets = peer.address.octets
    try checked(
      "send",
      csys_send_to(descriptor.rawValue, bytes, bytes.count, octets, octets.count, peer.port))
  }

  /// Receives a datagram, and says from whom: nobody when there was none after all. The C function is
  /// `recvfrom`.
  public borrowing func receiveDatagram(
    limit: Int
  ) throws(SystemError) -> (bytes: [UInt8], sender: IPAddress?) {
    let socket = descriptor.rawValue
    var (octets, count) = (Self.room, 0)
    do throws(SystemError) {
      let bytes = try filled("receive", limit) {
        csys_receive_from(socket, $0, limit, &octets, &count)
      }
      return (bytes, IPAddress(octets: octets.prefix(count)))
    } catch {
      // The kernel had dropped it for its checksum.
      if error.kind == .busy { return ([], nil) }
      throw error
    }
  }

  /// As long as the longest address.
  private static var room: [UInt8] { [UInt8](repeating: 0, count: 16) }

  /// Throws what went wrong with a connect that has ended.
  public borrowing func finish(to peer: Endpoint) throws(SystemError) {
    try checked("connect to", peer.address.text.bytes, csys_socket_error(descriptor.rawValue))
  }

  /// Sends what fits; how many bytes that was. The C function is `send`.
  public borrowing func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
    let result = bytes.withUnsafeBytes { buffer in
      buffer.baseAddress.map { csys_send(descriptor.rawValue, $0, buffer.count) }
    }
    guard let result else { return 0 }
    return Int(try checked("send", result))
  }

  /// Receives a datagram, or what has arrived of a stream; empty at its end.
  public borrowing func receive(limit: Int) throws(SystemError) -> [UInt8] {
    let socket = descriptor.rawValue
    return try filled("receive", limit) { csys_receive(socket, $0, limit) }
  }
}

/// A socket connected to one of the file system.
@inline(never)
func unixConnect(_ path: [UInt8], isStream: Bool) -> csys_result {
  csys_unix_connect(path.c, isStream ? 1 : 0)
}
