// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct AddressChoiceTests {
  private let stable = InterfaceAddress(ip("2a01:4f8::1"), preferredSeconds: 3_600)

  private func choice(
    _ candidates: [InterfaceAddress], _ family: IPAddress.Family = .v6, allowsPrivate: Bool = false
  ) -> AddressChoice {
    AddressChoice(of: candidates, family: family, allowsPrivate: allowsPrivate)
  }

  @Test func `a unique local address that stands first is not published (users 15)`() {
    let found = choice([InterfaceAddress(ip("fd00::1")), stable])
    #expect(found.address == stable.address)
    #expect(found.dropped.map { $0.objection } == [.special(.privateUse)])
  }

  @Test func `the signature is of the addresses that will do, in any order and of any lifetime`() {
    let (one, other) = (stable, InterfaceAddress(ip("2a01:4f8::2"), preferredSeconds: 60))
    let useless = [
      InterfaceAddress(ip("fd00::1")), InterfaceAddress(ip("2a01::2"), isTemporary: true),
      InterfaceAddress(ip("2a01::3"), isDeprecated: true), InterfaceAddress(ip("81.2.69.1")),
    ]
    let aged = InterfaceAddress(one.address, preferredSeconds: 5)
    let signature = choice([one, other]).signature
    #expect(signature == choice([other, aged] + useless).signature)
    #expect(signature != choice([one]).signature)
    #expect(choice([one]).signature != choice([other]).signature)
    #expect(choice(useless).signature == 0)
    #expect(choice([]).signature == 0)
    #expect(choice(useless, allowsPrivate: true).signature != 0)
  }

  @Test func `with upd_privateip a unique local address counts like any other`() {
    #expect(
      choice([InterfaceAddress(ip("fd00::1")), stable], allowsPrivate: true).address
        == ip("fd00::1"))
  }

  @Test(
    arguments: [
      (InterfaceAddress(ip("2a01::2"), isDeprecated: true), .deprecated),
      (InterfaceAddress(ip("2a01::2"), isTemporary: true), .temporary),
      (InterfaceAddress(ip("2a01::2"), isTentative: true), .tentative),
      (InterfaceAddress(ip("2a01::2"), isSecondary: true), .secondary),
      (InterfaceAddress(ip("fe80::2"), isGlobalScope: false), .notGlobal),
      (InterfaceAddress(ip("fe80::2")), .special(.link)),
      (InterfaceAddress(ip("2001:db8::2")), .special(.reserved)),
      (InterfaceAddress(ip("::1")), .special(.host)),
      (InterfaceAddress(ip("ff02::1")), .special(.multicast)),
    ] as [(InterfaceAddress, AddressChoice.Objection)])
  func `an address that will not do is dropped, and why is said (users 15)`(
    candidate: InterfaceAddress, objection: AddressChoice.Objection
  ) {
    let found = choice([candidate, stable])
    #expect(found.address == stable.address)
    #expect(found.dropped.count == 1)
    #expect(found.dropped.first?.address == candidate.address)
    #expect(found.dropped.first?.objection == objection)
    #expect(objection.message.count > 0)
    #expect(choice([candidate]).address == nil)
  }

  @Test func `the longest preferred lifetime wins, and for ever is longest (contract 3.2)`() {
    let short = InterfaceAddress(ip("2a01::a"), preferredSeconds: 10)
    let long = InterfaceAddress(ip("2a01::b"), preferredSeconds: 4_000_000_000)
    let eternal = InterfaceAddress(ip("2a01::c"))
    #expect(choice([short, stable, long]).address == long.address)
    #expect(choice([long, stable, short]).address == long.address)
    #expect(choice([eternal, long]).address == eternal.address)
    #expect(choice([long, eternal, short]).address == eternal.address)
  }

  @Test func `the first of equals stays, so that the choice does not swing`() {
    let twin = InterfaceAddress(ip("2a01::2"), preferredSeconds: 3_600)
    #expect(choice([stable, twin]).address == stable.address)
    #expect(choice([twin, stable]).address == twin.address)
    let eternal = InterfaceAddress(ip("2a01::c"))
    let other = InterfaceAddress(ip("2a01::d"))
    #expect(choice([eternal, other]).address == eternal.address)
  }

  @Test func `the other family is not even a candidate`() {
    let old = InterfaceAddress(ip("11.0.0.1"))
    #expect(choice([old, stable]).address == stable.address)
    #expect(choice([old, stable]).dropped.isEmpty)
    #expect(choice([stable, old], .v4).address == old.address)
    #expect(choice([stable], .v4) == choice([], .v4))
    #expect(choice([], .v4).address == nil)
  }

  @Test(
    arguments: [
      ("11.0.0.1", nil, nil), ("10.0.0.1", .privateUse, nil), ("192.168.1.1", .privateUse, nil),
      ("172.31.0.1", .privateUse, nil), ("100.64.0.1", .carrierNAT, nil),
      ("192.0.2.1", .reserved, nil), ("240.0.0.1", .reserved, nil), ("127.0.0.1", .host, nil),
      ("0.0.0.0", .host, nil), ("169.254.1.1", .link, nil), ("224.0.0.1", .multicast, nil),
      ("255.255.255.255", .multicast, nil), ("2a01::1", nil, nil), ("fd00::1", .privateUse, nil),
      ("2001:db8::1", .reserved, nil), ("fe80::1", .link, .link), ("::1", .host, .host),
      ("::", .host, .host), ("ff02::1", .multicast, .multicast),
    ] as [(String, IPAddress.SpecialPurpose?, IPAddress.SpecialPurpose?)])
  func `an address is refused for what it is, and upd_privateip lets hosts' through (users 37)`(
    text: String, usual: IPAddress.SpecialPurpose?, lenient: IPAddress.SpecialPurpose?
  ) {
    #expect(ip(text).refusal(allowsPrivate: false) == usual)
    #expect(ip(text).refusal(allowsPrivate: true) == lenient)
  }
}
