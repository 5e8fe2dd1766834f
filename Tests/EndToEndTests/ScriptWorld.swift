// SPDX-License-Identifier: Apache-2.0

import Foundation
import Mock
import Testing

extension World {
  static let library = "usr/lib/ddns/dynamic_dns_functions.sh"

  /// Puts the library into the tree, as the package does.
  func installLibrary() throws {
    let source = Programs.source("openwrt/lib")
    for name in try FileManager.default.subpathsOfDirectory(atPath: source) {
      guard let text = FileManager.default.contents(atPath: "\(source)/\(name)") else { continue }
      try write("usr/lib/ddns/\(name)", String(decoding: text, as: UTF8.self))
    }
  }

  /// A section whose provider is this script, and the library.
  func script(
    _ text: String, _ changes: [String: String?] = [:], global: [String: String] = [:]
  ) throws {
    try installLibrary()
    try write("usr/lib/ddns/update_test.sh", text)
    let own: [String: String?] = [
      "update_url": nil, "update_script": "/usr/lib/ddns/update_test.sh",
    ]
    try configure(own.merging(changes) { $1 }, global: global)
  }

  /// Whether a process whose command line has this word is still alive after some seconds: what has
  /// been killed needs a moment to go.
  static func isRunning(_ word: String) -> Bool {
    for _ in 0..<50 where isSeen(word) { usleep(100_000) }
    return isSeen(word)
  }

  private static func isSeen(_ word: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
        return false
      }
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.contains(word)
    }
  }
}

/// A shell update scripts run in.
enum UpdateShell: String, CaseIterable, CustomTestStringConvertible {
  case ash, bash

  var testDescription: String { rawValue }

  /// What makes the programs take it: busybox's is what they take without being told.
  var environment: [String: String] { self == .bash ? ["DDNS_SHELL": "/bin/bash"] : [:] }

  static let installed = allCases.filter { shell in
    Programs.isInstalled(shell == .ash ? "busybox" : "bash")
  }
}
