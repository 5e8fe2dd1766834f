// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// A router with a public address and a name server on port 53, and one thing that is wrong with it.
private struct Patient {
  let links: LinkWorld
  let dns: LoopbackDNS
  /// Options of the section.
  var options: [String: String?]
  var environment: [String: String] = [:]

  var world: World { links.world }

  /// Nothing is wrong yet.
  init(_ links: LinkWorld, hasTCP: Bool) throws {
    self.links = links
    try links.ip(
      "addr add \(World.seen)/24 dev wan0", "route add default via 81.2.69.1 dev wan0")
    dns = try LoopbackDNS(
      zone: links.world.zone, addresses: ["127.0.0.1"], port: 53, hasTCP: hasTCP)
    links.world.zone.set(World.host, to: [World.seen])
    links.world.zone.set("ns.example.com", to: ["127.0.0.1"])
    let authority = try Authority.shared()
    let port = try links.world.tlsFront(.good)
    options = [
      "cacert": try links.world.expose(authority.file), "dns_server": nil,
      "ip_source": "interface", "ip_interface": "wan0",
      "update_url": "https://localhost:\(port)/nic/update?hostname=[DOMAIN]&myip=[IP]"
        + "&u=[USERNAME]&p=[PASSWORD]",
    ]
  }

  /// What the doctor says, and ends with.
  func examine(_ more: [String] = []) throws -> Child.Result {
    try world.configure(options)
    let result = try world.run(
      "ddns-runner", ["-S", "home", "--doctor"] + more, environment: environment, seconds: 75)
    links.expect(world.updates.isEmpty, "an update was sent")
    return result
  }

  /// Whether it finds that, among so many as grave, and says what to do.
  func expect(_ words: String, _ status: Int32, of count: Int = 1, at line: Int = #line) throws {
    let result = try examine()
    let grade = status == 0 ? "  note     " : status == 1 ? "  warning  " : "  problem  "
    let lines = result.stdout.components(separatedBy: "\n")
    let found = lines.filter { $0.hasPrefix(grade) }
    links.expect(
      result.status == status && result.stderr.isEmpty && found.count == count
        && found.contains { $0.hasPrefix(grade + words) },
      "line \(line): not '\(words)', \(status): \(result.status)\n\(result.output)")
  }
}

extension EndToEnd {
  /// `--doctor`, each finding provoked.
  @Suite(
    .enabled(if: Programs.isRoot && Programs.hasNamespaces, "no network namespaces here"),
    .enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
  struct DoctorTests {
    private func run(
      hasTCP: Bool = true, _ body: @escaping @Sendable (inout Patient) throws -> Void
    ) async {
      let reports = await LinkWorld.run { links in
        var patient = try Patient(links, hasTCP: hasTCP)
        try body(&patient)
      }
      #expect(reports == [])
    }

    @Test func `a healthy router has no finding, and 0`() async {
      await run { patient in
        let result = try patient.examine()
        let lines = result.stdout.split(separator: "\n")
        patient.links.expect(result.status == 0 && result.stderr.isEmpty, result.output)
        patient.links.expect(
          lines.allSatisfy { $0.hasPrefix("  ok       ") || $0 == "section 'home'" },
          result.output)
        for words in [
          "clock: ", "space: ", "certificates: 1 in ", "dns server 127.0.0.1: UDP",
          "configuration: home.example.com at", "way out: IPv4, from \(World.seen)",
          "address: \(World.seen) of device 'wan0'", "provider: localhost answers",
          "zone: example.com, at ns.example.com", "registered: \(World.seen)",
        ] {
          patient.links.expect(result.stdout.contains(words), "\(words): \(result.output)")
        }
      }
    }

    @Test func `without certificates it says what to install`() async {
      await run { patient in
        try patient.world.write("etc/empty.pem", "")
        patient.options["cacert"] = "/etc/empty.pem"
        try patient.expect("no certificates in \(patient.world.root)/etc/empty.pem", 78)
      }
    }

    // MARK: Name servers

    @Test(
      arguments: [
        (.noEDNS, "dns server 127.0.0.1 does not know EDNS", 1),
        (.onlyTCP, "dns server 127.0.0.1 answers over TCP only", 75),
        (.code(2), "dns server 127.0.0.1: SERVFAIL", 75),
        (.drop, "dns server 127.0.0.1: no answer", 75),
      ] as [(DNSFault, String, Int32)])
    func `a name server without EDNS, UDP or answers`(
      fault: DNSFault, words: String, status: Int32
    ) async {
      await run { patient in
        patient.dns.script.add("*", fault)
        try patient.expect(words, status)
      }
    }

    @Test func `a name server that refuses TCP`() async {
      await run(hasTCP: false) { patient in
        try patient.expect("dns server 127.0.0.1 does not answer over TCP", 1)
      }
    }

    @Test func `a name server that has an address for everything`() async {
      await run { patient in
        patient.dns.script.add("*", .addresses([World.seen]))
        let result = try patient.examine()
        patient.links.expect(
          result.status == 1
            && result.stdout.contains("dns server 127.0.0.1 answers \(World.seen) for x"),
          result.output)
      }
    }
  }
}
