// SPDX-License-Identifier: Apache-2.0

import Wire

/// What the driver says to the machine that is no event, but is remembered.
extension Cycle {
  /// Takes note of what `ClockWatch` has found out.
  public mutating func settleClock(bootTime: Int64) { record.settle(bootTime: bootTime) }

  /// Whether the provider is to be told that there is no address any more; if so, that is remembered.
  ///
  /// Nothing is taken back that was never sent, and a block, a pause and the budget hold. It counts as a
  /// repeat, so that a link that flaps never uses more than half of the budget for it. The next start
  /// sends its address anew, however this one ends.
  public mutating func goesOffline(at now: Int64) -> Bool {
    guard !mode.isDryRun, record.block == nil, now >= record.notBefore,
      let address = record.attempted ?? (record.isOffline ? nil : record.accepted),
      record.budgetTime(address, .requested, budget: budget, others: otherRequests, at: now) <= now
    else { return false }
    record.sent.append(now)
    record.isOffline = true
    record.attempted = nil
    return true
  }

  /// The request that is under way is another's, and counts there.
  public mutating func sharesRequest() { _ = record.sent.popLast() }
}
