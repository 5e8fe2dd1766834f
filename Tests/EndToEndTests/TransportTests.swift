// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite struct TransportTests {
    @Test(arguments: [HTTPFault.close, .reset, .cut(after: 3), .garbage])
    func `a broken answer is an error, not a success and not a crash`(fault: HTTPFault) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", fault)
      let result = try world.update([World.seen])
      #expect([75, 76].contains(result.status))
      #expect(!result.stdout.contains("good"))
      #expect(!result.stderr.isEmpty)
    }

    @Test(arguments: [HTTPFault.huge(bytes: 64 << 20), .hugeHead(bytes: 64 << 20)])
    func `64 MB are cut off at the limit`(fault: HTTPFault) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", fault)
      let update = try world.update([World.seen])
      #expect([75, 76].contains(update.status))
      #expect(!update.stderr.isEmpty)
      let detect = try world.detect()
      #expect(detect.status != 0)
      #expect(detect.stdout.isEmpty)
      // What fits into the socket buffers was sent whatever the client did.
      #expect(world.mock.http.hugeBytesSent < 32 << 20)
      #expect(update.seconds < 10 * Wait.slowness && detect.seconds < 10 * Wait.slowness)
    }

    @Test func `a chunked answer is put together again`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .chunked)
      #expect(try world.update([World.seen]).stdout == "good\n")
      #expect(try world.detect().stdout == "\(World.seen)\n")
    }

    @Test func `a slow answer within the deadline is waited for`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .delay(2))
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test func `nobody listens: temporary, at once`() throws {
      let world = try World()
      try world.configure(["update_url": "http://127.0.0.1:\(try FreePort.find())/nic/update"])
      let result = try world.update([World.seen])
      #expect(result.status == 75)
      #expect(result.seconds < 12 * Wait.slowness)
    }

    @Test func `redirects are counted, a loop ends`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .redirect("/nic/update?again"))
      let result = try world.update([World.seen])
      #expect(result.status != 0)
      #expect(world.mock.http.requests.count <= 4)
    }

    @Test func `credentials do not follow a redirect to another host`() throws {
      let world = try World()
      let other = try World()
      try world.configure()
      world.mock.http.script.add(
        "*", .redirect("http://localhost:\(other.mock.http.port)/nic/update?hostname=x"))
      _ = try world.update([World.seen])
      for request in other.mock.http.requests.all {
        #expect(request.field("Authorization") == nil)
      }
    }

    @Test func `a 401 for credentials that a redirect dropped blocks nothing`() throws {
      let world = try World()
      let other = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update",
        .redirect("http://localhost:\(other.mock.http.port)/nic/update?hostname=x"))
      other.mock.http.script.add("*", .respond(HTTPAnswer(401, "badauth\n")))
      let result = try world.update([World.seen])
      #expect(result.status == 76)
      #expect(result.stdout == "unknown\n")
      #expect(result.stderr.contains("which gets no credentials"))
      _ = try world.runner(["--once"])
      _ = try world.runner(["--once", "--force"])
      #expect(world.updates.count == 3, "no block")
    }

    @Test(.enabled(if: Programs.hasNginx, "nginx and openssl are not installed"))
    func `credentials go along from a host's http to its https`() throws {
      let world = try World()
      let front = try world.tlsFront()
      let proxy = try LoopbackProxy(ports: [80: world.mock.http.port, 443: front])
      try world.configure([
        "cacert": try world.expose(Authority.shared().file), "proxy": "127.0.0.1:\(proxy.port)",
        "update_url": world.nicUpdate.replacingOccurrences(
          of: "127.0.0.1:\(world.mock.http.port)", with: "provider.test"),
      ])
      world.mock.http.script.add(
        "/nic/update", times: 1,
        .redirect("https://provider.test/nic/update?hostname=\(World.host)&myip=\(World.seen)"))
      let result = try world.update([World.seen])
      #expect(result.stdout == "good\n", "\(result.stderr)")
      #expect(world.updates.map { $0.isTLS } == [false, true])
      #expect(world.updates.last?.basic()?.password == World.password)
    }

    @Test(arguments: ["<html>Please log in</html>", "OK", ""])
    func `a log-in page that a redirect leads to is no success`(page: String) throws {
      let world = try World()
      let portal = try World()
      try world.configure()
      world.mock.http.script.add("*", .redirect("http://localhost:\(portal.mock.http.port)/login"))
      portal.mock.http.script.add("*", .respond(HTTPAnswer(page)))
      let result = try world.update([World.seen])
      #expect(result.status == 76)
      #expect(result.stdout == "unknown\n")
      #expect(result.stderr.contains("a redirect has led to another server"))
    }

    @Test func `a provider that moved is understood where its rule says what success is`() throws {
      let world = try World()
      let other = try World()
      try world.service("row.test", url: world.nicUpdate, answer: "^thanks")
      try world.configure(["service_name": "row.test", "update_url": nil])
      world.mock.http.script.add("*", .redirect("http://localhost:\(other.mock.http.port)/new"))
      other.mock.http.script.add("*", .respond(HTTPAnswer("Thanks\n")))
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test func `an update redirected to https without certificates is sent again`()
      throws
    {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("*", .redirect("https://localhost:1/nic/update"))
      let result = try world.update([World.seen])
      #expect(result.status == 75)
      #expect(result.stderr.contains("no trusted certificates in"))
    }

    @Test func `a redirect does not lead out of HTTP`() throws {
      let world = try World()
      try world.configure()
      try world.write("secret-file", "good 81.2.69.142\n")
      world.mock.http.script.add("*", .redirect("file://\(world.root)/secret-file"))
      #expect(try world.update([World.seen]).status != 0)
    }

    @Test func `no environment variable of a proxy is obeyed (the option decides)`() throws {
      let world = try World()
      try world.configure()
      let result = try world.run(
        "ddns-update", ["-S", "home", World.seen],
        environment: ["http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"])
      #expect(result.stdout == "good\n")
    }

    @Test(.enabled(if: Programs.hasIPv6), arguments: [("0", "::1"), ("1", "127.0.0.1")])
    func `force_ipversion chooses the way, not the address sent`(
      use: String, forbidden: String
    ) throws {
      let world = try World()
      try world.configure([
        "use_ipv6": use, "force_ipversion": "1",
        "update_url": world.nicUpdate.replacingOccurrences(of: "127.0.0.1", with: "localhost"),
      ])
      let result = try world.update([use == "1" ? World.seenIPv6 : World.seen])
      #expect(result.stdout == "good\n")
      #expect(world.updates.first.map { $0.server != forbidden } == true)
    }

    @Test func `binding to a device that is not there fails instead of leaving otherwise (B21)`()
      throws
    {
      let world = try World()
      try world.configure(["bind_network": "nosuchnet"])
      let result = try world.update([World.seen])
      #expect(result.status != 0)
      #expect(world.updates.isEmpty)
      #expect(result.stderr.contains("nosuchnet"))
    }
  }
}
