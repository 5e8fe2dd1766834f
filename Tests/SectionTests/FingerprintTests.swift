// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct FingerprintTests {
  private let plain = "option domain b\noption username u"

  @Test func `different requests have different fingerprints`() throws {
    let texts = [
      "option domain b", "option domain c", "option username b",
      "option domain b\noption username d", "list domain b\nlist domain c", "list domain bc",
      "option password 'x'", "option update_url 'http://x/'", "option use_ipv6 1",
    ]
    let prints = try texts.map { try section($0).fingerprint }
    for (index, print) in prints.enumerated() { #expect(!prints[..<index].contains(print)) }
    #expect(try section("# x\n\n  option   domain   'b' # y").fingerprint == prints[0])
  }

  @Test(arguments: [
    "user_agent 'me/1 a@example.org'", "use_https 1", "cacert /etc/x.pem", "proxy h:3128",
    "bind_network wan", "force_ipversion 1", "param_enc x", "param_opt x", "password x",
    "lookup_host h", "service_name no-ip.com", "update_script /x", "zone_id 7",
  ])
  func `whatever may change the provider's answer changes it`(
    other: String
  ) throws {
    let changed = try section(plain + "\noption \(other)").fingerprint
    #expect(try changed != section(plain).fingerprint)
  }

  @Test(arguments: ["dns_server ns", "force_dnstcp 1"])
  func `the server that is asked counts where it is told, too`(other: String) throws {
    for update in ["service_name bind-nsupdate", "update_url dns://", "update_url dns://a/b"] {
      let told = "\(plain)\noption \(update)"
      let print = try section(told).fingerprint
      #expect(try section("\(told)\noption \(other)").fingerprint != print, "\(update)")
    }
    let print = try section(plain).fingerprint
    #expect(try section("\(plain)\noption \(other)").fingerprint == print)
  }

  @Test func `an option that only a script may know changes it`() throws {
    #expect(
      try section("option my_token 1").fingerprint != section("option my_token 2").fingerprint)
  }

  @Test func `what concerns the router alone leaves it as it is`() throws {
    func section(_ options: String) throws -> ServiceSection {
      let text = "config service 'home'\n" + options + "\n"
      let package = try UCIPackage.parse(bytes(text), name: [UInt8]("ddns"))
      var problems: [ConfigError] = []
      return ServiceSection(package.sections[0], problems: &problems)
    }
    let known = try section(plain).fingerprint
    for row in OptionTable.rows(.service) where row.concern == .router {
      for name in string([UInt8](row.names)).split(separator: " ") {
        #expect(try section(plain + "\noption \(name) 1").fingerprint == known, "\(name)")
      }
    }
  }

  @Test func `the order of options means nothing`() throws {
    let lines = [
      "option domain b", "option username u", "option password p", "option use_https 1",
      "option use_syslog 3",
    ]
    let known = try section(lines.joined(separator: "\n"))
    for count in lines.indices {
      let turned = try section((lines[count...] + lines[..<count]).joined(separator: "\n"))
      #expect(turned.fingerprint == known.fingerprint)
      #expect(turned.wholeFingerprint == known.wholeFingerprint)
    }
  }

  @Test(arguments: [
    ("list domain b\nlist domain c", "option domain 'b,c'"),
    ("list username b\nlist username c", "option username b"),
    ("option use_https yes", "option use_https 1"),
    ("option use_https 0", "option x1 ''"), ("option use_ipv6 off", "option x1 ''"),
  ])
  func `values that mean the same have the same fingerprint`(one: String, other: String) throws {
    #expect(try section(one).fingerprint == section(other).fingerprint)
  }

  @Test func `the whole fingerprint sees every option`() throws {
    let known = try section(plain).wholeFingerprint
    for row in OptionTable.rows(.service)
    where row.place(of: bytes("username")) == nil && row.place(of: bytes("domain")) == nil {
      let name = string([UInt8](row.names)).split(separator: " ")[0]
      let value = row.kind == .proxy ? "h:1" : "1"
      guard let changed = try? section(plain + "\noption \(name) '\(value)'") else { continue }
      #expect(changed.wholeFingerprint != known, "\(name)")
    }
  }

  @Test(arguments: [
    ("option domain b\noption username u\noption user_agent a", UInt64(0x63f0de956ee2238a)),
    ("option username u\noption domain b\noption enabled 1", 0xc8bf328b0df309c4),
    ("list domain b\nlist domain c\noption use_ipv6 1", 0xc576dbcebdef1e1c),
  ])
  func `what older state files have is known (upgrade)`(options: String, number: UInt64) throws {
    #expect(try section(options).formerFingerprint == number)
  }
}
