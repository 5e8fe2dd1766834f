// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--doctor` of the line, the address and the name.
  @Suite(
    .enabled(if: Programs.isRoot && Programs.hasNamespaces, "no network namespaces here"),
    .enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
  struct DoctorNameTests {
    // MARK: The line

    @Test func `no route, and a network to bind to that is not there`() async {
      await Patient.run { patient in
        patient.options["bind_network"] = "nowhere"
        try patient.expect("network 'nowhere': ", 75)
        patient.options["bind_network"] = .some(nil)
        try patient.links.ip("route del default")
        try patient.expect("no way out by IPv4", 75)
      }
    }

    @Test func `when no name server answers it ends within a minute`() async {
      await Patient.run { patient in
        let world = patient.world
        try world.write(
          "etc/resolv.conf", "nameserver 81.2.69.20\nnameserver 81.2.69.21\nnameserver 81.2.69.22\n"
        )
        patient.options["dns_server"] = "81.2.69.23"
        let sections = (1...6).map { world.section("s\($0)", patient.options) }
        try world.configure(text: sections.joined())
        // The neighbours are there, and say nothing.
        try patient.links.ip(
          (20...23).map {
            "neigh add 81.2.69.\($0) lladdr 02:00:5e:00:53:01 dev wan0 nud permanent"
          })
        let start = Clock.now()
        let result = try world.run("ddns-runner", ["--doctor"], seconds: 80)
        patient.links.expect(Clock.now() - start < 66, "\(Clock.now() - start) s")
        patient.links.expect(
          result.status == 75
            && result.stdout.contains("problem  dns server 81.2.69.20: no answer within ")
            && !result.stdout.contains("no time left to ask"), result.output)
      }
    }

    // MARK: The address

    @Test func `an address that nobody outside can reach`() async {
      await Patient.run { patient in
        let links = patient.links
        try links.ip("addr flush dev wan0", "addr add 10.1.2.3/24 dev wan0")
        try links.ip("route add default via 10.1.2.1 dev wan0")
        try patient.expect(
          "'wan0' has no public IPv4 address; not 10.1.2.3: a private address", 75)
        patient.options["ip_source"] = "web"
        try patient.expect(
          "behind another router: the router has 10.1.2.3, from outside it is \(World.seen)", 0)
        try links.ip("addr flush dev wan0", "addr add 100.64.1.2/24 dev wan0")
        try links.ip("route add default via 100.64.1.1 dev wan0")
        try patient.expect("carrier-grade NAT: the router has 100.64.1.2", 1)
      }
    }

    @Test func `another public address than the one that is seen`() async {
      await Patient.run { patient in
        try patient.links.ip("addr add 81.2.69.9/32 dev wan1")
        patient.options["ip_interface"] = "wan1"
        try patient.expect("two public addresses: the router has 81.2.69.9", 1)
      }
    }

    @Test func `of several IPv6 addresses it says why the one is chosen`() async {
      await Patient.run { patient in
        try patient.links.ip(
          "addr add fd00::7/64 dev wan0 nodad",
          "addr add 2a02:8010:1::6/64 dev wan0 nodad preferred_lft 0 valid_lft 900",
          "addr add 2a02:8010:1::5/64 dev wan0 nodad preferred_lft 100 valid_lft 900",
          "addr add \(World.seenIPv6)/64 dev wan0 nodad preferred_lft 600 valid_lft 900",
          "route add default via fe80::1 dev wan0")
        patient.world.zone.set(World.host, to: [World.seenIPv6])
        patient.options["use_ipv6"] = "1"
        let result = try patient.examine()
        patient.links.expect(
          result.status == 0
            && result.stdout.contains(
              "address: \(World.seenIPv6) of 'wan0' (preferred longest)")
            && result.stdout.contains("not fd00::7: a private address")
            && result.stdout.contains("not 2a02:8010:1::6: deprecated"), result.output)
      }
    }

    // MARK: The name

    @Test func `an alias in the way`() async {
      await Patient.run { patient in
        patient.world.zone.alias(World.host, to: "other.example.com")
        patient.world.zone.set("other.example.com", to: [World.seen])
        try patient.expect("\(World.host) is an alias of other.example.com", 1)
      }
    }

    @Test func `a zone that is not at the provider, and a proxy in front of the name`() async {
      await Patient.run { patient in
        try patient.useProvider(
          doctor: "{ \"servers\": \"[.]elsewhere[.]test$\", \"proxy\": \"^104[.]16[.]\" }")
        try patient.expect("example.com, at ns.example.com: these are not the provider's", 1)
        patient.options["service_name"] = "proxied.test"
        let text = patient.world.text("usr/share/ddns/default/shape.test.json") ?? ""
        try patient.world.write(
          "usr/share/ddns/default/proxied.test.json",
          text.replacingOccurrences(of: "elsewhere", with: "example")
            .replacingOccurrences(of: "[.]test$", with: "[.]com$"))
        patient.world.zone.set(World.host, to: ["104.16.1.2"])
        try patient.expect("\(World.host) shows 104.16.1.2, which is the provider's proxy", 0)
      }
    }

    @Test func `a domain that nobody has registered`() async {
      await Patient.run { patient in
        patient.options["lookup_host"] = "nowhere"
        patient.options["domain"] = "nowhere"
        try patient.expect("nowhere is in no zone below its top-level domain", 78)
      }
    }

    @Test func `servers of the zone that are down, or know better than a cache`() async {
      await Patient.run { patient in
        patient.world.zone.set("ns.example.com", to: ["127.0.0.9"])
        try patient.expect("dns server 127.0.0.9: ", 1)
        let zone = Zone()
        zone.set(World.host, to: ["81.2.69.8"])
        let other = try LoopbackDNS(zone: zone, addresses: ["127.0.0.9"], port: 53)
        try patient.expect(
          "the zone has 81.2.69.8, the DNS server says \(World.seen)", 0, of: 2)
        other.stop()
      }
    }
  }
}
