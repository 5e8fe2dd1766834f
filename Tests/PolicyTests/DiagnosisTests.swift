// SPDX-License-Identifier: Apache-2.0

import Report
import TestSupport
import Testing
import Wire

@testable import Policy

/// What a doctor makes of what was tried.
@Suite(.timeLimit(.minutes(15))) struct DiagnosisTests {
  private func ids(_ findings: [Finding]) -> [String] { findings.map { "\($0.id)" } }
  private func id(_ finding: Finding?) -> String { finding.map { "\($0.id)" } ?? "nothing" }
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
    var trial = Diagnosis.ServerTrial("192.0.2.1")
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
}
