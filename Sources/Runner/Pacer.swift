// SPDX-License-Identifier: Apache-2.0

/// Keeps apart what a flood of requests begins: the first is answered at once, those that follow 2,
/// 4, 8, ... seconds after one another, until it has been quiet for as long. Times are uptimes in
/// milliseconds.
struct Pacer {
  /// When the next answer is due; nil = nobody asks.
  private(set) var due: Int64?
  private var last: Int64?
  private var pause: Int64 = 0

  private static let shortest: Int64 = 2_000
  private static let longest: Int64 = 300_000

  /// Takes in a request; false when one before it waits for the same answer.
  mutating func ask(at now: Int64) -> Bool {
    guard due == nil else { return false }
    guard let last, now < last + 2 * pause else {
      (due, pause) = (now, Self.shortest)
      return true
    }
    due = max(now, last + pause)
    pause = min(pause * 2, Self.longest)
    return true
  }

  /// Whether it is time to answer; it is asked until it is.
  mutating func take(at now: Int64) -> Bool {
    guard let due, now >= due else { return false }
    self.due = nil
    last = now
    return true
  }
}
