// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// A router with a public address and a name server on port 53, and one thing that is wrong with it.
struct Patient {
  let links: LinkWorld
  let dns: LoopbackDNS
  /// Options of the section.
  var options: [String: String?]

  var world: World { links.world }

  /// Nothing is wrong yet.
  init(_ links: LinkWorld, hasTCP: Bool) throws {
    self.links = links
    try links.ip(
      "addr add \(World.seen)/24 dev wan0", "route add default via 81.2.69.1 dev wan0")
    dns = try LoopbackDNS(
      zone: links.world.zone, addresses: ["127.0.0.1"], port: 53, hasTCP: hasTCP)
    links.world.zone.set(World.host, to: [World.seen])
    links.world.zone.set("ns.example.com", to: ["127.0.0.1"])
    let authority = try Authority.shared()
    let port = try links.world.tlsFront(.good)
    options = [
      "cacert": try links.world.expose(authority.file), "dns_server": nil,
      "ip_source": "interface", "ip_interface": "wan0",
      "update_url": "https://localhost:\(port)/nic/update?hostname=[DOMAIN]&myip=[IP]"
        + "&u=[USERNAME]&p=[PASSWORD]",
    ]
  }

  /// Runs a test on a thread that is alone in a network namespace.
  static func run(
    hasTCP: Bool = true, at location: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (inout Patient) throws -> Void
  ) async {
    let reports = await LinkWorld.run { links in
      var patient = try Patient(links, hasTCP: hasTCP)
      try body(&patient)
    }
    #expect(reports == [], sourceLocation: location)
  }

  /// A provider's file of its own.
  mutating func useProvider(doctor: String) throws {
    let url = (options["update_url"] ?? nil) ?? ""
    try world.write(
      "usr/share/ddns/default/shape.test.json",
      "{ \"name\": \"shape.test\", \"ipv4\": { \"url\": \"\(url)\" }, \"doctor\": \(doctor) }")
    options["update_url"] = .some(nil)
    options["service_name"] = "shape.test"
  }

  /// What the doctor says, and ends with.
  func examine(_ more: [String] = [], after lines: String = "") throws -> Child.Result {
    try world.configure(options)
    let words = ["--root", world.root, "-S", "home", "--doctor"] + more
    let command = "cd \"$0\"; \(lines)\nexec \(Programs.path("ddns-runner")) \"$@\""
    let result = try Child.run(
      "unshare", ["-m", "sh", "-c", command, world.root] + words,
      environment: Programs.searchPath, seconds: 75)
    world.check(result)
    links.expect(world.updates.isEmpty, "an update was sent")
    return result
  }

  /// Whether it finds that, among so many as grave, and says what to do.
  func expect(
    _ words: String, _ status: Int32, of count: Int = 1, after lines: String = "",
    at line: Int = #line
  ) throws {
    let result = try examine(after: lines)
    let grade = status == 0 ? "  note     " : status == 1 ? "  warning  " : "  problem  "
    let lines = result.stdout.components(separatedBy: "\n")
    let found = lines.filter { $0.hasPrefix(grade) }
    links.expect(
      result.status == status && result.stderr.isEmpty && found.count == count
        && found.contains { $0.hasPrefix(grade + words) },
      "line \(line): not '\(words)', \(status): \(result.status)\n\(result.output)")
  }
}
