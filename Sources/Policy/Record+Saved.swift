// SPDX-License-Identifier: Apache-2.0

import Section
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
}

/// Finds out whether the wall clock can be believed, and then what it says at uptime 0.
///
/// A router without a battery begins in 1970, at the date of its firmware or of its newest file, and
/// jumps when NTP answers; a wrong clock may be ahead as well. Believed is a clock that shows a
/// plausible year and has run beside the uptime for ten minutes without a step.
public struct ClockWatch: Sendable {
  /// For how long it has to run without a step, in seconds.
  static let settling: Int64 = 600
  /// 2026 to 2056: before, the clock was never set; after, it was set wrongly.
  static let plausible: Range<Int64> = 1_767_225_600..<2_713_910_400

  /// The uptime of the last moment that is known of, and what the wall clock said at uptime 0 then.
  private var last: Int64
  private var offset: Int64
  private var steadySince: Int64

  /// Begins with the first moment of this boot that is known of.
  public init(since first: Moment) {
    last = first.uptime
    offset = first.wallClock - first.uptime
    steadySince = first.uptime
  }

  /// The wall-clock time at uptime 0, in seconds since 1970; nil = not to be believed yet.
  public mutating func bootTime(at now: Moment) -> Int64? {
    let before = offset
    offset = now.wallClock - now.uptime
    // A clock that is slewed, or a quartz that is bad, is no step.
    let allowed = 2 + (now.uptime - last) / 1_000
    if abs(offset - before) > allowed { steadySince = now.uptime }
    last = now.uptime
    guard now.uptime - steadySince >= Self.settling, Self.plausible.contains(now.wallClock) else {
      return nil
    }
    return offset
  }
}

extension Record {
  /// The file content: `encoded`, the time of writing, and the number of the file.
  public func saved(at now: Moment, sequence: Int64) -> [UInt8] {
    let content =
      encoded + Text("clock \(now.uptime) \(now.wallClock) \(now.boot) \(sequence)").bytes
    return content + Text(" \(Self.checksum(content))\n").bytes
  }

  /// Reads a file, in the time of this boot; nil when it is damaged or of another version.
  ///
  /// Of two files the one with the higher `sequence` counts. `written` is when it was written, if
  /// that was in this boot.
  public static func load(
    _ bytes: [UInt8], at now: Moment
  ) -> (record: Record, sequence: Int64, written: Moment?)? {
    guard let last = bytes.lines.last, last.hasPrefix("clock "),
      bytes.last == UInt8(ascii: "\n")
    else { return nil }
    let words = last.split(separator: UInt8(ascii: " "))
    // Files of before have no checksum.
    guard words.count == 5 || words.count == 6, let uptime = words[1].decimalValue,
      let wall = words[2].decimalValue,
      let sequence = words[4].decimalValue, max(uptime, wall, sequence) <= 1 << 40
    else { return nil }
    if words.count == 6 {
      guard words[5].decimalValue == checksum(Array(bytes[..<(words[5].startIndex - 1)])) else {
        return nil
      }
    }
    let then = Moment(uptime: uptime, wallClock: wall, boot: Array(words[3]))
    let content = Array(bytes[..<last.startIndex])
    if then.boot == now.boot {
      guard uptime <= now.uptime, let record = Record(content, now: now.uptime) else { return nil }
      return (record, sequence, then)
    }
    guard var record = Record(content, now: uptime) else { return nil }
    record.enterNextBoot(after: uptime)
    return (record, sequence, nil)
  }

  /// FNV-1a without its highest bit: a damaged file could have lost a block and look whole.
  private static func checksum(_ content: [UInt8]) -> Int64 {
    let hash = content.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return Int64(hash >> 1)
  }

  /// Counts from the next boot, as if it had begun when the file was written.
  ///
  /// That makes every age too short and every pause too long, until the clock is settled.
  private mutating func enterNextBoot(after uptime: Int64) {
    // How long that boot came after the one before it was never known, and part of what it has
    // left is its own: of the time in between nothing can be said any more.
    let isMixed = !clockIsSettled && max(acceptedAt, block?.since ?? 0, sent.last ?? 0) > 0
    bootTime = bootTime == 0 || isMixed ? 0 : bootTime + uptime
    clockIsSettled = false
    shift(by: -uptime)
    notBefore = max(notBefore - uptime, 0)
    if let claim { self.claim?.notBefore = max(claim.notBefore - uptime, 0) }
  }

  /// Adds the time the router was off to all that an earlier boot has left, once this boot's wall
  /// clock is believed.
  ///
  /// The first word counts: no later step changes anything. A clock that is behind what an earlier
  /// boot knew is in contradiction to it, and one of the two was wrong: nothing is added, and
  /// nothing is known any more (a pause stays as it is, and lasts a day at most).
  mutating func settle(bootTime time: Int64) {
    guard !clockIsSettled else { return }
    let gap = bootTime == 0 ? 0 : time - bootTime
    clockIsSettled = true
    bootTime = gap < 0 ? 0 : time
    if gap > 0 { shift(by: -min(gap, Schedule.longest), upTo: 0) }
  }

  /// Moves the times that are not later than `limit`.
  private mutating func shift(by seconds: Int64, upTo limit: Int64 = .max) {
    if accepted != nil, acceptedAt <= limit { acceptedAt += seconds }
    if let block, block.since <= limit { self.block?.since += seconds }
    sent = sent.map { $0 <= limit ? $0 + seconds : $0 }
  }
}
