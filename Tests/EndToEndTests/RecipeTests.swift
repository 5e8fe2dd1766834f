// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Recipes over real connections: every sample against a server that gives its answers.
  @Suite struct RecipeTests {
    @Test(arguments: RecipeExchange.all)
    func `what is sent is what the sample says, byte for byte`(sample: RecipeExchange) throws {
      let (world, server) = try sample.world()
      let result = try sample.run(world)
      let requests = server.requests.all
      #expect(requests.count == sample.steps.count, "\(result.output)")
      for (request, step) in zip(requests, sample.steps) {
        #expect(
          RecipeExchange.unsigned(RecipeExchange.lines(request))
            == RecipeExchange.unsigned(step.request), "\(result.output)")
      }
      if sample.isReading {
        #expect(result.stdout == (sample.result == "none" ? "" : sample.result + "\n"))
        #expect(result.status == (sample.result == "none" ? 1 : 0), "\(result.output)")
      } else {
        #expect(result.stdout == sample.result + "\n", "\(result.output)")
      }
      #expect(!result.output.contains("k3y"), "\(result.output)")
    }

    /// What a step may get instead of an answer, and how that ends.
    private static let faults: [(HTTPFault, Int32, String)] = [
      (.respond(HTTPAnswer(401, "")), 77, "badauth\n"),
      (.respond(HTTPAnswer(404, "")), 77, "nohost\n"),
      (.respond(HTTPAnswer(429, fields: ["Retry-After: 77"], "")), 75, "interval\n"),
      (.respond(HTTPAnswer(503, "<html>later</html>")), 75, "servererror\n"),
      (.close, 75, ""), (.reset, 75, ""),
    ]

    @Test(arguments: RecipeExchange.changes)
    func `a fault at any step of any recipe ends it with a clear word`(
      sample: RecipeExchange
    ) throws {
      let (world, server) = try sample.world()
      for number in sample.steps.indices {
        for (fault, status, word) in Self.faults {
          server.script.clear()
          if number > 0 { server.script.add("*", times: number, .delay(0)) }
          server.script.add("*", times: 1, fault)
          let before = server.requests.count
          let result = try sample.run(world)
          let sent = server.requests.count - before
          // What is looked for may be missing: then it is made.
          if word == "nohost\n", sent > number + 1, number < sample.steps.count - 1 { continue }
          #expect(
            result.status == status && result.stdout == word,
            "step \(number + 1), \(fault): \(result.output)")
          #expect(sent == number + 1, "step \(number + 1), \(fault)")
        }
      }
    }

    @Test func `every recipe that ships is followed over the network`() throws {
      let folder = try #require(FileManager.default.enumerator(atPath: RecipeExchange.services))
      let recipes = folder.compactMap { $0 as? String }.filter { name in
        let text = try? String(
          contentsOfFile: "\(RecipeExchange.services)/\(name)", encoding: .utf8)
        return name.hasSuffix(".json") && text?.contains("\"protocol\": \"recipe\"") == true
      }
      #expect(Set(recipes) == Set(RecipeExchange.changes.map { $0.service + ".json" }))
    }

    private var change: RecipeExchange {
      get throws {
        try #require(RecipeExchange.all.first { $0.service == "cloudflare.com-v4" })
      }
    }

    @Test(arguments: [0, 1, 2])
    func `whatever happens at a step, nothing is sent after it`(number: Int) throws {
      let sample = try change
      let faults: [(HTTPFault, Int32, String)] = [
        (.respond(HTTPAnswer(401, "")), 77, "badauth"),
        (.respond(HTTPAnswer(404, "")), 77, "nohost"),
        (.respond(HTTPAnswer(429, fields: ["Retry-After: 77"], "")), 75, "interval"),
        (.respond(HTTPAnswer(502, "<html>error code: 502</html>")), 75, "servererror"),
        (.respond(HTTPAnswer("<html>log in</html>")), 76, "unknown"),
        (.respond(HTTPAnswer(#"{"success":true,"result":[{"id":"z"#)), 76, "unknown"),
        (.huge(bytes: 70_000), 76, ""), (.cut(after: 5), 75, ""), (.reset, 75, ""),
        (.close, 75, ""),
      ]
      for (fault, status, word) in faults {
        // That a record is not there is no failure, and one is made.
        if number == 1, word == "nohost" { continue }
        let (world, server) = try sample.world()
        let target = sample.steps[number].request[0].split(separator: " ")[1]
        let path = target.split(separator: "?")[0]
        server.script.add(String(path), fault)
        let result = try sample.run(world)
        #expect(result.status == status, "\(fault): \(result.output)")
        #expect(result.stdout == (word.isEmpty ? "" : word + "\n"), "\(fault)")
        #expect(server.requests.count == number + 1, "\(fault)")
      }
    }

    @Test func `a dry run shows every request and sends none`() throws {
      let sample = try change
      let (world, server) = try sample.world()
      let result = try sample.run(world, ["-d"])
      #expect(result.status == 0 && result.stdout == "dry-run\n", "\(result.output)")
      #expect(server.requests.count == 0)
      for words in [
        "if ZONE: unless zone_id: GET http://127.0.0.1:\(server.port)/client/v4/zones?name=example.com",
        "zones/[zone_id]/dns_records?type=A&name=home.example.com",
        "if now = [IP]:  -> nochg", "PATCH ", #"{"content":"203.0.113.7"}"#,
        "Dry Run: NOT sending update",
      ] { #expect(result.stderr.contains(words), "\(result.stderr)") }
      #expect(!result.output.contains("k3y"))
    }

    @Test func `a script that is installed goes before the recipe`() throws {
      let sample = try change
      let (world, server) = try sample.world()
      try world.installLibrary()
      try world.write("usr/lib/ddns/update_cloudflare_com_v4.sh", "return 0\n")
      let result = try sample.run(world)
      #expect(result.stdout == "good\n", "\(result.output)")
      #expect(result.stderr.contains("parsing script '/usr/lib/ddns/update_cloudflare_com_v4.sh'"))
      #expect(server.requests.count == 0)
    }

    @Test func `what a section lacks is an error of the configuration, and a note is shown`() throws
    {
      let sample = try change
      let (world, _) = try sample.world(["password": nil])
      let result = try world.run("ddns-runner", ["--check"])
      #expect(result.status == 78)
      #expect(result.stderr.contains("Service section missing 'password'"), "\(result.output)")
      let (other, _) = try sample.world(["domain": "a@example.com,b@example.com"])
      #expect(try other.run("ddns-runner", ["--check"]).stderr.contains("takes one a section"))
      let (good, _) = try sample.world(["verify": "api"])
      let check = try good.run("ddns-runner", ["--check"])
      #expect(check.status == 0, "\(check.output)")
      #expect(check.stdout.contains("section 'home': ok\n"))
      #expect(check.stdout.contains("note of 'cloudflare.com-v4': password: an API token"))
    }

    @Test func `a recipe with room for both families tells both at once`() throws {
      let server = try LoopbackHTTP { _ in HTTPAnswer("{}") }
      let world = try World()
      try world.write(
        "usr/share/ddns/custom/mine.json",
        """
        {"ipv4": {}, "protocol": "recipe", "base": "http://127.0.0.1:\(server.port)",
         "steps": [{"if": "IP6", "put": "/[HOST]", "form": {"a": "[IP4]", "aaaa": "[IP6]"}},
                   {"unless": "IP6", "put": "/[HOST]", "form": {"a": "[IP4]"}}]}
        """)
      try world.configure(
        ["service_name": "mine", "update_url": nil], global: ["upd_privateip": "1"])
      for (more, body) in [
        (["--with", "2001:db8::7"], "a=203.0.113.7&aaaa=2001%3Adb8%3A%3A7"), ([], "a=203.0.113.7"),
      ] {
        let result = try world.run("ddns-update", ["-S", "home"] + more + ["203.0.113.7"])
        #expect(result.stdout == "good\n", "\(result.output)")
        #expect(try String(decoding: #require(server.requests.last).body, as: UTF8.self) == body)
      }
      // What has a place for a prefix wants one.
      let file = try #require(world.text("usr/share/ddns/custom/mine.json"))
      try world.write(
        "usr/share/ddns/custom/mine.json", file.replacing("[IP4]\"}}]", with: "[PREFIX]\"}}]"))
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 78)
      #expect(
        check.stderr.contains("[PREFIX] in a URL needs ip_source 'prefix'"), "\(check.output)")
    }

    @Test func `a private key may be in a file, and is never shown`() throws {
      let sample = try #require(RecipeExchange.all.first { $0.service == "transip.nl" })
      let key = try #require(sample.options["password"])
      let (world, server) = try sample.world(["password": "/etc/ddns/key.pem"])
      let missing = try world.run("ddns-runner", ["--check"])
      #expect(missing.status == 78)
      #expect(
        missing.stderr.contains("neither a private key of RSA (PEM) nor the path of a file"),
        "\(missing.output)")
      try world.write("etc/ddns/key.pem", key, mode: 0o600)
      let result = try sample.run(world)
      #expect(result.stdout == "good\n", "\(result.output)")
      let request = try #require(server.requests.all.first)
      #expect(request.field("Signature").map { $0.count } == 172)
      for line in key.split(separator: "\n") { #expect(!result.output.contains(line)) }
      #expect(!result.output.contains("t0k"))
    }

    @Test func `a provider is added by a file, recipe included`() throws {
      let server = try LoopbackHTTP { request in
        HTTPAnswer(request.method == "GET" ? #"{"ip":"203.0.113.1"}"# : "")
      }
      let world = try World()
      try world.write(
        "usr/share/ddns/custom/mine.json",
        """
        {"ipv4": {}, "protocol": "recipe", "base": "http://127.0.0.1:\(server.port)",
         "steps": [{"get": "/[HOST]", "take": {"now": "ip"}},
                   {"if": "now = [IP]", "say": "nochg"},
                   {"put": "/[HOST]", "form": {"ip": "[IP]", "key": "[PASSWORD]"}}],
         "registered": "now"}
        """)
      try world.configure(
        ["service_name": "mine", "update_url": nil], global: ["upd_privateip": "1"])
      let result = try world.run("ddns-update", ["-S", "home", "203.0.113.7"])
      #expect(result.stdout == "good\n", "\(result.output)")
      #expect(server.requests.all.map(\.method) == ["GET", "PUT"])
      let body = try #require(server.requests.last).body
      #expect(String(decoding: body, as: UTF8.self).hasPrefix("ip=203.0.113.7&key=Zq7%2Fs3cr%2Bt"))
      let bad = try #require(world.text("usr/share/ddns/custom/mine.json"))
        .replacingOccurrences(of: "\"take\"", with: "\"tkae\"")
      try world.write("usr/share/ddns/custom/mine.json", bad)
      let check = try world.run("ddns-runner", ["--check"])
      #expect(check.status == 78)
      #expect(check.stderr.contains("'steps[0].tkae' is missing or not valid"), "\(check.output)")
    }
  }
}
