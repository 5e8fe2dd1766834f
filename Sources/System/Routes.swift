// SPDX-License-Identifier: Apache-2.0

import Wire

/// Where the kernel sends what is for elsewhere.
public enum Routes {
  /// The most that is read of the kernel's table, in bytes.
  private static let limit = 256 * 1024

  /// The gateway of the first IPv4 default route, by a device if one is named; nil when there is none,
  /// or the route needs none. The kernel's table is /proc/net/route.
  public static func gateway(by device: [UInt8]?) -> IPAddress? {
    let table = (try? File.read([UInt8]("/proc/net/route"), limit: limit)) ?? []
    return gateway(in: table, by: device)
  }

  /// Its columns: device, destination, gateway, flags, two counts, metric, mask; numbers in the order
  /// of this machine's bytes, the best routes first.
  static func gateway(in table: [UInt8], by device: [UInt8]?) -> IPAddress? {
    for line in table.lines.dropFirst() {
      let words = Array(line).words
      guard words.count > 7, device.map({ words[0].elementsEqual($0) }) ?? true,
        number(words[1]) == 0, number(words[7]) == 0
      else { continue }
      let hop = number(words[2])
      if hop != 0 { return IPAddress(octets: withUnsafeBytes(of: hop) { Array($0) }) }
    }
    return nil
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
    digits.reduce(0) { $0 << 4 | UInt32($1.hexValue ?? 0) }
  }
}
