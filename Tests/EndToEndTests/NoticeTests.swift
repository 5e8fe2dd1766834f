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
    static func world(_ notify: [String: String], _ changes: [String: String?] = [:]) throws -> World
    {
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
  }
}
