// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Net

@Suite(.timeLimit(.minutes(15))) struct TransferTLSTests {
  private func get(
    _ server: TLSServer, host: String = "good.test",
    trust: TrustPolicy = .file(TestCertificates.path("ca.crt"))
  ) throws -> HTTPResponse {
    try Transfer.perform(try request(server.port, host: host, trust: trust))
  }

  private func request(
    _ port: UInt16, host: String = "good.test", trust: TrustPolicy = .ignore
  ) throws -> HTTPRequest {
    let url = try #require(URL(Array("https://\(host):\(port)/x?secret".utf8)))
    let address = try #require(IPAddress(octets: [127, 0, 0, 1]))
    let request = HTTPRequest(url, addresses: [address])
    request.trust = trust
    return request
  }

  private func fault(
    _ server: TLSServer, host: String = "good.test",
    trust: TrustPolicy = .file(TestCertificates.path("ca.crt"))
  ) -> NetError.Kind? {
    do {
      _ = try get(server, host: host, trust: trust)
      return nil
    } catch { return (error as? NetError)?.kind }
  }

  @Test(arguments: [
    ("good", "-tls1_3"), ("good", "-tls1_2"), ("rsa", "-tls1_2"), ("rsa", "-tls1_3"),
  ])
  func `accepts a good certificate`(certificate: String, version: String) throws {
    let response = try get(TLSServer(certificate, version))
    #expect(response.status == 200)
    #expect(response.field("content-type") == Array("text/html".utf8))
    #expect(!response.body.isEmpty)
  }

  @Test func `finds the authority in a directory`() throws {
    let server = try TLSServer("good")
    let directory = Array(TestCertificates.directory.utf8)
    #expect(try get(server, trust: .directory(directory)).status == 200)
  }

  @Test func `refuses a certificate of another authority`() throws {
    let server = try TLSServer("good")
    let trust = TrustPolicy.file(TestCertificates.path("other-ca.crt"))
    #expect(fault(server, trust: trust) == .certificate(.unknownIssuer))
  }

  @Test func `refuses a certificate for another name`() throws {
    let server = try TLSServer("good")
    #expect(fault(server, host: "bad.test") == .certificate(.wrongName))
    #expect(fault(server, host: "127.0.0.1") == .certificate(.wrongName))
  }

  @Test func `refuses an expired certificate`() throws {
    #expect(fault(try TLSServer("expired")) == .certificate(.expired))
  }

  @Test func `tells a certificate of the future from an expired one`() throws {
    #expect(fault(try TLSServer("future")) == .certificate(.notYetValid))
  }

  @Test(arguments: ["expired", "future", "good"])
  func `accepts any certificate when told to ignore them`(certificate: String) throws {
    let server = try TLSServer(certificate)
    #expect(try get(server, host: "bad.test", trust: .ignore).status == 200)
  }

  @Test func `refuses a server without our versions of TLS`() throws {
    let server = try TLSServer("rsa", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    #expect(fault(server) == .handshake(alert: 70), "protocol_version")
  }

  @Test(arguments: ["missing.crt", "index.txt"])
  func `does not connect without trusted certificates`(name: String) throws {
    let path = TestCertificates.path(name)
    let request = try request(1, trust: .file(path))
    let expected = NetError(.noTrustedCertificates(path: path), peer: Array("good.test:1".utf8))
    #expect(throws: expected) { try Transfer.perform(request) }
  }

  @Test func `gives up on a server that is silent in the handshake`() throws {
    let server = LoopbackServer([.hold])
    let request = try request(server.port)
    request.deadlines.secure = 200
    let expected = NetError(.timedOut(.securing), peer: Array("good.test:\(server.port)".utf8))
    #expect(throws: expected) { try Transfer.perform(request) }
  }

  @Test func `says that a server hung up in the handshake`() throws {
    let server = LoopbackServer([])
    let request = try request(server.port)
    let expected = NetError(.closedEarly, peer: Array("good.test:\(server.port)".utf8))
    #expect(throws: expected) { try Transfer.perform(request) }
  }

  @Test func `goes to https through a proxy`() throws {
    let server = LoopbackServer([.request, .send("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")])
    let request = try request(443)
    request.proxy = Proxy(
      host: Array("proxy.test".utf8), port: server.port,
      credentials: Credentials(username: Array("u".utf8), password: Array("p".utf8)))
    let expected = NetError(.proxyRefused(status: 407), peer: Array("good.test:443".utf8))
    #expect(throws: expected) { try Transfer.perform(request) }
    let sent = try #require(server.requests.first)
    #expect(sent.hasPrefix("CONNECT good.test:443 HTTP/1.1\r\n"))
    #expect(sent.contains("Proxy-Authorization: Basic dTpw\r\n"))
    #expect(!sent.contains("secret"))
  }
}
