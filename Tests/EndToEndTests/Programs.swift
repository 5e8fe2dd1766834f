// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

/// The programs under test, and what this machine has to test them with.
enum Programs {
  /// The folder named by the environment, absolute.
  static let folder: String? = ProcessInfo.processInfo.environment["DDNS_BIN"].map { path in
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }

  static let names = ["ddns-detect-ip", "ddns-verify", "ddns-update", "ddns-runner"]

  static let areBuilt =
    folder.map { folder in
      names.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    } ?? false

  /// Built for another processor, and run by QEMU: slower, and to whoever looks at the process from
  /// outside (its words, memory, system calls) it is QEMU.
  static let isEmulated: Bool = {
    func machine(_ path: String) -> Data? {
      FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 20) }?.suffix(2)
    }
    return areBuilt && machine(path("ddns-runner")) != machine("/proc/self/exe")
  }()

  /// What ships, and no build for debugging.
  static let isStatic: Bool = {
    let head = FileHandle(forReadingAtPath: path("ddns-runner")).flatMap {
      try? $0.read(upToCount: 4_096)
    }
    return head.map { $0.range(of: Data("/ld-linux".utf8)) == nil } ?? false
  }()

  /// For the whole run.
  static let minutes = isEmulated ? 30 : 15

  static func path(_ name: String) -> String { "\(folder ?? "DDNS_BIN")/\(name)" }

  /// A file of the source tree.
  static func source(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/" + path
  }

  static func isInstalled(_ name: String) -> Bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }

  static let hasNginx = isInstalled("nginx") && isInstalled("openssl")
  static let hasNamed = isInstalled("named")
  static let isRoot = geteuid() == 0

  /// A network namespace of our own, where addresses can be added to `lo`.
  static let hasNamespaces: Bool = {
    let result = try? Child.run(
      "unshare", ["-n", "ip", "link", "set", "lo", "up"], environment: searchPath)
    return result?.status == 0
  }()

  static let hasIPv6: Bool = (try? LoopbackHTTP { _ in HTTPAnswer("") })?.hasIPv6 ?? false

  static let searchPath = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
}

extension Trait where Self == ConditionTrait {
  /// For tests that look at a process from outside.
  static var native: Self {
    .enabled(if: !Programs.isEmulated, "what is seen of an emulated program is QEMU")
  }
}

/// A folder of its own, removed with its owner.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/ddns-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The test CA, made once for the whole run.
enum Authority {
  // A static outlives every test and is never released, so its folder goes at the end.
  private static let scratch = Result {
    let scratch = try Scratch()
    atexit { try? FileManager.default.removeItem(atPath: Authority.folder) }
    return scratch
  }
  private static var folder: String { (try? scratch.get().path) ?? "" }
  private static let made = Result {
    try TestAuthority(tool: Programs.source("tools/tls.sh"), directory: scratch.get().path)
  }

  static func shared() throws -> TestAuthority { try made.get() }
}

/// The tests that run the built programs; skipped without them. All tests start at once and wait
/// for a free thread, so the time limit is one for the whole run.
@Suite(
  .enabled(if: Programs.areBuilt, "DDNS_BIN does not name the built programs"),
  .timeLimit(.minutes(Programs.minutes)))
struct EndToEnd {}
