// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite(.enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
  struct TLSTests {
    /// A world whose update URL goes to nginx with this certificate.
    private func world(
      _ certificate: TestAuthority.Certificate, host: String = "localhost",
      cacert: (TestAuthority) -> String? = { $0.file }
    ) throws -> World {
      let world = try World()
      let path = cacert(try Authority.shared())
      if let path, path.hasPrefix(try Authority.shared().directory) { _ = try world.expose(path) }
      let port = try world.tlsFront(certificate)
      try world.configure([
        "use_https": "1", "cacert": path,
        "update_url": world.nicUpdate.replacingOccurrences(
          of: "127.0.0.1:\(world.mock.http.port)", with: "\(host):\(port)"),
      ])
      return world
    }

    @Test(arguments: ["localhost", "provider.test", "127.0.0.1"])
    func `updates over TLS with a CA file, and use_https rewrites http:`(host: String) throws {
      let world = try world(.good, host: host)
      let result = try world.update([World.seen])
      #expect(result.stdout == "good\n", "\(result.stderr)")
      #expect(world.updates.first?.isTLS == true)
      #expect(world.updates.first?.field("Host")?.hasPrefix("\(host):") == true)
    }

    @Test func `finds the CA in a directory (users 27)`() throws {
      let world = try world(.good, cacert: { $0.folder })
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test func `cacert is looked up below --root like every path`() throws {
      let world = try world(.good, cacert: { _ in "/etc/ssl/certs/test-ca.pem" })
      let text = try String(contentsOfFile: Authority.shared().file, encoding: .utf8)
      try world.write("etc/ssl/certs/test-ca.pem", text)
      let result = try world.update([World.seen])
      #expect(result.stdout == "good\n", "\(result.stderr)")
    }

    @Test(arguments: TestAuthority.Certificate.allCases)
    func `cacert IGNORE accepts every certificate`(certificate: TestAuthority.Certificate) throws {
      let world = try world(certificate, cacert: { _ in "IGNORE" })
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test(arguments: [
      TestAuthority.Certificate.wrongname, .expired, .notyet, .otherca,
    ])
    func `a certificate that does not hold is refused before a byte is sent`(
      certificate: TestAuthority.Certificate
    ) throws {
      let world = try world(certificate)
      let result = try world.update([World.seen])
      #expect([75, 78].contains(result.status))
      #expect(result.stderr.lowercased().contains("certificate"))
      #expect(world.mock.http.requests.count == 0)
      switch certificate {
      case .expired: #expect(result.stderr.contains("expired"))
      case .notyet: #expect(result.stderr.contains("yet"))
      case .wrongname: #expect(result.stderr.contains("name"))
      case .otherca, .good: break
      }
    }

    @Test func `a certificate of the future is a matter of the clock, and temporary (users 28)`()
      throws
    {
      let world = try world(.notyet)
      for _ in 0..<2 {
        let result = try world.runner(["--once", "-v", "1"])
        #expect(result.status == 75, "\(result.output)")
        #expect(result.output.contains("is not valid yet: check the clock"), "\(result.output)")
        #expect(!result.output.contains("blocked"), "\(result.output)")
      }
      #expect(world.updates.isEmpty)
    }

    @Test func `a password that goes out unencrypted is said, one that does not is not (users 26)`()
      throws
    {
      let secure = try world(.good).update(["-v", "1", World.seen])
      #expect(secure.status == 0 && !secure.output.contains("without encryption"))
      let world = try World()
      try world.configure()
      let plain = try world.update(["-v", "1", World.seen])
      #expect(plain.status == 0 && plain.output.contains("without encryption"), "\(plain.output)")
    }

    @Test func `the system's bundle does not know the test CA`() throws {
      let world = try world(.good, cacert: { _ in nil })
      #expect(try world.update([World.seen]).status != 0)
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a cacert that does not exist is a configuration error in the contract's words`()
      throws
    {
      let world = try world(.good, cacert: { _ in "/nowhere/ca.pem" })
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(
        result.output.contains(
          "No valid certificate(s) found at '/nowhere/ca.pem' for HTTPS communication"))
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `an empty CA file is no permission (users 27)`() throws {
      let world = try world(.good, cacert: { _ in "/etc/empty.pem" })
      try world.write("etc/empty.pem", "")
      #expect(try world.update([World.seen]).status != 0)
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a server that speaks no TLS is an error, not a fallback to http`() throws {
      let world = try World()
      try world.configure(["use_https": "1", "cacert": "IGNORE"])
      #expect(try world.update([World.seen]).status == 75)
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `faults pass through TLS: cut and silence are errors`() throws {
      let world = try world(.good)
      world.mock.http.script.add("/nic/update", .cut(after: 2))
      #expect([75, 76].contains(try world.update([World.seen]).status))
    }

    @Test func `the runner's whole cycle works over TLS`() throws {
      let world = try world(.good)
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
    }
  }
}
