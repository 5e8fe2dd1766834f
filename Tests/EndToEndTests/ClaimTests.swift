// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Synchronization
import Testing

extension EndToEnd {
  /// A script's status 0 is a claim: the zone's own servers have the word (DESIGN 6.9).
  @Suite(
    .enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"),
    .enabled(if: ZoneServer.isPossible, "port 53 of the loopback network wants root"))
  struct ClaimTests {
    private let old = "81.2.69.1"

    /// Makes the claim as old as the first check after it finds it.
    private func age(_ world: World) throws {
      let path = "etc/ddns/state/home.state"
      var text = try #require(world.text(path))
      let claim = try #require(text.range(of: "claimed [0-9]+ [0-9]+", options: .regularExpression))
      text.replaceSubrange(claim, with: "claimed 0 0")
      try world.write(path, World.unsealed(text), mode: 0o600)
      try? FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/home.state")
    }

    @Test func `a script that does nothing is run again until the zone shows the address`() throws {
      let world = try World(registered: [old])
      world.zone.set(World.host, to: [old], ttl: 0)
      let own = try ZoneServer(at: world.zone)
      own.zone.set(World.host, to: [old], ttl: 0)
      try world.script("echo ran >>\(world.root)/ran; return 0\n")
      var runs: Int { (world.text("ran") ?? "").split(separator: "\n").count }

      var result = try world.runner(["-v", "2"])
      #expect(result.status == 1, "\(result.output)")
      #expect(result.output.contains("the script says that \(World.seen) was accepted"))
      #expect(runs == 1)

      result = try world.runner(["-v", "2"])
      #expect(result.status == 1)
      #expect(runs == 1, "a check interval has not passed")
      #expect(own.questions == 0)

      try age(world)
      result = try world.runner(["-v", "2"])
      #expect(result.output.contains("the zone's own servers do not show what the script has sent"))
      #expect(runs == 2)
      #expect(own.questions > 0)

      // The script has done it at last; the resolver does not know yet.
      own.zone.set(World.host, to: [World.seen])
      try age(world)
      result = try world.runner(["-v", "2"])
      #expect(result.output.contains("not sent again"), "\(result.output)")
      #expect(runs == 2)
      let questions = own.questions
      own.zone.set(World.host, to: [old])
      result = try world.runner(["-v", "2"])
      #expect(runs == 2, "what the zone has shown is not doubted")
      #expect(own.questions == questions)
    }

    @Test func `a provider's good is no claim`() throws {
      let world = try World(registered: [old])
      let own = try ZoneServer(at: world.zone)
      own.zone.set(World.host, to: [old])
      world.mock.dns.script.add(World.host, .addresses([old]))
      try world.configure()
      let result = try world.runner(["-v", "2"])
      #expect(result.output.contains("Update successful"), "\(result.output)")
      #expect(world.text("etc/ddns/state/home.state")?.contains("claimed") == false)
    }

    @Test func `ddns-verify -a asks the zone's own servers`() throws {
      let world = try World(registered: [old])
      let own = try ZoneServer(at: world.zone)
      own.zone.set(World.host, to: [World.seen])
      try world.configure()
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == old + "\n")
      let result = try world.run("ddns-verify", ["-S", "home", "-a"])
      #expect(result.stdout == World.seen + "\n", "\(result.stderr)")
      #expect(try world.verify(["-a"]).stdout == World.seen + "\n")
      own.stop()
      let silent = try world.run("ddns-verify", ["-S", "home", "-a"], seconds: 40)
      #expect(silent.status == 75)
      #expect(silent.stderr.contains("cannot ask the zone's own servers"))
    }
  }
}

/// The server of example.com, on port 53 of an address that is this process's own.
private final class ZoneServer: Sendable {
  let zone = Zone()
  private let server: LoopbackDNS

  static let isPossible = (try? ZoneServer(at: Zone())) != nil

  /// `resolver` gets to know it.
  init(at resolver: Zone) throws {
    let number =
      Int(getpid()) * 8
      + Self.next.withLock {
        $0 += 1
        return $0
      }
    let address = "127.\(100 + (number >> 16) % 100).\((number >> 8) % 256).\(number % 256)"
    server = try LoopbackDNS(zone: zone, addresses: [address], port: 53)
    resolver.set("ns.example.com", to: [address])
  }

  private static let next = Mutex(0)

  var questions: Int { server.queries.count }

  func stop() { server.stop() }
}
