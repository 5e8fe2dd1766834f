// SPDX-License-Identifier: Apache-2.0

import Policy
import Report

extension Status.State {
  /// What a section does while it waits for this reason.
  init(_ reason: Cycle.Reason) {
    switch reason {
    case .verifying: self = .verifying
    case .retry, .unrecorded: self = .retrying
    case .later, .budget: self = .paused
    case .blocked: self = .blocked
    case .unusable: self = .stopped
    default: self = .waiting
    }
  }
}

extension Status {
  /// Takes over what is remembered of the section.
  func adopt(_ record: Record) {
    accepted = record.isOffline ? nil : record.accepted
    acceptedAt = record.acceptedAt
    budgetUsed = Int64(record.sent.count)
    budgetLast = record.sent.last ?? 0
    budgetLimit = Cycle.defaultBudget
  }
}
