// SPDX-License-Identifier: Apache-2.0

import DNS
import Net
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct ResolverFilesTests {
  private func servers(_ text: String) -> [String] {
    ResolvConf.parse(Array(text.utf8)).map { String(decoding: $0.text.bytes, as: UTF8.self) }
  }

  @Test(arguments: [
    ("", []),
    ("nameserver 192.0.2.1\nnameserver 2001:db8::1\n", ["192.0.2.1", "2001:db8::1"]),
    ("search lan\nnameserver\t192.0.2.1  # ours\r\n", ["192.0.2.1"]),
    ("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n nameserver 192.0.2.3", []),
    ("nameserver\nnameserver dns.example\nnameserver 192.0.2.256\n", []),
    ("nameserver192.0.2.1\nnameservers 192.0.2.1\noptions timeout:1 attempts:9\n", []),
    ("nameserver fe80::1%br-lan", ["fe80::1%br-lan"]),
    ("nameserver 2001:db8::1%br-lan", ["2001:db8::1"]),
    ("nameserver fe80::1%\nnameserver 192.0.2.1%eth0", []),
  ])
  func `reads the servers of resolv_conf`(text: String, expected: [String]) {
    #expect(servers(text) == expected)
  }

  static let hosts = """
    127.0.0.1 localhost
    192.0.2.1\tRouter.lan router  # the router
    192.0.2.2 router
    192.0.2.1 router.lan
    #192.0.2.9 router
    2001:db8::1 router.lan
    fe80::1%br-lan router.lan
    router 192.0.2.8
    192.0.2.7
    """

  @Test(
    arguments: [
      ("router.lan", .v4, "192.0.2.1"), ("ROUTER.LAN.", .v4, "192.0.2.1"),
      ("router", .v4, "192.0.2.1 192.0.2.2"), ("router.lan", .v6, "2001:db8::1"),
      ("router", .v6, ""), ("lan", .v4, ""), ("192.0.2.7", .v4, ""), ("", .v4, ""),
    ] as [(String, IPAddress.Family, String)])
  func `finds a name in hosts`(name: String, family: IPAddress.Family, expected: String) {
    let found = Hosts.lookup(Array(Self.hosts.utf8), name: Array(name.utf8), family: family)
    let text: Text = "\(found)"
    #expect(text.bytes == Array(expected.utf8))
  }
}
