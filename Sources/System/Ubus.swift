// SPDX-License-Identifier: Apache-2.0

import CSystem
import Ubus
import Wire

/// Why netifd could not be asked.
public enum UbusProblem: Error, Equatable, Sendable {
  /// Nobody listens there.
  case absent
  /// It is only for others.
  case denied
  /// There is such a network, but ubusd shows it to others only.
  case hidden
  /// No answer in time.
  case silent
  /// The connection has ended.
  case closed
  /// What arrives is no message of ubus.
  case garbage
  /// A message is longer than `UbusMessage.limit`.
  case tooLarge
  /// There is no such network.
  case unknown
  /// There is, but it has no addresses now.
  case down

  /// What a person reads, after the network's name.
  public var words: StaticString {
    switch self {
    case .absent:
      "no ubusd at /var/run/ubus/ubus.sock: without OpenWrt's netifd use ip_source 'interface' or 'web'"
    case .denied: "ubusd does not allow it: run as root"
    case .silent: "ubusd does not answer within 2 s"
    case .closed: "ubusd has closed the connection"
    case .hidden: "ubusd hides it from this user: run as root, or allow it in /usr/share/acl.d"
    case .garbage: "what ubusd says is damaged"
    case .tooLarge: "netifd says more than 64 KiB about it"
    case .unknown: "netifd knows none of that name: see 'ubus list network.interface.*'"
    case .down: "it is down, or has no device yet: see 'ifstatus'"
    }
  }
}

/// A connection to OpenWrt's message bus.
///
/// Nothing here waits; whoever waits polls on `rawValue`.
public struct UbusConnection: ~Copyable {
  private let socket: FileDescriptor
  private var buffer: [UInt8] = []

  /// The number to poll on.
  public var rawValue: Int32 { socket.rawValue }

  /// Connects to the socket below `root`, at the place of older releases if need be.
  public init(root: [UInt8]) throws(UbusProblem) {
    for place in ["/var/run/ubus/ubus.sock", "/var/run/ubus.sock"] as [StaticString] {
      let result = unixConnect(root + [UInt8](place), isStream: true)
      if result.error == CSYS_OK {
        socket = FileDescriptor(owning: Int32(truncatingIfNeeded: result.value))
        return
      }
      if result.error == CSYS_DENIED { throw .denied }
    }
    throw .absent
  }

  /// Sends a message. What the kernel does not take at once is an error: ours are small.
  @inline(never)
  public borrowing func send(_ message: UbusMessage) throws(UbusProblem) {
    let bytes = message.encoded
    let result = csys_send(rawValue, bytes, bytes.count)
    if result.error != CSYS_OK || result.value != Int64(bytes.count) { throw .closed }
  }

  /// Reads once from a socket that is ready.
  @inline(never)
  public mutating func receive() throws(UbusProblem) {
    guard let bytes = try? socket.read(limit: 4_096), !bytes.isEmpty else { throw .closed }
    buffer += bytes
  }

  /// The next message of what was received; nil when it is not complete.
  @inline(never)
  public mutating func next() throws(UbusProblem) -> UbusMessage? {
    switch UbusMessage.take(from: &buffer) {
    case .message(let message): return message
    case .incomplete: return nil
    case .garbage: throw .garbage
    case .tooLarge: throw .tooLarge
    }
  }
}

/// Questions to netifd.
public enum Ubus {
  /// How long connecting, asking and answering may take together, in milliseconds.
  public static let patience: Int64 = 2_000

  /// What netifd says about a network that is up. Blocks for at most `patience`.
  public static func status(
    of network: [UInt8], root: [UInt8]
  ) throws(UbusProblem) -> NetworkStatus {
    let path = [UInt8]("network.interface.") + network
    let deadline = Clock.uptime + patience
    var connection = try UbusConnection(root: root)
    try connection.send(.lookUp(path, 1))
    // Of an object that is there, but not for us, ubusd says nothing at all.
    guard let found = try answer(&connection, 1, until: deadline) else { throw .hidden }
    // A path with an asterisk has an answer that is not of this very path.
    guard found.path == path, let object = found.object else { throw .unknown }
    try connection.send(.invoke("status", of: object, 2))
    guard let data = try answer(&connection, 2, until: deadline) else { throw .unknown }
    let status = NetworkStatus(data.data)
    if !status.isUp { throw .down }
    return status
  }

  /// Waits for the end of a request about something that exists; its last answer, if it has one.
  @inline(never)
  private static func answer(
    _ connection: inout UbusConnection, _ sequence: UInt16, until deadline: Int64
  ) throws(UbusProblem) -> UbusMessage? {
    var found: UbusMessage?
    while true {
      while let message = try connection.next() {
        guard message.sequence == sequence else { continue }
        if message.kind == .data { found = message }
        if message.kind == .status {
          if message.status == 6 { throw .denied }
          if message.status == 4 { throw .unknown }
          return found
        }
      }
      let ready = try? Poll.wait(for: [Poll.Interest(connection.rawValue)], until: deadline)
      if ready?.first == true {
        try connection.receive()
      } else if Clock.uptime >= deadline {
        throw .silent
      }
    }
  }
}
