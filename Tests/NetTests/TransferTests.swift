// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Net

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
private let loopback = IPAddress(octets: [127, 0, 0, 1])
private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

private typealias Change = @Sendable (HTTPRequest) -> Void

private let unsendable: [(NetError.RequestPart, Change)] = [
  (.addresses, { $0.addresses = [] }),
  (
    .host,
    { request in
      URL(bytes("http://" + String(repeating: "a", count: 256))).map { request.url = $0 }
    }
  ),
  (.host, { $0.proxy = Proxy(host: bytes("u@p"), port: 1) }),
  (.field, { $0.userAgent = bytes("a\nb") }),
  (.field, { $0.fields = [(bytes("X"), bytes("a\r\nb"))] }),
  (.field, { $0.fields = [(bytes("X:"), bytes("a"))] }),
  (.credentials, { $0.credentials = Credentials(username: bytes("a:b"), password: []) }),
  (.credentials, { $0.credentials = Credentials(username: [], password: bytes("a\0b")) }),
  (.device, { $0.device = bytes("a-name-that-is-too-long") }),
  (.device, { $0.device = [] }),
]

@Suite(.timeLimit(.minutes(15))) struct TransferTests {
  private func request(_ port: UInt16, _ target: String = "/") throws -> HTTPRequest {
    let url = try #require(URL(bytes("http://host.test:\(port)\(target)")))
    let request = HTTPRequest(url, addresses: [try #require(loopback)])
    request.userAgent = bytes("tests/1")
    return request
  }

  private func failure(
    _ server: LoopbackServer, _ change: (HTTPRequest) -> Void = { _ in }
  ) throws -> NetError.Kind? {
    let request = try request(server.port)
    change(request)
    do throws(NetError) {
      _ = try Transfer.perform(request)
      return nil
    } catch { return error.kind }
  }

  // MARK: What is sent

  @Test func `sends the request as the protocol reference has it`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port, "/nic/update?hostname=a,b&myip=203.0.113.7")
    request.credentials = Credentials(username: bytes("user"), password: bytes("pass"))
    let response = try Transfer.perform(request)
    #expect(response.status == 200)
    #expect(response.body == bytes("hi"))
    #expect(response.localAddress == loopback)
    #expect(response.remoteAddress == loopback)
    let sent = try #require(server.requests.first)
    #expect(sent.hasPrefix("GET /nic/update?hostname=a,b&myip=203.0.113.7 HTTP/1.1\r\n"))
    let lines = sent.split(separator: "\r\n").dropFirst().sorted()
    #expect(
      lines == [
        "Accept: */*", "Authorization: Basic dXNlcjpwYXNz", "Connection: close",
        "Host: host.test:\(server.port)", "User-Agent: tests/1",
      ])
  }

  @Test func `sends any byte of a password`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port)
    request.credentials = Credentials(username: bytes(""), password: bytes("a:b@/é%"))
    _ = try Transfer.perform(request)
    let expected = String(decoding: Base64.encode(bytes(":a:b@/é%")), as: UTF8.self)
    #expect(server.requests.first?.contains("Authorization: Basic \(expected)\r\n") == true)
  }

  @Test(
    arguments: [
      (.post, "POST"), (.put, "PUT"), (.patch, "PATCH"), (.delete, "DELETE"),
    ] as [(HTTPRequest.Method, String)])
  func `sends a body`(method: HTTPRequest.Method, word: String) throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port, "/zones")
    request.method = method
    request.body = bytes("{\"a\":\0}")
    request.fields = [
      (bytes("Content-Type"), bytes("application/json")),
      (bytes("Authorization"), bytes("Bearer token")), (bytes("X-Empty"), []),
    ]
    _ = try Transfer.perform(request)
    let sent = try #require(server.requests.first)
    #expect(sent.hasPrefix("\(word) /zones HTTP/1.1\r\n"))
    #expect(sent.hasSuffix("\r\n\r\n{\"a\":\0}"))
    #expect(sent.contains("\r\nContent-Type: application/json\r\n"))
    #expect(sent.contains("\r\nAuthorization: Bearer token\r\n"))
    #expect(sent.contains("\r\nX-Empty:\r\n"))
    #expect(!sent.contains("Expect:"))
  }

  @Test func `does not invent a content type`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port)
    request.method = .post
    request.body = []
    _ = try Transfer.perform(request)
    let sent = try #require(server.requests.first)
    #expect(!sent.contains("Content-Type"))
    #expect(sent.contains("Content-Length: 0\r\n"))
  }

  @Test func `keeps dots in a path`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    _ = try Transfer.perform(try request(server.port, "/a/../b/./c"))
    #expect(server.requests.first?.hasPrefix("GET /a/../b/./c ") == true)
  }

  @Test func `asks a proxy for the whole URL`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let url = try #require(URL(bytes("http://example.test/x?y")))
    let request = HTTPRequest(url, addresses: [try #require(loopback)])
    request.proxy = Proxy(
      host: bytes("::1"), port: server.port,
      credentials: Credentials(username: bytes("u"), password: bytes("p")))
    // The proxy's name is an address here, and the address we connect to still goes first.
    request.proxy?.host = bytes("proxy.test")
    _ = try Transfer.perform(request)
    let sent = try #require(server.requests.first)
    #expect(sent.hasPrefix("GET http://example.test/x?y HTTP/1.1\r\nHost: example.test\r\n"))
    #expect(sent.contains("Proxy-Authorization: Basic dTpw\r\n"))
  }

  @Test func `reaches a proxy and a server by IPv6`() throws {
    let server = LoopbackServer([.request, .send(ok)], isIPv6: true)
    let local = try #require(IPAddress(bytes("::1")))
    let proxied = try #require(URL(bytes("http://example.test/")))
    let request = HTTPRequest(proxied, addresses: [local])
    request.proxy = Proxy(host: bytes("::1"), port: server.port)
    #expect(try Transfer.perform(request).remoteAddress == local)
    let direct = try #require(URL(bytes("http://[::1]:\(server.port)/")))
    #expect(try Transfer.perform(HTTPRequest(direct, addresses: [local])).status == 200)
    #expect(server.requests.last?.contains("Host: [::1]:\(server.port)\r\n") == true)
  }

  // MARK: What is refused before anything is sent

  @Test(arguments: unsendable)
  private func `refuses what cannot be sent`(
    part: NetError.RequestPart, change: Change
  ) throws {
    let request = try request(1)
    change(request)
    let error = #expect(throws: NetError.self) { try Transfer.perform(request) }
    #expect(error?.kind == .invalid(part))
  }

  // MARK: What goes wrong

  @Test func `says that nothing listens`() throws {
    let error = #expect(throws: NetError.self) {
      try Transfer.perform(try request(closedPort()))
    }
    #expect(error?.kind == .connect(.refused))
  }

  @Test func `tries the next address`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port)
    request.addresses.insert(try #require(IPAddress(bytes("127.0.0.9"))), at: 0)
    #expect(try Transfer.perform(request).remoteAddress == loopback)
  }

  @Test func `gives up on a silent server`() throws {
    let kind = try failure(LoopbackServer([.request, .hold])) { $0.deadlines.firstByte = 200 }
    #expect(kind == .timedOut(.waiting))
  }

  @Test func `gives up on a dripping server`() throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
    let drip = String(repeating: "x", count: 100)
    let server = LoopbackServer([.request, .send(head), .drip(drip, milliseconds: 50)])
    #expect(try failure(server) { $0.deadlines.whole = 400 } == .timedOut(.receiving))
  }

  @Test func `gives up on a dripping header`() throws {
    let server = LoopbackServer([.request, .drip("HTTP/1.1 200 OK\r\n", milliseconds: 50)])
    #expect(try failure(server) { $0.deadlines.firstByte = 300 } == .timedOut(.waiting))
  }

  @Test func `gives up on a proxy that does not answer`() throws {
    let server = LoopbackServer([.request, .hold])
    let url = try #require(URL(bytes("https://example.test/")))
    let request = HTTPRequest(url, addresses: [try #require(loopback)])
    request.trust = .ignore
    request.proxy = Proxy(host: bytes("proxy.test"), port: server.port)
    request.deadlines.connect = 200
    let error = #expect(throws: NetError.self) { try Transfer.perform(request) }
    #expect(error?.kind == .timedOut(.connecting))
  }

  @Test(
    arguments: [
      [.request], [.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi")],
      [.request, .reset], [.request, .send("HTTP/1.1 200 OK\r\nContent-Le")],
      [.request, .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")],
    ] as [[LoopbackServer.Step]])
  func `says that the answer was cut short`(script: [LoopbackServer.Step]) throws {
    #expect(try failure(LoopbackServer(script)) == .closedEarly)
  }

  @Test func `takes an answer that ends with the connection`() throws {
    let server = LoopbackServer([.request, .send("HTTP/1.0 200 OK\r\n\r\ngood 1.2.3.4")])
    #expect(try Transfer.perform(try request(server.port)).body == bytes("good 1.2.3.4"))
  }

  @Test func `puts chunks together`() throws {
    let text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ngoo\r\n1\r\nd\r\n0\r\n\r\n"
    let server = LoopbackServer([.request, .send(text)])
    #expect(try Transfer.perform(try request(server.port)).body == bytes("good"))
  }

  @Test(arguments: [
    "good 203.0.113.7\r\n", "220 smtp ready\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
  ])
  func `says that the answer is not HTTP`(text: String) throws {
    #expect(try failure(LoopbackServer([.request, .send(text)])) == .notHTTP)
  }

  @Test func `limits the body`() throws {
    let exact = LoopbackServer([.request, .send("HTTP/1.1 200 OK\r\n\r\n"), .fill(65536)])
    #expect(try Transfer.perform(try request(exact.port)).body.count == 65536)
    let over = LoopbackServer([.request, .send("HTTP/1.1 200 OK\r\n\r\n"), .fill(65537)])
    #expect(try failure(over) == .tooLarge(.body, limit: 65536))
  }

  @Test(arguments: [16 * 1024, 200 * 1024, 1024 * 1024])
  func `limits the header`(size: Int) throws {
    let server = LoopbackServer([
      .request, .send("HTTP/1.1 200 OK\r\nX: "), .fill(size), .send("\r\n\r\nhi"),
    ])
    #expect(try failure(server) == .tooLarge(.fields, limit: 16 * 1024))
  }

  // MARK: What is answered

  @Test func `answers an error status with its body and fields`() throws {
    let text = "HTTP/1.1 503 No\r\nretry-AFTER:  120 \r\nContent-Length: 3\r\n\r\n911"
    let server = LoopbackServer([
      .request, .send("HTTP/1.1 103 Hints\r\nA: b\r\n\r\n"), .send(text),
    ])
    let response = try Transfer.perform(try request(server.port))
    #expect(response.status == 503)
    #expect(response.body == bytes("911"))
    #expect(response.retryAfter == bytes("120"))
    #expect(response.field("a") == nil)
    #expect(response.redirect == [])
  }

  @Test func `does not answer a 401 with the password again`() throws {
    let server = LoopbackServer([
      .request,
      .send(
        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 7\r\n\r\nbadauth"),
    ])
    let request = try request(server.port)
    request.credentials = Credentials(username: bytes("u"), password: bytes("p"))
    let response = try Transfer.perform(request)
    #expect(response.status == 401)
    #expect(response.body == bytes("badauth"))
    #expect(server.requests.count == 1)
  }

  @Test func `reports a redirect and does not follow it`() throws {
    let server = LoopbackServer([
      .request, .send("HTTP/1.1 302 Go\r\nLocation: /new?x=1\r\nContent-Length: 0\r\n\r\n"),
    ])
    let response = try Transfer.perform(try request(server.port, "/old"))
    #expect(response.status == 302)
    #expect(response.redirect == bytes("http://host.test:\(server.port)/new?x=1"))
    #expect(server.requests.count == 1)
  }

  // MARK: Binding

  @Test func `binds to an address`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    let request = try request(server.port)
    request.localAddress = IPAddress(bytes("127.0.0.5"))
    #expect(try Transfer.perform(request).localAddress == request.localAddress)
  }

  @Test(arguments: ["203.0.113.77", "::1"])
  func `fails when the address is not ours or of the other family`(address: String) throws {
    let kind = try failure(LoopbackServer([.request, .send(ok)])) {
      $0.localAddress = IPAddress(bytes(address))
    }
    guard case .bind = kind else {
      Issue.record("bound")
      return
    }
  }

  @Test func `binds to a device or fails`() throws {
    let server = LoopbackServer([.request, .send(ok)])
    #expect(try failure(server) { $0.device = bytes("lo") } == nil)
    // ENODEV
    #expect(try failure(server) { $0.device = bytes("no-such0") } == .bind(.noDevice))
  }
}
