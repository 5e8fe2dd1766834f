// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What only the programs themselves can tell. The limit is one for the whole run: all tests start at
/// once and wait for a free thread.
@Suite(
  .enabled(if: BuiltPrograms.areThere, "DDNS_BIN does not name the built programs"),
  .timeLimit(.minutes(30)))
struct BuiltProgramTests {
  @Test(arguments: Program.all)
  func `-h prints the help of the source`(program: Program) throws {
    let result = try BuiltPrograms.run(program.name, ["-h"])
    #expect(result.status == 0)
    #expect(
      try result.output.trimmingCharacters(in: .newlines)
        == program.help()
        .trimmingCharacters(in: .newlines))
  }

  @Test(arguments: Repository.names(in: "uci-examples"))
  func `an example can be run, but for what is not supported yet`(file: String) throws {
    let root = NSTemporaryDirectory() + "/ddns-documentation-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: root) }
    for folder in ["etc/config", "usr/share/ddns", "etc/ssl/certs", "usr/local/bin", "etc/ddns"] {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(root)/usr/share/ddns/default",
      withDestinationPath: "\(Repository.root)/services")
    try FileManager.default.createSymbolicLink(
      atPath: "\(root)/usr/share/ddns/notify",
      withDestinationPath: "\(Repository.root)/services/notify")
    try FileManager.default.copyItem(
      atPath: "\(Repository.root)/uci-examples/\(file)", toPath: "\(root)/etc/config/ddns")
    // What the examples take for granted.
    FileManager.default.createFile(
      atPath: "\(root)/etc/ssl/certs/example-ca.pem", contents: Data())
    FileManager.default.createFile(
      atPath: "\(root)/etc/ddns/home.password", contents: Data("secret\n".utf8),
      attributes: [.posixPermissions: 0o600])
    FileManager.default.createFile(
      atPath: "\(root)/etc/ddns/mail.password", contents: Data("secret\n".utf8),
      attributes: [.posixPermissions: 0o600])
    FileManager.default.createFile(
      atPath: "\(root)/etc/ddns/address-changed.sh", contents: Data("#!/bin/sh\n".utf8),
      attributes: [.posixPermissions: 0o755])
    FileManager.default.createFile(
      atPath: "\(root)/usr/local/bin/public-address", contents: Data("#!/bin/sh\n".utf8),
      attributes: [.posixPermissions: 0o755])
    let show = try BuiltPrograms.run("ddns-runner", ["--root", root, "--show"])
    #expect(show.status == 0)
    #expect(show.output.contains("=service\n"))
    let check = try BuiltPrograms.run("ddns-runner", ["--root", root, "--check"])
    for line in check.output.split(separator: "\n") where !line.hasPrefix("  note of '") {
      #expect(
        line.hasSuffix(": ok") || line.hasSuffix(": ok, but disabled")
          || line.contains("not supported yet"), "\(line)")
    }
    #expect(check.status == (check.output.contains("not supported yet") ? 78 : 0))
  }
}

/// The folder that DDNS_BIN names.
enum BuiltPrograms {
  static let folder: String? = ProcessInfo.processInfo.environment["DDNS_BIN"].map { path in
    path.hasPrefix("/") ? path : "\(Repository.root)/\(path)"
  }

  static let areThere =
    folder.map { folder in
      Program.all.allSatisfy {
        FileManager.default.isExecutableFile(atPath: "\(folder)/\($0.name)")
      }
    } ?? false

  static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "\(folder ?? "")/\(name)")
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
