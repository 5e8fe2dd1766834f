// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Synchronization
import Testing

extension EndToEnd {
  @Suite struct GnuDIPTests {
    /// A server that shows a salt to each connection, prints what it is told, and answers.
    private final class Server: Sendable {
      private let child: Child
      let port: UInt16

      init(_ salt: String, _ answers: String...) throws {
        let program = """
          import socket, sys
          server = socket.socket(); server.bind(("", 0)); server.listen(9)
          print(server.getsockname()[1], flush=True)
          salt, *answers = [word.encode().decode("unicode_escape").encode() for word in sys.argv[1:]]
          for answer in answers:
            peer = server.accept()[0]
            peer.sendall(salt)
            print(repr(peer.recv(300)), flush=True)
            peer.sendall(answer); peer.close()
          """
        child = try Child(
          "python3", ["-c", program, salt] + answers, environment: Programs.searchPath)
        let child = child
        guard Wait.until(within: 10, { child.stdout.contains("\n") }),
          let port = UInt16(child.stdout.split(separator: "\n").first ?? "")
        else { throw MockError("python3: \(child.stderr)") }
        self.port = port
      }

      /// What it was told, as Python writes bytes.
      var lines: [String] { child.stdout.split(separator: "\n").dropFirst().map(String.init) }
    }

    private static let options: [String: String?] = [
      "username": "home", "password": "s3cret", "domain": "home.dyn.example.com",
      "lookup_host": nil,
    ]

    private static func world(_ url: String, _ changes: [String: String?] = [:]) throws -> World {
      let world = try World()
      let all = options.merging(["update_url": url]) { $1 }.merging(changes) { $1 }
      // Addresses of examples are sent.
      try world.configure(all, global: ["upd_privateip": "1"])
      return world
    }

    private static func update(_ world: World, _ arguments: String...) throws -> Child.Result {
      let result = try world.run("ddns-update", ["-S", "home", "-v", "2"] + arguments)
      for secret in ["s3cret", "02e022f9acd77a11ab8da3ea0cb61e7d"] {
        #expect(!result.output.contains(secret))
      }
      return result
    }

    @Test func `one line answers the salt, byte for byte`() throws {
      let server = try Server(#"Ab3dEf7hIj\n"#, #"0\n"#, "0", #"1\r\n"#, #"2\n"#, "x")
      let world = try Self.world("gnudip://127.0.0.1:\(server.port)")
      let update = "b'home:02e022f9acd77a11ab8da3ea0cb61e7d:dyn.example.com:0:203.0.113.7\\n'"
      let expected: [(String, Int32)] = [("good", 0), ("good", 0), ("badauth", 77)]
      for (index, (word, status)) in expected.enumerated() {
        let result = try Self.update(world, "203.0.113.7")
        #expect(result.stdout == "\(word)\n" && result.status == status, "\(result.stderr)")
        #expect(server.lines.count == index + 1 && server.lines.last == update)
      }
      let offline = try Self.update(world, "--offline")
      #expect(offline.stdout == "good\n", "\(offline.stderr)")
      #expect(
        server.lines.last == "b'home:02e022f9acd77a11ab8da3ea0cb61e7d:dyn.example.com:1\\n'")
      #expect(try Self.update(world, "203.0.113.7").status == 76)
      let dry = try Self.update(world, "-d", "203.0.113.7")
      #expect(dry.stdout == "dry-run\n" && dry.stderr.contains("register 203.0.113.7"))
      #expect(server.lines.count == 5)
    }

    @Test func `a server that is gone or endless is a temporary failure`() throws {
      let gone = try Self.update(Self.world("gnudip://127.0.0.1:1"), "203.0.113.7")
      #expect(gone.status == 75, "\(gone.stderr)")
      let endless = try Server(String(repeating: "a", count: 5000), "0")
      let result = try Self.update(
        Self.world("gnudip://127.0.0.1:\(endless.port)"), "203.0.113.7")
      #expect(result.status == 75 && result.stderr.contains("a line is too long"))
    }

