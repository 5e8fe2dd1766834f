// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct OptionTableTests {
  private func names(_ row: OptionRow) -> [String] {
    string([UInt8](row.names)).split(separator: " ").map(String.init)
  }

  @Test(arguments: [OptionTable.rows(.global), OptionTable.rows(.service)])
  func `no name is there twice, and none is empty`(rows: [OptionRow]) {
    let all = rows.flatMap { names($0) }
    #expect(Set(all).count == all.count && all.count > 14)
    for row in rows {
      let isShared = row.kind == .foreign || row.kind == .elsewhere
      #expect(isShared || (1...2).contains(names(row).count))
    }
  }

  @Test(arguments: [OptionTable.rows(.global), OptionTable.rows(.service)])
  func `a default is a value of its kind`(rows: [OptionRow]) {
    for row in rows {
      let value = [UInt8](row.fallback)
      switch row.kind {
      case .flag: #expect(value == "0" || value == "1", "\(names(row))")
      case .number: #expect(value.decimalValue != nil, "\(names(row))")
      case .interval: #expect(value.isEmpty || value.decimalValue != nil, "\(names(row))")
      case .directory: #expect(value.first == UInt8(ascii: "/"), "\(names(row))")
      case .text: break
      case .list, .url, .urls, .path, .command, .secret, .proxy, .foreign, .elsewhere:
        #expect(value.isEmpty, "\(names(row))")
      }
    }
  }

  @Test func `an option is found by either name, and by no part of one`() {
    #expect(OptionTable.row(bytes("retry_count"))?.place(of: bytes("retry_max_count")) == 0)
    for name in ["retry", "count", "", " ", "retry_max_count retry_count", "Enabled"] {
      #expect(OptionTable.row(bytes(name)) == nil, "\(name)")
    }
  }

  @Test func `secrets are what is there to hold one`() {
    let secret = OptionTable.rows(.service).filter { $0.isSecret }.map { names($0)[0] }
    #expect(secret == ["password", "param_enc", "proxy"])
  }
}
