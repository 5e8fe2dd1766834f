// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// A real name server on a port of its own, with one zone.
final class NameServer: Sendable {
  let port: UInt16
  private let scratch: Scratch
  private let child: Child

  init(zone: String) throws {
    scratch = try Scratch()
    port = try FreePort.find()
    try Data(zone.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/example.com.zone"))
    let configuration = """
      options {
        directory "\(scratch.path)"; pid-file none; session-keyfile none;
        listen-on port \(port) { 127.0.0.1; }; listen-on-v6 { none; };
        recursion no; dnssec-validation no; minimal-responses yes;
      };
      controls {};
      zone "example.com" { type primary; file "example.com.zone"; };
      """
    let file = "\(scratch.path)/named.conf"
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: file))
    child = try Child("named", ["-g", "-n", "1", "-c", file], environment: Programs.searchPath)
    let child = child
    guard
      Wait.until(within: 15, { child.stderr.contains("all zones loaded") || !child.isRunning }),
      child.isRunning, child.stderr.contains("zone example.com/IN: loaded")
    else { throw MockError("named: \(child.stderr)") }
  }
}

extension EndToEnd {
  @Suite(.enabled(if: Programs.hasNamed, "named is not installed"))
  struct BindTests {
    @Test func `looks names up at BIND: sets, aliases, wildcards, TCP, nothing`() throws {
      // More than a datagram carries, fewer than the 100 BIND allows.
      let many = (1...90).map { "many A 81.3.0.\($0)\n" }.joined()
      let server = try NameServer(
        zone: """
          $TTL 60
          @ SOA ns hostmaster 1 7200 900 3600 30
          @ NS ns
          ns A 127.0.0.1
          home A 81.2.69.142
          home A 81.2.69.143
          home AAAA 2a02:8010:1::7
          alias CNAME other
          other CNAME home
          *.wild A 81.2.69.9
          text TXT "no address"
          \(many)

          """)
      let world = try World()
      func verify(_ host: String, _ more: String...) throws -> Child.Result {
        let place = ["-l", "\(host).example.com", "-d", "127.0.0.1:\(server.port)"]
        let result = try world.run("ddns-verify", place + more)
        #expect([0, 1].contains(result.status), "\(host): \(result.stderr)")
        return result
      }
      #expect(try verify("home", "81.2.69.143").status == 0)
      #expect(try verify("HOME", "81.2.69.143").status == 0)
      #expect(try verify("home", "-t", "81.2.69.143").status == 0)
      #expect(try verify("home", "-6").stdout == "2a02:8010:1::7\n")
      #expect(try verify("alias", "81.2.69.142").status == 0)
      #expect(try verify("x.wild").stdout == "81.2.69.9\n")
      #expect(try verify("many", "81.3.0.90").status == 0)
      #expect(try verify("text").status == 1)
      #expect(try verify("nothing").status == 1)
      let refused = try world.run(
        "ddns-verify", ["-l", "home.elsewhere.test", "-d", "127.0.0.1:\(server.port)"])
      #expect(refused.status == 75)
    }
  }
}
