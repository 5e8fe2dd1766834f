// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Net

@Suite(.timeLimit(.minutes(15))) struct CookieJarTests {
  private let jar = CookieJar(hosts: Array("www.example.com account.example.com".utf8))

  private func url(_ text: String) throws -> URL { try #require(URL(Array(text.utf8))) }

  private func set(_ cookies: [String], by address: String) throws {
    let fields = cookies.map { "Set-Cookie: \($0)\r\n" }.joined()
    let response = HTTPResponse(status: 200, head: Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8))
    jar.take(response, of: try url(address))
  }

  private func sent(_ address: String) throws -> String {
    String(decoding: jar.field(for: try url(address)), as: UTF8.self)
  }

  @Test func `a cookie goes back to the host that set it, and to no other`() throws {
    try set(
      ["sid=1; HttpOnly; SameSite=None", " odd =a=b; Path=\"x\""], by: "https://www.example.com/a/b"
    )
    #expect(try sent("https://www.example.com/a/c?x=1") == "sid=1; odd=a=b")
    #expect(try sent("https://WWW.example.com/a") == "sid=1; odd=a=b")
    #expect(try sent("https://account.example.com/a/b") == "")
    #expect(try sent("https://evil.example/a/b") == "")
  }

  @Test func `a domain is its hosts', among those of the session`() throws {
    try set(["all=1; Domain=.Example.com; Path=/"], by: "https://www.example.com/")
    #expect(try sent("https://account.example.com/") == "all=1")
    #expect(try sent("https://other.example.com/") == "")
    // Nobody speaks for somebody else.
    try set(["x=1; Domain=account.example.com"], by: "https://www.example.com/")
    try set(["y=1; Domain=ample.com", "z=1; Domain=example.org"], by: "https://www.example.com/")
    try set(["w=1; Domain=example.com"], by: "https://evil.example.com/")
    #expect(try sent("https://account.example.com/") == "all=1")
  }

  @Test func `a path is its folder, and longer ones come first`() throws {
    try set(
      ["a=1; Path=/", "b=2; Path=/admin", "c=3; Path=/admin/"], by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/admin/x") == "c=3; b=2; a=1")
    #expect(try sent("https://www.example.com/admin") == "b=2; a=1")
    #expect(try sent("https://www.example.com/administrator") == "a=1")
    try set(["d=4"], by: "https://www.example.com/x/y/z")
    #expect(try sent("https://www.example.com/x/y") == "d=4; a=1")
    #expect(try sent("https://www.example.com/x") == "a=1")
  }

  @Test func `a new value takes the old one's place, and a lifetime that is over ends it`() throws {
    try set(["a=1", "a=2", "b=1"], by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/") == "a=2; b=1")
    try set(["a=; Max-Age=0", "b=2; Max-Age=60"], by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/") == "b=2")
    try set(
      ["b=3; Max-Age=soon", "b=4; Max-Age=; Max-Age=99999999999999999999"],
      by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/") == "b=4")
    try set(["b=3; Max-Age=-1"], by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/") == "")
  }

  @Test func `a secure one is not sent in the open`() throws {
    try set(["a=1; Secure", "b=2"], by: "https://www.example.com/")
    #expect(try sent("http://www.example.com/") == "b=2")
  }

  @Test func `what is no cookie, or too much, is left out`() throws {
    try set(
      ["", "=1", "novalue", "bell=\u{7}", "big=" + String(repeating: "x", count: 5000)],
      by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/") == "")
    try set((0..<100).map { "c\($0)=1" }, by: "https://www.example.com/")
    #expect(try sent("https://www.example.com/").split(separator: " ").count == CookieJar.limit)
  }
}
