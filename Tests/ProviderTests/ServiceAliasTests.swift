// SPDX-License-Identifier: Apache-2.0

import Section
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct ServiceAliasTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test(arguments: [
    ("freedns.afraid.org", "afraid.org-keyauth"), ("afraid.org", "afraid.org-keyauth"),
    ("Bind-nsupdate", "bind-nsupdate"), ("dyndns.org", "dyn.com"), ("dyndns.com", "dyn.com"),
    ("free.editdns.net", "editdns.net"), ("FreeDNS.42.pl", "freedns.42.pl"),
    ("domains.google.com", "google.com"), ("loopia.com", "loopia.se"), ("NoIP.com", "no-ip.com"),
    ("No-IP.com", "no-ip.com"), ("noip.com", "no-ip.com"), ("spdns.de", "spdyn.de"),
    ("strato.de", "strato.com"), ("CloudFlare", "cloudflare.com-v1"),
    ("cloudflare.com", "cloudflare.com-v1"),
  ])
  func `an old name is followed by the present one`(old: String, now: String) {
    #expect(ServiceAlias.candidates(for: Array(old.utf8)).map(text) == [old, now])
    #expect(ServiceSamples.names.contains(now))
  }

  @Test func `a present name stands alone`() {
    #expect(ServiceAlias.candidates(for: Array("he.net".utf8)).map(text) == ["he.net"])
    #expect(ServiceAlias.candidates(for: Array("noip.COM".utf8)).count == 1)
  }

  @Test func `places are searched in the order of the contract`() {
    let places = ServiceAlias.searchPaths(for: Array("strato.de".utf8), family: .v4)
    #expect(
      places.map { text($0.path) } == [
        "/usr/share/ddns/custom/strato.de.json", "/etc/ddns/services",
        "/usr/share/ddns/default/strato.de.json", "/usr/lib/ddns/services",
        "/usr/share/ddns/custom/strato.com.json", "/etc/ddns/services",
        "/usr/share/ddns/default/strato.com.json", "/usr/lib/ddns/services",
      ])
    #expect(places.map(\.isTable) == [false, true, false, true, false, true, false, true])
    #expect(
      places.map { text($0.name) }.suffix(4) == [
        "strato.com", "strato.com", "strato.com", "strato.com",
      ])
    let six = ServiceAlias.searchPaths(for: Array("he.net".utf8), family: .v6)
    #expect(text(six[1].path) == "/etc/ddns/services_ipv6")
    #expect(text(six[3].path) == "/usr/lib/ddns/services_ipv6")
  }

  @Test(arguments: ["", "-", "custom", "--custom--"])
  func `display words name no service`(option: String) throws {
    #expect(try ServiceAlias.serviceName(Array(option.utf8)) == nil)
    #expect(ServiceSection.isCustom(Array(option.utf8)))
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/b", "a b", "a\nb", "a\0"])
  func `a name that leaves its folder is refused`(option: String) {
    #expect(throws: ServiceError(.badName, service: Array(option.utf8))) {
      try ServiceAlias.serviceName(Array(option.utf8))
    }
  }

  @Test func `other names are taken as they are`() throws {
    #expect(try ServiceAlias.serviceName(Array("no-ip.com".utf8)) == Array("no-ip.com".utf8))
  }
}
