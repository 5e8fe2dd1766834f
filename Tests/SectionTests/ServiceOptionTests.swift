// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

/// Every option of contract 1.3: a value and what it changes.
@Suite(.timeLimit(.minutes(15))) struct ServiceOptionTests {
  typealias Case = (option: String, effect: @Sendable (ServiceSection) -> Bool)

  private static func section(_ options: String) throws -> ServiceSection {
    let package = try UCIPackage.parse(
      Array("config service 'home'\n\(options)\n".utf8), name: [UInt8]("ddns"))
    return try ServiceSection(#require(package.sections.first))
  }

  private static let cases: [Case] = [
    ("option enabled on", { $0.isEnabled }),
    ("option interface lan", { $0.interface == "lan" }),
    ("option service_name no-ip.com", { $0.serviceName == [UInt8]("no-ip.com") }),
    ("option update_url http://x/", { $0.updateURL == [UInt8]("http://x/") }),
    ("option update_script /x.sh", { $0.updateScript == [UInt8]("/x.sh") }),
    ("option lookup_host h.example", { $0.lookupHost == "h.example" }),
    ("option domain a.example,b.example", { $0.domain == "a.example,b.example" }),
    ("list domain a.example\nlist domain b.example", { $0.domain == "a.example,b.example" }),
    ("option username joe", { $0.username == "joe" }),
    ("option password pw", { $0.password.revealed == "pw" }),
    ("option param_enc a/b", { $0.encodedParameter.revealed == "a/b" }),
    ("option param_opt a=b&c", { $0.rawParameter == "a=b&c" }),
    ("option keep_others 1", { $0.keepsOthers }),
    ("option use_https 2", { $0.usesHTTPS }),
    ("option cacert IGNORE", { $0.trust == .anything }),
    ("option cacert /etc/x.pem", { $0.trust == .path([UInt8]("/etc/x.pem")) }),
    ("option use_syslog 4", { $0.syslogLevel == 4 }),
    ("option use_logfile 0", { !$0.usesLogFile }),
    ("option ip_source network\noption ip_network lan", { $0.source == .network([UInt8]("lan")) }),
    ("option use_ipv6 1", { $0.family == .v6 && $0.source == .network([UInt8]("wan6")) }),
    (
      "option ip_source interface\noption ip_interface eth0",
      { $0.source == .interface([UInt8]("eth0")) }
    ),
    (
      "option ip_source web\noption ip_url http://p/", { $0.source == .web([[UInt8]("http://p/")]) }
    ),
    ("option ip_json a.b[0]", { $0.pageField.map { $0 == "a.b[0]" } ?? false }),
    ("option ip_regex 'ip: (.*)'", { $0.pagePattern.map { $0 == "ip: (.*)" } ?? false }),
    (
      "option ip_source script\noption ip_script '/x  -a'",
      { $0.source == .script([[UInt8]("/x"), [UInt8]("-a")]) }
    ),
    ("option user_agent me/1", { $0.userAgent == "me/1" }),
    ("option check_interval 2\noption check_unit hours", { $0.schedule.check == 7200 }),
    ("option check_interval 1", { $0.schedule.check == 300 }),
    ("option check_interval 1\noption check_interval_min 1", { $0.schedule.check == 60 }),
    (
      "option check_interval 9\noption check_interval_min 20\noption check_unit seconds",
      { $0.schedule.check == 20 }
    ),
    ("option force_interval 2\noption force_unit days", { $0.schedule.force == 172_800 }),
    ("option force_interval 0", { $0.schedule.isRunOnce }),
    ("option retry_interval 2\noption retry_unit minutes", { $0.schedule.retry == 120 }),
    ("option retry_max_count 5", { $0.schedule.retryMaxCount == 5 }),
    ("option retry_count 5", { $0.schedule.retryMaxCount == 5 }),
    ("option retry_backoff 0", { !$0.schedule.backsOff }),
    ("option force_ipversion 1", { $0.forcesFamily }),
    ("option dns_server 9.9.9.9:53", { $0.dnsServer == [UInt8]("9.9.9.9:53") }),
    ("list dns_server 9.9.9.9\nlist dns_server 1.1.1.1", { $0.dnsServer == [UInt8]("9.9.9.9") }),
    ("option force_dnstcp 1", { $0.forcesDNSOverTCP }),
    ("option proxy u:p@h:1", { $0.proxy?.url.revealed == [UInt8]("http://u:p@h:1") }),
    ("option bind_network eth1", { $0.bindNetwork == [UInt8]("eth1") }),
    ("option is_glue 1", { $0.isGlue }),
    ("option use_api_check yes", { $0.usesAPICheck }),
    (
      "option ip_source prefix\noption use_ipv6 1\noption ip_suffix ::7",
      {
        $0.source
          == .prefix(
            of: .network([UInt8]("lan")), .suffix(IPAddress([UInt8]("::7")) ?? .unspecified(.v4)))
      }
    ),
    (
      "option ip_source prefix\noption use_ipv6 1\noption ip_mac 02:00:5e:00:53:01",
      { $0.source == .prefix(of: .network([UInt8]("lan")), .mac([2, 0, 0x5e, 0, 0x53, 1])) }
    ),
    ("option verify answer", { $0.verification == .answer }),
    (
      "option offline 192.0.2.1",
      { $0.offline == .address(IPAddress([UInt8]("192.0.2.1")) ?? .unspecified(.v6)) }
    ),
    ("option offline on", { $0.offline == .request }),
  ]

  @Test(arguments: cases.indices)
  func `an option has its effect, and without it there is none`(index: Int) throws {
    let (option, effect) = Self.cases[index]
    #expect(try effect(Self.section(option)), "\(option)")
    #expect(try !effect(Self.section("option x y")), "\(option)")
  }

  @Test func `no option is left out`() throws {
    let text = Self.cases.map { $0.option }.joined(separator: "\n")
    let read = text.split(separator: "\n").map { String($0.split(separator: " ")[1]) }
    let known = OptionTable.rows(.service).filter { $0.kind != .foreign && $0.kind != .elsewhere }
      .flatMap { string([UInt8]($0.names)).split(separator: " ").map(String.init) }
    #expect(Set(known).subtracting(["notify"]) == Set(read))
  }

  @Test(
    arguments: [
      ("option x y", nil), ("option notify 'a b'", ["a", "b"]),
      ("list notify a\nlist notify b", ["a", "b"]), ("option notify none", ["none"]),
    ] as [(String, [String]?)])
  func `notify names sections, and without it they decide`(option: String, names: [String]?) throws
  {
    let text = "config service 'home'\n\(option)\n"
    let package = try UCIPackage.parse(bytes(text), name: bytes("ddns"))
    let found = ServiceSection.notified(package.sections[0])
    #expect(found.map { $0.map { string($0) } } == names)
  }
}
