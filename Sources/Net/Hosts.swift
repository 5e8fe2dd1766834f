// SPDX-License-Identifier: Apache-2.0

import Wire

/// The names a router's owner has written down: hosts(5).
public enum Hosts {
  /// The addresses of one family that a name has, in the order of the file; none when it has none.
  ///
  /// ASCII case and a final dot of the name are ignored; so are lines that begin with no address.
  public static func lookup(
    _ bytes: [UInt8], name: [UInt8], family: IPAddress.Family
  ) -> [IPAddress] {
    let wanted = plain(name[...])
    guard !wanted.isEmpty else { return [] }
    var addresses: [IPAddress] = []
    for line in bytes.lines {
      let words = Array(line.prefix { $0 != UInt8(ascii: "#") }).words
      guard words.dropFirst().contains(where: { plain($0) == wanted }),
        let address = IPAddress(words[0]), address.family == family, !addresses.contains(address)
      else { continue }
      addresses.append(address)
    }
    return addresses
  }

  private static func plain(_ name: ArraySlice<UInt8>) -> [UInt8] {
    (name.last == UInt8(ascii: ".") ? name.dropLast() : name).lowercased
  }
}
