// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@Suite(.timeLimit(.minutes(15)))
struct URLTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var isSecure = false
    var username: String?
    var password: String?
    var host: String
    var port: UInt16
    var target = "/"
    var testDescription: String { text }
  }

  static let rows: [Row] = [
    Row(text: "http://example.com", host: "example.com", port: 80),
    Row(text: "HTTPS://example.com", isSecure: true, host: "example.com", port: 443),
    Row(text: " http://example.com/ \n", host: "example.com", port: 80),
    Row(text: "http://example.com:8245/a/b", host: "example.com", port: 8245, target: "/a/b"),
    Row(text: "https://h/?a=b&c=d", isSecure: true, host: "h", port: 443, target: "/?a=b&c=d"),
    Row(text: "http://h?a=b/c@d", host: "h", port: 80, target: "/?a=b/c@d"),
    Row(text: "http://h/a?b#c?d", host: "h", port: 80, target: "/a?b"),
    Row(text: "http://h#top", host: "h", port: 80),
    Row(text: "http://h/a b\u{7f}ä%20", host: "h", port: 80, target: "/a%20b%7f%c3%a4%20"),
    Row(
      text: "https://me%40example.com:p%3aw%2f@members.dyndns.org/v3/update?hostname=a",
      isSecure: true, username: "me@example.com", password: "p:w/", host: "members.dyndns.org",
      port: 443, target: "/v3/update?hostname=a"),
    Row(
      text: "http://me@a.b:pw@h:81/x", username: "me@a.b", password: "pw", host: "h", port: 81,
      target: "/x"),
    Row(text: "http://u@h/", username: "u", host: "h", port: 80),
    Row(text: "http://u:@h/", username: "u", password: "", host: "h", port: 80),
    Row(text: "http://:p:q@h/", username: "", password: "p:q", host: "h", port: 80),
    Row(text: "http://203.0.113.7:1/", host: "203.0.113.7", port: 1),
    Row(text: "http://[2001:db8::1]/", host: "2001:db8::1", port: 80),
    Row(
      text: "https://u:p@[2001:db8::1]:65535/x", isSecure: true, username: "u", password: "p",
      host: "2001:db8::1", port: 65535, target: "/x"),
    Row(
      text: "http://user:pass@http://dyndns.domopoli.de/nic/update?hostname=a&myip=203.0.113.7",
      username: "user", password: "pass", host: "dyndns.domopoli.de", port: 80,
      target: "/nic/update?hostname=a&myip=203.0.113.7"),
    Row(
      text: "https://user:pass@http://dyndns.domopoli.de/nic", isSecure: true, username: "user",
      password: "pass", host: "dyndns.domopoli.de", port: 443, target: "/nic"),
    Row(text: "http://h/x@http://other/", host: "h", port: 80, target: "/x@http://other/"),
    Row(text: "http://under_score.example-1.com", host: "under_score.example-1.com", port: 80),
  ]

  @Test(arguments: rows)
  func `cuts a URL`(row: Row) throws {
    let url = try #require(URL(bytes(row.text)))
    #expect(url.isSecure == row.isSecure)
    #expect(url.username.map { string($0) } == row.username)
    #expect(url.password.map { string($0) } == row.password)
    #expect(string(url.host) == row.host)
    #expect(url.port == row.port)
    #expect(string(url.target) == row.target)
  }

  @Test(arguments: [
    "", "example.com", "ftp://h/", "http:/h", "http://", "http:///x", "http://:80/", "http://h:/",
    "http://h:0/", "http://h:65536/", "http://h:x/", "http://a b/", "http://[::1/",
    "http://[1.2.3.4]/",
    "http://[::1]x/", "http://h[x]/", "http://ä/", "http://u:p@/",
    "http://h/\u{0}".replacing("/\u{0}", with: "\u{0}/"),
    "https//h", "http://2001:db8::1:80:x/", "http://u:p@http://u:p@http://h/",
  ])
  func `refuses what is no http URL`(text: String) {
    #expect(URL(bytes(text)) == nil)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `whatever it is read from, host and target can be sent`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    for _ in 0..<50 {
      let tail = (0..<20).map { _ in
        Bool.random(using: &random)
          ? bytes("/?#@:[]% \r\n\0").randomElement(using: &random)!
          : UInt8.random(in: 0...255, using: &random)
      }
      for text in [bytes("http://h") + tail, bytes("https://") + tail + bytes("/"), tail] {
        guard let url = URL(text) else { continue }
        #expect(url.target.first == UInt8(ascii: "/"))
        #expect(url.target.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "#") })
        #expect(url.host.allSatisfy { (0x21...0x7e).contains($0) && !bytes("/?#@").contains($0) })
      }
    }
  }

  @Test(arguments: [
    ("http://u:p@h/x", "http://h"), ("https://h:443/x", "https://h"),
    ("https://h:80/", "https://h:80"),
    ("http://[::1]:81/x", "http://[::1]:81"), ("http://[::1]/", "http://[::1]"),
  ])
  func `has an origin without credentials`(text: String, origin: String) {
    #expect(URL(bytes(text)).map { string($0.origin) } == origin)
  }

  @Test(
    arguments: [
      ("host", "host", nil, "host"), ("host:53", "host", 53, "host:53"),
      ("1.2.3.4", "1.2.3.4", nil, "1.2.3.4"), ("1.2.3.4:53", "1.2.3.4", 53, "1.2.3.4:53"),
      ("2001:db8::1", "2001:db8::1", nil, "[2001:db8::1]"),
      ("[2001:db8::1]", "2001:db8::1", nil, "[2001:db8::1]"),
      ("[2001:db8::1]:53", "2001:db8::1", 53, "[2001:db8::1]:53"),
      ("::1:53", "::1:53", nil, "[::1:53]"), ("h:00080", "h", 80, "h:80"),
      ("h:65535", "h", 65535, "h:65535"), ("h:1", "h", 1, "h:1"),
    ] as [(String, String, UInt16?, String)])
  func `reads every spelling of host and port`(
    text: String, host: String, port: UInt16?, written: String
  ) throws {
    let parsed = try #require(HostPort(bytes(text)))
    #expect(parsed == HostPort(host: bytes(host), port: port))
    #expect(string(parsed.text) == written)
    #expect(HostPort(parsed.text) == parsed)
  }

  @Test(arguments: [
    "", ":", ":53", "host:", "host:0", "host:65536", "host:5x", "host:-1", "a:b:c", "[::1", "::1]",
    "[host]:53", "[1.2.3.4]", "[::1]53", "[::1]:", "[]", "[", "]", "host:99999999999999999999",
    "fe80::1%eth0",
  ])
  func `refuses a malformed host and port`(text: String) {
    let parsed = HostPort(bytes(text))
    // A name is not checked here, so these two are hosts nobody will find.
    #expect(parsed == nil || text == "]" || text == "::1]")
  }
}
