// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension EndToEnd {
  /// `/etc/uci-defaults/50-ddns` under busybox ash (contract 1.2 and 1.3).
  @Suite(.enabled(if: Router.isPossible, "needs root, busybox, flock and the static build"))
  struct OpenwrtMigrationTests {
    /// Runs the migration as OpenWrt does, twice, and answers what the runner then reads.
    private func migrated(
      _ configuration: String, prepare: (World) throws -> Void = { _ in }
    ) throws -> [String] {
      let world = try World()
      try world.write("etc/config/ddns", configuration, mode: 0o644)
      let router = try Router(world)
      try prepare(world)
      let first = try router.shell(". /lib/functions.sh; (. /etc/uci-defaults/50-ddns)")
      #expect(first.status == 0 && first.output == "")
      let text = world.text("etc/config/ddns")
      let mode = try FileManager.default.attributesOfItem(atPath: world.root + "/etc/config/ddns")
      #expect(mode[.posixPermissions] as? Int == 0o600)
      let commits = world.text("tmp/uci.commits")
      #expect(commits == (text == configuration ? nil : "ddns\n"))
      let second = try router.shell("/etc/uci-defaults/50-ddns")
      #expect(second.status == 0 && second.output == "")
      #expect(world.text("etc/config/ddns") == text && world.text("tmp/uci.commits") == commits)
      let show = try world.run("ddns-runner", ["--show"])
      #expect(show.status == 0)
      return show.stdout.split(separator: "\n").map(String.init)
    }

    private func service(_ options: [String: String]) -> String {
      "config service 'home'\n"
        + options.sorted { $0.key < $1.key }.map { "\toption \($0) '\($1)'\n" }.joined()
    }

    private let global = "config ddns 'global'\n"

    @Test func `global options get their new names, and a new one that is there wins`() throws {
      let old = """
        config ddns 'global'
        \toption allow_local_ip '1'
        \toption run_dir '/tmp/run'
        \toption log_dir '/tmp/log'
        \toption log_lines '99'
        \toption ddns_loglines '50'
        \toption date_format '%d.%m. %H:%M'

        """
      #expect(
        try migrated(old).sorted() == [
          "ddns.global.ddns_dateformat='%d.%m. %H:%M'", "ddns.global.ddns_logdir='/tmp/log'",
          "ddns.global.ddns_loglines='50'", "ddns.global.ddns_rundir='/tmp/run'",
          "ddns.global.upd_privateip='1'", "ddns.global=ddns",
        ])
    }

    @Test func `a missing global section is made, and an up-to-date file is not touched`() throws {
      let section = service([
        "domain": "home.example.com", "lookup_host": "home.example.com",
        "service_name": "no-ip.com", "retry_max_count": "3", "retry_count": "5",
      ])
      #expect(try migrated(section).contains("ddns.global=ddns"))
      let lines = try migrated(global + section)
      #expect(lines.contains("ddns.home.retry_max_count='3'"))
    }

    @Test func `retry_count is copied and kept`() throws {
      let lines = try migrated(global + service(["retry_count": "7"]))
      #expect(lines.contains("ddns.home.retry_max_count='7'"))
      #expect(lines.contains("ddns.home.retry_count='7'"))
    }

    @Test(arguments: [
      ("freedns.afraid.org", "afraid.org-keyauth"), ("afraid.org", "afraid.org-keyauth"),
      ("Bind-nsupdate", "bind-nsupdate"), ("dyndns.com", "dyn.com"),
      ("free.editdns.net", "editdns.net"), ("FreeDNS.42.pl", "freedns.42.pl"),
      ("domains.google.com", "google.com"), ("loopia.com", "loopia.se"),
      ("NoIP.com", "no-ip.com"), ("No-IP.com", "no-ip.com"), ("spdns.de", "spdyn.de"),
      ("strato.de", "strato.com"), ("CloudFlare", "cloudflare.com-v1"),
      // There is a file of that very name.
      ("dyndns.org", "dyndns.org"), ("no-ip.com", "no-ip.com"), ("own.example", "own.example"),
    ])
    func `providers get the name they have today`(old: String, today: String) throws {
      let lines = try migrated(global + service(["service_name": old]))
      #expect(lines.contains("ddns.home.service_name='\(today)'"))
    }

    @Test func `a provider of one's own with an old name is left alone`() throws {
      let json = try migrated(global + service(["service_name": "afraid.org"])) {
        try $0.service("afraid.org", url: "http://example.com")
      }
      #expect(json.contains("ddns.home.service_name='afraid.org'"))
      let table = try migrated(global + service(["service_name": "afraid.org"])) {
        try $0.write("etc/ddns/services", "\"afraid.org\"\t\"http://example.com\"\n")
      }
      #expect(table.contains("ddns.home.service_name='afraid.org'"))
    }

    @Test(arguments: [
      ("home.example.com", "home@example.com"), ("a.b.example.co.uk", "a.b@example.co.uk"),
      ("example.com", "example.com"), ("example.co.uk", "example.co.uk"),
      ("home@example.com", "home@example.com"),
    ])
    func `Cloudflare's domain gets its zone`(old: String, new: String) throws {
      let options = ["service_name": "cloudflare.com", "domain": old, "lookup_host": "x.example"]
      #expect(try migrated(global + service(options)).contains("ddns.home.domain='\(new)'"))
    }

    @Test(arguments: [
      ("home.example.com", "home.example.com"), ("home@example.com", "home.example.com"),
      ("one.example.com,two.example.com", "one.example.com"), ("alias", nil), ("a b.c", nil),
    ])
    func `lookup_host is filled from domain (contract 1.3)`(domain: String, host: String?) throws {
      let lines = try migrated(global + service(["domain": domain]))
      let found = lines.first { $0.hasPrefix("ddns.home.lookup_host=") }
      #expect(found == host.map { "ddns.home.lookup_host='\($0)'" })
    }
  }
}
