// SPDX-License-Identifier: Apache-2.0

import Wire

/// How often a section checks, forces and retries. All in seconds (contract 1.3).
public final class Schedule: Equatable, Sendable {
  /// What nearly all sections have; those share this one.
  public static let usual = Schedule()

  /// Pause between two checks; 600 by default.
  public let check: Int64
  /// The shortest pause that is allowed (`check_interval_min`); 300 by default.
  public let checkMinimum: Int64
  /// Age of an accepted address after which it is sent again; 259,200 (72 hours) by default.
  public let force: Int64
  /// First pause after a temporary failure; 60 by default.
  public let retry: Int64
  /// Failures in a row after which a section waits for its next check; 0 = endless.
  public let retryMaxCount: Int64
  /// Whether `force_interval` is 0: one update, then the end.
  public let isRunOnce: Bool
  /// Whether the pause grows with each failure in a row (`retry_backoff`, on by default).
  public let backsOff: Bool

  /// The shortest check interval unless `check_interval_min` says otherwise.
  public static let checkFloor: Int64 = 300
  /// Ten years: longer intervals are cut to it.
  public static let longest: Int64 = 315_360_000

  /// A schedule of given values.
  public init(
    check: Int64 = 600, force: Int64 = 259_200, retry: Int64 = 60, retryMaxCount: Int64 = 0,
    isRunOnce: Bool = false, backsOff: Bool = true, checkMinimum: Int64 = Schedule.checkFloor
  ) {
    self.checkMinimum = checkMinimum
    self.check = check
    self.force = force
    self.retry = retry
    self.retryMaxCount = retryMaxCount
    self.isRunOnce = isRunOnce
    self.backsOff = backsOff
  }

  /// Whether they are the same.
  public static func == (left: Schedule, right: Schedule) -> Bool {
    left.check == right.check && left.checkMinimum == right.checkMinimum
      && left.force == right.force && left.retry == right.retry
      && left.retryMaxCount == right.retryMaxCount && left.isRunOnce == right.isRunOnce
      && left.backsOff == right.backsOff
  }

  /// Seconds of a count in a unit: `days hours minutes`, anything else is seconds.
  ///
  /// Just as ddns-scripts has it, so that a typing mistake means the same everywhere.
  public static func seconds(_ count: Int64, _ unit: [UInt8]) -> Int64 {
    let factor: Int64 =
      switch unit {
      case "days": 86_400
      case "hours": 3_600
      case "minutes": 60
      default: 1
      }
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? longest : min(product, longest)
  }

  /// The pause after so many failures in a row (1 = the first).
  ///
  /// Doubles from `retry` up to the check interval, and then varies by an eighth up or down so that
  /// the clients of a failed provider do not all return in the same second.
  public func pause(afterFailures failures: Int64, random: UInt64) -> Int64 {
    guard backsOff else { return max(retry, 1) }
    let doubled = failures > 20 ? Self.longest : retry << max(failures - 1, 0)
    let pause = max(min(doubled, max(check, retry)), 1)
    let spread = pause / 4
    return pause - pause / 8 + (spread > 0 ? Int64(random % UInt64(spread + 1)) : 0)
  }
}
