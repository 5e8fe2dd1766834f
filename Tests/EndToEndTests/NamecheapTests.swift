// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Namecheap, whose answers are XML that says UTF-16 and is not, and which takes one host a request.
  @Suite struct NamecheapTests {
    private func answer(_ body: String) -> HTTPAnswer {
      HTTPAnswer(
        200, fields: ["Content-Type: text/xml"],
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><interface-response><Command>SETDNSHOST</Command>"
          + "<Language>eng</Language>\(body)<Done>true</Done><debug><![CDATA[]]></debug>"
          + "</interface-response>")
    }

    private var good: HTTPAnswer {
      answer("<IP>203.0.113.7</IP><ErrCount>0</ErrCount><errors /><ResponseCount>0</ResponseCount>")
    }

    private func bad(_ text: String, _ number: Int) -> HTTPAnswer {
      answer(
        "<ErrCount>1</ErrCount><errors><Err1>\(text)</Err1></errors><ResponseCount>1</ResponseCount>"
          + "<responses><response><Description>\(text)</Description><ResponseNumber>\(number)"
          + "</ResponseNumber></response></responses>")
    }

    private func world(_ username: String) throws -> (World, LoopbackHTTP) {
      let good = good
      let server = try LoopbackHTTP { _ in good }
      let world = try World()
      let file = try String(
        contentsOfFile: Programs.source("services/namecheap.com.json"), encoding: .utf8)
      try world.write(
        "usr/share/ddns/custom/namecheap.com.json",
        file.replacing(
          "https://dynamicdns.park-your-domain.com", with: "http://127.0.0.1:\(server.port)"))
      try world.configure(
        [
          "service_name": "namecheap.com", "update_url": nil, "username": username,
          "domain": "example.com", "lookup_host": nil, "password": "0123456789abcdef",
        ], global: ["upd_privateip": "1"])
      return (world, server)
    }

    private func update(_ world: World, _ more: [String] = []) throws -> Child.Result {
      let result = try world.run(
        "ddns-update", ["-S", "home", "-v", "2"] + more + ["203.0.113.7"])
      #expect(!result.output.contains("0123456789abcdef"), "\(result.output)")
      return result
    }

    private func target(_ host: String) -> String {
      "/update?host=\(host)&domain=example.com&password=0123456789abcdef&ip=203.0.113.7"
    }

    @Test(arguments: [
      ("@", ["%40"]), ("www", ["www"]), ("*", ["%2a"]), ("a.b", ["a.b"]),
      ("@,www, ftp", ["%40", "www", "ftp"]), ("@ -a www -a ftp", ["%40", "www", "ftp"]),
    ])
    func `each host gets a request of its own`(username: String, hosts: [String]) throws {
      let (world, server) = try world(username)
      let result = try update(world)
      #expect(result.status == 0 && result.stdout == "good\n", "\(result.output)")
      #expect(server.requests.all.map(\.target) == hosts.map(target))
      #expect(server.requests.all.allSatisfy { $0.method == "GET" && $0.body.isEmpty })
    }

    @Test func `a dry run shows each and sends none`() throws {
      let (world, server) = try world("@,www")
      let result = try update(world, ["-d"])
      #expect(result.status == 0 && result.stdout == "dry-run\n", "\(result.output)")
      #expect(result.stderr.components(separatedBy: "/update?host=").count == 3)
      #expect(server.requests.count == 0)
    }

    @Test(arguments: [
      ("Domain name not found", 316_153, "nohost", 77),
      ("Passwords do not match", 304_156, "badauth", 77),
      ("No Records updated. A record not Found;", 380_091, "nohost", 77),
      ("Too many records", 1, "911", 75),
    ])
    func `an error of one host is said by the host's name`(
      text: String, number: Int, word: String, status: Int32
    ) throws {
      let (world, server) = try world("@,www,ftp")
      server.script.add("*", times: 1, .delay(0))
      server.script.add("*", times: 1, .respond(bad(text, number)))
      let result = try update(world)
      #expect(result.status == status && result.stdout == word + "\n", "\(result.output)")
      #expect(result.stderr.contains("host www: "), "\(result.output)")
      #expect(result.stderr.contains(": \(text)\n"), "\(result.output)")
      // What is wrong with a host is not wrong with the next; a password is.
      #expect(server.requests.count == (word == "nohost" ? 3 : 2))
    }

    @Test func `a page that is none of its answers is no success`() throws {
      for body in ["", "<html>good 203.0.113.7</html>", "<ErrCount>", "<Done>true</Done>"] {
        let (world, server) = try world("@")
        server.script.add("*", .respond(HTTPAnswer(body)))
        let result = try update(world)
        #expect(result.status == 76 && result.stdout == "unknown\n", "\(result.output)")
      }
    }
  }
}
