// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct ScheduleTests {
  @Test func `the defaults are those of ddns-scripts (contract 1.3)`() throws {
    let schedule = try section("option enabled 1").schedule
    #expect(schedule == Schedule())
    #expect(schedule.check == 600)
    #expect(schedule.force == 72 * 3_600)
    #expect(schedule.retry == 60)
    #expect(schedule.retryMaxCount == 0)
    #expect(!schedule.isRunOnce)
    #expect(schedule.backsOff)
  }

  @Test(arguments: [
    ("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1), ("minute", 1), ("", 1),
    ("Hours", 1), ("weeks", 1),
  ])
  func `any word but days, hours and minutes means seconds`(unit: String, factor: Int64) {
    #expect(Schedule.seconds(7, Array(unit.utf8)) == 7 * factor)
  }

  @Test(arguments: [Int64.max, 1 << 50, 315_360_001])
  func `a huge interval is cut to ten years`(count: Int64) {
    #expect(Schedule.seconds(count, [UInt8]("days")) == Schedule.longest)
    #expect(Schedule.seconds(count, [UInt8]("seconds")) == Schedule.longest)
  }

  @Test(
    arguments: [
      ("option check_interval 1", 300), ("option check_interval 0", 300),
      ("option check_interval 5", 300), ("option check_interval 6", 360),
      ("option check_interval 60\noption check_unit seconds", 300),
      ("option check_interval 301\noption check_unit seconds", 301),
      ("option check_interval 2\noption check_unit hours", 7_200),
      ("option check_unit hours", 600),
      ("option check_interval 1\noption check_interval_min 1", 60),
      ("option check_interval 1\noption check_interval_min 5\noption check_unit hours", 18_000),
      ("option check_interval 9\noption check_interval_min 5\noption check_unit seconds", 9),
      ("option check_interval 2\noption check_interval_min 5\noption check_unit seconds", 5),
      ("option check_interval 0\noption check_interval_min 0\noption check_unit seconds", 1),
      ("option check_interval 99999999999999999\noption check_unit days", 315_360_000),
    ] as [(String, Int64)])
  func `the floor is 300 s unless check_interval_min is given (B11)`(
    options: String, seconds: Int64
  ) throws {
    #expect(try section(options).schedule.check == seconds)
  }

  @Test func `force_interval 0 means run once, whatever its unit`() throws {
    let schedule = try section("option force_interval 0\noption force_unit days").schedule
    #expect(schedule.isRunOnce)
  }

  @Test(
    arguments: [
      ("option force_interval 1\noption force_unit minutes", 600),
      ("option force_interval 3\noption force_unit days", 259_200),
      ("option force_interval 5", 18_000), ("option force_unit days", 259_200),
      ("option force_interval 1\noption check_interval 2\noption check_unit hours", 7_200),
      ("option check_interval 100\noption check_unit hours", 360_000),
    ] as [(String, Int64)])
  func `a force interval shorter than the check interval is raised to it`(
    options: String, seconds: Int64
  ) throws {
    let schedule = try section(options).schedule
    #expect(schedule.force == seconds)
    #expect(!schedule.isRunOnce)
  }

  @Test(
    arguments: [
      ("option retry_interval 5", 5), ("option retry_interval 5\noption retry_unit minutes", 300),
      ("option retry_interval 0", 1), ("option retry_unit minutes", 60),
    ] as [(String, Int64)])
  func `the retry interval is at least a second`(options: String, seconds: Int64) throws {
    #expect(try section(options).schedule.retry == seconds)
  }

  @Test(
    arguments: [
      ("option retry_max_count 4", 4), ("option retry_count 3", 3),
      ("option retry_count 3\noption retry_max_count 4", 4),
      ("option retry_max_count 0\noption retry_count 3", 0),
    ] as [(String, Int64)])
  func `retry_count is an old name that still counts, the new one wins (users 25)`(
    options: String, count: Int64
  ) throws {
    #expect(try section(options).schedule.retryMaxCount == count)
  }

  @Test func `retry_backoff 0 switches the growing pauses off`() throws {
    #expect(try !section("option retry_backoff 0").schedule.backsOff)
  }

  @Test(arguments: [0, 1, 5, 149, 150, 151, .max / 2, .max] as [UInt64])
  func `a pause stays within an eighth of its base`(random: UInt64) {
    let schedule = Schedule()
    for (failures, base) in [(1, 60), (2, 120), (3, 240), (4, 480), (5, 600), (99, 600)]
      as [(Int64, Int64)]
    {
      let pause = schedule.pause(afterFailures: failures, random: random)
      #expect(pause >= base - base / 8)
      #expect(pause <= base + (base + 7) / 8)
    }
  }

  @Test func `a retry interval longer than the check interval stays what it is for ever`() {
    let schedule = Schedule(check: 600, retry: 3_600)
    for failures in 1...100 as ClosedRange<Int64> {
      #expect(schedule.pause(afterFailures: failures, random: 0) == 3_150)
    }
  }

  @Test func `no number of failures traps or gives no pause at all`() {
    for retry in [0, 1, Schedule.longest] {
      for check in [0, 1, 300, Schedule.longest] {
        for failures in [-1, 0, 1, 20, 21, 64, .max] as [Int64] {
          for backsOff in [true, false] {
            let schedule = Schedule(check: check, retry: retry, backsOff: backsOff)
            #expect(schedule.pause(afterFailures: failures, random: .max) >= 1)
          }
        }
      }
    }
  }
}
