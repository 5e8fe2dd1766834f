// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// Several who see the address from outside, and what is taken out of a page.
  @Suite struct ObserverTests {
    private static let old = "81.2.69.142"
    private static let new = "81.2.69.143"

    /// Pages that say these; one that is nil has an error.
    private static func world(_ pages: [String?]) throws -> World {
      let world = try World()
      for (index, page) in pages.enumerated() {
        world.mock.http.script.add(
          "/\(index)", .respond(page.map { HTTPAnswer($0) } ?? HTTPAnswer(500, "no")))
      }
      let urls = pages.indices.map { world.page("/\($0)", isIPv6: false) }
      try world.configure([
        "ip_url": urls.joined(separator: " "), "force_ipversion": "1",
      ])
      return world
    }

    private static func asked(_ world: World) -> [String] {
      world.mock.http.requests.all.map { $0.path }
    }

    @Test(
      arguments: [
        ([old, new], old, ["/0"]), ([new, new, old], new, ["/0", "/1"]),
        ([new, old, new], new, ["/0", "/1", "/2"]), ([new, old, old], old, ["/0", "/1", "/2"]),
        ([nil, old, new], old, ["/0", "/1"]),
        (["none", new, nil, new], new, ["/0", "/1", "/2", "/3"]),
        (["10.0.0.1", new, "10.0.0.1", new], new, ["/0", "/1", "/2", "/3"]),
      ] as [([String?], String, [String])])
    func `one confirms what is published, two have to agree on what is new`(
      pages: [String?], address: String, asked: [String]
    ) throws {
      let world = try Self.world(pages)
      let result = try world.detect(["-S", "home", Self.old])
      #expect(result.stdout == address + "\n", "\(result.stderr)")
      #expect(Self.asked(world) == asked)
    }

    @Test func `one that is named twice does not agree with itself`() throws {
      let world = try Self.world([Self.new, Self.old])
      let urls = [0, 0, 1].map { world.page("/\($0)", isIPv6: false) }
      try world.configure(["ip_url": urls.joined(separator: " "), "force_ipversion": "1"])
      #expect(try world.detect(["-S", "home", "9.9.9.9"]).status == 75)
      #expect(Self.asked(world) == ["/0", "/1"])
    }

    @Test func `one that stands alone may be wrong, and who says what is told`() throws {
      let world = try Self.world([Self.new, nil, Self.old])
      for known in [[], ["9.9.9.9"]] {
        let result = try world.detect(["-S", "home"] + known)
        #expect(result.status == 75 && result.stdout.isEmpty)
        let start = "http://127.0.0.1:\(world.mock.http.port)"
        #expect(
          result.stderr.contains(
            "no two sources of ip_url agree: \(start)/0 says \(Self.new); \(start)/1: 127.0.0.1: "
              + "HTTP status 500 instead of an address; \(start)/2 says \(Self.old)"),
          "\(result.stderr)")
      }
      #expect(try world.detect(["-S", "home", "x"]).status == 64)
    }

    @Test func `three that differ are enough, and one URL alone needs no other`() throws {
      let world = try Self.world(["8.8.4.4", "8.8.4.5", "8.8.4.6", "8.8.4.6"])
      #expect(try world.detect().status == 75)
      #expect(Self.asked(world) == ["/0", "/1", "/2"])
      let alone = try world.detect(["-u", world.page("/3", isIPv6: false)])
      #expect(alone.stdout == "8.8.4.6\n")
    }

    @Test func `a runner says what is published, and never sends what one page alone says`() throws
    {
      let world = try World()
      let pages = ["/a", "/b"].map { world.page($0, isIPv6: false) }
      try world.configure(["ip_url": pages.joined(separator: " "), "force_interval": "0"])
      world.mock.http.script.add("/a", times: 1, .respond(HTTPAnswer(Self.old)))
      world.mock.http.script.add("/b", times: 1, .respond(HTTPAnswer(Self.old)))
      world.mock.http.script.add("/a", .respond(HTTPAnswer(Self.new)))
      world.mock.http.script.add("/b", .respond(HTTPAnswer(Self.old)))
      #expect(try world.runner(["--once", "-v", "0"]).status == 0)
      let again = try world.runner(["--once", "-v", "0"])
      #expect(again.status == 75, "\(again.output) \(world.log())")
      #expect(world.log().contains("no two sources of ip_url agree"))
      #expect(world.updates.count == 1)
    }

    @Test func `credentials of each URL are hidden`() throws {
      let world = try World()
      let port = world.mock.http.port
      try world.configure([
        "ip_url": "http://a:One-S3cret@127.0.0.1:\(port)/ip http://b:Two-S3cret@127.0.0.1:\(port)/x"
      ])
      let result = try world.run("ddns-detect-ip", ["-S", "home", "-v", "2"])
      #expect(result.status == 75 && result.stderr.contains("http://b:***@127.0.0.1:"))
      #expect(!result.output.contains("S3cret"), "\(result.stderr)")
    }

    @Test(arguments: [
      ("{\"data\": [1, {\"ip\": \"8.8.4.4\"}], \"ip\": \"9.9.9.9\"}", "data[1].ip", "", "8.8.4.4"),
      ("{\"ip\": \"was 8.8.4.4, is 9.9.9.9\"}", "ip", "is (.*)", "9.9.9.9"),
      ("old: 8.8.4.4\nnew: none\nnew: 9.9.9.9\n", "", "^new: (.+)", "9.9.9.9"),
      ("<b>8.8.4.4</b><i>9.9.9.9</i>", "", "<i>[^<]*", "9.9.9.9"),
      ("{\"ip\": 8}", "ip", "", ""), ("8.8.4.4", "ip", "", ""), ("{}", "ip", "", ""),
      ("{\"ip\": \"8.8.4.4\"", "ip", "", ""), ("8.8.4.4", "", "ip: (.*)", ""),
      ("{\"ip\": \"10.0.0.1\"}", "ip", "", ""), ("{\"ip\": \"8.8.4.4\"}", "ip.x", "", ""),
    ])
    func `ip_json and ip_regex say where in a page the address is`(
      page: String, field: String, pattern: String, address: String
    ) throws {
      let world = try World()
      try world.configure([
        "ip_json": field.isEmpty ? nil : field, "ip_regex": pattern.isEmpty ? nil : pattern,
      ])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer(page)))
      let result = try world.detect()
      #expect(result.stdout == (address.isEmpty ? "" : address + "\n"), "\(result.stderr)")
      #expect((result.status == 76) == address.isEmpty)
    }
  }
}
