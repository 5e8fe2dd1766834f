// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `config notify`: who is told what, by webhooks and programs.
  @Suite struct NoticeTests {
    /// Somebody who takes messages.
    static func receiver(_ status: Int = 200) throws -> LoopbackHTTP {
      try LoopbackHTTP { _ in HTTPAnswer(status, "ok\n") }
    }

    /// A world with a section and a notify section.
    static func world(
      _ notify: [String: String], _ changes: [String: String?] = [:]
    ) throws -> World {
      let world = try World()
      let folder = Programs.source("services/notify")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = "\(folder)/\(name)"
        try world.write(
          "usr/share/ddns/notify/\(name)", String(contentsOfFile: path, encoding: .utf8))
      }
      try configure(world, notify, changes)
      return world
    }

    static func configure(
      _ world: World, _ notify: [String: String], _ changes: [String: String?] = [:]
    ) throws {
      let lines = notify.sorted { $0.key < $1.key }.map { "\toption \($0) '\($1)'\n" }.joined()
      try world.configure(text: world.section("home", changes) + "config notify 'me'\n" + lines)
    }

    @Test func `a webhook is told of a change, once`() throws {
      let receiver = try NoticeTests.receiver()
      let world = try NoticeTests.world([
        "type": "webhook", "url": "http://127.0.0.1:\(receiver.port)/hook",
        "password": "t0ken/of=mine",
      ])
      #expect(try world.runner(["--once"]).status == 0)
      let request = try #require(receiver.requests.all.first)
      #expect(request.method == "POST" && request.path == "/hook")
      #expect(request.field("content-type") == "application/json")
      #expect(request.field("authorization") == "Bearer t0ken/of=mine")
      let body = try JSONSerialization.jsonObject(with: Data(request.body))
      let message = try #require(body as? [String: String])
      #expect(message["event"] == "change" && message["section"] == "home")
      #expect(message["domain"] == World.host && message["address"] == World.seen)
      #expect(message["old_address"] == "" && message["text"]?.contains("To do:") == true)
      #expect(world.log().contains("notice 'change' by 'me' sent"))
      #expect(!world.log().contains("t0ken"))
      #expect(try world.runner(["--once", "--force"]).status == 0)
      #expect(receiver.requests.all.count == 1, "the address is the same")
    }

    @Test(arguments: [
      ("ntfy", "/", #"{"topic": "room 1", "title": "T", "message": "B"}"#, "authorization"),
      ("gotify", "/message", #"{"title": "T", "message": "B", "priority": 5}"#, "x-gotify-key"),
      ("telegram", "/botk3y:of/mine/sendMessage", #"{"chat_id": "room 1", "text": "B"}"#, ""),
      ("discord", "/", #"{"content": "B"}"#, ""), ("slack", "/", #"{"text": "B"}"#, ""),
      (
        "matrix", "/_matrix/client/v3/rooms/room%201/send/m.room.message/",
        #"{"msgtype": "m.text", "body": "B"}"#, "authorization"
      ),
      (
        "homeassistant", "/api/services/notify/room%201", #"{"title": "T", "message": "B"}"#,
        "authorization"
      ),
    ]) func `each file of a webhook asks as its service wants it`(
      type: String, path: String, body: String, field: String
    ) throws {
      let receiver = try NoticeTests.receiver()
      let world = try NoticeTests.world([
        "type": type, "url": "http://127.0.0.1:\(receiver.port)", "to": "room 1",
        "password": "k3y:of/mine",
      ])
      let result = try world.run("ddns-runner", ["--notify-test", "me"])
      #expect(result.status == 0 && result.stdout == "me: sent\n", "\(result.output)")
      let request = try #require(receiver.requests.all.first)
      #expect(request.path.hasPrefix(path), "\(request.target)")
      if !field.isEmpty { #expect(request.field(field)?.hasSuffix("k3y:of/mine") == true) }
      let shape = String(decoding: request.body, as: UTF8.self)
        .replacing("\"a test of the notices of ddns\"", with: "\"T\"")
        .replacing(/"a test of the notices of ddns\\n[^"]*"/, with: "\"B\"")
      #expect(shape == body)
    }

    @Test(.enabled(if: Programs.hasNginx)) func `a webhook by TLS, whose certificate counts`()
      throws
    {
      let receiver = try NoticeTests.receiver()
      let authority = try Authority.shared()
      for (certificate, status) in [(TestAuthority.Certificate.good, 0), (.wrongname, 75)] {
        let front = try TLSFront(authority, certificate, upstream: receiver.port)
        let world = try NoticeTests.world([
          "type": "webhook", "url": "https://localhost:\(front.port)/a-path-that-is-secret",
          "cacert": "/ca.pem",
        ])
        try world.write("ca.pem", String(contentsOfFile: authority.file, encoding: .utf8))
        let result = try world.run("ddns-runner", ["--notify-test"])
        #expect(result.status == status, "\(result.output)")
        #expect(!result.output.contains("a-path-that"))
      }
      #expect(receiver.requests.all.map { $0.path } == ["/a-path-that-is-secret"])
    }

    @Test func `a program has values in its environment, and no secret`() throws {
      let world = try NoticeTests.world([
        "type": "program", "program": "/bin/hook \"one word\"", "password": "never-there",
        "on": "change block",
      ])
      try world.write(
        "bin/hook", "#!/bin/sh\n{ echo \"$1\"; env; } >>\(world.root)/tmp/seen\n", mode: 0o755)
      #expect(try world.runner(["--once"]).status == 0)
      let seen = try #require(world.text("tmp/seen"))
      for line in [
        "one word", "DDNS_EVENT=change", "DDNS_SECTION=home", "DDNS_DOMAIN=\(World.host)",
        "DDNS_ADDRESS=\(World.seen)", "DDNS_OLD_ADDRESS=",
        "DDNS_TITLE=\(World.host): the address is \(World.seen) now",
      ] { #expect(seen.components(separatedBy: "\n").contains(line), "\(line)") }
      #expect(!seen.contains("never-there") && world.redactor.leak(in: seen) == nil)
    }

    @Test(arguments: ["file", "env", "command"])
    func `a password that is elsewhere arrives, and is in no environment`(way: String) throws {
      let receiver = try NoticeTests.receiver()
      let world = try NoticeTests.world(
        [
          "type": "webhook", "url": "http://127.0.0.1:\(receiver.port)/",
          "password_\(way)": ["file": "/pw", "env": "MY_TOKEN", "command": "/bin/pw"][way] ?? "",
        ], ["ip_source": "script", "ip_script": "/bin/address"])
      try world.write(
        "bin/address", "#!/bin/sh\nenv >\(world.root)/tmp/env\necho \(World.seen)\n", mode: 0o755)
      try world.write("bin/pw", "#!/bin/sh\necho t0ken-elsewhere\n", mode: 0o755)
      try world.write("pw", "t0ken-elsewhere\n", mode: 0o600)
      let environment = way == "env" ? ["MY_TOKEN": "t0ken-elsewhere"] : [:]
      let result = try world.run(
        "ddns-runner", ["-S", "home", "-v", "2"], environment: environment)
      #expect(result.status == 0, "\(result.output)")
      let sent = receiver.requests.all.map { $0.field("authorization") }
      #expect(sent == ["Bearer t0ken-elsewhere"])
      for text in [result.output, world.log(), try #require(world.text("tmp/env"))] {
        #expect(!text.contains("t0ken-elsewhere"))
      }
      let test = try world.run("ddns-runner", ["--notify-test"], environment: environment)
      #expect(test.status == 0 && receiver.requests.all.count == 2, "\(test.output)")
    }

    @Test func `a program that fails is not run again, and the update has gone through`() throws {
      let world = try NoticeTests.world(["type": "program", "program": "/bin/hook"])
      try world.write(
        "bin/hook", "#!/bin/sh\necho x >>\(world.root)/tmp/seen; exit 3\n", mode: 0o755)
      #expect(try world.runner(["--once"]).status == 0)
      #expect(world.zone.addresses(of: World.host) == [World.seen])
      #expect(world.log().contains("'change' by 'me' NOT sent: "), "\(world.log())")
      #expect(world.log().contains("ended with status 3"))
      #expect(world.text("tmp/seen") == "x\n")
    }

    @Test func `an update does not wait for a receiver that is silent`() throws {
      let receiver = try NoticeTests.receiver()
      receiver.script.add("*", .silent)
      let world = try NoticeTests.world([
        "type": "webhook", "url": "http://127.0.0.1:\(receiver.port)/",
      ])
      let child = try world.start("ddns-runner", ["-S", "home"])
      #expect(Wait.until(within: 10) { receiver.connectionCount > 0 })
      #expect(Wait.until(within: 5) { world.runFile("status")?.contains("state waiting") == true })
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("81.2.69.99\n")))
      child.signal(SIGUSR1)
      #expect(Wait.until(within: 8) { world.zone.addresses(of: World.host) == ["81.2.69.99"] })
      child.signal(SIGTERM)
      #expect(child.wait(seconds: 5).status != -1)
      #expect(world.text("etc/ddns/state/home.notices")?.contains("\nletter me ") == true)
    }

    @Test func `a refusal is told once, over restarts, and that it works again`() throws {
      let receiver = try NoticeTests.receiver()
      let notify = ["type": "webhook", "url": "http://127.0.0.1:\(receiver.port)/"]
      let world = try NoticeTests.world(notify, ["password": "wrong"])
      for _ in 1...2 { #expect(try world.runner(["--once"]).status == 77) }
      #expect(events(receiver) == ["block"])
      try NoticeTests.configure(world, notify)
      #expect(try world.runner(["--once"]).status == 0)
      #expect(events(receiver).sorted() == ["block", "change", "recovery"])
    }

    @Test func `failures are told when there are as many as wanted, over restarts`() throws {
      let receiver = try NoticeTests.receiver()
      let world = try NoticeTests.world(
        [
          "type": "webhook", "url": "http://127.0.0.1:\(receiver.port)/", "failures": "2",
          "on": "failure,recovery",
        ], ["ip_url": "http://127.0.0.1:1/"])
      #expect(try world.runner(["--once"]).status == 75)
      #expect(receiver.requests.all.isEmpty)
      for _ in 1...3 { #expect(try world.runner(["--once"]).status == 75) }
      #expect(events(receiver) == ["failure"])
    }

    private func events(_ receiver: LoopbackHTTP) -> [String] {
      receiver.requests.all.compactMap { request in
        let value = try? JSONSerialization.jsonObject(with: Data(request.body))
        return (value as? [String: String])?["event"]
      }
    }

    @Test func `a section says who is told, or that nobody is`() throws {
      let receiver = try NoticeTests.receiver()
      let world = try World()
      let url = "\toption type 'hook'\n\toption url 'http://127.0.0.1:\(receiver.port)/"
      try world.write(
        "usr/share/ddns/notify/hook.json", #"{"method": "PUT", "url": "[URL]", "body": "[EVENT]"}"#)
      for (option, paths) in [
        ("", ["/a"]), ("\tlist notify 'b'\n\tlist notify 'a'\n", ["/a", "/b"]),
        ("\toption notify 'none'\n", []), ("\toption notify 'b'\n", ["/b"]),
      ] {
        try world.configure(
          text: world.section("home") + option + "config notify 'a'\n\(url)a'\n"
            + "config notify 'b'\n\(url)b'\n\toption default '0'\n")
        for name in ["etc/ddns/state", "var/run/ddns"] {
          try? FileManager.default.removeItem(atPath: "\(world.root)/\(name)")
        }
        let count = receiver.requests.all.count
        #expect(try world.runner(["--once"]).status == 0)
        #expect(receiver.requests.all.dropFirst(count).map { $0.path }.sorted() == paths)
      }
    }

    @Test func `what is wrong with a section is said with its line`() throws {
      let world = try NoticeTests.world(
        ["type": "mail", "server": "localhost", "to": "nobody", "on": "chang", "sever": "x"],
        ["notify": "you"])
      let result = try world.run("ddns-runner", ["--check"])
      #expect(result.status == 78)
      for words in [
        ": notify 'me': option 'to' and 'from' have to be mail addresses",
        ": notify 'me': option 'on' has 'chang': use change failure recovery block expiry",
        ": option 'sever' is not known: did you mean 'server'?",
        ": section 'home': there is no notify section 'you'",
      ] { #expect(result.stderr.contains(words), "\(words)\n\(result.stderr)") }
      for (options, words) in [
        (["type": "nix"], "there is no file '"), (["type": "gotify"], "option 'url' is missing"),
        (["type": "slack"], "option 'password' is missing"),
        (["type": "program", "program": "/none"], "'/none' has to be a program"),
        ([:], "option 'type' is missing"),
        (["type": "slack", "password_file": "/none"], "option 'password_file': cannot open "),
        (
          ["type": "mail", "server": "x", "to": "a@b.c", "security": "none", "username": "u"],
          "option 'security' is 'none': no password is sent that way"
        ),
      ] {
        try NoticeTests.configure(world, options.merging(["failures": "1"]) { $1 })
        let result = try world.run("ddns-runner", ["--check"])
        #expect(result.status == 78 && result.stderr.contains(words), "\(result.output)")
        let sent = try world.run("ddns-runner", ["--notify-test"])
        #expect(sent.status == 78 && sent.stderr.contains(words), "\(sent.output)")
      }
      #expect(try world.run("ddns-runner", ["--notify-test", "you"]).status == 78)
      #expect(try world.run("ddns-runner", ["word"]).status == 64)
    }
  }
}
