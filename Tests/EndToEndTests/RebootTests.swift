// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What a reboot leaves, and what it must not cause (DESIGN 6.6, users 24).
  @Suite struct RebootTests {
    /// Empties what is in memory on a router, and makes the state on flash another boot's.
    private func reboot(_ world: World) throws {
      let files = FileManager.default
      try? files.removeItem(atPath: "\(world.root)/var/run/ddns")
      let path = "\(world.root)/etc/ddns/state/home.state"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let lines = text.components(separatedBy: "\n").map { line in
        guard line.hasPrefix("clock ") else { return line }
        var words = line.components(separatedBy: " ")
        words[3] = "other-boot"
        // Without a checksum it is a file of a version before.
        words.removeLast()
        return words.joined(separator: " ")
      }
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func `a reboot with the same address sends nothing (users 24)`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.mock.updates.count == 1)
      try reboot(world)
      let again = try world.runner(["-v", "2"])
      #expect(again.status == 0)
      #expect(world.mock.updates.count == 1)
      #expect(again.stdout.contains("skip: accepted \(World.seen) unchanged"))
    }

    @Test func `a refusal survives a reboot`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(["password": "wrong"])
      #expect(try world.runner(["--once"]).status == 77)
      let sent = world.mock.updates.count
      try reboot(world)
      #expect(try world.runner(["--once"]).status == 77)
      #expect(world.mock.updates.count == sent)
    }

    @Test func `flash is written when the accepted address changes, and not otherwise`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      _ = try world.runner(["--once"])
      let path = "\(world.root)/etc/ddns/state/home.state"
      let before = try FileManager.default.attributesOfItem(atPath: path)
      #expect(before[.posixPermissions] as? Int == 0o600)
      _ = try world.runner(["--once"])
      _ = try world.runner(["--once"])
      let after = try FileManager.default.attributesOfItem(atPath: path)
      #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    }

    @Test func `a damaged state file is told and not used`() throws {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      let folder = "\(world.root)/etc/ddns/state"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try "version 1\naccepted 81.2".write(
        toFile: "\(folder)/home.state", atomically: true, encoding: .utf8)
      let run = try world.runner(["-v", "2"])
      #expect(run.status == 0)
      #expect(run.stdout.contains("home.state is damaged or not ours: not used"))
      #expect(world.mock.updates.count == 1)
    }
  }
}
