// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct ProxyServerTests {
  @Test(arguments: [
    ("proxy.example:3128", "proxy.example", UInt16(3128)), ("http://h:1", "h", 1),
    ("http://h:1/", "h", 1), ("[2001:db8::1]:8080", "2001:db8::1", 8080),
    ("u:p@h:1", "h", 1), ("u:p%40@w@h:1", "h", 1),
  ])
  func `host and port are read in every spelling`(text: String, host: String, port: UInt16) throws {
    let proxy = try ProxyServer(bytes(text))
    #expect(string(proxy.host) == host)
    #expect(proxy.port == port)
  }

  @Test func `credentials are decoded, and nothing else than secrets`() throws {
    let proxy = try ProxyServer(bytes("us%40er:s%3Acr:et@h:1"))
    #expect(proxy.credentials?.username == Secret(bytes("us@er")))
    #expect(proxy.credentials?.password == Secret(bytes("s:cr:et")))
    #expect(try ProxyServer(bytes("u@h:1")).credentials?.password.isEmpty == true)
    #expect(try ProxyServer(bytes("h:1")).credentials == nil)
  }

  @Test(arguments: [("u:p@h:1", "http://u:p@h:1"), ("http://h:1", "http://h:1")])
  func `programs take it from their environment as a URL`(text: String, url: String) throws {
    #expect(string(try ProxyServer(bytes(text)).url.revealed) == url)
  }

  @Test func `what is none is told from what has no port`() {
    #expect(throws: ProxyServer.Problem.noPort) { try ProxyServer(bytes("u:p@h")) }
    for text in ["", "@", "h:x", "h:0", "h:65536", "u:p@", "[::1:1"] {
      #expect(throws: ProxyServer.Problem.noHost, "\(text)") { try ProxyServer(bytes(text)) }
    }
  }
}
