// SPDX-License-Identifier: Apache-2.0

import Report
import TestSupport
import Testing
import Wire

@testable import Policy

/// What a doctor makes of what was tried.
@Suite(.timeLimit(.minutes(15))) struct DiagnosisTests {
  private func ids(_ findings: [Finding]) -> [String] { findings.map { string($0.id) } }
  private func id(_ finding: Finding?) -> String { finding.map { string($0.id) } ?? "nothing" }
  private func words(_ finding: Finding?) -> String {
    String(decoding: finding?.words.bytes ?? [], as: UTF8.self)
  }

  @Test(
    arguments: [
      (0, "clock-unset"), (1_767_225_599, "clock-unset"), (1_767_225_600, "clock"),
      (2_713_910_400, "clock-unset"),
    ] as [(Int64, String)])
  func `a clock before the time of this program was never set`(now: Int64, expected: String) {
    #expect(id(Diagnosis.clock(now, shown: [])) == expected)
  }

  @Test func `a clock may be five minutes away from a server's, no more`() {
    #expect(id(Diagnosis.clock(1_000_300, against: 1_000_000)) == "nothing")
    #expect(id(Diagnosis.clock(1_000_301, against: 1_000_000)) == "clock-off")
    #expect(words(Diagnosis.clock(1_000_000, against: 1_086_400)).contains("86400 s"))
  }

  @Test func `a directory has room, little room, or takes nothing`() {
    func space(_ room: Int64?, isNeeded: Bool = true, _ problem: Text? = nil) -> Finding {
      Diagnosis.space([UInt8]("/etc/ddns"), room: room, isNeeded: isNeeded, problem)
    }
    #expect(words(space(1 << 20)) == "space: /etc/ddns has 1024 KiB")
    #expect(id(space(65_535)) == "space-low")
    #expect(id(space(nil)) == "space")
    let full = space(1 << 20, "cannot write /etc/ddns: read-only")
    #expect(full.status == .osError && words(full) == "cannot write /etc/ddns: read-only")
    #expect(space(nil, isNeeded: false, "read-only").status == .differs)
  }

  @Test func `without certificates nobody is believed`() {
    #expect(words(Diagnosis.certificates(142, in: [UInt8]("/a"))) == "certificates: 142 in /a")
    #expect(Diagnosis.certificates(0, in: [UInt8]("/a")).status == .config)
  }

  // MARK: Name servers

  private func trial(udp: Bool = true, edns: Bool = true, tcp: Bool = true)
    -> Diagnosis.ServerTrial
  {
    let trial = Diagnosis.ServerTrial("192.0.2.1")
    trial.udp = udp ? nil : "no UDP"
    trial.edns = edns ? nil : "no EDNS"
    trial.tcp = tcp ? nil : "no TCP"
    return trial
  }

  @Test func `each way that a server does not answer has a name`() {
    let trials = [
      trial(), trial(udp: false), trial(tcp: false), trial(edns: false),
    ]
    #expect(
      ids(Diagnosis.servers(trials, overTCP: false))
        == ["server", "server-only-tcp", "server-no-tcp", "server-no-edns"])
  }

  @Test func `a server without UDP is a problem unless another answers`() {
    let silent = trial(udp: false, tcp: false)
    let alone = Diagnosis.servers([silent, silent], overTCP: false)
    #expect(ids(alone) == ["server-silent", "server-silent"])
    #expect(alone[0].status == .temporary && words(alone[0]) == "no UDP")
    #expect(
      ids(Diagnosis.servers([silent, trial(udp: false)], overTCP: false))
        == ["server-silent", "server-only-tcp"])
    #expect(
      Diagnosis.servers([silent, trial(udp: false), trial()], overTCP: false).map { $0.status }
        == [.differs, .differs, .ok])
  }

  @Test func `with force_dnstcp only TCP counts`() {
    #expect(ids(Diagnosis.servers([trial(tcp: false)], overTCP: true)) == ["server-silent"])
    #expect(ids(Diagnosis.servers([trial(udp: false)], overTCP: true)) == ["server"])
  }

  // MARK: The line and the address

  @Test func `without an address of our own there is no way out`() {
    #expect(words(Diagnosis.wayOut(.v6, from: nil)) == "no way out by IPv6")
    #expect(words(Diagnosis.wayOut(.v4, from: home)) == "way out: IPv4, from 198.51.100.7")
  }

  private func chosen(_ addresses: [InterfaceAddress], _ family: IPAddress.Family) -> Finding {
    Diagnosis.address(
      AddressChoice(of: addresses, family: family, allowsPrivate: false), of: "'wan'", family)
  }

  @Test func `the choice of an address is explained, and what is not chosen`() {
    let one = InterfaceAddress(ip("2a01::1"), preferredSeconds: 600)
    let others = [
      InterfaceAddress(ip("fd00::1")), InterfaceAddress(ip("2a01::2"), isDeprecated: true),
    ]
    #expect(
      words(chosen([one] + others, .v6))
        == "address: 2a01::1 of 'wan'; not fd00::1: a private address; not 2a01::2: deprecated")
    let shorter = InterfaceAddress(ip("2a01::3"), preferredSeconds: 60)
    #expect(words(chosen([shorter, one], .v6)) == "address: 2a01::1 of 'wan' (preferred longest)")
    // A router has a unique local address besides, and that is no sign of another router.
    #expect(id(chosen(others, .v6)) == "address-none")
    #expect(id(chosen([InterfaceAddress(ip("10.0.0.1"))], .v4)) == "address-private")
    #expect(id(chosen([InterfaceAddress(ip("100.64.0.1"))], .v4)) == "address-private")
    #expect(words(chosen([], .v4)) == "'wan' has no public IPv4 address")
  }

  @Test(
    arguments: [
      ("81.2.69.142", "nothing"), ("81.2.69.9", "address-differs"), ("10.0.0.1", "other-router"),
      ("100.64.0.1", "carrier-nat"), ("127.0.0.1", "nothing"), ("2a01::1", "nothing"),
    ])
  func `what is seen from outside tells who is in between`(own: String, expected: String) {
    #expect(id(Diagnosis.outside(ip("81.2.69.142"), own: ip(own))) == expected)
  }

  // MARK: The name

  private func name(_ change: (Diagnosis.Name) -> Void = { _ in }) -> [Finding] {
    let name = Diagnosis.Name(bytes("home.example.com"))
    (name.zone, name.labels, name.servers) = (bytes("example.com"), 2, bytes("ns.example.com"))
    (name.inZone, name.seen, name.wanted) = ([home], [home], home)
    change(name)
    return Diagnosis.name(name)
  }

  @Test func `a name that is where it should be has no finding`() {
    #expect(
      name().map { words($0) } == [
        "zone: example.com, at ns.example.com", "registered: 198.51.100.7",
      ])
    #expect(name { $0.isAtHome = true }.allSatisfy { $0.grade == .ok })
  }

  @Test func `each thing that is wrong with a name is said`() {
    #expect(ids(name { $0.labels = 1 }) == ["zone-undelegated"])
    #expect(ids(name { $0.isAtHome = false }).first == "zone-foreign")
    #expect(ids(name { $0.target = bytes("other.test") }) == ["zone", "alias", "registered"])
    #expect(ids(name { $0.seen = [moved] }) == ["zone", "cached", "registered"])
    #expect(ids(name { $0.wanted = moved }) == ["zone", "registered-other"])
    let silent = name {
      ($0.inZone, $0.failure) = (nil, "no answer")
    }
    #expect(ids(silent) == ["zone", "zone-silent", "registered"])
    #expect(
      words(name { ($0.inZone, $0.seen) = ([], []) }.last)
        == "registered is nothing, the address is 198.51.100.7")
  }

  @Test func `a proxy is one only when it is not our address that shows`() {
    let proxied = name {
      ($0.isProxy, $0.inZone, $0.seen) = (true, [foreign], [foreign])
    }
    #expect(ids(proxied) == ["zone", "proxied"])
    #expect(ids(name { $0.isProxy = true }) == ["zone", "registered"])
  }
}
