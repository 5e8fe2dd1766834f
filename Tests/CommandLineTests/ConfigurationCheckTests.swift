// SPDX-License-Identifier: Apache-2.0

import Provider
import TestSupport
import Testing
import UCI
import Wire

@testable import CommandLine

@Suite(.timeLimit(.minutes(15))) struct ConfigurationCheckTests {
  private static let sources =
    ", dns:SERVICE, dns:NAME@SERVER, stun:HOST[:PORT], natpmp:, pcp: or upnp: with an IPv4 address or none"

  private static let good = [
    "enabled": "1", "update_url": "http://a.example/u?h=[DOMAIN]&p=[PASSWORD]&i=[IP]",
    "domain": "h.example", "password": "s3cretPW", "ip_source": "web",
    "ip_url": "http://ip.example/",
  ]

  /// What is wrong with the good section when some of its options are other ones or, if empty, not
  /// there; nil when nothing is.
  private func problem(_ changes: [String: String]) throws -> String? {
    let options = Self.good.merging(changes) { $1 }.filter { !$0.value.isEmpty }
    let lines = options.map { "\toption \($0.key) '\($0.value)'\n" }.sorted().joined()
    let router = try Router("config service home\n" + lines)
    try router.write("/etc/ddns/address", "#!/bin/sh\n", mode: 0o755)
    try router.write("/etc/ddns/plain", "#!/bin/sh\n")
    return router.failure { configuration in
      guard let section = configuration.package.section(named: "home") else { return }
      _ = try configuration.runnableSection(section)
    }
  }

  @Test func `a complete section can run`() throws {
    #expect(try problem([:]) == nil)
    #expect(try problem(["ip_source": "interface", "ip_interface": "eth0"]) == nil)
    #expect(try problem(["ip_source": "script", "ip_script": "/etc/ddns/address -4"]) == nil)
  }

  @Test func `a disabled section says so in the words of ddns-scripts`() throws {
    #expect(try problem(["enabled": "0"]) == "Service section disabled!")
    #expect(try problem(["enabled": ""]) == "Service section disabled!")
  }

  @Test(arguments: [
    (
      ["update_url": ""],
      "No update_url found/defined or no update_script found/defined! Set one of them, or 'service_name'"
    ),
    (
      ["domain": ""],
      "Service section not configured correctly! Missing 'lookup_host': set it, or 'domain'"
    ),
    (["domain": "", "lookup_host": "h.example"], "Service section missing 'domain'"),
    (["password": ""], "Service section missing 'password'"),
    (["update_url": "http://a/[USERNAME]"], "Service section missing 'username'"),
    (["update_url": "http://a/[PARAMENC]"], "Service section missing 'param_enc'"),
    (["update_url": "http://a/[PARAMOPT]"], "Service section missing 'param_opt'"),
    (
      ["lookup_host": "a b"],
      "sanitize on lookup_host found characters outside allowed subset: use letters, digits and @._-:"
    ),
    (
      ["domain": "a;b", "lookup_host": "h.example"],
      "sanitize on domain found characters outside allowed subset: use letters, digits and @._-*,"
    ),
    (
      ["param_opt": "a$(b)"],
      #"sanitize on param_opt found rejected characters: use none of "'`$!();><{}?|[]*\"#
    ),
    (
      ["ip_source": "script", "ip_script": "/etc/ddns/plain"],
      "Script to detect current IP not executable! '/etc/ddns/plain' has to be a program"
    ),
    (
      ["ip_source": "script", "ip_script": "/etc/no"],
      "Script to detect current IP not executable! '/etc/no' has to be a program"
    ),
    (
      ["ip_source": "script", "ip_script": "no"],
      "Script to detect current IP not executable! 'no' has to be a program"
    ),
    (
      ["ip_source": "script", "ip_script": ""],
      "No script defined to detect current IP! Set 'ip_script' to a program, or use another 'ip_source'"
    ),
    (
      ["ip_source": "wlan"],
      "get_current_ip: Unsupported source 'wlan': use 'network', 'interface', 'web', 'script' or 'prefix'"
    ),
    (["ip_url": "ftp://a/"], "ip_url 'ftp://a/' is no http or https URL" + sources),
    (
      ["ip_url": "http://a/ https:/b http://c"],
      "ip_url 'https:/b' is no http or https URL" + sources
    ),
    (["ip_regex": "a(b"], "ip_regex 'a(b' is no extended regular expression"),
  ])
  func `what is wrong is said in the words of the contract, with file, line and section`(
    changes: [String: String], words: String
  ) throws {
    let found = try #require(try problem(changes))
    #expect(found.hasSuffix(": section 'home': " + words), "\(found)")
    #expect(found.hasPrefix("/etc/config/ddns:"), "\(found)")
  }

  @Test func `a URL that is none is shown without its secrets`() throws {
    let found = try #require(
      try problem(["update_url": "gopher://a.example/?p=[PASSWORD]&h=[DOMAIN]"]))
    #expect(found.contains("is no http or https URL: gopher://a.example/"))
    #expect(!found.contains("s3cretPW"))
  }

  @Test func `everything that is wrong is said at once, each with its line`() throws {
    let router = try Router(
      """
      config service home
      	option enabled 1
      	option update_url 'http://a/[USERNAME][PARAMENC]'
      	option domain 'a;b'
      	option ip_source 'wan'
      	option cacert '/nowhere'
      	option check_interval 'x'
      	option proxy 'h'

      """)
    let found = router.failure { configuration in
      _ = try configuration.check(configuration.section(at: [UInt8]("home")))
    }
    let lines = (found ?? "").split(separator: "\n").map(String.init)
    let expected: [(Int, String)] = [
      (3, "missing 'username'"), (3, "missing 'param_enc'"), (4, "sanitize on domain"),
      (5, "Unsupported source 'wan': use 'network', "), (6, "found at '/nowhere'"),
      (7, "option 'check_interval' is 'x'"), (8, "option 'proxy' has no port"),
    ]
    #expect(lines.count == expected.count, "\(lines)")
    for (line, words) in expected {
      let start = "/etc/config/ddns:\(line): section 'home': "
      #expect(lines.contains { $0.hasPrefix(start) && $0.contains(words) }, "\(words): \(lines)")
    }
  }

  @Test func `what one mistake brings about is not said again`() throws {
    let lines = try problem(["ip_source": "script", "ip_script": ""])?.split(separator: "\n")
    #expect(lines?.count == 1)
  }

  @Test func `several hosts in domain are allowed (B38)`() throws {
    #expect(try problem(["domain": "a.example,b.example"]) == nil)
  }
}

@Suite(.timeLimit(.minutes(15))) struct UCIListingTests {
  private func listing(_ text: String) throws -> String {
    let package = try UCIPackage.parse(Array(text.utf8), name: [UInt8]("ddns"))
    return String(decoding: package.sections[0].listing, as: UTF8.self)
  }

  @Test func `the listing of a section is sorted, and shows no secret (users 30)`() throws {
    let shown = try listing(
      """
      config service home
      option username joe
      option password 'p4ssw0rd'
      option param_enc 'tok3n'
      option proxy 'me:s3cret@proxy:3128'
      list domain a.example
      list domain b.example
      option enabled 1

      """)
    #expect(
      shown == """
        ddns.home=service
        ddns.home.domain='a.example' 'b.example'
        ddns.home.enabled='1'
        ddns.home.param_enc='***'
        ddns.home.password='***'
        ddns.home.proxy='***'
        ddns.home.username='joe'
        """)
  }

  @Test func `a list under the name of a secret is hidden item by item`() throws {
    let shown = try listing("config service home\nlist password abcdef\nlist password ghijkl\n")
    #expect(shown == "ddns.home=service\nddns.home.password='***' '***'")
  }
}
