// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What a script knows stays with it (contract 9, users 30).
  @Suite(.enabled(if: Programs.isInstalled("busybox"), "busybox is not installed"))
  struct ScriptSecretTests {
    /// Every byte but NUL, so that any two neighbours are easy to find.
    private static let every = Data((1...255).map { UInt8($0) })

    /// The value in UCI's double quotes.
    private static func quoted(_ data: Data) -> Data {
      var result = Data("\"".utf8)
      for byte in data {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { result.append(92) }
        result.append(byte)
      }
      return result + Data("\"".utf8)
    }

    @Test(arguments: UpdateShell.installed)
    func `a password of all bytes reaches the script and no log, argv or environment`(
      shell: UpdateShell
    ) throws {
      let world = try World()
      try world.script(
        """
        printf '%s' "$password" >\(world.root)/password
        printf '%s' "$URL_PASS" >\(world.root)/encoded
        urlencode again "$password" && [ "$again" = "$URL_PASS" ] || return 9
        write_log 7 "password '$password'"
        echo "$password"
        echo "$password" >&2
        echo "$URL_PASS"
        for process in /proc/[0-9]*; do
          cat $process/cmdline $process/environ 2>/dev/null >>\(world.root)/seen
        done
        return 0
        """, ["password": "PASSWORD-HERE"])
      let path = URL(fileURLWithPath: "\(world.root)/etc/config/ddns")
      var file = try Data(contentsOf: path)
      let mark = try #require(file.range(of: Data("'PASSWORD-HERE'".utf8)))
      file.replaceSubrange(mark, with: Self.quoted(Self.every))
      try file.write(to: path)
      for arguments in [
        ["-S", "home", "-v", "2", World.seen], ["-S", "home", "-v", "2", "--once"],
      ] {
        let program = arguments.last == "--once" ? "ddns-runner" : "ddns-update"
        let result = try world.run(program, arguments, environment: shell.environment)
        #expect(result.output.contains("good"), "\(result.output)")
        let contents = FileManager.default.contents(atPath: "\(world.root)/password")
        #expect(contents == Self.every)
        let encoded = try #require(world.text("encoded"))
        #expect(encoded.hasPrefix("%01%02") && encoded.hasSuffix("%fe%ff"))
        // Any stretch of it is too much; the printable ones occur elsewhere.
        let parts = [
          Data([1, 2, 3]), Data([0x80, 0x81, 0x82]), Data("%80%81".utf8), Data("%01%02".utf8),
          Data("\\x01\\x02".utf8), Data("./0123456789:".utf8),
        ]
        let seen = FileManager.default.contents(atPath: "\(world.root)/seen") ?? Data()
        #expect(seen.range(of: Data("DDNS_REPORT".utf8)) != nil, "there is something to search")
        for part in parts {
          #expect(seen.range(of: part) == nil, "argv, environ: \(part as NSData)")
          #expect(Data(result.output.utf8).range(of: part) == nil, "console: \(part as NSData)")
          #expect(Data(world.log().utf8).range(of: part) == nil, "log: \(part as NSData)")
        }
        #expect(result.output.contains("password '***'"), "\(result.output)")
      }
    }

    @Test func `a URL with a password is no argument of do_transfer`() throws {
      let world = try World()
      let url = world.nicUpdate.replacingOccurrences(of: "[USERNAME]", with: "$URL_USER")
        .replacingOccurrences(of: "[PASSWORD]", with: "$URL_PASS")
        .replacingOccurrences(of: "[DOMAIN]", with: "$domain")
        .replacingOccurrences(of: "[IP]", with: "$__IP")
      try world.script(
        """
        strace -f -qq -e trace=execve -s 4000 -o \(world.root)/exec -p $$ 2>/dev/null &
        while ! grep -q 'TracerPid:.[1-9]' /proc/$$/status; do sleep 0.05; done
        do_transfer "\(url)" || return 1
        grep -q good "$DATFILE"
        """)
      guard Programs.isInstalled("strace") else { return }
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.status == 0, "\(result.output)")
      #expect(world.updates.first?.basic()?.password == World.password)
      let calls = try #require(world.text("exec"))
      #expect(calls.contains("--shell"), "\(calls)")
      #expect(world.redactor.leak(in: calls) == nil)
    }

    @Test func `do_transfer fails for an HTTP error and says so without the URL`() throws {
      let world = try World()
      try world.script(
        """
        do_transfer "http://user:$URL_PASS@127.0.0.1:\(world.mock.http.port)/none?p=$URL_PASS"
        write_log 7 "status $?"
        do_transfer "http://user:$URL_PASS@127.0.0.1:1/"
        write_log 7 "status $?"
        do_transfer "not a URL"
        """)
      let result = try world.update(["-v", "2", World.seen])
      #expect(result.status == 75)
      #expect(result.stderr.contains("HTTP status 404"), "\(result.stderr)")
      #expect(result.stderr.components(separatedBy: "status 1\n").count >= 3)
      #expect(result.stderr.contains("no http or https URL"))
    }
  }
}
