// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// A pass ends after 180 s (DESIGN 6.8). The tools of one section alone cannot take longer without
  /// being killed before; waiting for a turn behind other sections can. There is no clock to shift
  /// for a static program, so this takes three minutes, and `DDNS_PASS_DEADLINE=1` to ask for it.
  @Suite(
    .enabled(
      if: ProcessInfo.processInfo.environment["DDNS_PASS_DEADLINE"] != nil,
      "three minutes long: DDNS_PASS_DEADLINE=1 runs it"))
  struct PassDeadlineTests {
    /// Each tool notes its call and takes a while. `s4` fails at first, which gives its turn to `s5`,
    /// and takes it back when that has found its address.
    private static let stub = """
      #!/bin/sh
      tool=${0##*/}
      while [ "$1" != -S ]; do shift; done
      echo "$tool" >>ROOT/calls.$2
      case $2.$tool in
        s4.ddns-detect-ip) [ "$(wc -l <ROOT/calls.s4)" -gt 1 ] || exit 75; sleep 66 ;;
        s5.ddns-detect-ip) sleep 4 ;;
        *.ddns-verify) sleep 36; exit 1 ;;
        *) sleep 66 ;;
      esac
      exec >&3; echo word=good; echo address=81.2.69.142; echo registered=81.2.69.142

      """

    private static func passes(_ world: World) -> Int {
      (world.text("calls.s5") ?? "").components(separatedBy: "ddns-detect-ip").count - 1
    }

    @Test func `a pass that waits for its turn too long ends after 180 s, and is tried again`()
      async throws
    {
      let world = try World()
      for tool in ["ddns-detect-ip", "ddns-verify", "ddns-update"] {
        try world.write(
          "stubs/\(tool)", Self.stub.replacingOccurrences(of: "ROOT", with: world.root),
          mode: 0o755)
      }
      let sections = (1...5).map { world.section("s\($0)", ["retry_interval": "2"]) }
      try world.configure(text: sections.joined())
      let child = try world.start(
        "ddns-runner", [], environment: ["DDNS_LIBEXEC": "\(world.root)/stubs"])
      let words = "detecting, looking up and sending took more than 180 s: ended"
      let (ended, again) = await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          let start = Date()
          func wait(_ seconds: Double, _ condition: () -> Bool) -> Double? {
            Wait.until(within: seconds, condition) ? Date().timeIntervalSince(start) : nil
          }
          let ended = wait(190) { world.log(of: "s5").contains(words) }
          continuation.resume(returning: (ended, wait(45) { Self.passes(world) == 2 }))
        }
      }
      let seconds = try #require(ended, "the pass did not end: \(world.log(of: "s5"))")
      print("the pass ended after \(seconds) s, the next began after \(again ?? -1) s")
      #expect(seconds >= 179 && seconds < 184)
      #expect(again != nil, "it is tried again once others have had their turn")
      let calls = try #require(world.text("calls.s5"))
      #expect(
        calls == "ddns-detect-ip\nddns-detect-ip\n", "it had its address, and no turn to send it")
      for other in 1...4 { #expect(!world.log(of: "s\(other)").contains(words)) }
      #expect(child.isRunning)
    }
  }
}
