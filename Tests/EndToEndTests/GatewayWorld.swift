// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock

@_silgen_name("unshare") private func leaveNamespaces(_ kinds: Int32) -> Int32

/// A host behind a gateway: a network namespace for what starts here, with a default route to one of its own
/// for the gateway and what runs there. What was seen is told at the end, for expectations have to be made
/// in the test's task.
final class GatewayWorld: @unchecked Sendable {
  // Unchecked: used by one thread only, which made it.
  static let gateway = "192.168.7.1"

  let world: World
  var reports: [String] = []
  private let router: Child

  /// `outside` is the gateway's address there; the lines of shell are run on it, and end with `exec`.
  private init(outside: String, _ lines: String, files: [String: String]) throws {
    guard leaveNamespaces(0x4000_0000) == 0 else { throw MockError("unshare: errno \(errno)") }
    try GatewayWorld.run("ip link set lo up")
    world = try World()
    for (name, text) in files { try world.write("tmp/\(name)", text) }
    let setUp = """
      cd "$0/tmp"
      ip link set lo up
      until ip link set lan1 up 2>/dev/null; do sleep 0.02; done
      ip addr add \(GatewayWorld.gateway)/24 dev lan1
      ip link add wan0 type veth peer name wan1
      ip addr add \(outside)/32 dev wan0
      ip link set wan1 up
      ip link set wan0 up
      ip route add default dev wan0
      \(lines)
      """
    router = try Child(
      "unshare", ["-n", "sh", "-c", setUp, world.root], environment: Programs.searchPath)
    try GatewayWorld.run(
      """
      ip link add lan0 type veth peer name lan1
      until ip link set lan1 netns \(router.pid) 2>/dev/null && ! ip link show lan1 2>/dev/null
      do sleep 0.02; done
      ip addr add 192.168.7.2/24 dev lan0
      ip link set lan0 up
      ip route add default via \(GatewayWorld.gateway)
      """)
  }

  private static func run(_ lines: String) throws {
    let result = try Child.run("sh", ["-c", lines], environment: Programs.searchPath)
    if result.status != 0 { throw MockError("\(lines): \(result.stderr)") }
  }

  /// Runs on a thread that is alone in a network namespace; what is not as it should be.
  static func run(
    outside: String = World.seen, _ lines: String, files: [String: String] = [:],
    _ body: @escaping @Sendable (GatewayWorld) throws -> Void
  ) async -> [String] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        // The world ends before the test does: a run that is over would leave its gateway behind.
        continuation.resume(returning: reports(outside, lines, files, body))
      }
    }
  }

  private static func reports(
    _ outside: String, _ lines: String, _ files: [String: String],
    _ body: (GatewayWorld) throws -> Void
  ) -> [String] {
    do {
      let world = try GatewayWorld(outside: outside, lines, files: files)
      try body(world)
      return world.reports
    } catch { return ["\(error)"] }
  }

  /// What the gateway's programs have said.
  var said: String { router.stdout + router.stderr }

  func expect(_ condition: Bool, _ words: @autoclosure () -> String) {
    if !condition { reports.append(words()) }
  }

  /// Waits until the gateway's programs have said this.
  func wait(for words: String...) {
    expect(
      Wait.until(within: 15) { words.allSatisfy { self.said.contains($0) } },
      "not said: \(words): \(said)")
  }

  /// Asks sources, all at the same time; what has come of each.
  func detect(_ sources: [String], _ more: [String] = []) throws -> [Child.Result] {
    let children = try sources.map {
      try world.start("ddns-detect-ip", ["-v", "2", "-u", $0] + more)
    }
    return children.map { $0.wait(seconds: 25) }
  }

  /// Whether each source has this address, or fails with these words.
  func expect(_ sources: [String], _ address: String?, _ words: String = "") throws {
    for (source, result) in zip(sources, try detect(sources)) {
      let isRight =
        result.stdout == (address.map { $0 + "\n" } ?? "")
        && (words.isEmpty || result.stderr.contains(words))
        && (result.status == 0) == (address != nil)
      expect(isRight, "\(source): \(result.status): \(result.output)")
    }
  }
}
