// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// What the kernel says of a process.
private enum Confinement {
  static var isPossible: Bool {
    let own = FileManager.default.contents(atPath: "/proc/self/exe")?.prefix(20)
    let theirs = FileManager.default.contents(atPath: Programs.path("ddns-update"))?.prefix(20)
    return status(getpid(), "Seccomp") != nil && own?.suffix(2) == theirs?.suffix(2)
  }

  static func status(_ process: pid_t, _ name: String) -> String? {
    let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
  }
}

extension EndToEnd {
  /// What a tool may do while it waits for a stranger's answer, as the kernel has it.
  @Suite(.enabled(if: Confinement.isPossible, "no seccomp here, or another processor's programs"))
  struct SandboxTests {
    private func expectConfined(_ child: Child, _ what: String, once atWork: () -> Bool) {
      let asked = Wait.until(within: 20, atWork)
      #expect(asked, "\(what): no request")
      #expect(Confinement.status(child.pid, "Seccomp") == "2", "\(what)")
      #expect(Confinement.status(child.pid, "NoNewPrivs") == "1", "\(what)")
    }

    @Test func `a tool that waits for a server can start and write nothing`() throws {
      for (program, arguments) in [
        ("ddns-detect-ip", ["-S", "home"]), ("ddns-update", ["-S", "home", World.seen]),
      ] {
        let world = try World()
        try world.configure()
        world.mock.http.script.add("*", .silent)
        let child = try world.start(program, arguments)
        expectConfined(child, program) { world.mock.http.requests.count > 0 }
      }
      let world = try World()
      try world.configure()
      world.mock.dns.script.add("*", .drop)
      let child = try world.start("ddns-verify", ["-S", "home"])
      expectConfined(child, "ddns-verify") { world.mock.dns.queries.count > 0 }
    }

    @Test func `so can one that asks for the offline page of a recipe's provider`() throws {
      let world = try World()
      let base = "http://127.0.0.1:\(world.mock.http.port)"
      try world.write(
        "usr/share/ddns/custom/mine.json",
        #"{ "ipv4": {}, "protocol": "recipe", "base": "\#(base)", "steps": [{ "put": "/[HOST]" }] }"#
      )
      try world.configure([
        "service_name": "mine", "update_url": nil, "offline": "\(base)/off?[DOMAIN]",
      ])
      world.mock.http.script.add("*", .silent)
      let child = try world.start("ddns-update", ["-S", "home", "--offline"])
      expectConfined(child, "the page") { world.mock.http.requests.count > 0 }
    }

    @Test func `one that runs a user's program may`() throws {
      let world = try World()
      let script = world.root + "/sleep.sh"
      try "#!/bin/sh\ntouch $0.ran\nexec sleep 20\n".write(
        toFile: script, atomically: true, encoding: .utf8)
      #expect(chmod(script, 0o755) == 0)
      try world.configure(["ip_source": "script", "ip_script": "/sleep.sh"])
      var child = try world.start("ddns-detect-ip", ["-S", "home"])
      let hasRun = Wait.until(within: 60) {
        // A child of another test, not yet a program of its own, may still have the script open to write.
        if !child.isRunning, let again = try? world.start("ddns-detect-ip", ["-S", "home"]) {
          child = again
        }
        return FileManager.default.fileExists(atPath: script + ".ran")
      }
      #expect(hasRun)
      #expect(Confinement.status(child.pid, "Seccomp") == "0")
    }
  }
}
