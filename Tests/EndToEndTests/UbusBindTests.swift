// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `bind_network` and what takes its place (contract 3.5).
  @Suite struct UbusBindTests {
    private func peers(_ world: World) -> [String] { world.updates.map { $0.peer } }

    @Test func `requests leave by the device and address the network has just now`() throws {
      let world = try World()
      let ubus = try world.ubus()
      try world.configure(["bind_network": "uplink"])
      ubus.set("uplink", .up("lo", "127.0.1.1"))
      let result = try world.update([World.seen])
      #expect(result.status == 0, "\(result.stderr)")
      ubus.set("uplink", .up("lo", "127.0.1.2"))
      #expect(try world.update([World.seen]).status == 0)
      #expect(peers(world) == ["127.0.1.1", "127.0.1.2"])
    }

    @Test func `an address of the other family does not keep a request from the device`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "2a02:8010:1::7"))
      try world.configure(["bind_network": "uplink", "use_ipv6": "1"])
      let result = try world.update([World.seenIPv6])
      #expect(result.status == 0, "\(result.stderr)")
      #expect(peers(world) == ["127.0.0.1"])
    }

    @Test func `without bind_network requests leave by ip_network`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.3"))
      try world.configure(
        ["ip_source": "network", "ip_network": "uplink"], global: ["upd_privateip": "1"])
      let result = try world.update()
      #expect(result.status == 0, "\(result.stderr)")
      #expect(peers(world) == ["127.0.1.3"])
      // Look-ups are not bound: the DNS server may be in the LAN.
      ubus.set("uplink", .down)
      #expect(try world.run("ddns-verify", ["-S", "home"]).status == 0)
    }

    @Test func `bind_network goes before ip_network`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .up("lo", "127.0.1.3"))
      ubus.set("backup", .up("lo", "127.0.1.4"))
      try world.configure(
        ["ip_source": "network", "ip_network": "uplink", "bind_network": "backup"],
        global: ["upd_privateip": "1"])
      #expect(try world.update().status == 0)
      #expect(peers(world) == ["127.0.1.4"])
    }

    @Test(arguments: [true, false])
    func `what netifd does not know may be a device`(hasUbus: Bool) throws {
      let world = try World()
      let ubus = hasUbus ? try world.ubus() : nil
      ubus?.set("uplink", .up("lo", "127.0.1.5"))
      try world.configure(["bind_network": "lo"])
      #expect(try world.update([World.seen]).status == 0)
      try world.configure(["bind_network": "ddnsnone0"])
      let result = try world.update([World.seen])
      #expect(result.status == 75)
      #expect(result.stderr.contains("network 'ddnsnone0'"), "\(result.stderr)")
      #expect(world.updates.count == 1)
    }

    @Test(arguments: ["down", "no device", "gone address", "silent", "closed"])
    func `a network that is out keeps the request back and passes (B21, B22)`(
      trouble: String
    ) throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("lo", .up("lo", "127.0.1.6"))
      switch trouble {
      case "down": ubus.set("lo", .down)
      case "no device": ubus.set("lo", .up("ddnsnone0", "127.0.1.6"))
      case "gone address": ubus.set("lo", .up("lo", "81.2.69.77"))
      case "silent": ubus.script.add("lookup", .silent)
      default: ubus.script.add("lookup", .close)
      }
      try world.configure(["bind_network": "lo"])
      let result = try world.update([World.seen])
      #expect(result.status == 75, "\(result.stderr)")
      #expect(world.updates.isEmpty)
      #expect(!result.stderr.isEmpty)
    }

    @Test func `an outage of the network does not end the runner (B22)`() throws {
      let world = try World()
      let ubus = try world.ubus()
      ubus.set("uplink", .down)
      try world.configure(["bind_network": "uplink", "interface": "none"])
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "1"])
      #expect(Wait.until(within: 10) { child.stdout.contains("retry 1/0") })
      ubus.set("uplink", .up("lo", "127.0.1.7"))
      #expect(Wait.until(within: 10) { world.updates.count == 1 })
      #expect(peers(world) == ["127.0.1.7"])
      child.signal(SIGTERM)
      world.check(child.wait())
    }
  }
}
