// SPDX-License-Identifier: Apache-2.0

import DNS
import Wire

/// The part of resolv.conf(5) that is used: the servers. Search domains are never applied, and
/// time-outs are ours.
public enum ResolvConf {
  /// The `nameserver` lines, in order; what is no address is skipped.
  public static func parse(_ bytes: [UInt8]) -> [DNSServer] {
    var servers: [DNSServer] = []
    for line in bytes.lines {
      let words = Array(line).words
      // Keywords stand at the start of their line; a comment is any other word.
      guard words.count > 1, line.first?.isSpace == false, Array(words[0]) == "nameserver",
        let server = server(words[1])
      else { continue }
      servers.append(server)
    }
    return servers
  }

  /// An address with an optional `%device`, which is kept for link-local addresses only.
  static func server(_ text: ArraySlice<UInt8>, port: UInt16 = DNSServer.standardPort) -> DNSServer?
  {
    let percent = text.firstIndex(of: UInt8(ascii: "%"))
    guard let address = IPAddress(text[..<(percent ?? text.endIndex)]) else { return nil }
    guard let percent else { return DNSServer(address, port: port) }
    let scope = text[(percent + 1)...]
    guard address.family == .v6, !scope.isEmpty else { return nil }
    let isLinkLocal = address.specialPurpose == .link
    return DNSServer(address, port: port, scope: isLinkLocal ? Array(scope) : nil)
  }
}
