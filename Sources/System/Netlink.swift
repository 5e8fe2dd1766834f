// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Questions to the kernel about network devices (rtnetlink, `man 7 rtnetlink`).
public enum Netlink {
  /// How long the kernel may take to answer, in milliseconds.
  private static let patience: Int64 = 2_000

  /// All addresses of a device, in the kernel's order; a device that does not exist is an error of
  /// kind `notFound`.
  public static func addresses(of device: [UInt8]) throws(SystemError) -> [InterfaceAddress] {
    let index = Int32(
      truncatingIfNeeded: try checked("find device", device, csys_interface_index(device.c)))
    var found: [InterfaceAddress] = []
    try list(22, "ask for addresses") { body in  // RTM_GETADDR
      if let address = parse(body, index: index) { found.append(address) }
    }
    return found
  }

  /// Asks for everything of a kind, and hands over the body of each answer, whose number is 2 less.
  @inline(never)
  static func list(
    _ request: UInt16, _ call: Literal, take: ([UInt8]) -> Void
  ) throws(SystemError) {
    let socket = try opened(call, [], csys_netlink_open(0))
    try socket.write(dumpRequest(request))
    let deadline = Clock.uptime + patience
    var isOver = false
    while !isOver {
      guard try Poll.wait(for: [Poll.Interest(socket.rawValue)], until: deadline)[0] else {
        throw SystemError(call: call, object: [], kind: .timedOut)
      }
      isOver = try read(try socket.read(limit: 32_768), request - 2, call, take)
    }
  }

  /// A dump for every family: all fields are in the order of this machine.
  private static func dumpRequest(_ request: UInt16) -> [UInt8] {
    var bytes: [UInt8] = []
    append(UInt32(28), to: &bytes)
    append(request, to: &bytes)
    append(UInt16(0x301), to: &bytes)  // NLM_F_REQUEST | NLM_F_DUMP
    append(UInt32(1), to: &bytes)
    append(UInt32(0), to: &bytes)
    // As long as the longest header of those that are asked for.
    append(UInt64(0), to: &bytes)
    append(UInt32(0), to: &bytes)
    return bytes
  }

  /// Reads the messages of one datagram; true at the end of the dump.
  private static func read(
    _ bytes: [UInt8], _ answer: UInt16, _ call: Literal, _ take: ([UInt8]) -> Void
  ) throws(SystemError) -> Bool {
    var start = 0
    while let length = number(bytes, start, UInt32.self), length >= 16,
      length <= UInt32(bytes.count - start), let type = number(bytes, start + 4, UInt16.self)
    {
      let body = Array(bytes[(start + 16)..<(start + Int(length))])
      switch type {
      case done: return true
      case failed:
        let code = number(body, 0, UInt32.self) ?? 0
        throw SystemError(call, number: Int32(truncatingIfNeeded: 0 &- code))
      case answer: take(body)
      default: break
      }
      start += (Int(length) + 3) & ~3
    }
    return false
  }

  /// Hands over the attributes behind a header.
  @inline(never)
  static func attributes(
    of body: [UInt8], from header: Int, take: (UInt16, ArraySlice<UInt8>) -> Void
  ) {
    var start = header
    while let length = number(body, start, UInt16.self), length >= 4,
      start + Int(length) <= body.count, let type = number(body, start + 2, UInt16.self)
    {
      take(type, body[(start + 4)..<(start + Int(length))])
      start += (Int(length) + 3) & ~3
    }
  }

  /// `struct ifaddrmsg` and its attributes; nil for another device or an unknown family.
  static func parse(_ body: [UInt8], index: Int32) -> InterfaceAddress? {
    guard body.count >= 8, number(body, 4, UInt32.self) == UInt32(bitPattern: index) else {
      return nil
    }
    var flags = UInt32(body[2])
    var address: IPAddress?
    var local: IPAddress?
    var preferred: UInt32?
    attributes(of: body, from: 8) { type, value in
      switch type {
      case 1: address = IPAddress(octets: value)  // IFA_ADDRESS: the peer on a point-to-point link
      case 2: local = IPAddress(octets: value)  // IFA_LOCAL
      case 6: preferred = number(Array(value), 0, UInt32.self)  // IFA_CACHEINFO
      case 8: flags = number(Array(value), 0, UInt32.self) ?? flags  // IFA_FLAGS
      default: break
      }
    }
    guard let own = local ?? address else { return nil }
    return InterfaceAddress(
      own, prefixLength: Int(body[1]), isGlobalScope: body[3] == 0,
      isDeprecated: flags & 0x20 != 0 || preferred == 0,
      isTemporary: own.family == .v6 && flags & 0x01 != 0, isTentative: flags & 0x48 != 0,
      isSecondary: own.family == .v4 && flags & 0x01 != 0,
      preferredSeconds: preferred == .max ? nil : preferred)
  }

  private static let failed: UInt16 = 2
  private static let done: UInt16 = 3

  static func number<Number: FixedWidthInteger>(
    _ bytes: [UInt8], _ start: Int, _ type: Number.Type
  ) -> Number? {
    let count = Number.bitWidth / 8
    guard start >= 0, start + count <= bytes.count else { return nil }
    return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: type) }
  }

  private static func append<Number: FixedWidthInteger>(_ value: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
  }
}
