// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What a change of the configuration lifts, and what it does not (DESIGN 6.2).
  @Suite struct FingerprintTests {
    @Test(arguments: [
      ["user_agent": "me/1 a@example.org"], ["force_ipversion": "1"], ["param_opt": "x"],
    ])
    func `what may cure a refusal lifts the block`(change: [String: String]) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", times: 1, .respond(HTTPAnswer("badagent")))
      #expect(try world.runner(["--once"]).status == 77)
      #expect(try world.runner(["--once"]).status == 77)
      #expect(world.updates.count == 1)
      try world.configure(change.mapValues { $0 })
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 2)
    }

    @Test func `the order of lines lifts no block, and sends nothing`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      let text = try #require(world.text("etc/config/ddns"))
      var lines = text.components(separatedBy: "\n")
      let options = lines.indices.filter { lines[$0].contains("option") }
      let turned = options.map { lines[$0] }.reversed()
      // The options of the global section stay where they are.
      let start = try #require(lines.firstIndex { $0.contains("config service") })
      let own = options.filter { $0 > start }
      for (index, line) in zip(own, turned) { lines[index] = line }
      try world.write("etc/config/ddns", lines.joined(separator: "\n"))
      #expect(world.text("etc/config/ddns") != text)
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 1)
    }

    /// What a state file had until November 2026: FNV-1a over ten options in the order of the file.
    private func formerFingerprint(_ options: [String: String]) -> UInt64 {
      let names = [
        "service_name", "update_url", "update_script", "domain", "username", "password",
        "param_enc", "param_opt", "use_ipv6", "lookup_host",
      ]
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for (name, value) in options.sorted(by: { $0.key < $1.key }) where names.contains(name) {
        for byte in Array((name + "\0" + value + "\0").utf8) {
          hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
      }
      return hash
    }

    /// Makes the state one that an older program has written.
    private func makeOlder(_ world: World) throws {
      let number = formerFingerprint(world.options())
      let line = "fingerprint \(number >> 32) \(number & 0xffff_ffff)\n"
      for path in ["etc/ddns/state/home.state", "var/run/ddns/home.state"] {
        guard let text = world.text(path) else { continue }
        let found = try #require(text.firstMatch(of: /fingerprint [0-9]+ [0-9]+\n/))
        // What is on flash counts, and is of the new kind by now.
        if path.hasPrefix("etc") { #expect(found.0 != line) }
        try world.write(
          path, World.unsealed(text.replacing(found.0, with: line)), mode: 0o600)
      }
    }

    @Test func `an upgrade sends nothing`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      for _ in 1...2 {
        try makeOlder(world)
        #expect(try world.runner(["-v", "2"]).status == 0)
        #expect(world.updates.count == 1)
      }
    }

    @Test func `an upgrade lifts no block, and a changed section after it does`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", times: 1, .respond(HTTPAnswer("badagent")))
      #expect(try world.runner(["--once"]).status == 77)
      try makeOlder(world)
      #expect(try world.runner(["--once"]).status == 77)
      #expect(world.updates.count == 1)
      try world.configure(["user_agent": "me/1 a@example.org"])
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 2)
    }
  }
}
