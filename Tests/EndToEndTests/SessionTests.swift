// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Recipes that log in: cookies and redirects between the two servers of a provider.
  @Suite struct SessionTests {
    /// A provider that knows who has logged in by its cookies, at two hosts: one shows the form and
    /// takes the password, the other has the records.
    private final class Provider {
      let http: LoopbackHTTP
      /// The form's own host, and where who has logged in is sent.
      private static let form = "localhost"

      init(next: String = "127.0.0.1") throws {
        http = try LoopbackHTTP { request in
          let host = request.field("Host") ?? ""
          let port = host.split(separator: ":").last.map(String.init) ?? ""
          let cookies = Set((request.field("Cookie") ?? "").components(separatedBy: "; "))
          func to(_ host: String, _ path: String, _ cookie: String) -> HTTPAnswer {
            HTTPAnswer(
              302, fields: ["Location: http://\(host):\(port)\(path)", "Set-Cookie: \(cookie)"], "")
          }
          let isForm = host.hasPrefix(Self.form)
          switch (request.method, request.target) {
          case ("GET", "/admin/") where !isForm:
            return to(Self.form, "/auth?x=1", "state=s; Path=/admin")
          case ("GET", "/auth?x=1") where isForm && cookies == [""]:
            let action = "http://\(Self.form):\(port)/login?code=c&amp;tab=t"
            return HTTPAnswer(
              200, fields: ["Set-Cookie: flow=f; Path=/; HttpOnly"],
              "<form class=\"autofill\" action=\"\(action)\" method=\"post\">")
          case ("POST", "/login?code=c&tab=t") where isForm && cookies == ["flow=f"]:
            guard String(decoding: request.body, as: UTF8.self) == "user=u&password=k3y" else {
              return HTTPAnswer("Invalid username or password.")
            }
            return to(next, "/admin/back?code=2", "who=u; Path=/")
          case ("GET", "/admin/back?code=2") where cookies == ["state=s"]:
            return to("127.0.0.1", "/admin/home", "session=z; Path=/")
          case ("GET", "/admin/home") where cookies == ["state=s", "session=z"]:
            return HTTPAnswer("<html>" + String(repeating: "welcome ", count: 20_000))
          case ("PUT", "/admin/api") where cookies == ["state=s", "session=z"]:
            return HTTPAnswer("{\"done\":true}")
          default: return HTTPAnswer(403, "")
          }
        }
      }

      func world() throws -> World {
        let world = try World()
        let port = http.port
        try world.write(
          "usr/share/ddns/custom/mine.json",
          """
          {"ipv4": {}, "protocol": "recipe", "base": "http://127.0.0.1:\(port)/admin",
           "session": "127.0.0.1 localhost",
           "steps": [
             {"get": "/", "find": {"login": ["autofill", "action=\\"http://localhost:\(port)/", "\\""]}},
             {"post": "http://localhost:\(port)/[!login]",
              "form": {"user": "[USERNAME]", "password": "[PASSWORD]"},
              "fail": "body has Invalid username"},
             {"put": "/api", "json": {"ip": "[IP]"}, "expect": "done = true"}],
           "answers": {"badauth": "Invalid username"}}
          """)
        try world.configure(
          ["service_name": "mine", "update_url": nil, "username": "u", "password": "k3y"],
          global: ["upd_privateip": "1"])
        return world
      }
    }

    private func update(_ world: World) throws -> Child.Result {
      try world.run("ddns-update", ["-S", "home", "-v", "2", "203.0.113.7"])
    }

    @Test func `cookies find their way between the servers of a session`() throws {
      let provider = try Provider()
      let result = try update(provider.world())
      #expect(result.stdout == "good\n", "\(result.output)")
      #expect(
        provider.http.requests.all.map { "\($0.method) \($0.target)" } == [
          "GET /admin/", "GET /auth?x=1", "POST /login?code=c&tab=t", "GET /admin/back?code=2",
          "GET /admin/home", "PUT /admin/api",
        ])
      #expect(result.stderr.contains("#> POST http://localhost:\(provider.http.port)/*** user="))
      for secret in ["k3y", "flow=f", "session=z"] {
        #expect(!result.output.contains(secret), "\(result.output)")
      }
    }

    @Test func `each run begins a session of its own`() throws {
      let provider = try Provider()
      let world = try provider.world()
      #expect(try update(world).stdout == "good\n")
      #expect(try update(world).stdout == "good\n")
      #expect(provider.http.requests.count == 12)
    }

    @Test func `who is sent out of the session is not believed`() throws {
      let provider = try Provider(next: "127.0.0.2")
      let result = try update(provider.world())
      #expect(result.stdout != "good\n", "\(result.output)")
      #expect(!provider.http.requests.all.contains { $0.method == "PUT" })
    }

    @Test func `a wrong password is said so, and tried once`() throws {
      let provider = try Provider()
      let world = try provider.world()
      try world.configure(
        ["service_name": "mine", "update_url": nil, "username": "u", "password": "wr0ng"],
        global: ["upd_privateip": "1"])
      let result = try update(world)
      #expect(result.status == 77 && result.stdout == "badauth\n", "\(result.output)")
      #expect(provider.http.requests.count == 3)
    }

    @Test func `servers that send each other on and on are left`() throws {
      let http = try LoopbackHTTP { request in
        let host = request.field("Host") ?? ""
        return HTTPAnswer(302, fields: ["Location: http://\(host)/again\(request.target)"], "")
      }
      let world = try World()
      try world.write(
        "usr/share/ddns/custom/mine.json",
        """
        {"ipv4": {}, "protocol": "recipe", "base": "http://127.0.0.1:\(http.port)",
         "session": "127.0.0.1", "steps": [{"get": "/"}, {"put": "/"}]}
        """)
      try world.configure(
        ["service_name": "mine", "update_url": nil], global: ["upd_privateip": "1"])
      let result = try update(world)
      #expect(result.status == 75, "\(result.output)")
      #expect(result.stderr.contains("more than 8 redirects"), "\(result.output)")
      #expect(http.requests.count == 9)
    }

    @Test func `what an answer has said never names the server`() throws {
      let world = try World()
      for step in ["http://[!login]", "https://login.example[!login]", "[!login]"] {
        try world.write(
          "usr/share/ddns/custom/mine.json",
          """
          {"ipv4": {}, "protocol": "recipe", "base": "http://127.0.0.1",
           "steps": [{"get": "/", "find": {"login": ["a", "b"]}}, {"post": "\(step)"}]}
          """)
        try world.configure(["service_name": "mine", "update_url": nil])
        let check = try world.run("ddns-runner", ["--check"])
        #expect(check.status == 78)
        #expect(check.stderr.contains("'steps[1].post' is missing or not valid"), "\(check.output)")
      }
    }
  }
}
