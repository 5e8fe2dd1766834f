// SPDX-License-Identifier: Apache-2.0

import Wire

/// What follows from what is remembered.
extension Record {
  /// Why the address has to be sent; nil when it has not (DESIGN 6.1, 6.2). `force` is the age at
  /// which it is sent again.
  func cause(
    toSend address: IPAddress, _ registered: Cycle.Registered, force: Int64, at now: Int64
  ) -> Cycle.Cause? {
    guard let accepted, !isOffline else { return .first }
    if accepted != address { return .changed(from: accepted) }
    // A request without an answer may have been obeyed all the same.
    if let attempted, attempted != address { return .changed(from: attempted) }
    if now - acceptedAt >= force { return .forced }
    // An address that DNS has never shown may be hidden by a proxy or split DNS, and a server that
    // cannot be asked says nothing: neither is a reason to send again.
    if isVerified, registered != .unknown, !registered.shows(address),
      unchangedAnswers < Cycle.unchangedLimit
    {
      return .repair
    }
    return nil
  }

  /// When this may be sent as far as the budget goes; the past = now.
  ///
  /// What was sent before in vain, repairs and forced updates come hours apart once they have used a
  /// quarter of the budget: so they never use more than half of it, the other half is there for an
  /// address that really changes, and none of them ever waits for a day.
  mutating func budgetTime(
    _ address: IPAddress, _ cause: Cycle.Cause, budget: Int64, others: [Int64] = [], at now: Int64
  ) -> Int64 {
    sent.removeAll { now - $0 >= Cycle.day }
    var sent = sent
    for time in others where now - time < Cycle.day {
      sent.insert(time, at: sent.firstIndex { $0 > time } ?? sent.count)
    }
    guard sent.count < budget else {
      return budget > 0 ? sent[sent.count - Int(budget)] + Cycle.day : now + Cycle.day
    }
    let isNew: Bool
    switch cause {
    case .first, .changed: isNew = attempted != address
    case .forced, .requested, .repair, .disproved: isNew = false
    }
    let quarter = max(budget / 4, 1)
    guard !isNew, sent.count >= quarter, let last = sent.last else { return now }
    return last + Cycle.day / quarter
  }

  /// The provider has the address; `unchanged` when it had it before.
  mutating func accept(_ address: IPAddress, unchanged: Bool, at now: Int64) {
    let before = accepted == address ? unchangedAnswers : 0
    unchangedAnswers = unchanged ? min(before, Cycle.unchangedLimit) + 1 : 0
    attempted = nil
    accepted = address
    acceptedAt = now
    isVerified = false
    isOffline = false
    claim = nil
  }

  /// A script claims that the provider has the address.
  ///
  /// It is believed for a check interval; for twice as long each time that it was sent again in
  /// vain, up to a day.
  mutating func acceptClaim(_ address: IPAddress, check: Int64, at now: Int64) {
    let repeats = accepted == address ? claim.map { $0.repeats + 1 } ?? 0 : 0
    accept(address, unchanged: false, at: now)
    let pause = min(check << min(repeats, 20), max(check, Cycle.day))
    claim = Claim(repeats: repeats, notBefore: now + pause)
  }

  /// DNS shows the accepted address.
  mutating func verify() {
    isVerified = true
    claim = nil
  }

  /// Whether it is time to ask the zone's own servers about a claim.
  func isDoubtful(_ address: IPAddress, _ registered: Cycle.Registered, at now: Int64) -> Bool {
    guard let claim, now >= claim.notBefore, accepted == address else { return false }
    return registered != .unknown && !registered.shows(address)
  }
}
