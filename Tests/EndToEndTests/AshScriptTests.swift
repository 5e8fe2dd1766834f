// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What of the shell API (contract 9) needs a router around it, and script packages beside ours.
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct AshScriptTests {
    private static let scripted: [String: String?] = [
      "update_url": nil, "update_script": "/usr/lib/ddns/update_x.sh",
    ]
    private static func transfer(
      _ name: String, _ text: String, _ said: String, _ options: [String: String?] = [:]
    ) -> AshRow {
      AshRow(
        name: name, lines: "$U -S home -v 2", stdout: .anything,
        options: scripted.merging(options) { $1 }, log: [said],
        prepare: { router in
          try router.script("bin/ip", "#!/bin/sh\necho \(World.seen)")
          let port = "127.0.0.1:\(router.world.mock.http.port)"
          try router.script(
            "usr/lib/ddns/update_x.sh",
            "HTTP=\(port)\n\(text)\nwrite_log 6 \"done $? $(cat $DATFILE)\"; return 0")
        })
    }

    static let transfers: [AshRow] = [
      transfer("do_transfer", "do_transfer http://$HTTP/ip", "done 0 \(World.seen)"),
      transfer(
        "do_transfer by the proxy a script has set",
        "proxy=$HTTP; do_transfer http://pages.test/ip",
        "done 0 \(World.seen)"),
      transfer(
        "do_transfer by another proxy than the section's: one that is not there",
        "proxy=127.0.0.1:1; do_transfer http://$HTTP/ip", "done 1"),
      transfer(
        "do_transfer without the proxy of the section", "proxy=; do_transfer http://$HTTP/ip",
        "done 0 \(World.seen)",
        ["proxy": "127.0.0.1:1", "ip_source": "script", "ip_script": "/bin/ip"]),
      transfer(
        "do_transfer with the proxy of the section", "do_transfer http://$HTTP/ip", "done 1",
        ["proxy": "127.0.0.1:1", "ip_source": "script", "ip_script": "/bin/ip"]),
      transfer(
        "do_transfer by a network that is not there",
        "bind_network=nowhere0; do_transfer http://$HTTP/ip", "done 1"),
      transfer(
        "do_transfer by a device a script has set", "bind_network=lo; do_transfer http://$HTTP/ip",
        "done 0 \(World.seen)"),
      transfer(
        "do_transfer over IPv6 only, where there is none",
        "use_ipv6=1; force_ipversion=1; do_transfer http://$HTTP/ip", "done 1"),
      transfer(
        "do_transfer with certificates that are not there",
        "use_https=1; cacert=/no/such.pem; do_transfer https://$HTTP/ip", "done 1"),
    ]

    @Test(arguments: transfers) func `do_transfer goes the way the variables say (contract 9)`(
      row: AshRow
    ) throws {
      try row.check()
    }

    @Test(.enabled(if: Programs.hasNginx, "nginx or openssl is not installed"))
    func `do_transfer believes the certificates a script names`() throws {
      let world = try World(registered: [World.seen])
      let port = try world.tlsFront(.good)
      try world.configure(Self.scripted)
      let router = try Router(world)
      let authority = try String(contentsOfFile: Authority.shared().file, encoding: .utf8)
      try world.write("etc/ca.pem", authority)
      try router.script(
        "usr/lib/ddns/update_x.sh",
        """
        for cacert in /etc/ca.pem IGNORE ''; do
          do_transfer https://localhost:\(port)/ip
          write_log 6 "with '$cacert' $?"
        done
        use_https=1
        """)
      #expect(try router.shell("/usr/lib/ddns/dynamic_dns_updater.sh -S home -v 2").status == 0)
      for words in ["with '/etc/ca.pem' 0", "with 'IGNORE' 0", "with '' 1"] {
        #expect(world.log().contains(words), "\(words): \(world.log())")
      }
    }

    // MARK: network.sh of a system without netifd

    /// By the system's `ip`: the applet of an ash that prefers its own knows neither `veth` nor `nodad`.
    private static let device = """
      mount -t sysfs sys /sys; ip link set lo up
      ip link add wan type veth peer name peer; ip link set peer up; ip link set wan up
      ip addr add 81.2.69.1/24 dev wan; ip addr add 81.2.69.2/24 dev wan
      ip -6 addr add 2a02:8010:1::1/64 dev wan nodad; ip -6 addr add 2a02:8010:1::2/128 dev wan nodad
      exec busybox ash -c "$2" "$1" "$(command -v ip)"
      """

    private static let network = """
      . "$0"
      say() { echo "$1 $? [$v]"; }
      network_flush_cache
      network_get_ipaddr v wan; say ipaddr
      network_get_ipaddr6 v wan; say ipaddr6
      network_get_ipaddrs v wan; say ipaddrs
      network_get_ipaddrs6 v wan; say ipaddrs6
      network_get_ipaddrs_all v wan; say all
      network_get_subnet v wan; say subnet
      network_get_subnets v wan; say subnets
      network_get_subnet6 v wan; say subnet6
      network_get_subnets6 v wan; say subnets6
      network_get_device v wan; say device
      network_get_physdev v wan; say physdev
      network_is_up wan; say up
      network_find_wan v; say find
      network_find_wan6 v; say find6
      "$1" route add default via 81.2.69.254; "$1" -6 route add default via 2a02:8010:1::ff
      network_find_wan v; say find
      network_find_wan6 v; say find6
      for f in ipaddr ipaddr6 ipaddrs ipaddrs6 subnet subnets subnet6 subnets6 device physdev ipaddrs_all; do
        v=old; network_get_$f v nowhere; say $f
      done
      v=; network_is_up nowhere; say up
      """

    @Test(.enabled(if: Programs.isRoot, "needs root for a network namespace"))
    func `network.sh stands in for netifd's (contract 9.2)`() throws {
      let result = try Child.run(
        "unshare",
        [
          "-mn", "sh", "-c", Self.device, "sh",
          Programs.source("openwrt/lib/compat/network.sh"), Self.network,
        ],
        environment: Programs.searchPath)
      let six = "2a02:8010:1::2 2a02:8010:1::1"
      let four = "81.2.69.1 81.2.69.2"
      let words = result.stdout.split(separator: "\n").map(String.init)
      let plain = words.map {
        $0.replacingOccurrences(of: "2a02:8010:1::1 2a02:8010:1::2", with: six)
      }
      let none = [
        "ipaddr", "ipaddr6", "ipaddrs", "ipaddrs6", "subnet", "subnets", "subnet6", "subnets6",
        "device", "physdev", "ipaddrs_all",
      ].map { "\($0) 1 []" }
      #expect(result.stderr == "")
      try #require(plain.count == 28, "\(result.stdout)")
      #expect(plain[0] == "ipaddr 0 [81.2.69.1]" && plain[2] == "ipaddrs 0 [\(four)]", "\(plain)")
      #expect(plain[1].hasPrefix("ipaddr6 0 [2a02:8010:1::"))
      #expect(plain[3] == "ipaddrs6 0 [\(six)]" && plain[4] == "all 0 [\(four) \(six)]", "\(plain)")
      #expect(
        plain[5] == "subnet 0 [81.2.69.1/24]" && plain[6] == "subnets 0 [81.2.69.1/24 81.2.69.2/24]"
      )
      #expect(
        ["[2a02:8010:1::1/64]", "[2a02:8010:1::2/128]"].contains { plain[7] == "subnet6 0 \($0)" })
      #expect(plain[8].contains("2a02:8010:1::1/64") && plain[8].contains("2a02:8010:1::2/128"))
      #expect(
        plain[9] == "device 0 [wan]" && plain[10] == "physdev 0 [wan]"
          && plain[11].hasPrefix("up 0"))
      #expect(plain[12] == "find 1 []" && plain[13] == "find6 1 []", "\(plain)")
      #expect(plain[14] == "find 0 [wan]" && plain[15] == "find6 0 [wan]", "\(plain)")
      #expect(Array(plain[16..<27]) == none && plain[27] == "up 1 []", "\(plain)")
    }

    // MARK: ddns-scripts-cloudflare

    /// What that package brings, in our own words: a provider file, and a script that finds zone and
    /// record by an API and changes the record, with a program for curl.
    private static let cloudflare: @Sendable (Router) throws -> Void = { router in
      let api = "http://127.0.0.1:\(router.world.mock.http.port)/api"
      let script = router.world.mock.http.script
      script.add(
        "/api/zones", .respond(HTTPAnswer("{\"result\":[{\"id\":\"z1\"}],\"success\":true}")))
      script.add(
        "/api/zones/z1/dns_records",
        .respond(
          HTTPAnswer("{\"result\":[{\"id\":\"r1\",\"content\":\"81.2.69.1\"}],\"success\":true}")))
      script.add("/api/zones/z1/dns_records/r1", .respond(HTTPAnswer("{\"success\":true}")))
      router.world.zone.set(World.host, to: [World.seen])
      try router.world.write(
        "usr/share/ddns/default/cloudflare.com-v4.json",
        "{\"name\":\"cloudflare.com-v4\",\"ipv4\":{\"url\":\"update_cloudflare_com_v4.sh\"},\"ipv6\":{\"url\":\"update_cloudflare_com_v4.sh\"}}\n"
      )
      try router.script(
        "usr/bin/curl",
        """
        #!/bin/sh
        [ "$1" != -V ] || { echo 'curl 8.0 (test)'; echo 'Protocols: http https'; exit 0; }
        for word; do case $last in --output) out=$word ;; --header) echo "$word" >>/tmp/headers ;; esac; last=$word; done
        exec /usr/bin/busybox wget -q -O "$out" "$last"
        """)
      try router.script(
        "usr/lib/ddns/update_cloudflare_com_v4.sh",
        """
        [ -z "$CURL" ] && write_log 14 "Cloudflare's API needs curl: install it"
        [ -z "$CURL_SSL" ] && write_log 14 "curl has no https"
        [ -z "$password" ] && write_log 14 "option password is empty"
        use_https=1
        local host="${domain%%@*}" zone="${domain#*@}" type=A tries=0 here
        [ "$use_ipv6" -eq 1 ] && type=AAAA
        ask() {
          $CURL -sS --header "Authorization: Bearer $password" --output "$DATFILE" "$1" 2>"$ERRFILE" ||
            { write_log 3 "curl: $(cat "$ERRFILE")"; return 1; }
          grep -q '"success":true' "$DATFILE"
        }
        ask "\(api)/zones" || return 1
        zone_id=$(jsonfilter -i "$DATFILE" -e '@.result[0].id')
        ask "\(api)/zones/$zone_id/dns_records" || return 1
        here=$(jsonfilter -i "$DATFILE" -e '@.result[0].content' | grep -o "$IPV4_REGEX")
        dns_record_id=$(jsonfilter -i "$DATFILE" -e '@.result[0].id')
        if [ -n "$GET_REGISTERED_IP" ]; then REGISTERED_IP=$here; return 0; fi
        [ "$here" != "$__IP" ] || { write_log 7 "nothing to change"; return 127; }
        write_log 7 "$host in $zone: $type from $here to $__IP, with $password"
        ask "\(api)/zones/$zone_id/dns_records/$dns_record_id" || return 1
        write_log 6 "record $dns_record_id changed"
        """)
    }
    private static let options: [String: String?] = [
      "update_url": nil, "service_name": "cloudflare.com-v4", "domain": "home@example.com",
      "username": "Bearer",
    ]

    static let packages: [AshRow] =
      [
        AshRow(
          name: "an update through the script of ddns-scripts-cloudflare", lines: "$U -S home -v 2",
          stdout: .like("exit normal"), options: options,
          files: [
            "tmp/headers": .anything, "var/run/ddns/home.update": .like("^[0-9]+\n$"),
            "usr/lib/ddns/dynamic_dns_functions.sh": .like("SPDX"),
          ],
          log: [
            "parsing script '/usr/lib/ddns/update_cloudflare_com_v4.sh'",
            "home in example.com: A from 81.2.69.1 to \(World.seen), with \\*\\*\\*",
            "info : record r1 changed",
            "Update successful",
          ],
          prepare: cloudflare),
        AshRow(
          name: "its rejection is a failure of this pass", lines: "$U -S home -v 2", status: 1,
          stdout: .anything, options: options, files: ["var/run/ddns/home.update": nil],
          log: ["IP update not accepted by DDNS Provider: [^\n]* returned 1", "exit WITH ERROR"],
          prepare: { router in
            router.world.mock.http.script.add(
              "/api/zones", .respond(HTTPAnswer("{\"success\":false}")))
            try cloudflare(router)
          }),
        AshRow(
          name: "without curl it says what it needs (B39)",
          lines: "rm /usr/bin/curl; $U -S home -v 2",
          status: 1, stdout: .anything, options: options,
          log: ["WARN : Cloudflare's API needs curl: install it - TERMINATE"], prepare: cloudflare),
        AshRow(
          name: "use_api_check asks it what is registered", lines: "$U -S home -v 2", status: 1,
          stdout: .anything, options: options.merging(["use_api_check": "1"]) { $1 },
          log: ["Registered IP '81.2.69.1' detected via provider API"], prepare: cloudflare),
      ]
      + [
        ("cnkuai.cn", "cnkuai")
      ].map { name, package in
        AshRow(
          name: "without ddns-scripts-\(package) the error names it", lines: "$U -S home -v 2",
          status: 1,
          stdout: .like(
            "WARN : [^\n]*: service '\(name)' needs the script /usr/lib/ddns/[^ ]*, which is not there: install the package ddns-scripts-\(package), "
          ),
          options: ["update_url": nil, "service_name": name], updates: 0)
      }

    @Test(arguments: packages) func `script packages of ddns-scripts work beside ours`(
      row: AshRow
    ) throws {
      try row.check()
    }
  }
}
