// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// What the kernel says, unasked, about devices and their addresses (rtnetlink).
public struct NetlinkEvents: ~Copyable {
  /// RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR.
  private static let groups: UInt32 = 0x111
  /// The most bytes taken of a datagram. What is wanted of one stands at its beginning.
  private static let receiveLimit = 256

  private let socket: FileDescriptor

  /// The number to poll on.
  public var rawValue: Int32 { socket.rawValue }

  /// Begins to listen.
  public init() throws(SystemError) {
    socket = try opened("watch addresses", [], csys_netlink_open(Self.groups))
  }

  /// The indices of all devices about which something has been said since the last call. An error
  /// means that some of it is lost.
  public borrowing func devices() throws(SystemError) -> [Int32] {
    var indices: [Int32] = []
    while true {
      do throws(SystemError) {
        let index = Self.index(in: try socket.read(limit: Self.receiveLimit))
        if let index, !indices.contains(index) { indices.append(index) }
      } catch {
        if error.kind == .busy { return indices }
        throw error
      }
    }
  }

  /// The kernel sends one message a datagram; `ifaddrmsg` and `ifinfomsg` both have the index at
  /// their offset 4.
  static func index(in bytes: [UInt8]) -> Int32? { Netlink.number(bytes, 20, Int32.self) }
}

extension Netlink {
  /// The index of a device and whether packets can leave by it (IFF_UP, IFF_RUNNING); nil when
  /// there is none of that name.
  public static func link(_ device: [UInt8]) -> (index: Int32, isRunning: Bool)? {
    var flags: UInt32 = 0
    let index = csys_interface_flags(device.c, &flags)
    guard index.error == CSYS_OK else { return nil }
    return (Int32(truncatingIfNeeded: index.value), flags & 0x41 == 0x41)
  }
}
