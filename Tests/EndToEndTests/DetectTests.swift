// SPDX-License-Identifier: Apache-2.0

import Mock
import Testing

/// A page and the address that has to be found in it; nil is none.
struct PageCase: Sendable, CustomTestStringConvertible {
  let page: String
  let address: String?
  let isIPv6: Bool

  init(_ page: String, _ address: String?, isIPv6: Bool = false) {
    (self.page, self.address, self.isIPv6) = (page, address, isIPv6)
  }

  var testDescription: String { "\(page.debugDescription) has \(address ?? "none")" }

  static let all = [
    PageCase("81.2.69.142", "81.2.69.142"),
    PageCase("81.2.69.142\r\n", "81.2.69.142"),
    PageCase("{\"ip\":\"81.2.69.142\"}", "81.2.69.142"),
    PageCase("<body>Current IP Address: 81.2.69.142</body>", "81.2.69.142"),
    PageCase("is 8.8.4.4 and 7.7.7.7", "8.8.4.4"),
    PageCase("999.1.1.1", nil),
    PageCase("999.1.1.1 then 81.2.69.142", "81.2.69.142"),
    PageCase("1.2.3.4567", nil),
    PageCase("81.2.69.142.5", nil),
    PageCase("at 12:34:56 nobody knows", nil),
    PageCase("", nil),
    PageCase("2a02:8010:1::7", nil),
    PageCase("2a02:8010:1::7\n", "2a02:8010:1::7", isIPv6: true),
    PageCase("IP: 2A02:8010:0001:0:0:0:0:0007 at 12:34:56", "2a02:8010:1::7", isIPv6: true),
    PageCase("81.2.69.142", nil, isIPv6: true),
    PageCase("10.0.0.1", nil),
    PageCase("100.64.3.4", nil),
    PageCase("fd00::7", nil, isIPv6: true),
    PageCase("fe80::7", nil, isIPv6: true),
  ]
}

