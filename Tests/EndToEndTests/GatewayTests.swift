// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Sources that are no pages, in network namespaces of their own: miniupnpd and coturn, and a gateway
  /// that lies.
  @Suite(.enabled(if: Programs.hasNamespaces, "no network namespaces here"))
  struct GatewayTests {
    private static let hasMiniUPnP =
      Programs.isInstalled("miniupnpd") && Programs.isInstalled("nft")
    private static let hasTURN = Programs.isInstalled("turnserver")
    private static let gatewaySources = ["natpmp:", "pcp:", "upnp:"]

    private static let miniUPnP = """
      nft -f nft
      exec miniupnpd -d -f conf -P pid
      """
    private static let files = [
      "conf": """
      ext_ifname=wan0
      listening_ip=lan1
      enable_natpmp=yes
      enable_upnp=yes
      secure_mode=yes
      uuid=00000000-0000-0000-0000-000000000000
      allow 1024-65535 192.168.7.0/24 1024-65535

      """,
      "nft": """
      table inet filter {
        chain miniupnpd { }
        chain prerouting_miniupnpd { type nat hook prerouting priority -100; policy accept; }
        chain postrouting_miniupnpd { type nat hook postrouting priority 100; policy accept; }
      }

      """,
    ]
    private static var liar: [String: String] {
      get throws {
        let path = Programs.source("Tests/Fixtures/scripts/gateway.py")
        return ["gateway.py": try String(contentsOfFile: path, encoding: .utf8)]
      }
    }
    private static let isUp = ["HTTP listening on port", "Listening for NAT-PMP"]

    @Test(.enabled(if: hasMiniUPnP, "no miniupnpd"))
    func `the gateway of the default route tells its address by NAT-PMP, PCP and UPnP`() async {
      let reports = await GatewayWorld.run(Self.miniUPnP, files: Self.files) { gateway in
        gateway.wait(for: Self.isUp[0], Self.isUp[1])
        try gateway.expect(
          Self.gatewaySources + Self.gatewaySources.map { $0 + GatewayWorld.gateway }
            + ["NATPMP:192.168.7.1:5351"], World.seen)
        gateway.wait(for: "mapping removed")
        // The page and the gateway agree.
        let page = gateway.world.page("/ip", isIPv6: false)
        try gateway.expect(["natpmp: \(page)", "\(page) natpmp:"], World.seen, "natpmp: says")
      }
      #expect(reports == [])
    }

    @Test func `a gateway behind carrier-grade NAT is told as such, and never published`()
      async throws
    {
      let reports = await GatewayWorld.run("exec python3 gateway.py carrier", files: try Self.liar)
      {
        gateway in
        gateway.wait(for: "ready")
        try gateway.expect(
          Self.gatewaySources, nil, "it is behind carrier-grade NAT (100.64.0.0/10)")
        let pages = ["/ip", "/json"].map { gateway.world.page($0, isIPv6: false) }
        try gateway.expect(
          ["natpmp: \(pages[0]) \(pages[1])"], World.seen,
          "behind carrier-grade NAT: the router's address is 100.64.3.4, but 81.2.69.142 is seen")
      }
      #expect(reports == [])
    }

    @Test func `a router with a carrier's address on its own device is told as such`() async {
      let reports = await GatewayWorld.run("exec sleep 60") { gateway in
        let moved = try Child.run(
          "sh",
          [
            "-c",
            "ip addr add 100.64.9.9/24 dev lan0 && ip route replace default via 192.168.7.1 src 100.64.9.9",
          ], environment: Programs.searchPath)
        gateway.expect(moved.status == 0, moved.stderr)
        let page = gateway.world.page("/ip", isIPv6: false)
        try gateway.expect(
          [page], World.seen, "behind carrier-grade NAT: the router's address is 100.64.9.9")
        let known = try gateway.detect([page], [World.seen])[0]
        gateway.expect(known.status == 0, known.output)
      }
      #expect(reports == [])
    }

    @Test(.enabled(if: hasTURN, "no coturn"))
    func `coturn says from where it is asked, by either IP version`() async {
      let turn = """
        ip addr add 2a02:8010:1::1/64 dev lan1 nodad
        ip route add 81.2.70.9 via 192.168.7.2
        exec turnserver -n --stun-only --listening-ip 192.168.7.1 --listening-ip 2a02:8010:1::1 \
          -p 3478 --no-tls --no-dtls --no-cli --pidfile pid --userdb db --log-file stdout
        """
      let reports = await GatewayWorld.run(turn) { gateway in
        let ip = try Child.run(
          "sh",
          [
            "-c",
            "ip -6 addr add 2a02:8010:1::2/64 dev lan0 nodad; ip addr add 81.2.70.9/32 dev lo; "
              + "ip route replace default via 192.168.7.1 src 81.2.70.9; "
              + "ip route replace 192.168.7.1 dev lan0 src 81.2.70.9",
          ],
          environment: Programs.searchPath)
        gateway.expect(ip.status == 0, ip.stderr)
        let back = "stun:192.168.7.1"
        gateway.expect(
          Wait.until(within: 15) {
            (try? gateway.detect([back]))?[0].stdout == "81.2.70.9\n"
          }, "\(gateway.said) \((try? gateway.detect([back]))?[0].output ?? "")")
        let other = try gateway.detect(["stun:[2a02:8010:1::1]:3478"], ["-6"])[0]
        gateway.expect(other.stdout == "2a02:8010:1::2\n", other.output)
        try gateway.world.write("etc/hosts", "192.168.7.1 stun.example\n")
        try gateway.expect(["stun:stun.example"], "81.2.70.9")
      }
      #expect(reports == [])
    }

    private static let datagrams = ["natpmp:", "pcp:", "stun:192.168.7.1"]

    /// What a gateway that lies does, of whom it is asked, what has to be found all the same, and what is
    /// said otherwise.
    @Test(
      arguments: [
        ("right", datagrams + ["upnp:"], "81.2.69.142", ""),
        ("flood", datagrams + ["upnp:"], "81.2.69.142", ""),
        ("silent", datagrams, nil, "192.168.7.1: no answer in time"),
        ("silent", ["upnp:"], nil, "192.168.7.1: no answer in time"),
        ("truncated", datagrams, nil, "no usable answer in time"),
        ("wrong-id", ["pcp:", "stun:192.168.7.1"], nil, "no usable answer in time"),
        ("other-port", datagrams, nil, "no answer in time"),
        ("other-port", ["upnp:"], nil, "192.168.7.1: no answer in time"),
        ("private", datagrams + ["upnp:"], nil, "'10.0.0.7' given"),
        ("zero", datagrams, nil, "'0.0.0.0' given"),
        ("zero", ["upnp:"], nil, "no connection to the Internet by UPnP"),
        ("truncated", ["upnp:"], nil, "no connection to the Internet by UPnP"),
        ("elsewhere", ["upnp:"], nil, "no connection to the Internet by UPnP"),
        ("control-elsewhere", ["upnp:"], nil, "no connection to the Internet by UPnP"),
        ("redirect", ["upnp:"], nil, "more than 3 redirects"),
        ("redirect-elsewhere", ["upnp:"], nil, "redirects to where"),
        ("failing", ["upnp:"], nil, "HTTP status 500"), ("huge", ["upnp:"], nil, "192.168.7.1"),
      ] as [(String, [String], String?, String)])
    func `a gateway that lies is not believed, and one that is flooded is`(
      mode: String, sources: [String], address: String?, words: String
    ) async throws {
      let reports = await GatewayWorld.run(
        "ip addr add 192.168.7.8/24 dev lan1; exec python3 gateway.py \(mode)",
        files: try Self.liar
      ) { gateway in
        gateway.wait(for: "ready")
        try gateway.expect(sources, address, words)
      }
      #expect(reports == [])
    }
  }
}
