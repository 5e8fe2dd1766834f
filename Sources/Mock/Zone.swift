// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The records a loopback DNS server answers with; accepted updates change them.
package final class Zone: Sendable {
  package struct Records: Equatable, Sendable {
    package var addresses: [Address] = []
    package var alias: String?
    package var ttl: UInt32 = 60
  }

  private struct State {
    var records: [String: Records] = [:]
    var previous: [String: Records] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func records(of name: String) -> Records? {
    state.withLock { $0.records[name.lowercased()] }
  }

  /// What was there before the last change.
  package func previousRecords(of name: String) -> Records? {
    state.withLock { $0.previous[name.lowercased()] }
  }

  package func addresses(of name: String) -> [String] {
    records(of: name)?.addresses.map { $0.description } ?? []
  }

  package func set(_ name: String, to addresses: [String], ttl: UInt32 = 60) {
    put(name, Records(addresses: addresses.compactMap { Address($0) }, ttl: ttl))
  }

  package func alias(_ name: String, to target: String) {
    put(name, Records(alias: target.lowercased()))
  }

  package func remove(_ name: String) {
    put(name, nil)
  }

  /// Replaces the addresses of the families given; false when nothing changed.
  func update(_ name: String, to addresses: [Address]) -> Bool {
    state.withLock { state in
      let key = name.lowercased()
      let old = state.records[key]
      var new = old ?? Records()
      let families = Set(addresses.map { $0.isIPv6 })
      new.alias = nil
      new.addresses = new.addresses.filter { !families.contains($0.isIPv6) } + addresses
      if let old, Set(old.addresses) == Set(new.addresses) { return false }
      state.previous[key] = old
      state.records[key] = new
      return true
    }
  }

  private func put(_ name: String, _ records: Records?) {
    state.withLock { state in
      let key = name.lowercased()
      state.previous[key] = state.records[key]
      state.records[key] = records
    }
  }
}
