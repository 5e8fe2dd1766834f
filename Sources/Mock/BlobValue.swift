// SPDX-License-Identifier: Apache-2.0

/// A value of ubus' blobmsg, written down here a second time, for a mock that shares the product's
/// codec would share its mistakes.
package indirect enum BlobValue: Sendable {
  case bool(Bool)
  case number(UInt32)
  case string(String)
  case array([BlobValue])
  case table([(String, BlobValue)])

  /// The status of a network of netifd's that is up. An address is `ADDRESS` or `ADDRESS preferred
  /// SECONDS`; those in `assigned` are the router's own in prefixes that it gives to the network.
  /// `prefixes` are such prefixes, `delegated` those the network has from outside.
  package static func up(
    _ device: String, _ addresses: [String], assigned: [String] = [], prefixes: [String] = [],
    delegated: [String] = []
  ) -> BlobValue {
    .table([
      ("up", .bool(true)), ("pending", .bool(false)), ("available", .bool(true)),
      ("uptime", .number(7)), ("l3_device", .string(device)), ("proto", .string("dhcp")),
      ("updated", .array([.string("addresses")])), ("metric", .number(0)),
      ("ipv4-address", .array(addresses.filter { !$0.contains(":") }.map { entry($0) })),
      ("ipv6-address", .array(addresses.filter { $0.contains(":") }.map { entry($0) })),
      ("ipv6-prefix", .array(delegated.map { prefix($0) })),
      (
        "ipv6-prefix-assignment",
        .array(
          assigned.map { entry($0, inside: "local-address") } + prefixes.map { prefix($0) })
      ),
      ("route", .array([])), ("dns-server", .array([.string("192.168.1.1")])),
      ("inactive", .table([("ipv4-address", .array([]))])), ("data", .table([])),
    ])
  }

  /// `PREFIX/LENGTH` or `PREFIX/LENGTH preferred SECONDS`.
  private static func prefix(_ text: String) -> BlobValue {
    let words = text.split(separator: " ").map(String.init)
    let parts = words[0].split(separator: "/").map(String.init)
    guard case .table(var fields) = entry(([parts[0]] + words.dropFirst()).joined(separator: " "))
    else { return .table([]) }
    fields[1] = ("mask", .number(UInt32(parts[1]) ?? 0))
    let own = BlobValue.table([("address", .string(parts[0] + "1")), ("mask", fields[1].1)])
    return .table(fields + [("local-address", own)])
  }

  private static func entry(_ text: String, inside name: String? = nil) -> BlobValue {
    let words = text.split(separator: " ").map(String.init)
    var fields: [(String, BlobValue)] = [("address", .string(words[0])), ("mask", .number(64))]
    if let name { fields = [("address", .string("2a02:8010:9::")), (name, .table(fields))] }
    if words.count > 2 {
      fields += [("preferred", .number(UInt32(words[2]) ?? 0)), ("valid", .number(9_999))]
    }
    return .table(fields)
  }

  /// The same of one that is down.
  package static let down = BlobValue.table([
    ("up", .bool(false)), ("pending", .bool(true)), ("available", .bool(false)),
    ("proto", .string("dhcp")), ("errors", .array([.table([("code", .string("NO_DEVICE"))])])),
  ])

  /// The members of a table, one after the other.
  package var members: [UInt8] {
    guard case .table(let fields) = self else { return [] }
    return fields.flatMap { $0.1.named($0.0) }
  }

  /// A member of a table that is its only one, or of an array when it has no name.
  func named(_ name: String) -> [UInt8] {
    let (type, value): (UInt32, [UInt8]) =
      switch self {
      case .array(let items): (1, items.flatMap { $0.named("") })
      case .table: (2, members)
      case .string(let text): (3, Array(text.utf8) + [0])
      case .number(let number): (5, BlobValue.bytes(number))
      case .bool(let flag): (7, [flag ? 1 : 0])
      }
    let count = UInt32(name.utf8.count)
    let head = BlobValue.padded([UInt8(count >> 8), UInt8(count & 255)] + Array(name.utf8) + [0])
    return BlobValue.attribute(0x8000_0000 | type << 24, head + value)
  }

  static func attribute(_ id: UInt32, _ payload: [UInt8]) -> [UInt8] {
    padded(bytes(id | UInt32(payload.count + 4)) + payload)
  }

  static func bytes(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(number >> $0 & 255) }
  }

  static func number(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }
}
