// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Mock
import Testing

extension EndToEnd {
  /// What reaches the system's log (contract 7.4).
  @Suite struct SyslogTests {
    /// A datagram socket where logd would have one, below the router's root.
    private func messages(_ setting: String, _ options: [String: String?] = [:]) throws -> [String]
    {
      let world = try World(registered: ["81.2.69.1"])
      try world.configure(options.merging(["use_syslog": setting]) { old, _ in old })
      let path = "\(world.root)/dev/log"
      try FileManager.default.createDirectory(
        atPath: "\(world.root)/dev", withIntermediateDirectories: true)
      let log = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(log) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      try #require(path.utf8.count < 107)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(log, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(bound == 0)
      _ = try world.runner(["-v", "0", "--once"])
      var found: [String] = []
      var buffer = [UInt8](repeating: 0, count: 2048)
      while case let count = recv(log, &buffer, 2048, Int32(MSG_DONTWAIT)), count > 0 {
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        #expect(!text.contains(World.password))
        found.append(text)
      }
      return found
    }

    @Test func `the default keeps info lines out, so success is not in syslog (B5)`() throws {
      let all = try messages("2")
      #expect(all.contains { $0.contains("home: Update needed") })
      #expect(!all.contains { $0.contains("Update successful") })
      let form = "^<13>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} ddns-scripts\\[[0-9]+\\]: home: "
      #expect(
        all.contains { $0.range(of: form, options: .regularExpression) != nil }, "\(all)")
    }

    @Test func `level 1 tells of success once (B4), level 0 of nothing`() throws {
      #expect(try messages("1").filter { $0.contains("successful") }.count == 1)
      #expect(try messages("0").isEmpty)
    }

    @Test(arguments: [
      ("0", []), ("1", [11, 12, 13, 14]), ("2", [11, 12, 13]), ("3", [11, 12]), ("4", [11]),
      ("5", []),
    ])
    func `each setting lets its severities through (7.4)`(
      setting: String, severities: [Int]
    ) throws {
      let all = try messages(setting, ["password": "wrong"])
      let found = all.compactMap { Int($0.dropFirst().prefix { $0 != ">" }) }
      #expect(Set(found) == Set(severities), "\(all)")
      #expect(!all.contains { $0.contains("\n") || $0.contains("\t") })
    }

    @Test func `the reason to give up is told at every setting`() throws {
      let all = try messages("0", ["enabled": "0"])
      #expect(all.count == 1)
      #expect(all.first?.contains("Service section disabled! - TERMINATE") == true)
    }
  }
}
