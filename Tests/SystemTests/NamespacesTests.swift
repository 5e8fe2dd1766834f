// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import System

@_silgen_name("unshare") private func leaveNamespace(_ kinds: Int32) -> Int32

/// Devices and mounts that nobody else sees; for the child process of an exit test.
enum Namespaces {
  /// Whether we may make them: root, in a container that allows it.
  static let work: Bool = {
    guard geteuid() == 0, tool("ip") != nil, tool("mount") != nil, let unshare = tool("unshare")
    else { return false }
    let script = "mount -t tmpfs tmpfs /mnt && ip link add ddns0 type veth peer name ddns1"
    let words = ["unshare", "-m", "-n", "sh", "-c", script].map { bytes($0) }
    let result = try? Child.run(unshare, words, patience: 5_000, outputLimit: 100)
    return result?.ending == .exited(0)
  }()

  /// Moves the calling thread, and what it starts, into new namespaces.
  static func leave(mounts: Bool) throws {
    precondition(leaveNamespace(mounts ? 0x2_0000 : 0x4000_0000) == 0, "unshare failed")
    if mounts { try run("mount", "--make-rprivate", "/") }
  }

  static func run(_ words: String...) throws {
    guard let path = tool(words[0]) else { preconditionFailure("no \(words[0])") }
    let result = try Child.run(
      path, words.map { bytes($0) }, patience: 5_000, outputLimit: 1_000)
    precondition(result.ending == .exited(0), "\(words): \(string(result.errors))")
  }

  private static func tool(_ name: String) -> [UInt8]? {
    ["/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"].map { bytes($0 + name) }
      .first { File.isExecutable($0) }
  }
}

@Suite(.timeLimit(.minutes(15))) struct NamespacesTests {
  @Test func `a probe for namespaces has an answer`() {
    #expect(Namespaces.work || !Namespaces.work)
  }
}
