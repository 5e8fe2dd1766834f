// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite(
    .timeLimit(.minutes(1)), .enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
  struct TLSTests {
    /// A world whose update URL goes to nginx with this certificate.
    private func world(
      _ certificate: TestAuthority.Certificate, host: String = "localhost",
      _ changes: [String: String?] = [:]
    ) throws -> (World, TLSFront) {
      let world = try World()
      let front = try TLSFront(Authority.shared(), certificate, upstream: world.mock.http.port)
      var all: [String: String?] = [
        "use_https": "1",
        "update_url": world.nicUpdate.replacingOccurrences(
          of: "127.0.0.1:\(world.mock.http.port)", with: "\(host):\(front.port)"),
      ]
      all.merge(changes) { $1 }
      try world.configure(all)
      return (world, front)
    }

    @Test(arguments: ["localhost", "provider.test", "127.0.0.1"])
    func `updates over TLS with a CA file, and use_https rewrites http:`(host: String) throws {
      let authority = try Authority.shared()
      let (world, front) = try world(.good, host: host)
      try world.configure([
        "use_https": "1", "cacert": try world.expose(authority.file),
        "update_url": world.nicUpdate.replacingOccurrences(
          of: "127.0.0.1:\(world.mock.http.port)", with: "\(host):\(front.port)"),
      ])
      let result = try world.update([World.seen])
      #expect(result.stdout == "good\n", "\(result.stderr)")
      #expect(world.updates.first?.isTLS == true)
      #expect(world.updates.first?.field("Host") == "\(host):\(front.port)")
    }

    @Test func `finds the CA in a directory (users.md 27)`() throws {
      let authority = try Authority.shared()
      let (world, _) = try world(.good, ["cacert": authority.folder])
      _ = try world.expose(authority.folder)
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test(arguments: TestAuthority.Certificate.allCases)
    func `cacert IGNORE accepts every certificate`(certificate: TestAuthority.Certificate) throws {
      let (world, _) = try world(certificate, ["cacert": "IGNORE"])
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test(arguments: [
      TestAuthority.Certificate.wrongname, .expired, .notyet, .otherca,
    ])
    func `a certificate that does not hold is refused before a byte is sent`(
      certificate: TestAuthority.Certificate
    ) throws {
      let authority = try Authority.shared()
      let (world, _) = try world(certificate, ["cacert": authority.file])
      _ = try world.expose(authority.file)
      let result = try world.update([World.seen])
      #expect([75, 78].contains(result.status))
      #expect(result.stderr.lowercased().contains("certificate"))
      #expect(world.mock.http.requests.count == 0)
      switch certificate {
      case .expired: #expect(result.stderr.contains("expired"))
      case .notyet: #expect(result.stderr.contains("not yet valid"))
      case .wrongname: #expect(result.stderr.contains("name"))
      case .otherca, .good: break
      }
    }

    @Test func `the system's bundle does not know the test CA`() throws {
      let (world, _) = try world(.good)
      #expect(try world.update([World.seen]).status != 0)
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a cacert that does not exist is a configuration error in the contract's words`()
      throws
    {
      let (world, _) = try world(.good, ["cacert": "/nowhere/ca.pem"])
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(
        result.output.contains(
          "No valid certificate(s) found at '/nowhere/ca.pem' for HTTPS communication"))
    }

    @Test func `an empty CA file is no permission (users.md 27)`() throws {
      let (world, _) = try world(.good, ["cacert": "/etc/empty.pem"])
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
      let authority = try Authority.shared()
      let (world, _) = try world(.good, ["cacert": authority.file])
      _ = try world.expose(authority.file)
      world.mock.http.script.add("/nic/update", .cut(after: 2))
      #expect([75, 76].contains(try world.update([World.seen]).status))
    }

    @Test func `the runner's whole cycle works over TLS`() throws {
      let authority = try Authority.shared()
      let (world, _) = try world(.good, ["cacert": authority.file])
      _ = try world.expose(authority.file)
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.zone.addresses(of: World.host) == [World.seen])
    }
  }
}
