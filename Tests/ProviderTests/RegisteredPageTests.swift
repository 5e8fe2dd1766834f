// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Provider

/// `registered` in a provider's file: how it is asked what it has.
@Suite(.timeLimit(.minutes(15))) struct RegisteredPageTests {
  private func service(_ member: String) throws(ServiceError) -> ServiceEntry {
    let json = #"{"ipv4":{"url":"http://x/[IP]","registered":"# + member + "}}"
    return try ServiceEntry(
      json: Array(json.utf8), name: Array("x".utf8), family: .v4, file: Array("f".utf8))
  }

  private func values(
    username: String = "", password: String = "", domain: String = "home.example.com"
  ) -> URLTemplate.Values {
    let values = URLTemplate.Values(address: .unspecified(.v4))
    values.username = Array(username.utf8)
    values.password = Secret(Array(password.utf8))
    values.domain = Array(domain.utf8)
    return values
  }

  @Test func `a page and its header field are read, and the field is optional`() throws {
    let both = try service(#"{"url":"https://x/[DOMAIN]","header":"A: Token [PASSWORD]"}"#)
    #expect(both.registered?.url == URLTemplate(Array("https://x/[DOMAIN]".utf8)))
    #expect(both.registered?.header == URLTemplate(Array("A: Token [PASSWORD]".utf8)))
    let page = try service(#"{"url":"http://x/"}"#).registered
    #expect(page?.url.isEmpty == false && page?.header.isEmpty == true)
    let script = try ServiceEntry(
      json: Array(#"{"ipv4":{"url":"y.sh","registered":{"url":"http://x/"}}}"#.utf8),
      name: Array("x".utf8), family: .v4, file: [])
    #expect(script.script != nil && script.registered != nil)
  }

  @Test(
    arguments: [
      ("7", "registered"), ("{}", "registered"), (#"{"url":7}"#, "url"),
      (#"{"url":""}"#, "registered"), (#"{"url":"ask.sh"}"#, "registered"),
      (#"{"url":"[DOMAIN]"}"#, "registered"), (#"{"url":"http://x/[IP]"}"#, "registered"),
      (#"{"url":"http://x/","header":7}"#, "header"),
      (#"{"url":"http://x/","header":"no colon"}"#, "registered"),
    ])
  func `a page that cannot be asked is an error that names the member`(
    json: String, member: String
  ) {
    #expect(
      throws: ServiceError(
        .badMember(Array(member.utf8)), service: Array("x".utf8), file: Array("f".utf8))
    ) { try service(json) }
  }

  @Test func `values stand in a header as they are, in a URL encoded`() throws {
    let page = try #require(
      service(#"{"url":"http://x/[PASSWORD]","header":"A: [PASSWORD]"}"#).registered)
    let values = values(password: "a b%/é")
    #expect(page.header.expanded(raw: values) == Array("A: a b%/é".utf8))
    #expect(
      page.url.expanded(values, useHTTPS: false)
        == Array("http://x/a%20b%25%2f%c3%a9".utf8))
    #expect(page.header.missing(in: self.values()) == [.password])
  }

  @Test(
    arguments: [
      ("home.example.com", "example.com", "home"), ("example.com", "example.com", "@"),
      ("a.b.example.com", "example.com", "a.b"), ("notexample.com", "example.com", nil),
      (".example.com", "example.com", nil), ("home.example.org", "example.com", nil),
      ("com", "example.com", nil),
    ] as [(String, String, String?)])
  func `a subname is the name without its zone`(domain: String, zone: String, subname: String?) {
    let template = URLTemplate(Array("http://x/[SUBNAME]".utf8))
    let values = values(username: zone, domain: domain)
    #expect(template.missing(in: values) == (subname == nil ? [.subname] : []))
    #expect(
      template.expanded(values, useHTTPS: false) == Array("http://x/\(subname ?? "")".utf8))
    #expect(
      URLTemplate.missingText(.subname)
        == "'lookup_host' is not in the zone that 'username' names")
  }

  @Test(
    arguments: [
      ("desec.io", .v4, "https://desec.io/api/v1/domains/example.com/rrsets/home/A/", "Token"),
      ("desec.io", .v6, "https://desec.io/api/v1/domains/example.com/rrsets/home/AAAA/", "Token"),
      ("dynv6.com", .v4, "https://dynv6.com/api/v2/zones/by-name/home.example.com", "Bearer"),
    ] as [(String, IPAddress.Family, String, String)])
  func `providers with a documented interface have a page`(
    name: String, family: IPAddress.Family, url: String, scheme: String
  ) throws {
    let page = try #require(ServiceSamples.service(name, family).registered)
    let values = values(username: "example.com", password: "key")
    #expect(page.url.expanded(values, useHTTPS: false) == Array(url.utf8))
    #expect(
      page.header.expanded(raw: values)
        == Array("Authorization: \(scheme) key".utf8))
  }
}
