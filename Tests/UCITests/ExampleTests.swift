// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct ExampleTests {
  static let folder = Foundation.URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "uci-examples")
  static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  static let serviceOptions: Set<String> = [
    "enabled", "interface", "service_name", "update_url", "update_script", "lookup_host", "domain",
    "username", "password", "param_enc", "param_opt", "use_https", "cacert", "use_syslog",
    "use_logfile", "ip_source", "ip_network", "ip_interface", "ip_url", "ip_script", "user_agent",
    "check_interval", "check_unit", "check_interval_min", "force_interval", "force_unit",
    "retry_interval", "retry_unit", "retry_max_count", "use_ipv6", "force_ipversion", "dns_server",
    "force_dnstcp", "proxy", "bind_network", "is_glue", "use_api_check", "zone_id",
    "password_file", "password_command", "notify",
  ]
  static let notifyOptions: Set<String> = [
    "type", "server", "username", "password_file", "from", "to", "on", "default", "program",
  ]
  static let globalOptions: Set<String> = [
    "upd_privateip", "ddns_rundir", "ddns_logdir", "ddns_loglines", "ddns_dateformat", "use_curl",
    "url", "cacert", "services_url",
  ]

  private func load(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Self.folder.appending(path: name)))
  }

  @Test func `there is one for each situation`() {
    #expect(Self.names.contains("ddns"))
    #expect(Self.names.count >= 10)
  }

  @Test(arguments: names)
  func `parses, with options that exist`(name: String) throws {
    let package = try UCIPackage.parse(try load(name), name: bytes("ddns"))
    #expect(!package.sections(ofType: "service").isEmpty)
    for section in package.sections {
      let known =
        switch string(section.type) {
        case "service": Self.serviceOptions
        case "notify": Self.notifyOptions
        default: Self.globalOptions
        }
      #expect(section.options.filter { !known.contains(string($0.name)) } == [])
      #expect(!section.isAnonymous)
      if string(section.type) == "service" { #expect(section.option("lookup_host") != nil) }
    }
  }

  @Test(arguments: names)
  func `says in three lines what it is for, and is in canonical form`(name: String) throws {
    let text = try load(name)
    let package = try UCIPackage.parse(text, name: bytes("ddns"))
    let lines = string(text).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(3).allSatisfy { $0.hasPrefix("# ") })
    #expect(string(canonical(package)) == lines.dropFirst(3).joined(separator: "\n") + "\n")
  }

  @Test func `the installed configuration is disabled`() throws {
    let package = try UCIPackage.parse(try load("ddns"), name: bytes("ddns"))
    #expect(
      package.sections.map { string($0.name) } == ["global", "myddns_ipv4", "myddns_ipv6"])
    #expect(package.section(named: "global").map { string($0.type) } == "ddns")
    for section in package.sections(ofType: "service") {
      #expect(section.option("enabled").flatMap { UCIBoolean.parse($0) } == false)
    }
  }
}
