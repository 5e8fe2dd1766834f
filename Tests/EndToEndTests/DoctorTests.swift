// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `--doctor`, each finding provoked.
  @Suite(
    .enabled(if: Programs.isRoot && Programs.hasNamespaces, "no network namespaces here"),
    .enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
  struct DoctorTests {
    @Test func `a healthy router has no finding, and 0`() async {
      await Patient.run { patient in
        let result = try patient.examine()
        let lines = result.stdout.split(separator: "\n")
        patient.links.expect(result.status == 0 && result.stderr.isEmpty, result.output)
        patient.links.expect(
          lines.allSatisfy { $0.hasPrefix("  ok       ") || $0 == "section 'home'" },
          result.output)
        for words in [
          "clock: ", "space: ", "certificates: 1 in ", "dns server 127.0.0.1: UDP",
          "configuration: home.example.com at", "way out: IPv4, from \(World.seen)",
          "address: \(World.seen) of 'wan0'", "provider: localhost answers",
          "zone: example.com, at ns.example.com", "registered: \(World.seen)",
        ] {
          patient.links.expect(result.stdout.contains(words), "\(words): \(result.output)")
        }
      }
    }

    @Test func `without certificates it says what to install`() async {
      await Patient.run { patient in
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
      await Patient.run { patient in
        patient.dns.script.add("*", fault)
        try patient.expect(words, status)
      }
    }

    @Test func `a name server that refuses TCP`() async {
      await Patient.run(hasTCP: false) { patient in
        try patient.expect("dns server 127.0.0.1 does not answer over TCP", 1)
      }
    }

    @Test func `a name server that has an address for everything`() async {
      await Patient.run { patient in
        patient.dns.script.add("*", .addresses([World.seen]))
        let result = try patient.examine()
        patient.links.expect(
          result.status == 1
            && result.stdout.contains("dns server 127.0.0.1 answers \(World.seen) for x"),
          result.output)
      }
    }

    @Test func `a name server that is one of BIND's own zones is enough`() async throws {
      guard Programs.hasNamed else { return }
      await Patient.run { patient in
        let zone = "$TTL 60\n@ SOA ns h 1 7200 900 3600 30\n@ NS ns\nns A 127.0.0.1\n"
        let server = try NameServer(zone: zone + "home A \(World.seen)\n")
        patient.options["dns_server"] = "127.0.0.1:\(server.port)"
        let result = try patient.examine()
        patient.links.expect(
          result.status == 0
            && result.stdout.contains("dns server 127.0.0.1:\(server.port): UDP, TCP and EDNS"),
          result.output)
      }
    }

    @Test func `somebody in the way answers for an address that is nobody's`() async {
      await Patient.run { patient in
        try patient.links.ip("addr add 192.0.2.53/32 dev lo")
        let other = try LoopbackDNS(zone: Zone(), addresses: ["192.0.2.53"], port: 53)
        try patient.expect("port 53 is intercepted: 192.0.2.53 answers", 1)
        other.stop()
      }
    }

    // MARK: Clock, directories

    @Test func `a server's date tells that the clock is wrong`() async {
      await Patient.run { patient in
        let date = "Date: Sun, 06 Nov 2022 08:49:37 GMT"
        patient.world.mock.http.script.add(
          "/robots.txt", .respond(HTTPAnswer(200, fields: [date], "")))
        try patient.expect("the clock is ", 75)
      }
    }

    @Test func `a page that a cache has kept for long says nothing of the clock`() async {
      await Patient.run { patient in
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let date = "Date: " + format.string(from: Date(timeIntervalSinceNow: -86_400))
        patient.world.mock.http.script.add(
          "/robots.txt", .respond(HTTPAnswer(200, fields: [date, "Age: 86400"], "")))
        let result = try patient.examine()
        patient.links.expect(result.status == 0, result.output)
      }
    }

    @Test(
      .enabled(
        if: Faketime.isInstalled && !Programs.isStatic && !Programs.isEmulated,
        "no libfaketime, or the programs are static"))
    func `a clock of before this program was never set`() async {
      await Patient.run { patient in
        patient.options["update_url"] = .some(patient.world.nicUpdate)
        let lines = Faketime.lines("@2020-01-01 00:00:00")
        try patient.expect("the clock shows 2020-01-01 00:0", 75, after: lines)
      }
    }

    @Test(
      .enabled(if: Tracing.canMount, "cannot mount here"),
      arguments: [
        ("var/run/ddns", "ro", "cannot write ", 71), ("etc/ddns/state", "ro", "cannot write ", 1),
        ("etc/ddns/state", "size=32k", "little space: ", 1),
        ("var/run/ddns", "size=4k", "cannot write ", 71),
      ] as [(String, String, String, Int32)])
    func `a directory that is full, or cannot be written`(
      folder: String, how: String, words: String, status: Int32
    ) async {
      await Patient.run { patient in
        try patient.world.write("\(folder)/.keep", "")
        try patient.expect(
          words, status,
          after: """
            mount -t tmpfs -o \(how) none \(folder)
            [ \(how) != size=4k ] || head -c 4096 /dev/zero >\(folder)/filler
            """)
      }
    }

    // MARK: Configuration, certificates, provider

    @Test func `what the configuration lacks, and what is misspelt`() async {
      await Patient.run { patient in
        patient.options["update_url"] = .some(nil)
        patient.options["service_name"] = "nowhere.test"
        try patient.expect("\(patient.world.root)/etc/config/ddns:", 78)
        let result = try patient.examine()
        patient.links.expect(result.stdout.contains("no such service"), result.output)
      }
      await Patient.run { patient in
        patient.options["passwrod"] = "x"
        try patient.expect("\(patient.world.root)/etc/config/ddns:", 1)
      }
    }

    @Test func `credentials that look as if they were something else`() async {
      await Patient.run { patient in
        let mistakes = """
          { "mistakes": [
            { "option": "username", "if": "^user$", "say": "is not who you are" },
            { "option": "password", "if": "^nothing$", "say": "is never said" } ] }
          """
        try patient.useProvider(doctor: mistakes)
        try patient.expect("option username is not who you are", 1)
        patient.options["password"] = "your_password"
        try patient.expect("option password is the example's", 1, of: 2)
      }
    }

    @Test func `certificates that hold for nobody, or for everybody`() async {
      await Patient.run { patient in
        let port = try patient.world.tlsFront(.notyet)
        patient.options["update_url"] = "https://localhost:\(port)/?p=[PASSWORD]&ip=[IP]"
        try patient.expect("certificate of localhost:\(port) is not valid yet", 75)
        patient.options["cacert"] = "IGNORE"
        try patient.expect("cacert 'IGNORE'", 1)
      }
    }

    @Test func `a provider nobody answers for`() async {
      await Patient.run { patient in
        let port = try FreePort.find()
        patient.options["update_url"] = "http://127.0.0.1:\(port)/?ip=[IP]"
        // QEMU before 8.0 gives SO_ERROR its host's number, which is another one on MIPS.
        let words = Programs.isEmulated ? "" : "connection refused"
        try patient.expect("127.0.0.1:\(port): \(words)", 75)
      }
    }

    // MARK: JSON

    @Test func `the same as a document, with the same status`() async {
      await Patient.run { patient in
        patient.dns.script.add("*", .noEDNS)
        let result = try patient.examine(["--json"])
        let object = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
        let document = object as? [String: Any]
        let findings = document?["findings"] as? [[String: Any]] ?? []
        let poor = findings.filter { $0["grade"] as? String == "warning" }
        patient.links.expect(
          result.status == 1 && document?["status"] as? Int == 1
            && document?["version"] as? Int == 1 && findings.first?["id"] as? String == "clock"
            && findings.first?["section"] is NSNull && poor.count == 1
            && poor.first?["id"] as? String == "server-no-edns"
            && poor.first?["section"] as? String == "home"
            && (poor.first?["advice"] as? String)?.contains("second try") == true,
          result.output)
      }
    }
  }
}
