// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Net

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension HTTPRequest {
  /// Itself, if it has followed the redirect.
  fileprivate func redirected(by response: HTTPResponse) -> HTTPRequest? {
    follow(response) ? self : nil
  }
}

@Suite(.timeLimit(.minutes(15))) struct HTTPRequestTests {
  private func request(_ text: String) throws -> HTTPRequest {
    let request = HTTPRequest(try #require(URL(bytes(text))), addresses: [])
    request.fields = [(bytes("X-Token"), bytes("t"))]
    return request
  }

  private func redirect(_ status: Int, _ location: String) -> HTTPResponse {
    HTTPResponse(status: status, redirect: bytes(location))
  }

  @Test func `takes credentials out of the URL`() throws {
    let request = try request("https://me:se%40cret@host.test/")
    #expect(
      request.credentials == Credentials(username: bytes("me"), password: bytes("se@cret")))
    #expect(request.url.username == nil)
    #expect(request.url.password == nil)
  }

  @Test func `follows to the same origin with everything`() throws {
    let next = try request("https://u:p@host.test/a").redirected(
      by: redirect(302, "https://HOST.test:443/b"))
    #expect(next?.url.target == bytes("/b"))
    #expect(next?.credentials?.username == bytes("u"))
    #expect(next?.fields.count == 1)
  }

  @Test(arguments: ["http://host.test/a", "http://HOST.test:80/a"])
  func `takes everything along from a host's http to its https`(url: String) throws {
    let first = try request(url)
    first.credentials = Credentials(username: bytes("u"), password: bytes("p"))
    let next = try #require(first.redirected(by: redirect(301, "https://Host.test/b")))
    #expect(next.credentials?.username == bytes("u"))
    #expect(next.fields.count == 1)
    #expect(!next.isElsewhere && !next.lacksCredentials)
  }

  @Test(arguments: [
    ("http://host.test/", "https://host.test:8443/"),
    ("http://host.test:8080/", "https://host.test/"),
    ("http://host.test/", "https://www.host.test/"), ("http://host.test/", "http://host.test:81/"),
  ])
  func `any other place is another server, and gets no credentials`(
    from: String, to: String
  ) throws {
    let next = try #require(try request(from).redirected(by: redirect(301, to)))
    #expect(next.fields.isEmpty && next.isElsewhere && next.lacksCredentials)
    // The way back does not bring them back.
    let back = try #require(next.redirected(by: redirect(301, to)))
    #expect(back.isElsewhere && back.lacksCredentials)
  }

  @Test func `what had no credentials does not lack them elsewhere`() throws {
    let first = HTTPRequest(try #require(URL(bytes("http://host.test/"))), addresses: [])
    let next = try #require(first.redirected(by: redirect(302, "http://other.test/")))
    #expect(next.isElsewhere && !next.lacksCredentials)
  }

  @Test(arguments: ["https://evil.test/", "https://host.test:8443/", "https://a:b@evil.test/"])
  func `keeps secrets from another origin`(location: String) throws {
    let next = try #require(
      try request("https://u:p@host.test/a").redirected(by: redirect(301, location)))
    #expect(next.credentials == nil)
    #expect(next.fields.isEmpty)
    #expect(next.addresses.isEmpty)
    #expect(next.url.username == nil)
  }

  @Test func `goes from http to https but not back`() throws {
    #expect(
      try request("http://host.test/").redirected(by: redirect(308, "https://host.test/")) != nil)
    #expect(
      try request("https://host.test/").redirected(by: redirect(308, "http://host.test/")) == nil)
  }

  @Test(arguments: [
    (200, "https://host.test/"), (304, "https://host.test/"), (302, "ftp://x/"), (302, ""),
  ])
  func `does not follow what is no redirect`(status: Int, location: String) throws {
    #expect(try request("https://host.test/").redirected(by: redirect(status, location)) == nil)
  }

  @Test(arguments: [(301, false), (302, false), (303, false), (307, true), (308, true)])
  func `repeats a POST only when told to`(status: Int, repeats: Bool) throws {
    let post = try request("https://host.test/")
    post.method = .post
    post.body = bytes("x")
    let next = try #require(post.redirected(by: redirect(status, "https://host.test/b")))
    #expect((next.method == .post) == repeats)
    #expect((next.body != nil) == repeats)
  }

  @Test(arguments: [307, 308])
  func `takes a body to no other server`(status: Int) throws {
    let post = try request("https://host.test/")
    post.method = .post
    post.body = bytes("password=x")
    #expect(post.redirected(by: redirect(status, "https://other.test/")) == nil)
    #expect(post.redirected(by: redirect(303, "https://other.test/"))?.body == .some(nil))
    // Nor is one of the session another.
    let login = try request("https://host.test/")
    login.method = .post
    login.body = bytes("password=x")
    login.cookies = CookieJar(hosts: bytes("host.test other.test"))
    #expect(login.redirected(by: redirect(status, "https://other.test/"))?.body != nil)
  }

  @Test func `finds a field whatever its case`() {
    let response = HTTPResponse(
      status: 200, head: bytes("HTTP/1.1 200 OK\r\nContent-TYPE:text/plain\r\nbroken\r\n\r\n"))
    #expect(response.field("content-type") == bytes("text/plain"))
    #expect(response.retryAfter == nil)
  }

  @Test func `describes an error without the query or credentials`() throws {
    let request = try request("https://u:pw@host.test/x?token=secret")
    let kinds: [NetError.Kind] = [
      .invalid(.device), .noTrustedCertificates(path: bytes("/ca")), .bind(.noDevice),
      .bind(.other),
      .connect(.refused), .proxyRefused(status: 407), .proxyRefused(status: 502),
      .certificate(.wrongName), .handshake(alert: 70), .handshake(alert: nil), .timedOut(.waiting),
      .tooLarge(.body, limit: 9), .closedEarly, .notHTTP, .noResources, .other(code: 1),
    ]
    for kind in kinds {
      let text = String(decoding: NetError(kind, peer: request.peer).message.bytes, as: UTF8.self)
      #expect(!text.contains("secret") && !text.contains("pw"))
      #expect(text.contains("host.test") || text.contains("/ca"))
    }
  }
}

@Suite(.timeLimit(.minutes(15))) struct TransferClockTests {
  @Test func `gives each phase its time`() {
    var clock = TransferClock(TransferDeadlines(), at: 1000)
    #expect(clock.remaining(in: .connecting, at: 1000) == 10_000)
    #expect(clock.remaining(in: .connecting, at: 10_999) == 1)
    #expect(clock.remaining(in: .securing, at: 10_999) == 10_000)
    #expect(clock.remaining(in: .waiting, at: 12_000) == 15_000)
    #expect(clock.remaining(in: .receiving, at: 13_000) == 18_000)
  }

  @Test func `never gives more than the whole`() {
    var clock = TransferClock(TransferDeadlines(), at: 0)
    #expect(clock.remaining(in: .waiting, at: 25_000) == 5_000)
    #expect(clock.remaining(in: .receiving, at: 30_000) == 0)
    #expect(clock.remaining(in: .receiving, at: 99_000) == 0)
  }

  @Test func `ends a phase that takes too long`() {
    var clock = TransferClock(TransferDeadlines(), at: 0)
    #expect(clock.remaining(in: .connecting, at: 10_000) == 0)
  }
}
