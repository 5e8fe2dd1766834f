// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What must not be sent, whatever the server says (users 23, 24).
  @Suite struct PolicyTests {
    /// Intervals of a second, as a test needs them.
    private static let fast: [String: String?] = [
      "check_interval": "1", "check_interval_min": "1", "check_unit": "seconds",
      "retry_interval": "1",
    ]

    /// Runs at level 0 for some seconds after its first request, if it makes one, without holding a
    /// thread; the number of updates so far.
    private func count(_ world: World, seconds: Double) async throws -> Int {
      let http = world.mock.http
      let asked = http.requests.count
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      let result = await Child.ended(
        [child], within: seconds * Wait.slowness, once: { http.requests.count > asked })[0]
      #expect(result.status == -1, "the runner ended: \(result.output)")
      #expect(world.redactor.leak(in: world.log()) == nil)
      return world.updates.count
    }

    @Test(arguments: ["badauth", "nohost", "notfqdn", "abuse", "badagent", "!donator"])
    func `a refusal is not asked again, not even after a restart (users 23)`(word: String)
      async throws
    {
      let world = try World()
      try world.configure(PolicyTests.fast)
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(word)))
      #expect(try await count(world, seconds: 2.5) == 1)
      #expect(try await count(world, seconds: 2) == 1)
      #expect(world.log().contains(word))
    }

    @Test func `a changed configuration lifts the block`() async throws {
      let world = try World()
      try world.configure(PolicyTests.fast.merging(["password": "wrong-Pw-42"]) { $1 })
      #expect(try await count(world, seconds: 2) == 1)
      try world.configure(PolicyTests.fast)
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 2)
    }

    @Test(arguments: [
      HTTPAnswer("911"), HTTPAnswer(500, "911"), HTTPAnswer("dnserr"),
      HTTPAnswer(503, fields: ["Retry-After: 3600"], "later"),
      HTTPAnswer(429, fields: ["Retry-After: 3600"], ""),
    ])
    func `911, dnserr and Retry-After put the next try off`(answer: HTTPAnswer) async throws {
      let world = try World()
      try world.configure(PolicyTests.fast)
      world.mock.http.script.add("/nic/update", .respond(answer))
      #expect(try await count(world, seconds: 4) == 1)
    }

    @Test func `a server that is down is tried again, with growing pauses (users 23)`()
      async throws
    {
      let world = try World()
      let slow: [String: String?] = ["check_interval": "60", "check_interval_min": "60"]
      try world.configure(PolicyTests.fast.merging(slow) { $1 })
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(500, "")))
      let count = try await count(world, seconds: 6)
      #expect(count >= 2 && count <= 5, "\(count) requests in six seconds")
    }

    @Test func `an outage heals without help`() throws {
      let world = try World()
      try world.configure(PolicyTests.fast)
      world.mock.http.script.add("/nic/update", times: 2, .reset)
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 20) { world.zone.addresses(of: World.host) == [World.seen] })
      #expect(child.isRunning)
    }

    @Test func `a failed detection is tried again and never publishes anything else (B7)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(PolicyTests.fast)
      world.mock.http.script.add("/ip", times: 2, .respond(HTTPAnswer(500, "81.9.9.9")))
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 20) { world.zone.addresses(of: World.host) == [World.seen] })
      #expect(world.updates.allSatisfy { !$0.target.contains("81.9.9.9") })
      #expect(child.isRunning)
    }

    @Test func `an address that stays is sent once`() async throws {
      let world = try World()
      try world.configure(PolicyTests.fast)
      #expect(try await count(world, seconds: 4) == 1)
      #expect(world.mock.http.requests.count >= 3, "it went on checking")
    }

    @Test func `a changed address is sent at the next check`() throws {
      let world = try World()
      try world.configure(PolicyTests.fast)
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 10) { world.zone.addresses(of: World.host) == [World.seen] })
      world.mock.provider.settings.seen = "81.2.69.200"
      #expect(Wait.until(within: 10) { world.zone.addresses(of: World.host) == ["81.2.69.200"] })
      #expect(world.updates.count == 2)
      #expect(child.isRunning)
    }

    @Test func `a restart sends nothing when the address was accepted before (users 24)`()
      async throws
    {
      let world = try World()
      try world.configure(PolicyTests.fast)
      #expect(try await count(world, seconds: 2) == 1)
      #expect(try await count(world, seconds: 2) == 1)
    }

    @Test func `a foreign answer after good is not answered with updates (users 10, 21)`()
      async throws
    {
      let world = try World()
      try world.configure(PolicyTests.fast)
      world.mock.dns.script.add("*", .addresses(["104.16.1.1"]))
      #expect(try await count(world, seconds: 5) == 1)
    }

    @Test func `an old record in a cache is not answered with updates (users 10)`() async throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(PolicyTests.fast)
      world.mock.dns.script.add("*", times: 4, .addresses(["81.2.69.1"]))
      #expect(try await count(world, seconds: 6) == 1)
    }

    @Test func `a record that stays invisible does not end the runner (B23)`() async throws {
      let world = try World()
      try world.configure(PolicyTests.fast.merging(["retry_max_count": "1"]) { $1 })
      world.mock.dns.script.add("*", .code(3))
      #expect(try await count(world, seconds: 5) == 1)
    }

    @Test func `giving up after retry_max_count does not end the runner (DESIGN 6.4)`() async throws
    {
      let world = try World()
      try world.configure(PolicyTests.fast.merging(["retry_max_count": "1"]) { $1 })
      world.mock.http.script.add("/ip", .respond(HTTPAnswer(500, "")))
      #expect(try await count(world, seconds: 5) == 0)
    }

    @Test func `nochg again and again is not provoked`() async throws {
      let world = try World()
      try world.configure(PolicyTests.fast)
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("nochg \(World.seen)")))
      #expect(try await count(world, seconds: 5) <= 2)
    }
  }
}
