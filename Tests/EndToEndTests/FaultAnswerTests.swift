// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// An answer of a provider, and what the runner makes of it.
struct FaultCase: Sendable, CustomTestStringConvertible {
  let answer: HTTPAnswer
  let status: Int32
  /// Requests after a second run, and whether that one is refused for the same reason.
  let isBlocked: Bool
  var isPutOff = false

  var testDescription: String {
    let body = String(decoding: answer.body.prefix(24), as: UTF8.self)
    return "\(answer.status) \(body.debugDescription)"
  }

  private static func words(_ words: [String], _ status: Int32, blocks: Bool) -> [FaultCase] {
    words.map { FaultCase(answer: HTTPAnswer($0), status: status, isBlocked: blocks) }
  }

  private static func later(_ code: Int, _ field: String) -> FaultCase {
    FaultCase(
      answer: HTTPAnswer(code, fields: [field], "x"), status: 75, isBlocked: false, isPutOff: true)
  }

  private static func namecheap(_ number: Int, _ status: Int32, blocks: Bool) -> FaultCase {
    let text =
      "<?xml version=\"1.0\"?><interface-response><ErrCount>1</ErrCount><errors><Err1>No</Err1>"
      + "</errors><responses><response><ResponseNumber>\(number)</ResponseNumber></response>"
      + "</responses><Done>true</Done></interface-response>"
    return FaultCase(answer: HTTPAnswer(text), status: status, isBlocked: blocks)
  }

  static let all: [FaultCase] =
    words(
      [
        "badauth", "nohost", "notfqdn", "numhost", "abuse", "badagent", "!donator", "!yours",
        "good 127.0.0.1",
      ], 77, blocks: true)
    + [401, 403].map { FaultCase(answer: HTTPAnswer($0, ""), status: 77, isBlocked: true) }
    + [500, 502, 503].map { FaultCase(answer: HTTPAnswer($0, ""), status: 75, isBlocked: false) }
    + [
      FaultCase(answer: HTTPAnswer("911"), status: 75, isBlocked: false, isPutOff: true),
      FaultCase(answer: HTTPAnswer("dnserr"), status: 75, isBlocked: false, isPutOff: true),
      later(429, "Retry-After: 3600"), later(503, "Retry-After: 3600"),
      later(503, "Retry-After: Fri, 31 Dec 2038 23:59:59 GMT"),
      namecheap(304_156, 77, blocks: true), namecheap(380_091, 77, blocks: true),
    ]
}

