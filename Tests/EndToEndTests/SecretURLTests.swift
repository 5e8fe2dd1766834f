// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Secrets where nobody expects them, and answers that are cut.
  @Suite struct SecretURLTests {
    /// Where one of these is found in what a run has left behind.
    private func leaks(_ world: World, _ output: String, _ parts: [String]) -> [String] {
      var texts = [("output", Data(output.utf8))]
      let names = FileManager.default.enumerator(atPath: world.root)?.allObjects ?? []
      for case let name as String in names
      where !name.hasPrefix("etc/config") && !name.hasPrefix("usr/share") {
        if let data = FileManager.default.contents(atPath: "\(world.root)/\(name)") {
          texts.append((name, data))
        }
      }
      return texts.flatMap { name, data in
        parts.filter { data.range(of: Data($0.utf8)) != nil }.map { "\(name): \($0)" }
      }
    }

    @Test func `credentials typed into update_url and ip_url show up nowhere`() throws {
      let parts = [
        "Up-S3cret", "T0ken-quer", "K3y-of-page", "Ip-S3cret", "VXAtUzNjcmV0", "VDBrZW4tcXVlc",
      ]
      let server = try LoopbackHTTP { request in
        if request.path == "/ip" { return HTTPAnswer(World.seen) }
        var answer = HTTPAnswer(500, "")
        let decoded = request.target.removingPercentEncoding ?? ""
        answer.body = Array(
          "error Up-S3cret@x \(request.head) \(decoded) T0ken-quer%2526y K3y-of-page".utf8)
        return answer
      }
      let world = try World()
      let address = "127.0.0.1:\(server.port)"
      try world.configure([
        "update_url":
          "http://me:Up-S3cret%40x@\(address)/nic/update?token=T0ken-quer%26y&hostname=[DOMAIN]",
        "ip_url": "http://me:Ip-S3cret@\(address)/ip?apikey=K3y-of-page",
      ])
      var output = ""
      for level in 0...2 {
        output += try world.runner(["--once", "--force", "-v", "\(level)"]).output
      }
      output += try world.update(["-v", "2", World.seen]).output
      output += try world.detect(["-S", "home", "-v", "2"]).output
      output += try world.detect(["-u", "http://me:Ip-S3cret@\(address)/ip", "-v", "2"]).output
      output += try world.run("ddns-runner", ["--check"]).output
      output += try world.run("ddns-runner", ["--status", "--json"]).output
      #expect(leaks(world, output, parts) == [])
      #expect(output.contains("detected via web at http://me:***@\(address)/ip?apikey=***"))
      #expect(world.log().contains("ddns.home.ip_url='http://me:***@\(address)/ip?apikey=***'"))
      #expect(world.runFile("status")?.contains("HTTP status 500") == true)
      #expect(server.requests.all.contains { $0.target.contains("token=T0ken-quer%26y") })
    }

    @Test(arguments: [
      ["update_url": "ftp://me:Wr0ng-S3cret@x/?token=T0ken-query"],
      ["update_url": "http://me:Wr0ng/S3cret?x@x.test/?token=T0ken-query"],
      ["ip_url": "ftp://me:Wr0ng-S3cret@x/?token=T0ken-query"],
      ["update_url": "http://me:Wr0ng-S3cret@x/", "verify": "nonsense"],
    ])
    func `a URL that cannot be used is shown without its secrets`(
      options: [String: String]
    ) throws {
      let world = try World()
      try world.configure(options.mapValues { $0 })
      var output = ""
      for level in 0...2 {
        let result = try world.runner(["-v", "\(level)"])
        #expect(result.status != 0)
        output += result.output
      }
      output += try world.run("ddns-runner", ["--check"]).output
      output += try world.run("ddns-runner", ["--status"]).output
      #expect(leaks(world, output, ["Wr0ng", "S3cret", "T0ken"]) == [])
    }

    @Test func `a secret in a provider's file is hidden when the provider repeats it`()
      throws
    {
      let server = try LoopbackHTTP { request in
        var answer = HTTPAnswer(401, "")
        answer.body = Array("no: \(request.target)".utf8)
        return answer
      }
      let world = try World()
      try world.service(
        "own.example", url: "http://127.0.0.1:\(server.port)/u?apikey=L1teral-key&h=[DOMAIN]")
      try world.configure(["service_name": "own.example", "update_url": nil])
      let output =
        try world.runner(["--once", "--force", "-v", "2"]).output
        + world.update(["-v", "2", World.seen]).output
      #expect(output.contains("apikey=***"), "\(output)")
      #expect(leaks(world, output, ["L1teral"]) == [])
    }

    @Test func `no part of a password is left where an answer is cut`() throws {
      let password = "Gr\u{fc}n-S3cret-\u{20ac}-P4ss"
      let world = try World()
      for start in [84, 90, 96, 99, 496, 500, 506, 511] {
        let server = try LoopbackHTTP { _ in
          HTTPAnswer(401, String(repeating: "x", count: start) + password + " is wrong")
        }
        try world.configure([
          "password": password, "update_url": "http://127.0.0.1:\(server.port)/u?p=[PASSWORD]",
        ])
        let output =
          try world.runner(["--once", "--force", "-v", "2"]).output
          + world.update(["-v", "2", World.seen]).output
          + world.run("ddns-runner", ["--status", "--json"]).output
        #expect(leaks(world, output, ["Gr\u{fc}", "Gr?", "n-S3", "S3c", "ret-", "P4s"]) == [])
        #expect(output.contains("x***") || start == 99 || start == 511 || start == 96, "\(start)")
      }
    }

    @Test func `no byte of an answer or a script steers the terminal`() throws {
      let world = try World()
      let server = try LoopbackHTTP { _ in
        var answer = HTTPAnswer(401, "")
        answer.body = Array("no ".utf8) + [0x9b] + Array("31m \u{9b}2J \u{1b}c gr\u{fc}n".utf8)
        return answer
      }
      try world.configure(["update_url": "http://127.0.0.1:\(server.port)/u"])
      let result = try world.runner(["--once", "--force", "-v", "2"])
      let log =
        FileManager.default.contents(atPath: "\(world.root)/var/log/ddns/home.log") ?? Data()
      for bytes in [[0x1b], [0x9b]] as [[UInt8]] {
        #expect(log.range(of: Data(bytes)) == nil)
        #expect(!Array(result.output.utf8).contains(bytes[0]))
      }
      #expect(
        result.output.contains("no \\x9b31m \\xc2\\x9b2J \\x1bc gr\u{fc}n"), "\(result.output)")
    }

    @Test(
      .enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"),
      arguments: UpdateShell.installed)
    func `a script's trace does not show the password`(shell: UpdateShell) throws {
      let password = #"it's "my" S3cret\x \#u{e4}''b $HOME &c"#
      let world = try World()
      try world.script(
        """
        set -x
        : "$password"
        other="x$password"
        printf %s "$URL_PASS" | base64 >/dev/null
        echo "$(printf %s "user:$password" | base64 | tr -d =)"
        set +x
        return 0
        """, ["password": password.replacingOccurrences(of: "'", with: #"'\''"#)])
      let result = try world.run(
        "ddns-update", ["-S", "home", "-v", "2", World.seen], environment: shell.environment)
      #expect(result.status == 0, "\(result.output)")
      #expect(result.output.contains("***"), "\(result.output)")
      let code = Data("user:\(password)".utf8).base64EncodedString()
      let parts = ["S3cret", "my\"", "\"my", "$HOME &c", String(code.dropFirst(8).prefix(8))]
      #expect(leaks(world, result.output, parts) == [])
    }
  }
}