    @Test func `a request that may have been taken is not sent again by another way`() throws {
      let server = try Server(#"Ab3dEf7hIj\n"#, "", #"0\n"#)
      let world = try Self.world("gnudip://gnu.test:\(server.port)")
      try world.write("etc/hosts", "127.0.0.1 gnu.test\n127.0.0.2 gnu.test\n")
      let result = try Self.update(world, "203.0.113.7")
      #expect(result.status == 75, "\(result.stderr)")
      #expect(server.lines.count == 1)
    }

    @Test func `what it cannot say is a mistake of the configuration`() throws {
      for changes in [
        ["username": nil], ["username": "a:b"], ["password": nil], ["use_ipv6": "1"],
      ] as [[String: String?]] {
        let world = try Self.world("gnudip://127.0.0.1:1", changes)
        let isIPv6 = changes["use_ipv6"] != nil
        let result = try Self.update(world, isIPv6 ? "2a02:8010:1::7" : "203.0.113.7")
        #expect(result.status == 78, "\(changes): \(result.stderr)")
      }
    }

    @Test func `over HTTP a page has the challenge, and another the result`() throws {
      let result = Mutex("0")
      let server = try LoopbackHTTP { request in
        if request.query.isEmpty {
          return HTTPAnswer(
            "<html><head>\r\n<meta name=\"salt\" content=\"Ab3dEf7hIj\">\r\n"
              + "<meta name=\"time\" content=\"1699999999\">\r\n"
              + "<meta name=\"sign\" content=\"f5b3de1043210497832b56e70cabe6a1\">\r\n</head>")
        }
        return HTTPAnswer("<meta name=\"retc\" content=\"\(result.withLock { $0 })\">\r\n")
      }
      let path = "/gnudip/cgi-bin/gdipupdt.cgi"
      let world = try Self.world("gnudip+http://127.0.0.1:\(server.port)\(path)")
      let start =
        "\(path)?salt=Ab3dEf7hIj&time=1699999999&sign=f5b3de1043210497832b56e70cabe6a1&user=home"
        + "&pass=02e022f9acd77a11ab8da3ea0cb61e7d&domn=dyn.example.com"
      #expect(try Self.update(world, "203.0.113.7").stdout == "good\n")
      #expect(server.requests.all.map(\.target) == [path, "\(start)&reqc=0&addr=203.0.113.7"])
      result.withLock { $0 = "2" }
      #expect(try Self.update(world, "--offline").stdout == "good\n")
      #expect(server.requests.all.last?.target == "\(start)&reqc=1")
      result.withLock { $0 = "1" }
      let refused = try Self.update(world, "203.0.113.7")
      #expect(refused.status == 77 && refused.stdout == "badauth\n")
      server.script.add(path, times: 1, .respond(HTTPAnswer("<html>log in first</html>")))
      #expect(try Self.update(world, "203.0.113.7").status == 76)
      // A status is judged as that of any provider, and Retry-After kept.
      for (code, word, status) in [
        (429, "interval", 75), (503, "servererror", 75), (401, "badauth", 77),
      ] {
        server.script.add(
          path, times: 1, .respond(HTTPAnswer(code, fields: ["Retry-After: 3600"], "")))
        let result = try Self.update(world, "203.0.113.7")
        #expect(result.stdout == "\(word)\n" && result.status == Int32(status), "\(code)")
      }
    }

    // MARK: Simple DNS Plus

    @Test(arguments: [
      "http://127.0.0.1:PORT/dyndns/ddns?user=[USERNAME]&pw=[PASSWORD]&ip=[IP]",
      "http://[USERNAME]:[PASSWORD]@127.0.0.1:PORT/dyndns/ddns?ip=[IP]",
    ])
    func `Simple DNS Plus says in a tag what came of it, with status 200`(url: String) throws {
      let server = try LoopbackHTTP { request in
        let query = request.query.map(\.value)
        let isUser =
          query == ["home", "s3cret", "203.0.113.7"]
          || (query == ["203.0.113.7"]
            && request.field("Authorization") == "Basic aG9tZTpzM2NyZXQ=")
        return HTTPAnswer(
          "<html>\r\n<meta name=\"DynDNS-Result\" content=\"\(isUser ? "OK" : "FAIL")\">\r\n"
            + "<h1>\(isUser ? "OK: 203.0.113.7" : "ERROR: Incorrect password")</h1></html>")
      }
      let url = url.replacingOccurrences(of: "PORT", with: "\(server.port)")
      #expect(try Self.update(Self.world(url), "203.0.113.7").stdout == "good\n")
      let refused = try Self.update(Self.world(url, ["password": "wrong"]), "203.0.113.7")
      #expect(refused.status == 77 && refused.stdout == "badauth\n", "\(refused.stderr)")
      #expect(refused.stderr.contains("ERROR: Incorrect password"))
    }
  }
}
