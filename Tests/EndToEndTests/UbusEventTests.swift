// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A runner that hears of changes by ubus.
  @Suite struct UbusEventTests {
    /// A runner of `home` that has done its first pass, waits and listens.
    private func listening(
      _ world: World, _ ubus: LoopbackUbus, _ changes: [String: String?] = [:]
    ) throws -> Child {
      let options: [String: String?] = ["ip_source": "network", "ip_network": "uplink"]
      try world.configure(
        options.merging(changes) { $1 }, global: ["upd_privateip": "1"])
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "1"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil }, "\(child.stdout)")
      #expect(Wait.until(within: 15) { ubus.subscriberCount == 1 })
      return child
    }

    private func passes(_ child: Child) -> Int {
      child.stdout.components(separatedBy: "addresses have changed").count - 1
    }

    private func stop(_ child: Child, _ world: World) {
      child.signal(SIGTERM)
      world.check(child.wait(seconds: 5))
    }

    /// How long the next update takes to arrive after `action`.
    private func reaction(_ world: World, _ action: () -> Void) -> Double {
      let count = world.updates.count
      let start = Clock.now()
      action()
      #expect(Wait.until(within: 10) { world.updates.count > count })
      return Clock.now() - start
    }

    @Test func `a changed address is sent within a second (users 7, 8)`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let child = try listening(world, ubus)
      let seconds = reaction(world) { ubus.update("uplink", .up("lo", "127.0.1.2")) }
      #expect(seconds < Wait.slowness)
      #expect(world.updates.last?.target.contains("myip=127.0.1.2") == true)
      #expect(world.updates.count == 2)
      stop(child, world)
    }

    @Test func `the first address is sent within a second of the network's coming up`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .down)
      try world.configure(
        ["ip_source": "network", "ip_network": "uplink", "retry_interval": "600"],
        global: ["upd_privateip": "1"])
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "1"])
      #expect(Wait.until(within: 15) { ubus.subscriberCount == 1 })
      #expect(Wait.until(within: 15) { child.stdout.contains("retry 1/0") })
      let seconds = reaction(world) {
        ubus.set("uplink", .up("lo", "127.0.1.1"))
        ubus.event("ifup", "uplink")
      }
      #expect(seconds < Wait.slowness)
      stop(child, world)
    }

    @Test func `only what matters makes a pass: not lifetimes, other networks, going down`() throws
    {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let child = try listening(world, ubus)
      // The first notification may be news; what it says is known from then on.
      ubus.update("uplink", .up("lo", "127.0.1.1 preferred 600"))
      #expect(Wait.until(within: 5) { self.passes(child) == 1 })
      #expect(Wait.until(within: 5) { child.stdout.components(separatedBy: "Rerun").count == 3 })
      for second in 1...20 {
        ubus.update("uplink", .up("lo", "127.0.1.1 preferred \(600 - second)"))
        ubus.update("other", .up("eth0", "127.0.1.\(second + 1)"))
        ubus.event("ifup", "other")
        ubus.event("ifdown", "uplink")
        ubus.update("uplink", .up("lo", "127.0.1.1", "2a02:8010:1::\(second)"))
      }
      ubus.update("uplink", .down, isUp: false)
      let queries = world.mock.dns.queries.count
      // Long enough for a pass that must not be.
      #expect(!Wait.until(within: 1.5) { self.passes(child) > 1 })
      #expect(world.mock.dns.queries.count == queries)
      #expect(world.updates.count == 1)
      stop(child, world)
    }

    @Test func `flapping costs a few passes, and the last address is sent`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let child = try listening(world, ubus)
      for round in 1...200 {
        ubus.update("uplink", .down, isUp: false)
        ubus.update("uplink", .up("lo", "127.0.1.\(1 + round % 2)"))
        ubus.event("ifup", "uplink")
      }
      ubus.update("uplink", .up("lo", "127.0.1.9"))
      #expect(
        Wait.until(within: 15) {
          world.updates.last?.target.contains("myip=127.0.1.9") == true
        })
      #expect(world.updates.count <= 4)
      #expect(passes(child) <= 4)
      stop(child, world)
    }

    @Test func `a page is asked again when the section's interface comes up`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("wan", .up("lo", "192.168.1.2"))
      let child = try listening(
        world, ubus, ["ip_source": "web", "ip_network": nil])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("81.2.69.7\n")))
      let seconds = reaction(world) { ubus.event("ifup", "wan") }
      #expect(seconds < Wait.slowness)
      #expect(world.updates.last?.target.contains("myip=81.2.69.7") == true)
      stop(child, world)
    }

    @Test func `after ubusd's restart the runner listens again, and has missed nothing`() throws {
      let world = try World()
      var ubus: LoopbackUbus? = try world.ubus()
      ubus?.set("uplink", .up("lo", "127.0.1.1"))
      guard let first = ubus else { return }
      let child = try listening(world, first)
      first.stop()
      ubus = nil
      let second = try world.ubus()
      // The address changes while nobody is subscribed.
      let seconds = reaction(world) { second.set("uplink", .up("lo", "127.0.1.2")) }
      #expect(seconds < 5 * Wait.slowness)
      #expect(world.updates.last?.target.contains("myip=127.0.1.2") == true)
      #expect(second.subscriberCount == 1)
      stop(child, world)
    }

    @Test func `after netifd's restart the runner subscribes again`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let child = try listening(world, ubus)
      ubus.set("uplink", .up("lo", "127.0.1.2"))
      let seconds = reaction(world) { ubus.restartNetifd() }
      #expect(seconds < Wait.slowness)
      #expect(ubus.subscriberCount == 1)
      stop(child, world)
    }

    @Test(arguments: [
      UbusFault.close, .mute, .bytes(Array("HTTP/1.1 400 Bad\r\n".utf8)),
      .bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255]),
    ])
    func `a bus that is broken is left alone, and checks go on`(fault: UbusFault) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.script.add("connect", fault)
      try world.configure()
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "1"])
      #expect(Wait.until(within: 15) { world.runFile("nextcheck") != nil })
      #expect(wakeUps(child, within: 1.5) <= 2, "it spins")
      child.signal(SIGUSR1)
      #expect(Wait.until(within: 10) { child.stdout.components(separatedBy: "Rerun").count == 3 })
      #expect(world.updates.count == 1)
      stop(child, world)
    }

    @Test func `nothing happens, and nobody wakes up`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let child = try listening(world, ubus, ["bind_network": "uplink"])
      #expect(Wait.until(within: 5) { child.stdout.contains("Rerun") })
      #expect(wakeUps(child, within: 2) == 0)
      stop(child, world)
    }

    @Test func `an event lifts no block`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("badauth")))
      let child = try listening(world, ubus)
      ubus.update("uplink", .up("lo", "127.0.1.2"))
      ubus.event("ifup", "uplink")
      #expect(!Wait.until(within: 1.5) { world.updates.count > 1 })
      #expect(passes(child) == 0)
      stop(child, world)
    }

    /// How often it does something in so many seconds, once it has come to rest: a last child may still
    /// be on its way out, and on a busy machine that takes long.
    private func wakeUps(_ child: Child, within seconds: Double) -> Int {
      var before = 0
      _ = Wait.until(within: 10) {
        before = switches(child)
        return !Wait.until(within: 0.5) { switches(child) != before }
      }
      _ = Wait.until(within: seconds) { false }
      return switches(child) - before
    }

    /// How often the process has gone to sleep or was made to.
    private func switches(_ child: Child) -> Int {
      let status = try? String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
      return (status ?? "").split(separator: "\n").filter { $0.contains("ctxt_switches") }
        .compactMap { $0.split(separator: "\t").last.flatMap { Int($0) } }.reduce(0, +)
    }
  }
}
