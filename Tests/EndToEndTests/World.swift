// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Synchronization
import Testing

/// What one test needs: a provider on loopback and a router's file tree whose configuration
/// points at it. Every output of a program run in it is searched for the planted credentials.
final class World: Sendable {
  static let host = "home.example.com"
  static let user = "user"
  static let password = "Zq7/s3cr+t p%w\u{fc}"
  static let seen = "81.2.69.142"
  static let seenIPv6 = "2a02:8010:1::7"

  let mock: LoopbackProvider
  let redactor = Redactor([World.password, "\(World.user):\(World.password)"])
  private let scratch: Scratch
  private let fronts = Mutex<[TLSFront]>([])

  var root: String { scratch.path }
  var updates: [HTTPRequest] { mock.updates }
  var zone: Zone { mock.zone }
  var nicUpdate: String {
    "http://[USERNAME]:[PASSWORD]@127.0.0.1:\(mock.http.port)"
      + "/nic/update?hostname=[DOMAIN]&myip=[IP]"
  }

  /// Makes the tree; `registered` is what the DNS has for the host before the test.
  init(registered: [String] = [], hosts: [String] = []) throws {
    scratch = try Scratch()
    mock = try LoopbackProvider(
      .init(
        user: World.user, password: World.password,
        hosts: Set([World.host, "www.example.com"] + hosts), seen: World.seen,
        seenIPv6: World.seenIPv6))
    if !registered.isEmpty { mock.zone.set(World.host, to: registered) }
    for folder in ["etc/config", "usr/share/ddns/default", "usr/share/ddns/custom", "var", "tmp"] {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    }
    try write("etc/resolv.conf", "nameserver 127.0.0.1\n")
    try write("etc/hosts", "127.0.0.1 localhost provider.test\n::1 localhost\n")
  }

  /// A page with the caller's address, on a server of that family.
  func page(_ path: String, isIPv6: Bool) -> String {
    "http://\(isIPv6 ? "[::1]" : "127.0.0.1"):\(mock.http.port)\(path)"
  }

  /// Puts nginx with this certificate in front of the provider; the port to use.
  func tlsFront(_ certificate: TestAuthority.Certificate = .good) throws -> UInt16 {
    let front = try TLSFront(Authority.shared(), certificate, upstream: mock.http.port)
    fronts.withLock { $0.append(front) }
    return front.port
  }

  // MARK: Files

  func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
    let full = "\(root)/\(path)"
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    // What is started meanwhile would have the file open for writing, too, and as long as that
    // lives a script could not be run ("text file busy").
    try Spawning.lock.withLock { _ in
      try Data(text.utf8).write(to: URL(fileURLWithPath: full))
    }
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
  }

  /// A state file as an older program wrote it: without the checksum that ends the line `clock`.
  static func unsealed(_ text: String) -> String {
    text.replacing(/(\nclock( [^ \n]+){4}) [^ \n]+\n/) { "\($0.1)\n" }
  }

  func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: "\(root)/\(path)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

  func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(path)"))?.sorted() ?? []
  }

  /// Makes a path outside the tree visible inside it under the same name, as an option needs it.
  func expose(_ path: String) throws -> String {
    let inside = root + path
    try FileManager.default.createDirectory(
      atPath: (inside as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: inside, withDestinationPath: path)
    return path
  }

  func runFile(_ kind: String, of section: String = "home") -> String? {
    text("var/run/ddns/\(section).\(kind)")
  }

  func log(of section: String = "home") -> String { text("var/log/ddns/\(section).log") ?? "" }

  // MARK: Configuration

  /// The options of a section that works; nil takes one away, others are added or replaced.
  func options(_ changes: [String: String?] = [:]) -> [String: String] {
    var options = [
      "enabled": "1", "lookup_host": World.host, "domain": World.host, "username": World.user,
      "password": World.password, "update_url": nicUpdate, "ip_source": "web",
      "ip_url": "http://127.0.0.1:\(mock.http.port)/ip",
      "dns_server": "127.0.0.1:\(mock.dns.port)", "retry_interval": "1",
    ]
    for (name, value) in changes { options[name] = value }
    return options
  }

  /// One section as text.
  func section(_ name: String, _ changes: [String: String?] = [:]) -> String {
    let lines = options(changes).sorted { $0.key < $1.key }.map { "\toption \($0) '\($1)'\n" }
    return "config service '\(name)'\n" + lines.joined() + "\n"
  }

  /// Writes the configuration: a global section and one called `home`.
  func configure(_ changes: [String: String?] = [:], global: [String: String] = [:]) throws {
    try configure(text: section("home", changes), global: global)
  }

  func configure(text: String, global: [String: String] = [:]) throws {
    let lines = global.sorted { $0.key < $1.key }.map { "\toption \($0) '\($1)'\n" }.joined()
    try write("etc/config/ddns", "config ddns 'global'\n\(lines)\n\(text)", mode: 0o600)
  }

  /// A row of the services table.
  func service(_ name: String, url: String, answer: String? = nil) throws {
    let rule = answer.map { ", \"answer\": \"\($0)\"" } ?? ""
    let row = "{ \"url\": \"\(url)\"\(rule) }"
    try write(
      "usr/share/ddns/default/\(name).json",
      "{ \"name\": \"\(name)\", \"ipv4\": \(row), \"ipv6\": \(row) }\n")
  }

  // MARK: Programs

  func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Child {
    try Child(
      Programs.path(program), ["--root", root] + arguments,
      environment: Programs.searchPath.merging(environment) { $1 })
  }

  func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    seconds: Double = 25, at location: SourceLocation = #_sourceLocation
  ) throws -> Child.Result {
    let child = try start(program, arguments, environment: environment)
    let result = child.wait(seconds: seconds)
    check(result, at: location)
    return result
  }

  /// What holds for every run: it ended, not by a signal of ours, and kept the credentials secret.
  func check(_ result: Child.Result, at location: SourceLocation = #_sourceLocation) {
    #expect(result.status != -1, "did not end: \(result.stderr)", sourceLocation: location)
    #expect(redactor.leak(in: result.stdout) == nil, sourceLocation: location)
    #expect(redactor.leak(in: result.stderr) == nil, sourceLocation: location)
    #expect(redactor.leak(in: log()) == nil, sourceLocation: location)
  }

  func update(_ arguments: [String] = [], seconds: Double = 25) throws -> Child.Result {
    try run("ddns-update", ["-S", "home"] + arguments, seconds: seconds)
  }

  func detect(_ arguments: [String] = ["-S", "home"]) throws -> Child.Result {
    try run("ddns-detect-ip", arguments)
  }

  func runner(_ arguments: [String], seconds: Double = 25) throws -> Child.Result {
    try run("ddns-runner", ["-S", "home"] + arguments, seconds: seconds)
  }

  /// Looks the host up at the mock's DNS.
  func verify(_ arguments: [String] = [], host: String = World.host) throws -> Child.Result {
    try run("ddns-verify", ["-l", host, "-d", "127.0.0.1:\(mock.dns.port)"] + arguments)
  }
}

extension Child.Result {
  /// Everything a person sees.
  var output: String { stdout + stderr }
}
