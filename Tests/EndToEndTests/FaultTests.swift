// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What a crash, a full disk or a read-only file system leaves (DESIGN 6.6).
  @Suite struct FaultTests {
    private static let folders = ["var/run/ddns", "etc/ddns/state"]
    private static let old = "81.2.69.7"

    /// A world where the old address was accepted and another one is there now.
    private func changedWorld() throws -> World {
      let world = try World()
      world.mock.provider.settings.seen = FaultTests.old
      try world.configure(["use_logfile": "0"])
      #expect(try world.runner(["--once", "-v", "0"]).status == 0)
      world.mock.provider.settings.seen = World.seen
      return world
    }

    private func states(_ world: World) -> [String] {
      FaultTests.folders.compactMap { world.text("\($0)/home.state") }
    }

    private func temporaries(_ world: World) -> [String] {
      FaultTests.folders.flatMap { world.names(in: $0) }.filter { $0.hasSuffix("~") }
    }

    /// Runs once with the process killed before its `count`th call; nil when it did not get there.
    private func kill(_ world: World, at call: String, _ count: Int) throws -> Bool {
      let result = try Child.run(
        "strace",
        [
          "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e",
          "inject=\(call):signal=SIGKILL:when=\(count)", Programs.path("ddns-runner"), "--root",
          world.root, "-S", "home", "--once", "-v", "0",
        ], environment: Programs.searchPath, seconds: 20)
      if result.status != 128 + SIGKILL { #expect(result.status == 0, "\(result.stderr)") }
      return result.status == 128 + SIGKILL
    }

    @Test(
      .enabled(if: Tracing.works, "strace cannot trace here"),
      arguments: ["open", "openat", "write", "fsync", "rename", "renameat2", "unlink"])
    func `kill -9 before any write loses no update and sends none twice`(
      call: String
    ) throws {
      let world = try changedWorld()
      let saved = "\(world.root)/saved"
      try Snapshot.copy(FaultTests.folders, of: world, to: saved)
      // A dynamically linked build opens more files than that before it begins.
      let isOpening = call.hasPrefix("open")
      let limit = isOpening ? 30 : 60
      var count = 1
      while count < limit {
        try Snapshot.restore(FaultTests.folders, of: world, from: saved)
        world.zone.set(World.host, to: [FaultTests.old])
        let before = world.updates.count
        let wasKilled = try kill(world, at: call, count)
        let sent = world.updates.count - before
        let states = states(world)
        #expect(!states.isEmpty, "\(call) \(count)")
        for state in states {
          #expect(state.hasPrefix("version 1\n") && state.hasSuffix("\n"), "\(call) \(count)")
        }
        if !wasKilled { break }
        let isKnown = states.contains { $0.contains("accepted \(World.seen) ") }
        let next = try world.runner(["--once", "-v", "1"])
        #expect(next.status == 0, "\(call) \(count): \(next.output)")
        #expect(!next.output.contains("damaged"), "\(call) \(count)")
        #expect(world.zone.addresses(of: World.host) == [World.seen], "\(call) \(count)")
        let again = world.updates.count - before - sent
        #expect(sent <= 1 && again <= (isKnown ? 0 : 1), "\(call) \(count): \(sent) + \(again)")
        #expect(isKnown || sent + again >= 1, "\(call) \(count): nothing was sent")
        _ = try world.runner(["--once", "-v", "0"])
        #expect(world.updates.count == before + sent + again, "\(call) \(count): sent once more")
        count += 1
      }
      #expect(isOpening || count < limit)
      if ["write", "fsync", "rename"].contains(call) { #expect(count > 2, "nothing was killed") }
    }

    @Test(.enabled(if: Tracing.works, "strace cannot trace here"))
    func `what a crash leaves of a write is cleared away by the next run`() throws {
      let world = try changedWorld()
      for count in 1...4 { _ = try kill(world, at: "rename", count) }
      _ = try world.runner(["--once", "-v", "0"])
      // A temporary file has a fixed name, so the next write takes its place.
      #expect(temporaries(world) == [])
    }

    /// Runs a script with the folders of the state on file systems of its own, and the runner in
    /// `run`; what was in the run folder afterwards is copied to `after`.
    private func mounted(_ world: World, _ script: String) throws
      -> Child.Result
    {
      let text = """
        cd '\(world.root)' && mkdir -p var/run/ddns etc/ddns/state after && \(script)
        run() { '\(Programs.path("ddns-runner"))' --root '\(world.root)' -S home "$@"; }
        run --once -v 1; status=$?
        cp var/run/ddns/* etc/ddns/state/* after/ 2>/dev/null
        exit $status
        """
      let result = try Child.run(
        "unshare", ["-m", "sh", "-c", text], environment: Programs.searchPath, seconds: 25)
      world.check(result)
      return result
    }

    @Test(.enabled(if: Tracing.canMount, "cannot mount here"))
    func `on a full disk nothing is sent, 71 says so, nothing half-written is left`() throws {
      let world = try World()
      try world.configure(["use_logfile": "0"])
      let result = try mounted(
        world,
        """
        for folder in var/run/ddns etc/ddns/state; do
          mount -t tmpfs -o size=4k none $folder && head -c 4096 /dev/zero >$folder/filler
        done
        """)
      #expect(result.status == 71, "\(result.output)")
      #expect(result.output.lowercased().contains("no space left"), "\(result.output)")
      #expect(result.output.contains("\(World.seen) is not sent"), "\(result.output)")
      #expect(world.updates.isEmpty)
      for name in world.names(in: "after") where name != "filler" {
        #expect(!name.hasSuffix("~"), "\(name)")
        // Of the history each line stands for itself, and one that is cut is passed over.
        #expect(
          ["home.lock", "home.history", "filler"].contains(name), "\(name) was half-written")
      }
    }

    @Test(.enabled(if: Tracing.canMount, "cannot mount here"))
    func `a read-only run folder is a clear error, before anything is sent`() throws {
      let world = try World()
      try world.configure(["use_logfile": "0"])
      let result = try mounted(world, "mount -t tmpfs -o ro none var/run/ddns")
      #expect(result.status == 71, "\(result.output)")
      #expect(result.output.contains("/var/run/ddns") && result.output.contains("ead-only"))
      #expect(world.updates.isEmpty)
    }

    @Test(.enabled(if: Tracing.canMount, "cannot mount here"))
    func `read-only flash costs the memory of a reboot, not the update`() throws {
      let world = try World()
      try world.configure(["use_logfile": "0"])
      let result = try mounted(world, "mount -t tmpfs -o ro none etc/ddns/state")
      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("ead-only"), "\(result.output)")
      #expect(world.updates.count == 1)
      #expect(world.text("after/home.state")?.contains("accepted \(World.seen) ") == true)
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.updates.count == 1)
    }
  }
}

/// What this machine lets a test do to a process.
enum Tracing {
  static let works =
    Programs.isInstalled("strace") && !Programs.isEmulated
    && succeeds("strace", ["-o", "/dev/null", "true"])
  static let canMount = succeeds("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"])

  private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
    (try? Child.run(program, arguments, environment: Programs.searchPath))?.status == 0
  }
}

/// Folders of a world, put aside and brought back.
enum Snapshot {
  static func copy(_ folders: [String], of world: World, to saved: String) throws {
    for folder in folders where world.exists(folder) {
      try copy("\(world.root)/\(folder)", to: "\(saved)/\(folder)")
    }
  }

  static func restore(_ folders: [String], of world: World, from saved: String) throws {
    for folder in folders {
      try? FileManager.default.removeItem(atPath: "\(world.root)/\(folder)")
      if FileManager.default.fileExists(atPath: "\(saved)/\(folder)") {
        try copy("\(saved)/\(folder)", to: "\(world.root)/\(folder)")
      }
    }
  }

  private static func copy(_ from: String, to target: String) throws {
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: from, toPath: target)
  }
}
