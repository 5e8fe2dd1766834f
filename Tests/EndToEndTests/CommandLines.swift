// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// The commands that ddns-scripts had, as links to the executable in a router's tree.
///
/// What they leave in the background ends with this.
final class CommandLines: Sendable {
  let world: World

  init(_ world: World) throws {
    self.world = world
    let executable = URL(fileURLWithPath: Programs.path("ddns-runner")).resolvingSymlinksInPath()
    for path in ["usr/lib/ddns", "usr/bin"] {
      try FileManager.default.createDirectory(
        atPath: "\(world.root)/\(path)", withIntermediateDirectories: true)
    }
    for name in [
      "lib/ddns/dynamic_dns_updater.sh", "lib/ddns/dynamic_dns_lucihelper.sh", "bin/ddns",
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(world.root)/usr/\(name)", withDestinationPath: executable.path)
    }
  }

  deinit {
    for name in world.names(in: "var/run/ddns") where name.hasSuffix(".pid") {
      if let pid = process(String(name.dropLast(4))) { kill(pid, SIGKILL) }
    }
  }

  /// The process whose number is in a section's file.
  func process(_ section: String) -> pid_t? {
    world.runFile("pid", of: section).flatMap { pid_t($0.dropLast()) }
  }

  /// Whether a section has a process that has done its first pass.
  func isWaiting(_ section: String) -> Bool {
    process(section) != nil && world.runFile("nextcheck", of: section) != nil
  }

  /// Writes a script.
  func script(_ path: String, _ text: String) throws {
    try world.write(path, "#!/bin/sh\n\(text)\n", mode: 0o755)
  }

  private func run(
    _ path: String, _ words: [String], _ environment: [String: String]
  ) throws -> Child.Result {
    let child = try Child(
      "\(world.root)/usr/\(path)", words,
      environment: Programs.searchPath.merging(environment) { $1 })
    let result = child.wait()
    // Linux holds up who starts a process until that has a group of its own, QEMU does not; and this
    // group ends with `child`.
    if Programs.isEmulated { _ = Wait.until(within: 2) { kill(-child.pid, 0) != 0 } }
    withExtendedLifetime(child) { world.check(result) }
    return result
  }

  /// Runs the updater; `line` is split at blanks and gets `--root` where it does no harm.
  func updater(_ line: String, environment: [String: String] = [:]) throws -> Child.Result {
    try run("lib/ddns/dynamic_dns_updater.sh", rooted(line), environment)
  }

  /// Runs LuCI's helper.
  func helper(_ line: String, environment: [String: String] = [:]) throws -> Child.Result {
    try run("lib/ddns/dynamic_dns_lucihelper.sh", rooted(line), environment)
  }

  /// Runs `/usr/bin/ddns`.
  func ddns(_ line: String) throws -> Child.Result { try run("bin/ddns", rooted(line), [:]) }

  private func rooted(_ line: String) -> [String] {
    let words = line.split(separator: " ").map(String.init)
    let root = ["--root", world.root]
    // An old command line begins with a word, and ends without `--`.
    return words.first?.hasPrefix("-") ?? true ? root + words : words + root
  }
}
