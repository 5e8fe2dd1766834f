// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct ServiceSectionTests {
  @Test func `an empty section has the defaults of contract 1.3`() throws {
    let empty = try section("option x y")
    #expect(empty.name == [UInt8]("home"))
    #expect(empty.line == 1)
    #expect(!empty.isEnabled)
    #expect(empty.interface == [UInt8]("wan"))
    #expect(empty.serviceName == nil)
    #expect(empty.updateURL == nil)
    #expect(empty.updateScript == nil)
    #expect(empty.lookupHost.isEmpty)
    #expect(empty.domain.isEmpty)
    #expect(empty.hosts.isEmpty)
    #expect(!empty.usesHTTPS)
    #expect(empty.trust == .system)
    #expect(empty.source == .network([UInt8]("wan")))
    #expect(empty.family == .v4)
    #expect(!empty.forcesFamily)
    #expect(empty.dnsServer == nil)
    #expect(!empty.forcesDNSOverTCP)
    #expect(empty.proxy == nil)
    #expect(empty.bindNetwork == nil)
    #expect(empty.userAgent == [UInt8](Product.userAgent))
    #expect(empty.syslogLevel == 2)
    #expect(empty.usesLogFile)
  }

  @Test(
    arguments: [
      ("", .network([UInt8]("wan"))), ("option use_ipv6 1", .network([UInt8]("wan6"))),
      ("option ip_network lte", .network([UInt8]("lte"))),
      ("option ip_source interface", .interface([UInt8]("eth1"))),
      ("option ip_source interface\noption ip_interface '@wan6'", .interface([UInt8]("@wan6"))),
      ("option ip_source web", .web([[UInt8]("http://checkip.dyndns.com")])),
      (
        "option ip_source web\noption use_ipv6 1", .web([[UInt8]("http://checkipv6.dyndns.com")])
      ),
      ("option ip_source web\noption ip_url 'http://a/b'", .web([[UInt8]("http://a/b")])),
      (
        "option ip_source web\noption ip_url ' http://a  http://b'",
        .web([[UInt8]("http://a"), [UInt8]("http://b")])
      ),
      (
        "option ip_source web\nlist ip_url 'http://a http://b'\nlist ip_url http://c",
        .web([[UInt8]("http://a"), [UInt8]("http://b"), [UInt8]("http://c")])
      ),
      (
        "option ip_source script\noption ip_script ' /bin/ip  -4 x'",
        .script([[UInt8]("/bin/ip"), [UInt8]("-4"), [UInt8]("x")])
      ),
    ] as [(String, ServiceSection.Source)])
  func `each source has its own option and default`(
    options: String, source: ServiceSection.Source
  ) throws {
    #expect(try section(options).source == source)
  }

  @Test(arguments: ["-", "custom", "--custom--"])
  func `a service name that LuCI shows for "custom" is none (users 33)`(name: String) throws {
    let custom = try section("option service_name '\(name)'\noption update_url 'http://a/'")
    #expect(custom.serviceName == nil)
    #expect(custom.updateURL == [UInt8]("http://a/"))
  }

  @Test func `a service name puts update_url and update_script out of force`() throws {
    let named = try section(
      "option service_name no-ip.com\noption update_url http://a/\noption update_script /b")
    #expect(named.serviceName == [UInt8]("no-ip.com"))
    #expect(named.updateURL == nil)
    #expect(named.updateScript == nil)
  }

  @Test(arguments: [
    ("option domain a.example", "a.example", "a.example"),
    ("option domain a.example\noption lookup_host b.example", "a.example", "b.example"),
    ("option domain 'a.example, b.example'", "a.example, b.example", "a.example"),
    ("list domain a.example\nlist domain b.example", "a.example,b.example", "a.example"),
    ("option domain host@zone.example", "host@zone.example", "host.zone.example"),
    ("option domain '@zone.example'", "@zone.example", "zone.example"),
    ("option domain ','", ",", ""), ("option domain ' , '", " , ", ""),
    ("option lookup_host b.example", "", "b.example"),
  ])
  func `lookup_host falls back to the first of domain (B24, users 18)`(
    options: String, domain: String, host: String
  ) throws {
    let parsed = try section(options)
    #expect(parsed.domain == Array(domain.utf8))
    #expect(parsed.lookupHost == Array(host.utf8))
  }

  @Test func `the hosts of a list are one by one`() throws {
    let hosts = try section("option domain 'a.example, b.example,c.example'").hosts
    #expect(hosts == ["a.example", "b.example", "c.example"].map { Array($0.utf8) })
  }

  @Test(
    arguments: [
      ("1", true), ("on", true), ("true", true), ("yes", true), ("enabled", true), ("2", true),
      ("0", false), ("off", false), ("false", false), ("no", false), ("disabled", false),
      ("00", false), ("", false),
    ])
  func `every word libuci knows for yes and no works everywhere (B29)`(
    word: String, value: Bool
  ) throws {
    for option in ["enabled", "use_https", "use_ipv6", "force_ipversion", "force_dnstcp"] {
      let parsed = try section("option x y\noption \(option) '\(word)'")
      let values = [
        "enabled": parsed.isEnabled, "use_https": parsed.usesHTTPS,
        "use_ipv6": parsed.family == .v6, "force_ipversion": parsed.forcesFamily,
        "force_dnstcp": parsed.forcesDNSOverTCP,
      ]
      #expect(values[option] == value)
    }
  }

  @Test func `an option that is on by default can be switched off`() throws {
    #expect(try !section("option use_logfile 0").usesLogFile)
    #expect(try section("option use_logfile ''").usesLogFile)
  }

  @Test(arguments: [
    ("option enabled maybe", "option 'enabled' is 'maybe': use 1 or 0"),
    ("option use_https -1", "option 'use_https' is '-1': use 1 or 0"),
    ("option check_interval ten", "option 'check_interval' is 'ten': use a number of 0 or more"),
    ("option check_interval -5", "option 'check_interval' is '-5': use a number of 0 or more"),
    ("option check_interval 1.5", "option 'check_interval' is '1.5': use a number of 0 or more"),
    ("option force_interval 1h", "option 'force_interval' is '1h': use a number of 0 or more"),
    ("option retry_interval x", "option 'retry_interval' is 'x': use a number of 0 or more"),
    (
      "option retry_max_count 99999999999999999999",
      "option 'retry_max_count' is '99999999999999999999': use a number of 0 or more"
    ),
    ("option retry_count no", "option 'retry_count' is 'no': use a number of 0 or more"),
    ("option use_syslog err", "option 'use_syslog' is 'err': use a number of 0 or more"),
    (
      "option ip_source wlan",
      "get_current_ip: Unsupported source 'wlan': use 'network', 'interface', 'web', 'script' or 'prefix'"
    ),
    (
      "option dns_server 'a b'",
      "sanitize on dns_server found characters outside allowed subset: use letters, digits and @._-:"
    ),
    ("option proxy 'u:p@h'", "option 'proxy' has no port: use [user:password@]host:port"),
    ("option proxy 'u:p@h:x'", "option 'proxy' is no proxy: use [user:password@]host:port"),
  ])
  func `a bad value is named with its line`(options: String, words: String) {
    let found = problem("option domain a.example\n" + options)
    #expect(found?.line == 3)
    #expect(found.map { String(decoding: $0.message.bytes, as: UTF8.self) } == words)
  }

  @Test func `a script source without a script is a problem of the section`() {
    let words: Text =
      "No script defined to detect current IP! Set 'ip_script' to a program, or use another 'ip_source'"
    let found = problem("option ip_source script\noption ip_script ' '")
    #expect(found == ConfigError(line: 3, words))
    #expect(problem("option ip_source script") == ConfigError(line: 1, words))
  }

  @Test func `all that is wrong with a section is found at once`() throws {
    let text = """
      config service 'home'
      option enabled perhaps
      option check_interval often
      option ip_source wan
      option dns_server 'a b'
      option verify dsn
      option proxy h
      option domain fine.example

      """
    let package = try UCIPackage.parse(bytes(text), name: [UInt8]("ddns"))
    var problems: [ConfigError] = []
    let section = ServiceSection(package.sections[0], problems: &problems)
    #expect(problems.map { $0.line }.sorted() == [2, 3, 4, 5, 6, 7])
    #expect(section.domain == "fine.example" && !section.isEnabled)
    #expect(section.schedule.check == 600, "what is wrong has its default")
  }

  @Test(arguments: ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53", "ns.a:53"])
  func `a DNS server has a port in every spelling (contract 4)`(server: String) throws {
    #expect(try section("option dns_server '\(server)'").dnsServer == Array(server.utf8))
  }

  @Test(arguments: ["a b", "$(reboot)", "ns.a/b", "ns.a b:53"])
  func `a DNS server with forbidden characters is refused (contract 2.4)`(server: String) {
    #expect(problem("option dns_server '\(server)'") != nil)
  }

  @Test(
    arguments: [
      ("IGNORE", .anything), ("ignore", .path([UInt8]("ignore"))),
      ("/etc/ssl", .path([UInt8]("/etc/ssl"))),
    ] as [(String, ServiceSection.Trust)])
  func `IGNORE in capitals alone switches verification off`(
    value: String, trust: ServiceSection.Trust
  ) throws {
    #expect(try section("option cacert '\(value)'").trust == trust)
  }

  @Test func `quotes and controls of user_agent become blanks, blanks are joined`() throws {
    let agent = try section("option user_agent \"a 'b'\n\t  c\r\"").userAgent
    #expect(agent == [UInt8]("a b c"))
  }

  @Test func `an old and a new secret of a section never show`() throws {
    let parsed = try section(
      """
      option username 'joe'
      option password 'p w%1'
      option param_enc 'tok/en'
      option proxy 'us%40er:s%3Acret@proxy.example:3128'
      """)
    let planted = [
      "p w%1", "p%20w%251", "tok/en", "tok%2fen", "tok%2Fen", "s%3Acret", "s:cret", "am9lOnAgdyUx",
      "cCB3JTE=",
    ]
    for secret in planted {
      let shown = parsed.redactor.redact(Array("(\(secret))".utf8))
      #expect(String(decoding: shown, as: UTF8.self) == "(***)", "\(secret)")
    }
    #expect(parsed.redactor.redact([UInt8]("joe at home")) == [UInt8]("joe at home"))
  }
}
