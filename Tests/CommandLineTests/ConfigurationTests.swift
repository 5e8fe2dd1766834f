// SPDX-License-Identifier: Apache-2.0

import Foundation
import Provider
import Report
import Section
import TestSupport
import Testing
import UCI
import Wire

@testable import CommandLine

/// A file system of its own, which `--root` points to.
final class Router {
  let root = NSTemporaryDirectory() + "ddns-program-" + UUID().uuidString

  init(_ config: String) throws { try write("/etc/config/ddns", config) }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ path: String, _ content: String, mode: Int = 0o644) throws {
    let file = root + path
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(content.utf8).write(to: URL(fileURLWithPath: file))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
  }

  func configuration() throws -> Configuration {
    try Configuration(arguments("--root=\(root)/"))
  }

  /// The words of a failure without this root; nil when there is none.
  func failure(_ body: (Configuration) throws -> Void) -> String? {
    do { try body(configuration()) } catch {
      guard let failure = error as? Failure else { return "\(error)" }
      if failure.status != .config { return "status \(failure.status)" }
      return text(failure.message.bytes)?.replacingOccurrences(of: root, with: "")
    }
    return nil
  }
}

@Suite(.timeLimit(.minutes(15))) struct ConfigurationTests {
  @Test func `a section is read below the root`() throws {
    let router = try Router("config service home\n\toption domain a.example\n")
    let configuration = try router.configuration()
    #expect(text(configuration.root) == router.root)
    #expect(text(configuration.path) == router.root + "/etc/config/ddns")
    let section = try configuration.section([UInt8]("home"))
    #expect(section.domain == [UInt8]("a.example"))
    let first = try configuration.section([UInt8]("@service[0]"))
    #expect(first.wholeFingerprint == section.wholeFingerprint)
    #expect(configuration.global == GlobalOptions())
  }

  @Test func `-c names the folder of the configuration, as uci does`() throws {
    let router = try Router("")
    try router.write("/other/ddns", "config service there\n\toption domain b.example\n")
    let configuration = try Configuration(arguments("-c \(router.root)/other"))
    #expect(configuration.package.section(named: "there") != nil)
    #expect(configuration.root.isEmpty)
  }

  @Test func `what is not committed counts, and /var/state counts last (contract 1.4)`()
    throws
  {
    let router = try Router("config service home\n\toption domain a.example\n\toption x 1\n")
    try router.write("/tmp/.uci/ddns", "ddns.home.domain='b.example'\nddns.home.x='2'\n")
    #expect(try router.configuration().section([UInt8]("home")).domain == [UInt8]("b.example"))
    try router.write("/var/state/ddns", "ddns.home.domain='c.example'\n")
    let package = try router.configuration().package
    #expect(package.section(named: "home")?.option("domain") == [UInt8]("c.example"))
    #expect(package.section(named: "home")?.option("x") == [UInt8]("2"))
  }

  @Test func `a file in the override directory takes the place of the other, as uci has it`() throws
  {
    let router = try Router("config service home\n\toption domain a.example\n\toption x 1\n")
    try router.write("/var/run/uci/ddns", "config service home\n\toption domain b.example\n")
    try router.write("/tmp/.uci/ddns", "ddns.home.y='2'\n")
    let configuration = try router.configuration()
    #expect(text(configuration.path) == router.root + "/var/run/uci/ddns")
    let home = configuration.package.section(named: "home")
    #expect(home?.option("domain") == [UInt8]("b.example"))
    #expect(home?.option("x") == nil && home?.option("y") == [UInt8]("2"))
    // A directory that is named on the command line is the one that is meant.
    let named = try Configuration(arguments("--root=\(router.root) -c \(router.root)/etc/config"))
    #expect(named.package.section(named: "home")?.option("domain") == [UInt8]("a.example"))
  }

  @Test func `a mistake is told with file, line and byte`() throws {
    let router = try Router("config service home\n\toption domain a.example\n\tnonsense x\n")
    let words = router.failure { _ in }
    #expect(words?.hasPrefix("/etc/config/ddns:3: ") == true, "\(words ?? "")")
    #expect(words?.contains("(byte ") == true)
  }

  @Test func `a bad value is told with file and line, global or not`() throws {
    let router = try Router("config ddns global\n\toption ddns_loglines few\n")
    #expect(
      router.failure { _ in }
        == "/etc/config/ddns:2: option 'ddns_loglines' is 'few': use a number of 0 or more")
    let other = try Router("config service home\n\toption a b\n\toption check_interval x\n")
    #expect(
      other.failure { _ = try $0.section([UInt8]("home")) }
        == "/etc/config/ddns:3: section 'home': option 'check_interval' is 'x': use a number of 0 or more"
    )
  }

  @Test(arguments: ["nowhere", "empty", "@service[7]", ""])
  func `a section without options is not defined (contract 1.1)`(name: String) throws {
    let router = try Router("config service empty\n")
    #expect(
      router.failure { _ = try $0.section(Array(name.utf8)) }
        == "Service section '\(name)' not defined")
  }

  @Test func `a file that is not there or too large is told by its name`() throws {
    let router = try Router("")
    try FileManager.default.removeItem(atPath: router.root + "/etc/config/ddns")
    #expect(
      router.failure { _ in } == "cannot open /etc/config/ddns: No such file or directory")
    try router.write("/etc/config/ddns", String(repeating: "#\n", count: (2 << 20) + 1))
    #expect(router.failure { _ in } == "cannot read /etc/config/ddns: larger than 4194304 bytes")
  }
}

