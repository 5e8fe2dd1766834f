// SPDX-License-Identifier: Apache-2.0

import Wire

/// A point in time as a file can tell it to another boot.
public struct Moment: Equatable, Sendable {
  /// Seconds since this boot.
  public var uptime: Int64
  /// Seconds since 1970, as far as the router knows.
  public var wallClock: Int64
  /// What the kernel calls this boot; one word.
  public var boot: [UInt8]

  /// Joins the three.
  public init(uptime: Int64, wallClock: Int64, boot: [UInt8]) {
    self.uptime = uptime
    self.wallClock = wallClock
    self.boot = boot
  }

  /// Seconds from an earlier moment of another boot to this one; 0 when a clock was not set.
  ///
  /// A router without a battery begins in 1970 or at the date of its firmware. A pause or an age that
  /// is taken for shorter than it was only waits longer; it never makes an update necessary.
  func seconds(since earlier: Moment) -> Int64 {
    guard earlier.wallClock >= Self.clockFloor, wallClock >= earlier.wallClock else { return 0 }
    return min(wallClock - earlier.wallClock, Schedule.longest)
  }

  /// 2026-01-01: no clock that is right shows less.
  static let clockFloor: Int64 = 1_767_225_600
}

extension Record {
  /// The file content: `encoded`, when it was written, and the how-manieth it is.
  public func saved(at now: Moment, sequence: Int64) -> [UInt8] {
    encoded + Text("clock \(now.uptime) \(now.wallClock) \(now.boot) \(sequence)\n").bytes
  }

  /// Reads a file, in the time of this boot; nil when it is damaged or of another version.
  ///
  /// Of two files the one with the higher `sequence` counts.
  public static func load(
    _ bytes: [UInt8], at now: Moment
  ) -> (record: Record, sequence: Int64)? {
    guard let last = bytes.lines.last, last.hasPrefix("clock "),
      bytes.last == UInt8(ascii: "\n")
    else { return nil }
    let words = last.split(separator: UInt8(ascii: " "))
    guard words.count == 5, let uptime = words[1].decimalValue, let wall = words[2].decimalValue,
      let sequence = words[4].decimalValue, sequence < .max
    else { return nil }
    let then = Moment(uptime: uptime, wallClock: wall, boot: Array(words[3]))
    let content = Array(bytes[..<last.startIndex])
    if then.boot == now.boot {
      guard uptime <= now.uptime, let record = Record(content, now: now.uptime) else { return nil }
      return (record, sequence)
    }
    guard var record = Record(content, now: uptime) else { return nil }
    record.shift(by: now.uptime - now.seconds(since: then) - uptime)
    return (record, sequence)
  }

  /// Brings all times into another boot's.
  private mutating func shift(by seconds: Int64) {
    acceptedAt += seconds
    budgetStart += seconds
    if notBefore > 0 { notBefore = max(notBefore + seconds, 0) }
    block?.since += seconds
  }
}
