// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite struct ProxyTests {
    private static let password = "Pr0xy-s3cret!"

    @Test func `goes through a proxy with credentials (B25)`() throws {
      let world = try World()
      let proxy = try LoopbackProxy(user: "pu", password: ProxyTests.password)
      try world.configure(["proxy": "pu:\(ProxyTests.password)@127.0.0.1:\(proxy.port)"])
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 0, "\(result.output)")
      #expect(proxy.requests.count == 2, "detection and update")
      #expect(Redactor([ProxyTests.password]).leak(in: result.output + world.log()) == nil)
      let update = try #require(world.updates.first)
      #expect(update.field("Proxy-Authorization") == nil)
      #expect(update.basic()?.password == World.password)
    }

    @Test(.enabled(if: Programs.hasIPv6))
    func `takes a proxy with an IPv6 address in brackets (B25)`() throws {
      let world = try World()
      let proxy = try LoopbackProxy()
      try world.configure(["proxy": "[::1]:\(proxy.port)"])
      #expect(try world.update([World.seen]).stdout == "good\n")
      #expect(proxy.requests.last?.server == "::1")
    }

    @Test func `wrong proxy credentials are an error that names the proxy`() throws {
      let world = try World()
      let proxy = try LoopbackProxy(user: "pu", password: ProxyTests.password)
      try world.configure(["proxy": "pu:nope-4711@127.0.0.1:\(proxy.port)"])
      let result = try world.update([World.seen])
      #expect(result.status != 0)
      #expect(result.stderr.lowercased().contains("proxy"))
      #expect(!result.output.contains("nope-4711"))
      #expect(world.updates.isEmpty)
    }

    @Test func `a dead proxy is not bypassed`() throws {
      let world = try World()
      try world.configure(["proxy": "127.0.0.1:1"])
      #expect(try world.update([World.seen]).status == 75)
      #expect(world.updates.isEmpty)
    }

    @Test func `a proxy without port is a configuration error`() throws {
      let world = try World()
      try world.configure(["proxy": "127.0.0.1"])
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(world.updates.isEmpty)
    }

    @Test(.enabled(if: Programs.hasNginx))
    func `HTTPS goes through CONNECT, and the proxy sees no provider credentials`() throws {
      let world = try World()
      let authority = try Authority.shared()
      let port = try world.tlsFront()
      let proxy = try LoopbackProxy(user: "pu", password: ProxyTests.password)
      try world.configure([
        "use_https": "1", "cacert": try world.expose(authority.file),
        "proxy": "pu:\(ProxyTests.password)@127.0.0.1:\(proxy.port)",
        "update_url": world.nicUpdate.replacingOccurrences(
          of: "127.0.0.1:\(world.mock.http.port)", with: "localhost:\(port)"),
      ])
      #expect(try world.update([World.seen]).stdout == "good\n")
      let connect = try #require(proxy.requests.last)
      #expect(connect.method == "CONNECT")
      #expect(connect.field("Authorization") == nil)
      #expect(world.updates.first?.isTLS == true)
    }
  }
}
