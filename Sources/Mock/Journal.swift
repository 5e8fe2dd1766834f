// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a server was asked, in order; tests wait for it instead of waiting for time to pass.
package final class Journal<Entry: Sendable>: @unchecked Sendable {
  // Unchecked: `entries` and `observer` are only touched with `condition` locked.
  private let condition = NSCondition()
  private var entries: [Entry] = []
  private var observer: (@Sendable (Entry) -> Void)?

  package init() {}

  package var all: [Entry] {
    condition.lock()
    defer { condition.unlock() }
    return entries
  }

  package var count: Int { all.count }
  package var last: Entry? { all.last }

  /// Calls `action` for every entry from now on, before waiters are woken.
  package func observe(_ action: @escaping @Sendable (Entry) -> Void) {
    condition.lock()
    observer = action
    condition.unlock()
  }

  /// Waits until `count` entries satisfy `condition`; false when `seconds` were over before.
  package func wait(
    for count: Int = 1, within seconds: Double, where matches: (Entry) -> Bool = { _ in true }
  ) -> Bool {
    let limit = Date(timeIntervalSinceNow: seconds * Wait.slowness)
    condition.lock()
    defer { condition.unlock() }
    while entries.count(where: matches) < count {
      if !condition.wait(until: limit) { return entries.count(where: matches) >= count }
    }
    return true
  }

  package func clear() {
    condition.lock()
    entries = []
    condition.unlock()
  }

  func append(_ entry: Entry) {
    condition.lock()
    entries.append(entry)
    observer?(entry)
    condition.broadcast()
    condition.unlock()
  }
}
