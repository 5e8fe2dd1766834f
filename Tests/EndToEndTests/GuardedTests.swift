// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What guards the executable that ships, seen in its memory while it runs (docs/size.md).
  @Suite(.native, .enabled(if: Programs.isStatic, "not the executable that ships"))
  struct GuardedTests {
    /// The parts of a process that are mapped from our executable: where they begin and end, and what is
    /// allowed there.
    private struct Mapping {
      let from: UInt64
      let to: UInt64
      let rights: Substring
    }

    private func mappings(_ process: pid_t) throws -> [Mapping] {
      let text = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
      return text.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 6, words[5].hasSuffix("/ddns") else { return nil }
        let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        return Mapping(from: ends[0], to: ends[1], rights: words[1])
      }
    }

    @Test func `each start is at another address, and tables of addresses are read-only`() throws {
      let world = try World()
      try world.configure()
      var places: Set<UInt64> = []
      for _ in 0..<3 {
        let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
        #expect(Wait.until(within: 20) { world.text("var/run/ddns/home.nextcheck") != nil })
        let parts = try mappings(child.pid)
        try #require(parts.count >= 3, "\(parts)")
        places.insert(parts[0].from)
        // Code and constants, then what was filled at the start, then variables.
        #expect(parts.map(\.rights).prefix(3) == ["r-xp", "r--p", "rw-p"], "\(parts)")
        #expect(!parts.contains { $0.rights.contains("w") && $0.rights.contains("x") })
        child.signal(SIGTERM)
        _ = Wait.until(within: 20) { !child.isRunning }
        try? FileManager.default.removeItem(atPath: "\(world.root)/var/run/ddns/home.nextcheck")
      }
      #expect(places.count > 1, "always at \(places)")
    }
  }
}
