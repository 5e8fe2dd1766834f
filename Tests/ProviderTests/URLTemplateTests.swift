// SPDX-License-Identifier: Apache-2.0

import Section
import TestSupport
import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct URLTemplateTests {
  private func template(_ url: String) -> URLTemplate { URLTemplate(Array(url.utf8)) }

  private func values(
    username: String = "user", password: String = "p&a ss", domain: String = "home.example.com",
    paramEnc: String = "", paramOpt: String = "", address: String = "203.0.113.7"
  ) throws -> URLTemplate.Values {
    let values = URLTemplate.Values(address: try #require(IPAddress(Array(address.utf8))))
    values.username = Array(username.utf8)
    values.password = Secret(Array(password.utf8))
    values.domain = Array(domain.utf8)
    values.paramEnc = Secret(Array(paramEnc.utf8))
    values.paramOpt = Array(paramOpt.utf8)
    return values
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `values stand in their places, encoded as each wants it`() throws {
    let template = template(
      "http://[USERNAME]:[PASSWORD]@x/u?h=[DOMAIN]&i=[IP]&e=[PARAMENC]&[PARAMOPT]")
    let url = template.expanded(
      try values(username: "a@b", paramEnc: "ü/", paramOpt: "a&b=c#\\ d"), useHTTPS: false)
    #expect(
      text(url)
        == "http://a%40b:p%26a%20ss@x/u?h=home.example.com&i=203.0.113.7&e=%c3%bc%2f&a&b=c%23\\%20d"
    )
  }

  @Test func `a value that looks like a placeholder is left alone`() throws {
    let url = template("http://x/[USERNAME]/[DOMAIN]").expanded(
      try values(username: "[PASSWORD]", domain: "[IP]"), useHTTPS: false)
    #expect(text(url) == "http://x/%5bPASSWORD%5d/[IP]")
  }

  @Test(arguments: ["http://x/[XYZ]", "http://x/[ip]", "http://x/[", "http://x/[IP", "", "[[]]"])
  func `what is no placeholder stays`(url: String) throws {
    #expect(text(template(url).expanded(try values(), useHTTPS: false)) == url)
  }

  @Test func `brackets around a placeholder stay`() throws {
    let url = template("http://x/?host[[DOMAIN]]").expanded(try values(), useHTTPS: false)
    #expect(text(url) == "http://x/?host[home.example.com]")
  }

  @Test func `an IPv6 address is written in full`() throws {
    let url = template("http://x/?i=[IP]").expanded(
      try values(address: "2001:DB8::7"), useHTTPS: false)
    #expect(text(url) == "http://x/?i=2001:0db8:0000:0000:0000:0000:0000:0007")
  }

  @Test func `a list of hosts keeps its commas`() throws {
    let url = template("http://x/?h=[DOMAIN]").expanded(
      try values(domain: "a.example,*.b.example"), useHTTPS: false)
    #expect(text(url) == "http://x/?h=a.example,*.b.example")
  }

  @Test(arguments: [
    ("http://x/", "https://x/"), ("HTTP://x/", "https://x/"), ("https://x/", "https://x/"),
    ("ftp://x/http:", "ftp://x/http:"), ("http", "http"),
  ])
  func `use_https changes a leading http`(url: String, secured: String) throws {
    #expect(text(template(url).expanded(try values(), useHTTPS: true)) == secured)
    #expect(text(template(url).expanded(try values(), useHTTPS: false)) == url)
  }

  @Test func `secrets are stars in the redacted form`() throws {
    let template = template(
      "http://[USERNAME]:[PASSWORD]@x/[PASSWORD]?h=[DOMAIN]&e=[PARAMENC]&[PARAMOPT]")
    let values = try values(
      username: "token-7", password: "hunter2", paramEnc: "enc", paramOpt: "zone=1&key=abc")
    let shown = text(template.redacted(values, useHTTPS: true))
    #expect(shown == "https://***:***@x/***?h=home.example.com&e=***&zone=1&key=abc")
  }

  @Test func `missing values are found in the order of the contract`() throws {
    let all = template("[PARAMOPT][PARAMENC][PASSWORD][USERNAME][DOMAIN][IP]")
    let values = URLTemplate.Values(address: try #require(IPAddress(Array("192.0.2.1".utf8))))
    #expect(all.missing(in: values) == [.domain, .username, .password, .paramEnc, .paramOpt])
    values.username = Array("u".utf8)
    values.paramEnc = Secret(Array("e".utf8))
    #expect(all.missing(in: values) == [.domain, .password, .paramOpt])
    #expect(template("[IP]").missing(in: values) == [])
    values.domain = Array("d".utf8)
    values.password = Secret(Array("p".utf8))
    values.paramOpt = Array("o".utf8)
    #expect(all.missing(in: values) == [])
    #expect(URLTemplate.missingText(.paramEnc) == "Service section missing 'param_enc'")
  }

  @Test func `the places of a URL are known`() {
    let template = template("http://x/[DOMAIN]?[IP]")
    #expect(template.uses(.domain))
    #expect(template.uses(.ip))
    #expect(!template.uses(.password))
  }

  @Test func `random templates and values never crash, and never show the password`() throws {
    var random = SplitMix64(state: 7)
    let pieces = [
      "[PASSWORD]", "[DOMAIN]", "[IP]", "[", "]", "http://", "@", "?", "&", "=", "x", "#", "%", "/",
    ]
    let secret = Array("s3cr3t-value".utf8)
    let values = try values(password: "s3cr3t-value")
    for _ in 0..<3000 {
      let url = (0..<8).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
        .joined()
      values.domain = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
      let template = template(url)
      #expect(template.expanded(values, useHTTPS: true).allSatisfy { $0 > 32 && $0 < 127 })
      #expect(template.redacted(values, useHTTPS: false).firstIndex(of: secret) == nil)
    }
  }

  @Test(arguments: [
    ("http://h/u?a=[IP4]&b=[IP6]&c", "", "http://h/u?a=192.0.2.1&c", "http://h/u?b=2001:db8::7&c"),
    (
      "http://h/u?a=[IP4]&b=[IP6]", "no", "http://h/u?a=192.0.2.1&b=no",
      "http://h/u?a=no&b=2001:db8::7"
    ),
    ("http://h/u?ips=[IPS]&c", "", "http://h/u?ips=192.0.2.1&c", "http://h/u?ips=2001:db8::7&c"),
    ("http://h/[IP4]/u", "", "http://h/192.0.2.1/u", "http://h//u"),
  ])
  func `the address of one family leaves the parameter of the other out, or keeps it`(
    url: String, keeps: String, four: String, six: String
  ) {
    let template = URLTemplate(Array(url.utf8), keeps: Array(keeps.utf8))
    func expanded(_ address: String, _ other: String? = nil) -> String {
      let values = URLTemplate.Values(address: ip(address))
      values.other = other.map { ip($0) }
      return string(template.expanded(values, useHTTPS: false))
    }
    let long = "2001:0db8:0000:0000:0000:0000:0000:0007"
    let (one, other) = (expanded("192.0.2.1"), expanded("2001:db8::7"))
    #expect(one == four)
    #expect(other == six.replacing("2001:db8::7", with: long))
    let both = expanded("192.0.2.1", "2001:db8::7")
    #expect(both == expanded("2001:db8::7", "192.0.2.1"), "whoever asks")
    if url.contains("[IP4]&") { #expect(both.contains("a=192.0.2.1&b=\(long)")) }
    if url.contains("[IPS]") { #expect(both.contains("ips=192.0.2.1,\(long)&c")) }
  }

  @Test func `both are taken by two places, or by one for both`() {
    #expect(URLTemplate(Array("http://h/?a=[IP4]&b=[IP6]".utf8)).takesBoth)
    #expect(URLTemplate(Array("http://h/?a=[IPS]".utf8)).takesBoth)
    #expect(!URLTemplate(Array("http://h/?a=[IP4]&b=[IP]".utf8)).takesBoth)
  }
}
