// SPDX-License-Identifier: Apache-2.0

import Net
import System
import Testing
import Wire

/// Lines between two sides, one of which may be slow.
@Suite(.timeLimit(.minutes(15))) struct LineConnectionTests {
  private static func connection(
    to server: LoopbackServer, within milliseconds: Int64
  ) throws -> LineConnection {
    try LineConnection(
      to: try #require(IPAddress([UInt8]("127.0.0.1"))), port: server.port,
      from: Binding(device: nil, address: nil),
      deadline: Clock.uptime + milliseconds)
  }

  @Test func `more than a socket takes at once arrives whole`() throws {
    let server = LoopbackServer([.request, .send("ok\n")])
    var connection = try Self.connection(to: server, within: 60_000)
    let head = [UInt8]("POST / HTTP/1.1\r\nContent-Length: 20000000\r\n\r\n")
    try connection.send(head + [UInt8](repeating: 65, count: 20_000_000))
    #expect(try connection.line(limit: 100) == [UInt8]("ok"))
  }

  @Test func `who does not read is not waited for beyond the deadline`() throws {
    let server = LoopbackServer([.hold])
    let connection = try Self.connection(to: server, within: 300)
    var problem: LineConnection.Problem?
    do throws(LineConnection.Problem) {
      try connection.send([UInt8](repeating: 65, count: 50_000_000))
    } catch { problem = error }
    #expect(problem?.message == "no answer in time")
  }
}