extension EndToEnd {
  @Suite struct DetectTests {
    @Test(arguments: PageCase.all)
    func `finds the first valid public address of the family, never two (B8, users 37)`(
      page: PageCase
    ) throws {
      let world = try World()
      if page.isIPv6, !Programs.hasIPv6 { return }
      try world.configure([
        "use_ipv6": page.isIPv6 ? "1" : "0", "ip_url": world.page("/ip", isIPv6: page.isIPv6),
      ])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer(page.page)))
      let result = try world.detect()
      #expect(result.stdout == (page.address.map { $0 + "\n" } ?? ""))
      #expect((result.status == 0) == (page.address != nil))
      #expect(page.address != nil || !result.stderr.isEmpty)
    }

    @Test(arguments: ["/ip", "/checkip", "/json"])
    func `works without any section by -u`(page: String) throws {
      let world = try World()
      let result = try world.detect(["-u", "http://127.0.0.1:\(world.mock.http.port)\(page)"])
      #expect(result.stdout == "\(World.seen)\n")
      #expect(result.status == 0)
    }

    @Test(.enabled(if: Programs.hasIPv6)) func `finds an IPv6 address by -6`() throws {
      let world = try World()
      let result = try world.detect(["-6", "-u", world.page("/ip", isIPv6: true)])
      #expect(result.stdout == "\(World.seenIPv6)\n")
    }

    @Test(arguments: [404, 500, 503])
    func `an error page holds no address even when it holds one (B7)`(status: Int) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/ip", .respond(HTTPAnswer(status, "81.2.69.142\n")))
      let result = try world.detect()
      #expect(result.status != 0)
      #expect(result.stdout.isEmpty)
    }

    @Test func `a cut page is no page (B7)`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/ip", .cut(after: 9))
      let result = try world.detect()
      #expect(result.status == 75)
      #expect(result.stdout.isEmpty)
    }

    @Test func `a private address is given when upd_privateip says so`() throws {
      let world = try World()
      try world.configure(global: ["upd_privateip": "1"])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("192.168.7.7")))
      #expect(try world.detect().stdout == "192.168.7.7\n")
    }

    @Test func `follows a redirect of the page`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/ip", times: 1, .redirect("/json"))
      #expect(try world.detect().stdout == "\(World.seen)\n")
    }

    @Test func `a page that a portal redirects to https fails as what may pass`()
      throws
    {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/ip", .redirect("https://localhost:1/login"))
      let redirected = try world.detect()
      #expect(redirected.status == 75)
      #expect(redirected.stderr.contains("after a redirect: no trusted certificates in"))
      try world.configure(["ip_url": "https://localhost:1/ip"])
      #expect(try world.detect().status == 78, "what the section itself asks for is its business")
    }

    @Test(
      .enabled(if: Programs.hasIPv6),
      arguments: [("1", "127.0.0.1", World.seenIPv6), ("0", "[::1]", World.seen)])
    func `a page of the other IP version that shows the right address is good`(
      isIPv6: String, host: String, address: String
    ) throws {
      let world = try World()
      let page = "http://\(host):\(world.mock.http.port)/ip"
      world.mock.http.script.add(
        "/ip", .respond(HTTPAnswer("at 8.8.4.4, 2a02:8010:9::1 or \(address)")))
      try world.configure(["use_ipv6": isIPv6, "ip_url": page])
      let found = isIPv6 == "1" ? "2a02:8010:9::1" : "8.8.4.4"
      #expect(try world.detect().stdout == found + "\n")
      try world.configure(["use_ipv6": isIPv6, "ip_url": page, "force_ipversion": "1"])
      let forced = try world.detect()
      #expect(forced.status == 75)
      #expect(forced.stdout.isEmpty)
      #expect(forced.stderr.contains("is an address of the other IP version"))
    }

    @Test(.enabled(if: Programs.hasIPv6))
    func `the section's own IP version is the way as long as it leads there`() throws {
      let world = try World()
      let page = "http://localhost:\(world.mock.http.port)/ip"
      for (isIPv6, server) in [("1", "::1"), ("0", "127.0.0.1")] {
        try world.configure(["use_ipv6": isIPv6, "ip_url": page])
        #expect(try world.detect().status == 0)
        #expect(world.mock.http.requests.last?.server == server)
      }
    }

    @Test func `a page of neither is told by both ways, and may come back`() throws {
      let world = try World()
      let page = "http://127.0.0.1:\(world.mock.http.port)/ip"
      try world.configure(["use_ipv6": "1", "ip_url": page])
      world.mock.http.script.add("/ip", .respond(HTTPAnswer("81.2.69.142")))
      let result = try world.detect()
      #expect(result.status == 75)
      #expect(result.stderr.contains("by the other IP version: 127.0.0.1: no IPv6 address"))
    }

    @Test(arguments: [
      ("echo 81.2.69.142", "81.2.69.142\n"),
      ("echo junk 81.2.69.143x", ""),
      ("echo 'junk a'", ""),
      ("echo 81.2.69.142; exit 3", ""),
      ("exit 0", ""),
      ("yes 81.2.69", ""),
      ("echo 2a02:8010:1::7", ""),
      ("echo 81.2.69.142; echo noise >&2", "81.2.69.142\n"),
    ])
    func `runs ip_script by argv and checks what it prints (B9)`(
      body: String, expected: String
    ) throws {
      let world = try World()
      try world.write("usr/bin/my-ip", "#!/bin/sh\n\(body)\n", mode: 0o755)
      let script = try world.expose("\(world.root)/usr/bin/my-ip")
      try world.configure(["ip_source": "script", "ip_script": script])
      let result = try world.detect()
      #expect(result.stdout == expected)
      #expect((result.status == 0) == !expected.isEmpty)
    }

    @Test func `ip_script's arguments are words, never a shell line (users 35)`() throws {
      let world = try World()
      let mark = "\(world.root)/tmp/injected"
      try world.write("usr/bin/my-ip", "#!/bin/sh\necho \"$1\"\n", mode: 0o755)
      let script = try world.expose("\(world.root)/usr/bin/my-ip")
      try world.configure([
        "ip_source": "script", "ip_script": "\(script) 81.2.69.142 ; touch \(mark)",
      ])
      _ = try world.detect()
      #expect(!world.exists("tmp/injected"))
    }

    @Test func `ip_script is looked up below --root like every path`() throws {
      let world = try World()
      try world.write("usr/bin/my-ip", "#!/bin/sh\necho 81.2.69.142\n", mode: 0o755)
      try world.configure(["ip_source": "script", "ip_script": "/usr/bin/my-ip"])
      #expect(try world.detect().stdout == "\(World.seen)\n")
    }

    @Test func `a missing ip_script is told in the contract's words`() throws {
      let world = try World()
      try world.configure(["ip_source": "script"])
      let unset = try world.detect()
      #expect(unset.status == 78)
      #expect(unset.output.contains("No script defined to detect current IP!"))
      try world.write("usr/bin/flat", "no program\n")
      try world.configure([
        "ip_source": "script", "ip_script": try world.expose("\(world.root)/usr/bin/flat"),
      ])
      let flat = try world.detect()
      #expect(flat.status == 78)
      #expect(flat.output.contains("Script to detect current IP not executable!"))
    }

    @Test func `an unknown source is a configuration error in the contract's words`() throws {
      let world = try World()
      try world.configure(["ip_source": "crystal"])
      let result = try world.detect()
      #expect(result.status == 78)
      #expect(result.output.contains("Unsupported source 'crystal'"))
    }

    @Test(arguments: ["lo", "nosuch0"])
    func `an interface without a public address is no address`(name: String) throws {
      let world = try World()
      let result = try world.detect(["-i", name])
      #expect(result.status != 0)
      #expect(result.stdout.isEmpty)
      #expect(result.stderr.contains(name))
    }

    @Test(
      .enabled(if: Programs.hasNamespaces, "no network namespaces here"),
      arguments: [
        ("ip addr add 81.2.69.142/32 dev lo", [], "81.2.69.142"),
        ("ip addr add 192.168.1.7/24 dev lo", [], ""),
        (
          "ip addr add 10.0.0.7/24 dev lo; ip addr add 81.2.69.142/32 dev lo", [], "81.2.69.142"
        ),
        ("ip addr add 2a02:8010:1::7/64 dev lo nodad", ["-6"], "2a02:8010:1::7"),
        (
          "ip addr add fd00::7/64 dev lo nodad; ip addr add 2a02:8010:1::7/64 dev lo nodad", ["-6"],
          "2a02:8010:1::7"
        ),
        ("ip addr add fd00::7/64 dev lo nodad", ["-6"], ""),
        (
          "ip addr add 2a02:8010:1::6/64 dev lo nodad preferred_lft 0 valid_lft 900;"
            + "ip addr add 2a02:8010:1::7/64 dev lo nodad", ["-6"], "2a02:8010:1::7"
        ),
        (
          "ip addr add 2a02:8010:1::6/64 dev lo nodad preferred_lft 100 valid_lft 900;"
            + "ip addr add 2a02:8010:1::7/64 dev lo nodad preferred_lft 600 valid_lft 900", ["-6"],
          "2a02:8010:1::7"
        ),
      ])
    func `ranks the addresses of an interface (users 15)`(
      setup: String, options: [String], expected: String
    ) throws {
      let program = Programs.path("ddns-detect-ip")
      let command = "ip link set lo up; \(setup); exec \(program) \(options.joined()) -i lo"
      let result = try Child.run(
        "unshare", ["-n", "sh", "-c", command], environment: Programs.searchPath)
      #expect(result.stdout == (expected.isEmpty ? "" : expected + "\n"), "\(result.stderr)")
      #expect((result.status == 0) == !expected.isEmpty)
    }
  }
}
