// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A queue of rules: which request gets which fault, and how often. The first rule that matches
/// and is not used up decides; without one the server behaves well.
package final class Script<Fault: Sendable>: Sendable {
  package struct Rule: Sendable {
    /// An exact key (a path, a DNS name, `name/TYPE`), `*.name` for what is below one, or `*` for any.
    package let pattern: String
    /// How many requests are still to be treated so; nil is for ever.
    package var count: Int?
    package let fault: Fault
  }

  private let rules = Mutex<[Rule]>([])

  package init() {}

  package func add(_ pattern: String, times count: Int? = nil, _ fault: Fault) {
    rules.withLock { $0.append(Rule(pattern: pattern, count: count, fault: fault)) }
  }

  package func clear() {
    rules.withLock { $0 = [] }
  }

  /// The fault for the request that any of `keys` describes; uses up one count.
  func next(for keys: [String], wildcard: Bool = true) -> Fault? {
    rules.withLock { rules in
      let found = rules.firstIndex { rule in
        keys.contains {
          $0 == rule.pattern
            || rule.pattern.hasPrefix("*.") && $0.hasSuffix(rule.pattern.dropFirst())
        }
          || (wildcard && rule.pattern == "*")
      }
      guard let index = found else { return nil }
      let fault = rules[index].fault
      if let count = rules[index].count {
        rules[index].count = count - 1
        if count <= 1 { rules.remove(at: index) }
      }
      return fault
    }
  }
}
