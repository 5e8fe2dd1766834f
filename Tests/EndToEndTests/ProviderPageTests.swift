// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `verify 'api'` and `use_api_check` at a provider that has a page for it.
  @Suite struct ProviderPageTests {
    private static let path = "/api/home.example.com"
    private static let answer = #"{"name":"\#(World.host)","records":["81.2.69.160"],"at":"09:24"}"#

    /// A section whose provider has this in its file besides the URL for updates.
    private func world(
      _ changes: [String: String?] = [:], header: String = "Authorization: Token [PASSWORD]",
      page: String = "http://127.0.0.1:PORT/api/[DOMAIN]"
    ) throws -> World {
      let world = try World(registered: ["81.2.69.161"])
      let url = page.replacingOccurrences(of: "PORT", with: "\(world.mock.http.port)")
      try world.write(
        "usr/share/ddns/default/pages.test.json",
        """
        {"ipv4":{"url":"\(world.nicUpdate)","registered":{"url":"\(url)","header":"\(header)"}}}
        """)
      let own: [String: String?] = [
        "service_name": "pages.test", "update_url": nil, "verify": "api",
      ]
      try world.configure(own.merging(changes) { $1 })
      return world
    }

    private func ask(_ world: World, _ answer: HTTPAnswer, _ more: [String] = []) throws
      -> Child.Result
    {
      world.mock.http.script.clear()
      world.mock.http.script.add(Self.path, .respond(answer))
      return try world.run("ddns-verify", ["-S", "home", "-v", "2"] + more)
    }

    @Test func `the request is the one of the provider's file, byte for byte`() throws {
      let world = try world()
      let result = try ask(world, HTTPAnswer(Self.answer))
      #expect(result.status == 0 && result.stdout == "81.2.69.160\n", "\(result.output)")
      let request = try #require(world.mock.http.requests.all.last)
      let agent = try #require(request.field("User-Agent"))
      #expect(
        request.head.components(separatedBy: "\r\n") == [
          "GET \(Self.path) HTTP/1.1", "Host: 127.0.0.1:\(world.mock.http.port)",
          "User-Agent: \(agent)", "Accept: */*", "Authorization: Token \(World.password)",
          "Connection: close",
        ])
      #expect(world.mock.http.requests.count == 1)
      #expect(world.mock.dns.queries.count == 0)
      #expect(try ask(world, HTTPAnswer(Self.answer), ["81.2.69.160"]).status == 0)
      #expect(try ask(world, HTTPAnswer(Self.answer), ["81.2.69.161"]).status == 1)
    }

    @Test(
      arguments: [
        (HTTPAnswer(401, World.password), 75, "HTTP status 401"), (HTTPAnswer(403, ""), 75, "403"),
        (HTTPAnswer(500, answer), 75, "HTTP status 500"), (HTTPAnswer(429, ""), 75, "429"),
        (HTTPAnswer(404, answer), 1, "Registered IP '' detected"),
        (HTTPAnswer("<html>Please log in</html>"), 76, "no IPv4 address in its page"),
        (HTTPAnswer(#"{"records":["2a02:8010:1::7"]}"#), 76, "no IPv4 address"),
        (HTTPAnswer(""), 76, "no IPv4 address"),
      ] as [(HTTPAnswer, Int32, String)])
    func `only an answer that can be believed is one, and DNS is not asked instead`(
      answer: HTTPAnswer, status: Int32, words: String
    ) throws {
      let world = try world()
      let result = try ask(world, answer)
      #expect(result.status == status, "\(result.output)")
      #expect(result.stdout == "")
      #expect(result.stderr.contains(words), "\(result.stderr)")
      #expect(world.mock.dns.queries.count == 0)
    }

    @Test func `a silent provider is a temporary failure, and a redirect gets no credentials`()
      throws
    {
      let world = try world()
      world.mock.http.script.add(Self.path, .reset)
      #expect(try world.run("ddns-verify", ["-S", "home"]).status == 75)
      let other = try LoopbackHTTP { _ in HTTPAnswer("81.2.69.160") }
      world.mock.http.script.clear()
      world.mock.http.script.add(Self.path, .redirect("http://127.0.0.1:\(other.port)/else"))
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "81.2.69.160\n")
      #expect(other.requests.all.map { $0.field("Authorization") } == [nil])
    }

    @Test func `a pass updates and verifies without a question to the DNS`() throws {
      let world = try world()
      let zone = world.zone
      let api = try LoopbackHTTP { _ in
        HTTPAnswer(404, "").with(zone.addresses(of: World.host).first)
      }
      zone.set(World.host, to: [])
      let file = try #require(world.text("usr/share/ddns/default/pages.test.json"))
      try world.write(
        "usr/share/ddns/default/pages.test.json",
        file.replacingOccurrences(
          of: "\(world.mock.http.port)/api", with: "\(api.port)/api"))
      for pass in 1...2 {
        let result = try world.runner(["-v", "2"])
        #expect(result.status == 0, "\(result.output)")
        #expect(world.updates.count == 1)
        #expect(api.requests.count == pass, "the first asks after its update")
        #expect(world.runFile("ip") == "\(World.seen)\n")
      }
      zone.set(World.host, to: ["81.2.69.1"])
      #expect(try world.runner(["-v", "2"]).status == 0)
      #expect(world.updates.count == 2, "what somebody else has changed is repaired")
      #expect(zone.addresses(of: World.host) == [World.seen])
      #expect(world.mock.dns.queries.count == 0)
      #expect(world.log().contains("verified"))
    }

    @Test func `a provider that cannot say keeps no update back`() throws {
      let world = try world()
      world.mock.http.script.add(Self.path, .respond(HTTPAnswer(401, "no")))
      let result = try world.runner(["-v", "2"])
      #expect(result.status == 1, "an update that was not verified\n\(result.output)")
      #expect(world.updates.count == 1)
      #expect(world.mock.dns.queries.count == 0)
    }

    @Test(
      arguments: [
        (["password": nil], "A: [PASSWORD]", "http://x/", "missing 'password'"),
        (
          ["username": "example.org"], "A: b", "http://x/[SUBNAME]",
          "'lookup_host' is not in the zone"
        ),
        ([:], "A: b", "http://", "registered.url is no http or https URL"),
        ([:], "A: b", "ftp://x/", "'registered' is missing or not valid"),
        ([:], "A b", "http://x/", "'registered' is missing or not valid"),
      ] as [([String: String?], String, String, String)])
    func `what cannot be asked is an error of the configuration`(
      changes: [String: String?], header: String, page: String, words: String
    ) throws {
      let world = try world(changes, header: header, page: page)
      if changes.keys.contains("password") {
        let file = "usr/share/ddns/default/pages.test.json"
        try world.write(
          file,
          try #require(world.text(file)).replacingOccurrences(
            of: "[USERNAME]:[PASSWORD]@", with: ""))
      }
      for program in ["ddns-runner", "ddns-verify"] {
        let check = program == "ddns-runner" ? ["--check"] : []
        let result = try world.run(program, ["-S", "home"] + check)
        #expect(result.status == 78, "\(result.output)")
        #expect(result.output.contains(words), "\(result.output)")
      }
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a password that would end the header field is not sent`() throws {
      let world = try world(["password": "line\nX-Other: line"])
      let result = try ask(world, HTTPAnswer(Self.answer))
      #expect(result.status == 78, "\(result.output)")
      #expect(world.mock.http.requests.count == 0)
    }

    @Test func `a script that can say comes before the page`() throws {
      let world = try world()
      try world.installLibrary()
      let script = "usr/lib/ddns/update_pages_test.sh"
      try world.write(script, "# GET_REGISTERED_IP\nREGISTERED_IP=81.2.69.170\nreturn 0\n")
      #expect(try world.run("ddns-verify", ["-S", "home"]).stdout == "81.2.69.170\n")
      try world.write(script, "# GET_REGISTERED_IP\nreturn 5\n")
      let result = try world.run("ddns-verify", ["-S", "home"])
      #expect(result.status == 75 && result.stdout == "", "\(result.output)")
      #expect(result.stderr.contains("API check failed (error: '5')"))
      #expect(world.mock.http.requests.count == 0 && world.mock.dns.queries.count == 0)
    }

    @Test func `use_api_check asks the page, and DNS when that fails`() throws {
      let world = try world(["verify": nil, "use_api_check": "1"])
      #expect(try ask(world, HTTPAnswer(Self.answer)).stdout == "81.2.69.160\n")
      #expect(world.mock.dns.queries.count == 0)
      let result = try ask(world, HTTPAnswer(500, ""))
      #expect(result.stdout == "81.2.69.161\n")
      #expect(result.stderr.contains("HTTP status 500 instead of an address - falling back to DNS"))
    }

    @Test func `without script and page verify 'api' is an error that names the provider`() throws {
      let world = try World()
      try world.service("plain.test", url: world.nicUpdate)
      try world.configure(["service_name": "plain.test", "update_url": nil, "verify": "api"])
      for arguments in [["-v", "2"], ["--check"]] {
        let result = try world.runner(arguments)
        #expect(result.status == 78)
        #expect(result.output.contains("etc/config/ddns:"))
        #expect(
          result.output.contains(
            "verify 'api': provider 'plain.test' cannot be asked what is registered: use 'dns'"))
      }
      #expect(world.updates.isEmpty)
    }
  }
}

extension HTTPAnswer {
  /// A success with this text instead, when there is one.
  fileprivate func with(_ text: String?) -> HTTPAnswer { text.map { HTTPAnswer($0) } ?? self }
}
