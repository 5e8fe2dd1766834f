// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A runner that runs for years must not grow. `SystemTests/ChildTests` has the same for two
  /// thousand children of one process.
  @Suite struct LeakTests {
    private struct Sample: Sendable {
      let passes: Int
      let descriptors: Int
      let kilobytes: Int
      let zombies: Set<Int32>
    }

    private static func sample(_ process: pid_t, _ passes: Int) -> Sample? {
      let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
      guard let names, let kilobytes = kilobytes(of: process) else { return nil }
      return Sample(
        passes: passes, descriptors: names.count, kilobytes: kilobytes,
        zombies: zombies(of: process))
    }

    /// What it has of its own: pages of the executable come and go as the machine likes. And not by
    /// `statm`, which may be off by a hundred kilobytes, for each processor counts for itself.
    private static func kilobytes(of process: pid_t) -> Int? {
      let lines = text("/proc/\(process)/smaps_rollup")?.split(separator: "\n") ?? []
      let line = lines.first { $0.hasPrefix("Anonymous:") }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    private static func zombies(of process: pid_t) -> Set<Int32> {
      let list = text("/proc/\(process)/task/\(process)/children") ?? ""
      return Set(
        list.split(separator: " ").compactMap { Int32($0) }.filter { child in
          text("/proc/\(child)/stat")?.contains(") Z ") == true
        })
    }

    private static func text(_ path: String) -> String? {
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Samples until so many passes were seen, off the threads of the tests.
    private func watch(_ child: Child, _ world: World, passes: Int) async -> [Sample] {
      let process = child.pid
      let requests = world.mock.http.requests
      return await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          var samples: [Sample] = []
          _ = Wait.until(within: 40) {
            let count = requests.all.count { $0.path == "/ip" }
            if let sample = Self.sample(process, count) { samples.append(sample) }
            poll(nil, 0, 20)
            return count >= passes
          }
          continuation.resume(returning: samples)
        }
      }
    }

    @Test(arguments: [false, true])
    func `fourteen passes leave no descriptor, no zombie and no memory`(fails: Bool)
      async throws
    {
      let world = try World()
      try world.configure([
        "check_interval": "1", "check_interval_min": "1", "check_unit": "seconds",
        "force_interval": "3", "force_unit": "days",
      ])
      if fails { world.mock.http.script.add("/ip", .respond(HTTPAnswer(500, ""))) }
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      let samples = await watch(child, world, passes: 14)
      #expect(child.isRunning, "\(child.stderr)")
      let early = samples.filter { (2...5).contains($0.passes) }
      let late = samples.filter { $0.passes >= 10 }
      try #require(!early.isEmpty && !late.isEmpty)
      #expect(late.map { $0.descriptors }.min() == early.map { $0.descriptors }.min())
      // The least of each: while it starts a tool, both share their memory.
      let memory = (early.map { $0.kilobytes }.min() ?? 0, late.map { $0.kilobytes }.min() ?? 0)
      #expect(memory.1 - memory.0 <= 64, "\(memory.0) kB became \(memory.1) kB")
      let lasting = Set(early.flatMap { $0.zombies }).intersection(late.flatMap { $0.zombies })
      #expect(lasting.isEmpty, "never reaped: \(lasting)")
      #expect(samples.last?.zombies.count ?? 0 <= 1)
      #expect(world.names(in: "var/run/ddns").count <= 8)
      #expect(world.updates.count == (fails ? 0 : 1))
    }

    /// `FleetScaleTests` counts the objects; this is what becomes of them in memory.
    @Test(.native, .enabled(if: Programs.isStatic, "glibc keeps what is freed"))
    func `a section that waits takes two kilobytes at most`() throws {
      let counts = [20, 320]
      let sizes = try counts.map { try kilobytes(waiting: $0) }
      let bytes = (sizes[1] - sizes[0]) * 1_024 / (counts[1] - counts[0])
      #expect((500...2_048).contains(bytes), "\(bytes) bytes")
    }

    /// What a runner has in memory when so many sections wait.
    private func kilobytes(waiting count: Int) throws -> Int {
      let world = try World()
      let sections = (0..<count).map { world.section("s\($0)", ["use_syslog": "0"]) }
      try world.configure(text: sections.joined())
      let tools = try stubs(in: world)
      let child = try world.start(
        "ddns-runner", ["-v", "0"], environment: ["DDNS_LIBEXEC": tools])
      let areWaiting = Wait.until(within: 60) {
        world.names(in: "var/run/ddns").count { $0.hasSuffix(".nextcheck") } == count
          && Processes.children(of: child.pid).isEmpty
      }
      #expect(areWaiting, "\(child.stderr)")
      _ = Wait.until(within: 0.3) { false }
      return try #require(Self.kilobytes(of: child.pid))
    }

    /// Tools that find and get at once what they want.
    private func stubs(in world: World) throws -> String {
      let tool =
        "#!/bin/sh\nprintf x >>'\(world.root)/count'\necho address=81.2.69.142 >&3; echo registered=81.2.69.142 >&3\n"
      for name in ["ddns-detect-ip", "ddns-verify"] {
        try world.write("stubs/\(name)", tool, mode: 0o755)
      }
      try world.write("stubs/ddns-update", "#!/bin/sh\necho word=good >&3\n", mode: 0o755)
      try world.write("count", "")
      return "\(world.root)/stubs"
    }

    /// With `DDNS_LEAK_REPORT` the numbers go to standard error. 1,000 passes; `DDNS_LEAK_PASSES=10000 make test` makes ten thousand.
    @Test(.native, .timeLimit(.minutes(10)))
    func `a thousand passes leave nothing behind`() async throws {
      let passes =
        ProcessInfo.processInfo.environment["DDNS_LEAK_PASSES"].flatMap { Int($0) } ?? 1_000
      let world = try World()
      // HUP and USR1 begin no pass right after another: many sections make many passes.
      let sections = (1...20).map { number in
        world.section(
          "s\(number)",
          ["check_interval": "1", "check_interval_min": "1", "check_unit": "seconds"])
      }
      try world.configure(text: sections.joined())
      // The tools are of no interest here, but their number.
      let tools = try stubs(in: world)
      let child = try world.start(
        "ddns-runner", ["-v", "0"],
        environment: ["DDNS_LIBEXEC": tools])
      let count = "\(world.root)/count"
      let samples = await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          var samples: [Sample] = []
          for pass in 0..<passes {
            // Each pass has a look at our address and one at DNS.
            var info = stat()
            let isOver = Wait.until(within: 20) {
              stat(count, &info) == 0 && info.st_size >= 2 * pass + 2
            }
            if !isOver { break }
            if pass % (passes / 5) == 20 || pass == passes - 1 {
              _ = Wait.until(within: 5) { Processes.children(of: child.pid).isEmpty }
              // It may just be writing a file: the least of some looks.
              let looks = (0..<20).compactMap { _ in
                poll(nil, 0, 10)
                return Self.sample(child.pid, pass)
              }
              if let least = looks.min(by: { $0.descriptors < $1.descriptors }) {
                samples.append(least)
              }
            }
          }
          continuation.resume(returning: samples)
        }
      }
      #expect(child.isRunning, "\(child.stderr)")
      try #require(samples.count == 6, "it got stuck")
      if ProcessInfo.processInfo.environment["DDNS_LEAK_REPORT"] != nil {
        FileHandle.standardError.write(Data("\(passes) passes: \(samples)\n".utf8))
      }
      #expect(samples.allSatisfy { $0.descriptors <= samples[0].descriptors }, "\(samples)")
      #expect(samples.allSatisfy { $0.zombies.isEmpty }, "\(samples)")
      #expect(
        samples[5].kilobytes - samples[0].kilobytes <= (Programs.isStatic ? 16 : 64), "\(samples)")
      #expect(Wait.until(within: 5) { Processes.children(of: child.pid).isEmpty })
      // Here, too, it may just be writing one.
      let limit = 8 * sections.count
      #expect(Wait.until(within: 5) { world.names(in: "var/run/ddns").count <= limit })
    }
  }
}
