// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// What a recipe has found, in `SECTION.ids`.
  @Suite struct RecipeMemoryTests {
    private static let ids = "var/run/ddns/home.ids"

    private func world() throws -> (RecipeExchange, World, LoopbackHTTP) {
      let sample = try #require(RecipeExchange.all.first { $0.service == "cloudflare.com-v4" })
      let (world, server) = try sample.world()
      try world.write("var/run/ddns/other.ids", "")
      return (sample, world, server)
    }

    /// Runs it, and how many requests that took.
    private func requests(
      _ sample: RecipeExchange, _ world: World, _ server: LoopbackHTTP, _ more: [String] = []
    ) throws -> Int {
      let before = server.requests.count
      let result = try sample.run(world, more)
      #expect(result.status == 0, "\(result.output)")
      return server.requests.count - before
    }

    @Test func `what was found is not asked for again, until the section is another`() throws {
      let (sample, world, server) = try world()
      let all = sample.steps.count
      #expect(try requests(sample, world, server, ["-d"]) == 0)
      #expect(!world.exists(Self.ids))
      #expect(try requests(sample, world, server) == all)
      let file = try #require(world.text(Self.ids))
      #expect(file.hasSuffix(" zone_id=z1 record=r1 \n"), "\(file)")
      let mode = try FileManager.default.attributesOfItem(atPath: "\(world.root)/\(Self.ids)")
      #expect(mode[.posixPermissions] as? Int == 0o600)
      #expect(try requests(sample, world, server) == 1)
      let request = try #require(server.requests.last)
      #expect(RecipeExchange.lines(request) == sample.steps.last?.request)
      #expect(world.text(Self.ids) == file)
      // What is another may be another account's.
      let configuration = try #require(world.text("etc/config/ddns"))
      let other = configuration + "\toption user_agent 'another'\n"
      try world.write("etc/config/ddns", other, mode: 0o600)
      #expect(try requests(sample, world, server) == all)
      #expect(world.text(Self.ids) != file)
    }

    @Test func `what is there no more is forgotten, and everything asked anew`() throws {
      let (sample, world, server) = try world()
      #expect(try requests(sample, world, server) == sample.steps.count)
      server.script.add("*", times: 1, .respond(HTTPAnswer(404, "")))
      #expect(try requests(sample, world, server) == sample.steps.count + 1)
      // Not there for good: the answer is one, and nothing is left.
      server.script.add("*", .respond(HTTPAnswer(404, "")))
      let result = try sample.run(world)
      #expect(result.status == 77 && result.stdout == "nohost\n", "\(result.output)")
      #expect(try #require(world.text(Self.ids)).contains("zone_id=") == false)
    }

    @Test(arguments: [
      "", "\n", "7", "zone_id=z9 record=r9 \n", "1 zone_id=z9 record=r9 \n",
      String(repeating: "x", count: 500),
    ])
    func `a file that is not whole, or of another section, says nothing`(text: String) throws {
      let (sample, world, server) = try world()
      try world.write(Self.ids, text)
      #expect(try requests(sample, world, server) == sample.steps.count)
      #expect(try requests(sample, world, server) == 1)
      // Torn before its end.
      let file = try #require(world.text(Self.ids)).split(separator: "\n")[0]
      try world.write(Self.ids, String(file.dropLast(4)))
      #expect(try requests(sample, world, server) == sample.steps.count)
    }

    @Test func `a fault in between leaves what was known`() throws {
      let (sample, world, server) = try world()
      #expect(try requests(sample, world, server) == sample.steps.count)
      let file = world.text(Self.ids)
      server.script.add("*", times: 1, .close)
      #expect(try sample.run(world).status == 75)
      #expect(world.text(Self.ids) == file)
      #expect(try requests(sample, world, server) == 1)
    }
  }
}
