// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite struct RequestTests {
    @Test func `sends a dyndns2 request byte for byte as the protocol has it`() throws {
      let world = try World()
      try world.configure()
      let result = try world.update([World.seen])
      #expect(result.status == 0)
      #expect(result.stdout == "good\n")
      let request = try #require(world.updates.first)
      #expect(world.updates.count == 1)
      let lines = request.head.components(separatedBy: "\r\n")
      #expect(
        lines[0] == "GET /nic/update?hostname=home.example.com&myip=81.2.69.142 HTTP/1.1")
      #expect(request.fields.count { $0.name.lowercased() == "host" } == 1)
      #expect(request.field("Host") == "127.0.0.1:\(world.mock.http.port)")
      let login = Data("\(World.user):\(World.password)".utf8).base64EncodedString()
      #expect(request.field("Authorization") == "Basic \(login)")
      #expect(request.field("Connection")?.lowercased() == "close")
      #expect(request.body.isEmpty)
    }

    @Test func `names product, version and a contact as user agent by default`() throws {
      let world = try World()
      try world.configure()
      _ = try world.update([World.seen])
      let agent = try #require(world.updates.first?.field("User-Agent"))
      #expect(agent.contains("/"), "product/version")
      #expect(agent.contains("@") || agent.contains("http"), "a contact")
      #expect(!agent.lowercased().contains("curl"))
    }

    @Test func `honours user_agent with every transfer (the original only with wget)`() throws {
      let world = try World()
      try world.configure(["user_agent": "Acme Router/1.2 admin@example.org"])
      _ = try world.runner(["-v", "2"])
      #expect(world.mock.http.requests.count >= 2)
      for request in world.mock.http.requests.all {
        #expect(request.field("User-Agent") == "Acme Router/1.2 admin@example.org")
      }
    }

    @Test func `sends IPv6 in the full form the contract promises`() throws {
      let world = try World()
      try world.configure(["use_ipv6": "1"])
      let result = try world.update([World.seenIPv6])
      #expect(result.stdout == "good\n")
      let target = try #require(world.updates.first?.target)
      #expect(target.hasSuffix("myip=2a02:8010:0001:0000:0000:0000:0000:0007"))
      #expect(world.zone.addresses(of: World.host) == [World.seenIPv6])
    }

    @Test func `encodes every value with its true bytes (B14, users 29)`() throws {
      let world = try World()
      try world.configure([
        "update_url": "http://127.0.0.1:\(world.mock.http.port)"
          + "/nic/update?hostname=[DOMAIN]&username=[USERNAME]&password=[PASSWORD]&myip=[IP]"
      ])
      #expect(try world.update([World.seen]).stdout == "good\n")
      let target = try #require(world.updates.first?.target)
      #expect(target.contains("password=Zq7%2fs3cr%2bt%20p%25w%c3%bc&"))
    }

    @Test func `inserts param_opt literally, ampersand and hash included (B15)`() throws {
      let world = try World()
      try world.configure([
        "param_opt": "a&b=c", "update_url": world.nicUpdate + "&x=[PARAMOPT]",
      ])
      _ = try world.update([World.seen])
      #expect(world.updates.first?.target.hasSuffix("&x=a&b=c") == true)
    }

    @Test func `accepts a comma list in domain and keeps the comma (B38, users 18)`() throws {
      let world = try World()
      try world.configure(["domain": "home.example.com,www.example.com"])
      #expect(try world.update([World.seen]).status == 0)
      #expect(
        world.updates.first?.target.contains("hostname=home.example.com,www.example.com&") == true)
      #expect(world.zone.addresses(of: "www.example.com") == [World.seen])
    }

    @Test func `one refused host of several is not a success`() throws {
      let world = try World()
      try world.configure(["domain": "home.example.com,foreign.example.com"])
      let result = try world.update([World.seen])
      #expect(result.status == 77)
      #expect(result.stdout.contains("nohost"))
    }

    @Test(arguments: [
      ("duckdns.test", "/update?domains=[DOMAIN]&token=[PASSWORD]&ip=[IP]", "OK"),
      (
        "dynv6.test", "/api/update?hostname=[DOMAIN]&token=[PASSWORD]&ipv4=[IP]",
        "addresses (updated|unchanged)"
      ),
      ("afraid.test", "/dynamic/update.php?[PASSWORD]&address=[IP]", "Updated|has not changed"),
    ])
    func `updates through a row of the services table`(
      name: String, url: String, answer: String
    ) throws {
      let world = try World()
      try world.service(
        name, url: "http://127.0.0.1:\(world.mock.http.port)\(url)", answer: answer)
      try world.configure(["service_name": name, "update_url": nil])
      let result = try world.update([World.seen])
      #expect(result.status == 0)
      #expect(result.stdout == "good\n")
      #expect(world.updates.count == 1)
    }

    @Test func `a wrong token of a table row is not a success (users 12)`() throws {
      let world = try World()
      try world.service(
        "duckdns.test",
        url: "http://127.0.0.1:\(world.mock.http.port)/update?domains=[DOMAIN]&token=x&ip=[IP]",
        answer: "OK")
      try world.configure(["service_name": "duckdns.test", "update_url": nil])
      let result = try world.update([World.seen])
      #expect(result.status != 0)
      #expect(result.stdout != "good\n")
    }

    @Test(arguments: [(true, 0), (false, 77)])
    func `reads Namecheap's XML by ErrCount, not by the word true (users 12)`(
      isRight: Bool, status: Int32
    ) throws {
      let world = try World()
      try world.configure([
        "username": "home", "domain": "example.com",
        "update_url": "http://127.0.0.1:\(world.mock.http.port)/update?host=[USERNAME]"
          + "&domain=[DOMAIN]&password=\(isRight ? "[PASSWORD]" : "wrong")&ip=[IP]",
      ])
      let result = try world.update([World.seen])
      #expect(result.status == status)
      #expect(result.stdout == (isRight ? "good\n" : "badauth\n"))
    }

    @Test func `custom table rows win over the shipped ones`() throws {
      let world = try World()
      try world.service("row.test", url: "http://127.0.0.1:1/never", answer: "good")
      try world.write(
        "usr/share/ddns/custom/row.test.json",
        "{\"name\": \"x\", \"ipv4\": {\"url\": \"\(world.nicUpdate)\", \"answer\": \"good\"}}")
      try world.configure(["service_name": "row.test", "update_url": nil])
      #expect(try world.update([World.seen]).stdout == "good\n")
    }

    @Test func `sends nothing in a dry run`() throws {
      let world = try World()
      try world.configure()
      #expect(try world.update(["-d", World.seen]).status == 0)
      #expect(world.updates.isEmpty)
    }

    @Test(arguments: [
      "10.1.2.3", "192.168.1.1", "100.64.0.1", "127.0.0.1", "203.0.113.7", "0.0.0.0",
    ])
    func `refuses to publish an address that is not public (users 37)`(address: String) throws {
      let world = try World()
      try world.configure()
      #expect(try world.update([address]).status != 0)
      #expect(world.updates.isEmpty)
    }

    @Test func `publishes a private address when upd_privateip says so`() throws {
      let world = try World()
      try world.configure(global: ["upd_privateip": "1"])
      #expect(try world.update(["192.168.1.1"]).stdout == "good\n")
    }

    @Test(arguments: ["junk", "1.2.3.4.5", "999.1.1.1", "", "81.2.69.142 81.2.69.143"])
    func `refuses an argument that is no address`(address: String) throws {
      let world = try World()
      try world.configure()
      #expect(try world.update([address]).status != 0)
      #expect(world.updates.isEmpty)
    }
  }
}