extension EndToEnd {
  /// A provider that answers each code, and servers that say nothing at each step.
  @Suite struct FaultAnswerTests {
    @Test(arguments: FaultCase.all)
    func `each answer has its exit status, and a no is not asked again (users 12, 23)`(
      item: FaultCase
    ) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(item.answer))
      let first = try world.runner(["--once", "-v", "1"])
      #expect(first.status == item.status, "\(first.output)")
      #expect(world.updates.count == 1)
      let second = try world.runner(["--once", "-v", "1"])
      #expect(second.status == item.status, "\(second.output)")
      #expect(world.updates.count == (item.isBlocked || item.isPutOff ? 1 : 2), "\(second.output)")
      guard item.isBlocked else { return }
      _ = try world.runner(["--once", "--force"])
      #expect(world.updates.count == 2, "--force lifts the block")
      try world.configure(["password": "Another-Pw-42"])
      _ = try world.runner(["--once"])
      #expect(world.updates.count == 3, "a changed configuration lifts the block")
    }

    @Test(arguments: [("good", 0), ("nochg", 0), ("GOOD\r\n", 0)] as [(String, Int32)])
    func `an accepted address is not sent again by the next run`(
      word: String, status: Int32
    ) throws {
      let world = try World(registered: [World.seen])
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(word)))
      #expect(try world.runner(["--once"]).status == status)
      #expect(try world.runner(["--once"]).status == status)
      #expect(world.updates.count == 1)
    }

    @Test(arguments: [301, 302, 404])
    func `a page elsewhere or nowhere is no success`(code: Int) throws {
      let world = try World()
      try world.configure()
      let fields = ["Location: http://127.0.0.1:\(world.mock.http.port)/gone"]
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(code, fields: fields, "")))
      let result = try world.runner(["--once"])
      #expect([75, 76, 77].contains(result.status), "\(result.output)")
      #expect(world.runFile("update") == nil)
    }

    private struct Silence {
      let name: String
      let world: World
      let child: Child
    }

    private func silence(_ name: String, _ change: (World) throws -> Void) throws -> Silence {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure()
      try change(world)
      let child = try world.start("ddns-runner", ["-S", "home", "--once", "-v", "1"])
      return Silence(name: name, world: world, child: child)
    }

    @Test func `a peer silent at any step costs one deadline, and the runner says so (users 2)`()
      async throws
    {
      let full = try FullListener()
      let cases = [
        try silence("connect") { try $0.configure(["update_url": "http://\(full.address)/?[IP]"]) },
        try silence("TLS") { world in
          try world.configure([
            "update_url": "https://127.0.0.1:\(world.mock.http.port)/nic/update?[IP]",
            "cacert": "IGNORE",
          ])
          world.mock.http.script.add("accept", times: 1, .delay(0))
          world.mock.http.script.add("accept", .silent)
        },
        try silence("answer") { $0.mock.http.script.add("/nic/update", .silent) },
        try silence("head drop by drop") {
          $0.mock.http.script.add("/nic/update", .drip(bytes: 1, every: 0.7))
        },
        try silence("body drop by drop") {
          $0.mock.http.script.add("/nic/update", .drip(bytes: 20, every: 10))
        },
        try silence("detection") { $0.mock.http.script.add("/ip", .silent) },
        try silence("proxy") { try $0.configure(["proxy": full.address]) },
      ]
      let results = await Child.ended(cases.map { $0.child }, within: 45)
      for (item, result) in zip(cases, results) {
        item.world.check(result)
        #expect(result.status == 75, "\(item.name): \(result.output)")
        #expect(result.seconds < 42, "\(item.name)")
        #expect(result.stdout.contains("ERROR"), "\(item.name): \(result.output)")
        #expect(item.world.runFile("update") == nil, "\(item.name)")
      }
    }

    @Test func `a silent DNS delays the update, but does not keep it back (users 9)`()
      async throws
    {
      let item = try silence("DNS") { $0.mock.dns.script.add("*", .drop) }
      // It goes on looking for what it has sent; the update itself must be out by then.
      _ = await Child.ended([item.child], within: 28)
      #expect(item.world.updates.count == 1)
    }

    @Test func `a script that sleeps dies with the runner that waits for it`() throws {
      let world = try World()
      try world.write(
        "bin/slow", "#!/bin/sh\necho $$ >'\(world.root)/tmp/slow.pid'\nsleep 300\n", mode: 0o755)
      try world.configure(["ip_source": "script", "ip_script": "/bin/slow"])
      let child = try world.start("ddns-runner", ["-S", "home", "-v", "0"])
      #expect(Wait.until(within: 10) { world.text("tmp/slow.pid")?.hasSuffix("\n") == true })
      let text = try #require(world.text("tmp/slow.pid"))
      let slow = try #require(pid_t(text.dropLast()))
      child.signal(SIGTERM)
      #expect(child.wait(seconds: 10).status != -1)
      // The tool is killed with its group, but the script has a group of its own.
      #expect(Wait.until(within: 10) { Glibc.kill(slow, 0) != 0 }, "the script lives on")
      Glibc.kill(-slow, SIGKILL)
    }
  }
}

/// A port that takes no connection: its queue is full, so a SYN gets no answer.
final class FullListener {
  private let sockets: [Int32]
  let address: String

  init() throws {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let server = socket(AF_INET, type, 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var all = [server]
    let isReady = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        guard bind(server, name, length) == 0, listen(server, 0) == 0,
          getsockname(server, name, &length) == 0
        else { return false }
        for _ in 0..<4 {
          let client = socket(AF_INET, type, 0)
          _ = connect(client, name, length)
          all.append(client)
        }
        return true
      }
    }
    sockets = all
    address = "127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
    try #require(isReady)
  }

  deinit { for socket in sockets { close(socket) } }
}
