// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Waits for descriptors and a deadline at once: the one place in the product that sleeps.
public enum Poll {
  /// A descriptor and what it is waited for.
  public struct Interest {
    /// The descriptor's number; negative ones are skipped.
    public let descriptor: Int32
    /// Whether to wait for data, or the end of it.
    public let read: Bool
    /// Whether to wait for room to write, or a finished connect.
    public let write: Bool

    /// Waits for a descriptor.
    public init(_ descriptor: Int32, read: Bool = true, write: Bool = false) {
      self.descriptor = descriptor
      self.read = read
      self.write = write
    }
  }

  /// Waits until a descriptor is ready or the deadline (uptime in ms; nil = none) has passed.
  ///
  /// Answers which are ready, in the order given; all false after the deadline. At most 64. The C
  /// function is `poll`. A wait that `isIdle`, for minutes, gives back memory that was freed.
  public static func wait(
    for interests: [Interest], until deadline: Int64?, isIdle: Bool = false
  ) throws(SystemError) -> [Bool] {
    Output.flush()
    let descriptors = interests.map { $0.descriptor }
    let events = interests.map { ($0.read ? 1 : 0) | ($0.write ? 2 : 0) as UInt8 }
    var results = [UInt8](repeating: 0, count: interests.count)
    let timeout = deadline.map { max($0 - Clock.uptime, 0) } ?? -1
    try checked(
      "wait", csys_poll(descriptors, events, &results, interests.count, timeout, isIdle ? 1 : 0))
    return results.map { $0 != 0 }
  }
}
