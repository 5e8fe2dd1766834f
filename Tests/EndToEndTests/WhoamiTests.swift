// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// DNS servers that answer with the address they are asked from, and those that lie about it.
  @Suite struct WhoamiTests {
    private static let services = ["dns:opendns", "dns:cloudflare", "dns:google", "dns:akamai"]

    private static let named = """
      options {
        directory "."; pid-file none; session-keyfile none;
        listen-on port 53 { 127.0.0.1; }; listen-on-v6 port 53 { ::1; };
        recursion no; dnssec-validation no;
      };
      controls {};
      view "internet" {
        zone "opendns.com" { type primary; file "zone"; };
        zone "l.google.com" { type primary; file "zone"; };
        zone "akamai.net" { type primary; file "zone"; };
      };
      view "chaos" chaos { zone "cloudflare" chaos { type primary; file "chaos"; }; };

      """
    private static let zone = """
      $TTL 60
      @ SOA ns hostmaster 1 7200 900 3600 30
      @ NS ns
      ns A 127.0.0.1
      myip A \(World.seen)
      myip AAAA \(World.seenIPv6)
      whoami A \(World.seen)
      whoami AAAA \(World.seenIPv6)
      o-o.myaddr TXT "\(World.seen)"
      o-o.myaddr TXT "edns0-client-subnet 81.2.69.0/24"
      o-o.myaddr TXT "\(World.seenIPv6)"
      two A 81.2.69.1
      two A 81.2.69.2

      """
    private static let chaos = """
      $TTL 60
      @ CH SOA ns hostmaster 1 7200 900 3600 30
      @ CH NS ns
      whoami CH TXT "\(World.seen)"
      whoami CH TXT "\(World.seenIPv6)"

      """

    @Test(
      .enabled(
        if: Programs.hasNamespaces && Programs.hasNamed, "no network namespaces, or no named")
    )
    func `BIND in the place of each service says the address, by either IP version`() async {
      let files = ["named.conf": Self.named, "zone": Self.zone, "chaos": Self.chaos]
      let reports = await GatewayWorld.run("exec sleep 60", files: files) { gateway in
        let world = gateway.world
        try world.write(
          "etc/hosts",
          ["127.0.0.1", "::1"].map {
            "\($0) resolver1.opendns.com one.one.one.one ns1.google.com ns1-1.akamaitech.net\n"
          }.joined())
        let server = try Child(
          "sh", ["-c", "cd \"$0/tmp\" && exec named -g -n 1 -c named.conf", world.root],
          environment: Programs.searchPath)
        gateway.expect(
          Wait.until(within: 15) { server.stderr.contains("all zones loaded") }, server.stderr)
        let others = [
          "dns:google@127.0.0.1", "dns:myip.opendns.com@127.0.0.1:53", "DNS:Akamai@127.0.0.1",
        ]
        try gateway.expect(Self.services + others, World.seen)
        for result in try gateway.detect(Self.services + ["dns:opendns@[::1]"], ["-6"]) {
          gateway.expect(result.stdout == World.seenIPv6 + "\n", result.output)
        }
        try gateway.expect(["dns:two.opendns.com@127.0.0.1"], nil, "two addresses in its answer")
        try gateway.expect(["dns:none.opendns.com@127.0.0.1"], nil, "no address in its answer")
        try gateway.expect(["dns:www.example.com@127.0.0.1"], nil, "REFUSED")
        let agreed = try gateway.detect(["dns:opendns dns:cloudflare dns:google"])[0]
        gateway.expect(agreed.stdout == World.seen + "\n", agreed.output)
      }
      #expect(reports == [])
    }

    @Test(
      arguments: [
        (.wrongID, "no usable answer"), (.wrongQuestion, "no usable answer"),
        (.garbage, "no usable answer"), (.lyingLength, "no usable answer"), (.drop, "no answer"),
        (.addresses(["10.0.0.7"]), "10.0.0.7"), (.addresses(["100.64.0.7"]), "100.64.0.7"),
        (.addresses(["81.2.69.1", "81.2.69.2"]), "two addresses"), (.aliasLoop, "a loop"),
        (.noData, "no address"), (.code(2), "SERVFAIL"), (.many(3), "two addresses"),
      ] as [(DNSFault, String)])
    func `a DNS server that lies is not believed`(fault: DNSFault, words: String) throws {
      let world = try World()
      world.zone.set("myip.opendns.com", to: [World.seen])
      world.mock.dns.script.add("*", fault)
      let result = try world.detect([
        "-u", "dns:opendns@127.0.0.1:\(world.mock.dns.port)",
      ])
      #expect(result.status == 75 || result.status == 76, "\(result.stderr)")
      #expect(result.stdout.isEmpty && result.stderr.contains(words), "\(result.stderr)")
      #expect(result.seconds < 21)
    }

    @Test func `a truncated answer is asked for over TCP, one without EDNS again`() throws {
      for fault in [.truncate, .noEDNS] as [DNSFault] {
        let world = try World()
        world.zone.set("myip.opendns.com", to: [World.seen])
        world.mock.dns.script.add("*", fault)
        let result = try world.detect(["-u", "dns:opendns@127.0.0.1:\(world.mock.dns.port)"])
        #expect(result.stdout == World.seen + "\n", "\(result.stderr)")
      }
    }

    @Test(arguments: [
      "dns:", "dns:nowhere", "dns:a.b@", "dns:a.b@c:x", "stun:", "stun:h:99999", "upnp:gateway",
      "pcp:fe80::1", "ftp://a/",
    ])
    func `a source that is none is told by --check, with what would be one`(source: String) throws {
      let world = try World()
      try world.configure(["ip_url": source])
      let result = try world.run("ddns-runner", ["--check"])
      let words =
        "ip_url '\(source)' is no http or https URL, dns:SERVICE, dns:NAME@SERVER, stun:HOST[:PORT], "
        + "natpmp:, pcp: or upnp: with an IPv4 address or none"
      #expect(result.status == 78 && result.output.contains(words), "\(result.output)")
      #expect(try world.detect().status == 78)
    }

    @Test func `what the gateway knows is no IPv6 address`() throws {
      let world = try World()
      for source in ["natpmp:", "pcp:", "upnp:192.168.7.1"] {
        let result = try world.detect(["-6", "-u", source])
        #expect(result.status == 78)
        #expect(result.stderr.contains("ip_url '\(source)' is no http or https URL, dns:"))
        #expect(!result.stderr.contains("upnp: with"))
      }
    }
  }
}
