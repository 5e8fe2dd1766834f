// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  @Suite struct SynologyTests {
    /// What DSM runs: the module, or a link of ours to it for a provider.
    private static func call(
      _ world: World, _ arguments: [String], provider: String? = nil
    ) throws -> String {
      var program = Programs.path("ddns-synology")
      if let provider {
        let link = "\(world.root)/ddns-synology-\(provider)"
        try? FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: program)
        program = link
      }
      let result = try Child.run(
        program, ["--root", world.root, "--"] + arguments, environment: Programs.searchPath)
      world.check(result)
      #expect(result.status == 0, "\(result.stderr)")
      return result.stdout
    }

    private static let good = [World.user, World.password, World.host, "81.2.69.142"]

    @Test func `a link for a provider is its module, without any configuration`() throws {
      let world = try World()
      try world.service("mock.test", url: world.nicUpdate)
      #expect(try Self.call(world, Self.good, provider: "mock.test") == "good\n")
      #expect(world.zone.addresses(of: World.host) == ["81.2.69.142"])
      let ipv6 = Array(Self.good.dropLast()) + ["2a02:8010:1::7"]
      #expect(try Self.call(world, ipv6, provider: "mock.test") == "good\n")
      for (index, value, word) in [
        (1, "wrong", "badauth"), (2, "other.example.com", "nohost"), (3, "home", "badparam"),
      ] {
        var arguments = Self.good
        arguments[index] = value
        #expect(try Self.call(world, arguments, provider: "mock.test") == "\(word)\n")
      }
      #expect(try Self.call(world, Self.good, provider: "nobody.test") == "badagent\n")
      #expect(try Self.call(world, ["a", "b"], provider: "mock.test") == "badparam\n")
    }

    @Test func `DSM's words are all it says`() throws {
      let world = try World()
      try world.service("mock.test", url: world.nicUpdate)
      for (answer, word) in [
        ("good 81.2.69.142", "good"), ("nochg", "nochg"), ("abuse", "abuse"),
        ("notfqdn", "notfqdn"), ("911", "911"), ("dnserr", "911"), ("!donator", "badagent"),
        ("badsys", "badagent"), ("!yours", "nohost"), ("numhost", "nohost"), ("w60s", "911"),
      ] {
        world.mock.http.script.add("/nic/update", times: 1, .respond(HTTPAnswer(answer)))
        #expect(try Self.call(world, Self.good, provider: "mock.test") == "\(word)\n")
      }
      try world.service("gone.test", url: "http://127.0.0.1:1/?ip=[IP]")
      #expect(try Self.call(world, Self.good, provider: "gone.test") == "badconn\n")
    }

    @Test func `the section synology names the provider for the module itself`() throws {
      let world = try World()
      try world.configure(
        text: "config service 'synology'\n\toption update_url '\(world.nicUpdate)'\n")
      #expect(try Self.call(world, Self.good) == "good\n")
      try world.configure(text: "")
      #expect(try Self.call(world, Self.good) == "badagent\n")
    }
  }
}
