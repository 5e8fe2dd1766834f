// SPDX-License-Identifier: Apache-2.0

import Section
import Testing
import Wire

@testable import Provider

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private func text(_ bytes: [UInt8]?) -> String? {
  bytes.map { String(decoding: $0, as: UTF8.self) }
}

@Suite(.timeLimit(.minutes(15))) struct GnuDIPTests {
  private static func request(
    _ address: String? = "203.0.113.7", user: String = "home",
    domain: String = "home.dyn.example.com"
  ) -> GnuDIP? {
    GnuDIP(
      user: bytes(user), password: Secret(bytes("s3cret")), domain: bytes(domain),
      address: address.flatMap { IPAddress(bytes($0)) })
  }

  @Test func `the digest is that of the password's digest and the salt`() {
    #expect(
      text(GnuDIP.digest(of: Secret(bytes("s3cret")), salt: bytes("Ab3dEf7hIj")))
        == "02e022f9acd77a11ab8da3ea0cb61e7d")
  }

  @Test func `the line is user, digest, domain, code and address`() throws {
    let line = "home:02e022f9acd77a11ab8da3ea0cb61e7d:dyn.example.com:0:203.0.113.7\n"
    for salt in ["Ab3dEf7hIj", "Ab3dEf7hIj\r"] {
      #expect(try text(#require(Self.request()).line(salt: bytes(salt))) == line)
    }
    let short = try #require(Self.request(domain: "dyn.example.com"))
    #expect(text(short.line(salt: bytes("Ab3dEf7hIj"))) == line)
    let offline = try #require(Self.request(nil))
    #expect(
      text(offline.line(salt: bytes("Ab3dEf7hIj")))
        == "home:02e022f9acd77a11ab8da3ea0cb61e7d:dyn.example.com:1\n")
  }

  @Test func `what would break the line is no request`() {
    for (user, domain) in [
      ("", "a"), ("a", ""), ("a:b", "c"), ("a", "b:c"), ("a\n", "b"), ("a", "a."),
    ] { #expect(Self.request(user: user, domain: domain) == nil, "\(user) \(domain)") }
    #expect(Self.request("2001:db8::7") == nil)
  }

  @Test func `answers are digits`() throws {
    let update = try #require(Self.request())
    let offline = try #require(Self.request(nil))
    for (answer, word, other) in [
      ("0", .good, .unknown), ("0\r", .good, .unknown), ("0:203.0.113.7", .good, .unknown),
      ("1", .badauth, .badauth), ("2", .unknown, .good), ("", .unknown, .unknown),
      ("00", .unknown, .unknown), ("<html>", .unknown, .unknown),
    ] as [(String, ResultWord, ResultWord)] {
      #expect(update.outcome(of: bytes(answer)).word == word, "\(answer)")
      #expect(offline.outcome(of: bytes(answer)).word == other, "\(answer)")
    }
  }

  private static let page = """
    <html><head>\r
    <meta name="salt" content="Ab3dEf7hIj">\r
    <META  content="1699999999" name = "time" />\r
    <meta name="sign" content="f5b3de10&amp;+">\r
    <title>x</title>
    """

  @Test func `the second URL has the challenge of the first page, and the digest`() throws {
    let first = bytes("http://gnudip.test/gnudip/cgi-bin/gdipupdt.cgi")
    let start =
      text(first).map {
        $0 + "?salt=Ab3dEf7hIj&time=1699999999&sign=f5b3de10%26amp%3b%2b&user=home"
          + "&pass=02e022f9acd77a11ab8da3ea0cb61e7d&domn=dyn.example.com"
      } ?? ""
    #expect(
      try text(#require(Self.request()).url(first, page: bytes(Self.page)))
        == start + "&reqc=0&addr=203.0.113.7")
    #expect(
      try text(#require(Self.request(nil)).url(first, page: bytes(Self.page))) == start + "&reqc=1")
    for page in ["", "<meta name=\"salt\" content=\"x\">", "<html>log in first</html>", "<meta"] {
      #expect(try #require(Self.request()).url(first, page: bytes(page)) == nil)
    }
  }

  @Test func `the second page has the result in a tag`() throws {
    let update = try #require(Self.request())
    func word(_ page: String) -> ResultWord { update.outcome(page: bytes(page)).word }
    #expect(word("<meta name=\"retc\" content=\"0\">\n<meta name=\"addr\" content=\"1\">") == .good)
    #expect(word("<meta name=\"retc\" content=\"1\">") == .badauth)
    #expect(word("<meta name=\"retc\" content=\"2\">") == .unknown)
    #expect(word("0") == .unknown)
    #expect(word("<meta name=\"retc\" content=\"") == .unknown)
  }

  @Test func `URLs name the server and the way`() {
    func target(_ text: String) -> GnuDIP.Target? { GnuDIP.Target(bytes(text)) }
    #expect(target("gnudip://a.test") == .lines(HostPort(host: bytes("a.test"), port: nil)))
    #expect(target("gnudip://[::1]:99/") == .lines(HostPort(host: bytes("::1"), port: 99)))
    #expect(target("gnudip+http://a.test/x?y") == .pages(bytes("http://a.test/x")))
    #expect(target("gnudip+https://a.test:8/") == .pages(bytes("https://a.test:8/")))
    for text in ["gnudip:", "gnudip://", "gnudip+http:", "gnudip+ftp://a/", "http://a/"] {
      #expect(target(text) == nil, "\(text)")
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct SimpleDNSTests {
  private static func judge(_ page: String, status: Int = 200) -> Outcome {
    Judgement.outcome(
      of: Judgement.Answer(status: status, body: bytes(page)),
      sent: Judgement.Sent(hostCount: 1, addresses: []), rules: Service.Rules(), now: 0,
      matches: { _, _ in false })
  }

  private static func page(_ result: String, _ heading: String) -> String {
    "<html>\r\n<head>\r\n<meta name=\"DynDNS-Result\" content=\"\(result)\">\r\n<title>DynDNS "
      + "update</title></head><body><h1>\(heading)</h1></body></html>"
  }

  @Test(arguments: [
    ("OK", "OK: 203.0.113.7", ResultWord.good), ("ok", "OK: Offline", .good),
    ("FAIL", "ERROR: Unknown user ID", .badauth), ("FAIL", "ERROR: Incorrect password", .badauth),
    ("FAIL", "ERROR: Missing 'user' value", .badauth),
    ("FAIL", "ERROR: User ID is disabled", .badauth),
    ("FAIL", "ERROR: No password specified", .badauth),
    ("FAIL", "ERROR: Invalid IP address", .badparam),
    ("FAIL", "ERROR: Invalid TTL value", .badparam),
    ("FAIL", "ERROR: Basic authentication not enabled", .badagent),
    ("FAIL", "ERROR: something else", .unknown), ("FAIL", "", .unknown), ("", "OK: 1", .unknown),
  ])
  func `the tag has the result, whatever the status`(
    result: String, heading: String, word: ResultWord
  ) {
    #expect(Self.judge(Self.page(result, heading)).word == word)
  }

  @Test func `without the tag it is another page`() {
    #expect(Self.judge("<h1>OK: 203.0.113.7</h1>", status: 500).word == .servererror)
    #expect(Self.judge("no", status: 401).word == .badauth)
  }
}
