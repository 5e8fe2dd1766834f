// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// The README shows what the programs print, not what they printed once.
  @Suite struct ReadmeSampleTests {
    /// Times of day, dates and processes differ each time.
    private static func still(_ line: String) -> String {
      line.replacing(#/^ \d{6} /#, with: " ****** ").replacing(#/PID '\d+'/#, with: "PID")
        .replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d/#, with: "DATE")
    }

    /// The runner writes of the accepted address while its tool looks the name up, and on a busy machine the
    /// tool's line may come first.
    private static func settled(_ lines: [String]) -> [String] {
      lines.filter { !$0.contains("Registered IP") } + lines.filter { $0.contains("Registered IP") }
    }

    @Test func `what it looks like is what it looks like`() throws {
      let readme = try String(contentsOfFile: Programs.source("README.md"), encoding: .utf8)
      let part = try #require(readme.components(separatedBy: "## What it looks like\n").last)
      let sample = try #require(part.firstMatch(of: /```console\n((?:.|\n)*?)```/)?.1)
      // A command, and the lines behind it.
      var calls: [(command: String, output: [String])] = []
      for line in sample.components(separatedBy: "\n").dropLast() {
        if line.hasPrefix("$ ") {
          calls.append((String(line.dropFirst(2)), []))
        } else {
          calls[calls.count - 1].output.append(line)
        }
      }
      try #require(calls.count > 8 && calls[1].command == "cat try/etc/config/ddns")
      let world = try World()
      world.mock.provider.settings.seen = "81.2.69.142"
      world.mock.provider.settings.user = "user"
      world.mock.provider.settings.password = "secret"
      let ports = [
        ("127.0.0.1:8080", "127.0.0.1:\(world.mock.http.port)"),
        ("127.0.0.1:5300", "127.0.0.1:\(world.mock.dns.port)"),
      ]
      func local(_ text: String) -> String {
        ports.reduce(text) { $0.replacing($1.0, with: $1.1) }
      }
      try world.write("try/etc/config/ddns", local(calls[1].output.joined(separator: "\n")) + "\n")
      for call in calls.dropFirst(2) {
        let name = String(call.command.prefix { $0 != " " })
        let command = call.command.dropFirst(name.count)
        let result = try Child.run(
          "sh", ["-c", "cd \"$0\"; \"$1\"\(command)", world.root, Programs.path(name)],
          environment: Programs.searchPath, seconds: 30)
        let shown = result.output.components(separatedBy: "\n").dropLast().map(Self.still)
        let sample = call.output.map { Self.still(local($0)) }
        #expect(Self.settled(shown) == Self.settled(sample), "\(call.command)")
      }
    }

    /// What the doctor has measured differs as well.
    private static func measured(_ text: String) -> [String] {
      text.replacing(#/ \d+ KiB/#, with: " SIZE").replacing(#/\d+ in \S+/#, with: "COUNT in FILE")
        .replacing(#/x\d+\.invalid/#, with: "NAME").replacing(#/\d+(\.\d+){3}/#, with: "ADDRESS")
        .components(separatedBy: "\n").map(still)
    }

    /// Who the provider is there, and here.
    private static let here = [
      "ns1.no-ip.com, ns2.no-ip.com": "ns.example.com", "dynupdate.no-ip.com": "localhost",
      " at no-ip.com": " at shape.test",
    ]

    @Test(.enabled(if: Programs.isRoot && Programs.hasNamespaces && Programs.hasNginx))
    func `what the doctor says is what it says`() async throws {
      let readme = try String(contentsOfFile: Programs.source("README.md"), encoding: .utf8)
      let sample = try #require(
        readme.firstMatch(of: /```console\n# ddns-runner --doctor -S home\n((?:.|\n)*?)```/)?.1)
      await Patient.run { patient in
        let links = patient.links
        try links.ip("addr flush dev wan0", "addr add 100.64.1.2/24 dev wan0")
        try links.ip("route add default via 100.64.1.1 dev wan0")
        patient.dns.script.add("*.invalid", .addresses(["203.0.113.7"]))
        patient.options["ip_source"] = "web"
        try patient.useProvider(doctor: "{}")
        let result = try patient.examine()
        let said = Self.measured(result.stdout.replacing(patient.world.root, with: ""))
        let sample = Self.measured(
          Self.here.reduce(String(sample)) { $0.replacing($1.key, with: $1.value) })
        links.expect(result.status == 1 && said == sample, "\(sample)\n\(said)")
      }
    }
  }
}
