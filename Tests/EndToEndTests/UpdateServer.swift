// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// A real name server that takes updates of `example.com`, where only `home` may be changed (with
/// PowerDNS everything), and of nothing else. Each algorithm has a key, `k-sha256`.
final class UpdateServer: Sendable {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case bind = "named"
    case knot = "knotd"
    case powerDNS = "pdns_server"

    var testDescription: String { rawValue }
    var isInstalled: Bool { Programs.isInstalled(rawValue) }
  }

  static let algorithms = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
  static let secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

  let port: UInt16
  /// Where PowerDNS has its API; `secret` is the key.
  let apiPort: UInt16
  private let scratch: Scratch
  private let child: Child

  private static let zone = """
    $TTL 60
    $ORIGIN example.com.
    @ SOA ns hostmaster 1 7200 900 3600 30
    @ NS ns
    ns A 127.0.0.1
    home A 192.0.2.1
    home A 192.0.2.2
    home AAAA 2001:db8::1

    """

  /// Starts one; with `clock` as `Faketime` has it (`+1h`).
  init(_ kind: Kind, clock: String? = nil) throws {
    let scratch = try Scratch()
    let port = try FreePort.find()
    self.scratch = scratch
    self.port = port
    apiPort = try FreePort.find()
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
    }
    try write("example.com.zone", Self.zone)
    let command: [String]
    switch kind {
    case .bind:
      try write("named.conf", Self.bind(scratch.path, port))
      command = ["named", "-g", "-n", "1", "-c", "\(scratch.path)/named.conf"]
    case .knot:
      try write("knot.conf", Self.knot(scratch.path, port))
      command = ["knotd", "-c", "\(scratch.path)/knot.conf"]
    case .powerDNS:
      try write("pdns.conf", Self.powerDNS(scratch.path, port, apiPort))
      try Self.fillPowerDNS(scratch.path)
      command = ["pdns_server", "--config-dir=\(scratch.path)"]
    }
    let words =
      (clock.map { ["unshare", "-m", "sh", "-c", "\(Faketime.lines($0))\nexec \"$@\"", "sh"] } ?? [])
      + command
    child = try Child(words[0], Array(words.dropFirst()), environment: Programs.searchPath)
    let child = child
    let isUp = Wait.until(within: 20) {
      !child.isRunning || Self.dig(port, "home", "A").contains("192.0.2.1")
    }
    guard isUp, child.isRunning else { throw MockError("\(kind): \(child.stdout)\(child.stderr)") }
  }

  /// What the server has, as BIND's own tool sees it.
  func records(_ type: String = "A", of name: String = "home") -> [String] {
    Self.dig(port, name, type).sorted()
  }

  private static func dig(_ port: UInt16, _ name: String, _ type: String) -> [String] {
    let result = try? Child.run(
      "dig",
      ["+short", "+time=2", "-p", "\(port)", "@127.0.0.1", "\(name).example.com", type],
      environment: Programs.searchPath)
    return result?.stdout.split(separator: "\n").map(String.init) ?? []
  }

  private static func bind(_ folder: String, _ port: UInt16) -> String {
    """
    \(algorithms.map { "key k-\($0) { algorithm hmac-\($0); secret \"\(secret)\"; };" }
      .joined(separator: "\n"))
    options {
      directory "\(folder)"; pid-file none; session-keyfile none;
      listen-on port \(port) { 127.0.0.1; }; listen-on-v6 { none; };
      recursion no; dnssec-validation no;
    };
    controls {};
    zone "example.com" {
      type primary; file "example.com.zone";
      update-policy {
    \(algorithms.map { "grant k-\($0) name home.example.com A AAAA;" }.joined(separator: "\n"))
      };
    };
    """
  }

  private static func knot(_ folder: String, _ port: UInt16) -> String {
    """
    server:
      rundir: "\(folder)"
      listen: 127.0.0.1@\(port)
      pidfile: "\(folder)/pid"
    database:
      storage: "\(folder)"
    log:
      - target: stderr
        any: info
    key:
    \(algorithms.map { "  - id: k-\($0)\n    algorithm: hmac-\($0)\n    secret: \(secret)" }
      .joined(separator: "\n"))
    acl:
      - id: update
        key: [\(algorithms.map { "k-\($0)" }.joined(separator: ", "))]
        action: update
        update-owner: name
        update-owner-match: equal
        update-owner-name: [home.example.com.]
    zone:
      - domain: example.com
        storage: "\(folder)"
        file: example.com.zone
        acl: update

    """
  }

  private static func powerDNS(_ folder: String, _ port: UInt16, _ apiPort: UInt16) -> String {
    """
    launch=lmdb
    lmdb-filename=\(folder)/db
    local-address=127.0.0.1
    local-port=\(port)
    socket-dir=\(folder)
    dnsupdate=yes
    allow-dnsupdate-from=127.0.0.0/8
    webserver=yes
    webserver-address=127.0.0.1
    webserver-port=\(apiPort)
    webserver-allow-from=127.0.0.0/8
    api=yes
    api-key=\(secret)

    """
  }

  private static func fillPowerDNS(_ folder: String) throws {
    let keys = algorithms.map { "k-\($0)" }
    let commands =
      [["load-zone", "example.com", "\(folder)/example.com.zone"]]
      + algorithms.map { ["import-tsig-key", "k-\($0)", "hmac-\($0)", secret] }
      + [["set-meta", "example.com", "TSIG-ALLOW-DNSUPDATE"] + keys]
    for command in commands {
      let result = try Child.run(
        "pdnsutil", ["--config-dir=\(folder)"] + command, environment: Programs.searchPath)
      guard result.status == 0 else { throw MockError("pdnsutil: \(result.stderr)") }
    }
  }
}