@Suite(.timeLimit(.minutes(15))) struct ServiceSearchTests {
  private func json(_ host: String) -> String {
    "{\"name\":\"x\",\"ipv4\":{\"url\":\"http://\(host)/[IP]\",\"answer\":\"good\"}}"
  }

  private func host(_ router: Router) throws -> String? {
    let configuration = try router.configuration()
    let provider = try configuration.checkedProvider(
      of: configuration.section([UInt8]("home")))
    let values = URLTemplate.Values(address: .unspecified(.v4))
    guard case .request(let template, _) = provider.service else { return nil }
    return text(template.expanded(values, useHTTPS: false))
  }

  @Test func `custom goes before the table in etc, default and the old table (users 39)`() throws {
    let router = try Router(
      "config service home\n\toption service_name prov\n\toption domain h.example\n")
    try router.write("/usr/lib/ddns/services", "\"prov\"\t\"http://old/[IP]\"\n")
    #expect(try host(router) == "http://old/0.0.0.0")
    try router.write("/usr/share/ddns/default/prov.json", json("default"))
    #expect(try host(router) == "http://default/0.0.0.0")
    try router.write("/etc/ddns/services", "# x\n\"prov\" \"http://etc/[IP]\" \"good\"\n")
    #expect(try host(router) == "http://etc/0.0.0.0")
    try router.write("/usr/share/ddns/custom/prov.json", json("custom"))
    #expect(try host(router) == "http://custom/0.0.0.0")
  }

  @Test func `a table without the provider is passed over`() throws {
    let router = try Router(
      "config service home\n\toption service_name prov\n\toption domain h.example\n")
    try router.write("/etc/ddns/services", "\"other\" \"http://etc/\"\n")
    try router.write("/usr/share/ddns/default/prov.json", json("default"))
    #expect(try host(router) == "http://default/0.0.0.0")
  }

  @Test func `a missing provider is named, with where it was looked for (users 33)`() throws {
    let router = try Router(
      "\nconfig service home\n\toption service_name prov\n\toption domain h.example\n")
    let find = { (configuration: Configuration) in
      _ = try configuration.checkedProvider(
        of: configuration.section([UInt8]("home")))
    }
    #expect(
      router.failure(find)
        == "/etc/config/ddns:3: section 'home': service_name 'prov': no such service in "
        + "/usr/share/ddns or the tables of old releases; one that needs a script comes with a package of its own"
    )
    try router.write("/usr/share/ddns/custom/prov.json", "{")
    #expect(
      router.failure(find)?.hasPrefix("/etc/config/ddns:3: section 'home': service 'prov': ")
        == true)
    try router.write(
      "/usr/share/ddns/custom/prov.json", String(repeating: " ", count: ServiceEntry.fileLimit + 1))
    #expect(router.failure(find)?.contains("more than \(ServiceEntry.fileLimit) bytes") == true)
  }

  @Test(arguments: [
    ("duckdns", "duckdns.org"), ("noip.co", "no-ip.com"), ("No-IP", "no-ip.com"),
    ("cloudflare", "cloudflare.com-v4"), ("my-provder", "my-provider"),
    ("old.exmaple", "old.example"),
  ])
  func `the nearest name is suggested, from files and tables`(
    name: String, meant: String
  ) throws {
    let router = try Router(
      "config service home\n\toption service_name '\(name)'\n\toption domain h.example\n")
    for file in ["duckdns.org", "no-ip.com", "cloudflare.com-v4", "dyn.com"] {
      try router.write("/usr/share/ddns/default/\(file).json", json(file))
    }
    try router.write("/usr/share/ddns/custom/my-provider.json", json("custom"))
    try router.write("/usr/lib/ddns/services", "# x\n\"old.example\" \"http://old/[IP]\"\n")
    let words = router.failure { _ = try $0.checkedProvider(of: $0.section([UInt8]("home"))) }
    #expect(words?.hasSuffix(": did you mean '\(meant)'?") == true, "\(words ?? "")")
  }

  @Test func `a name that leaves the folder is refused (contract 2.2)`() throws {
    let router = try Router(
      "config service home\n\toption service_name ../../etc/x\n\toption domain h.example\n")
    #expect(
      router.failure { _ = try $0.checkedProvider(of: $0.section([UInt8]("home"))) }?
        .contains("must not contain '/'") == true)
  }

  @Test func `a provider without the family says so`() throws {
    let router = try Router(
      "config service home\n\toption service_name prov\n\toption use_ipv6 1\n\toption domain h.example\n"
    )
    try router.write("/usr/share/ddns/default/prov.json", json("default"))
    #expect(
      router.failure { _ = try $0.checkedProvider(of: $0.section([UInt8]("home"))) }?
        .contains("has no IPv6 definition") == true)
  }
}
