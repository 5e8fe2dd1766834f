// SPDX-License-Identifier: Apache-2.0

import Provider
import TestSupport
import Testing
import Wire

@testable import Report

@Suite(.timeLimit(.minutes(15))) struct LogLevelTests {
  private static let levels: [LogLevel] = [
    .emergency, .alert, .critical, .error, .warning, .notice, .info, .debug,
  ]

  @Test(
    arguments: [
      (.emergency, " 025343 EMERG : text\n"), (.alert, " 025343 ALERT : text\n"),
      (.critical, " 025343  CRIT : text\n"), (.error, " 025343 ERROR : text\n"),
      (.warning, " 025343  WARN : text\n"), (.notice, " 025343  note : text\n"),
      (.info, " 025343  info : text\n"), (.debug, " 025343       : text\n"),
    ] as [(LogLevel, String)])
  func `a line is that of ddns-scripts byte for byte (contract 7.3)`(
    level: LogLevel, line: String
  ) {
    #expect(level.line(time: [UInt8]("025343"), "text").bytes == Array(line.utf8))
  }

  @Test func `the example of contract 7.3`() {
    let text: Text = "Service section disabled! - TERMINATE"
    #expect(
      LogLevel.warning.line(time: [UInt8]("025343"), text)
        == " 025343  WARN : Service section disabled! - TERMINATE\n")
  }

  @Test func `further lines of a text have no prefix`() {
    #expect(LogLevel.debug.line(time: [UInt8]("000000"), "a\nb") == " 000000       : a\nb\n")
  }

  @Test func `use_syslog lets through what contract 7.4 says`() {
    let least: [Int64: Int64] = [1: 6, 2: 5, 3: 4, 4: 3, 5: 2, 6: 1, 7: 0]
    for setting in 0...9 as ClosedRange<Int64> {
      for level in Self.levels {
        let isWanted = level != .debug && level.rawValue <= least[setting] ?? -1
        #expect(level.isForSyslog(setting, isFinal: false) == isWanted, "\(setting) \(level)")
      }
    }
  }

  @Test func `the last words of a section go to syslog even with 0, a debug line never does`() {
    for setting in [0, 2, 4, 99, .max] as [Int64] {
      for level in Self.levels {
        #expect(level.isForSyslog(setting, isFinal: true) == (level != .debug))
      }
    }
    #expect(!LogLevel.error.isForSyslog(.max, isFinal: false))
  }

  @Test(
    arguments: [
      (.emergency, "emerg", 8), (.alert, "alert", 9), (.critical, "crit", 10), (.error, "err", 11),
      (.warning, "warn", 12),
      (.notice, "notice", 13), (.info, "info", 14), (.debug, "debug", 15),
    ] as [(LogLevel, String, Int)])
  func `a datagram is what logger -p user.<word> sends (contract 7.4)`(
    level: LogLevel, word: String, priority: Int
  ) {
    let sent = level.datagram(
      date: [UInt8]("Nov 14 22:13:20"), process: 1234, section: [UInt8]("home"), "a\tb\nc")
    #expect(
      String(decoding: sent, as: UTF8.self)
        == "<\(priority)>Nov 14 22:13:20 ddns-scripts[1234]: home: a bc", "user.\(word)")
  }

  @Test func `a datagram is never longer than logd keeps`() {
    let long = Text([UInt8](repeating: 120, count: 5_000))
    let sent = LogLevel.info.datagram(
      date: [UInt8]("Nov 14 22:13:20"), process: 1, section: [UInt8]("home"), long)
    #expect(sent.count == 1_023)
  }
}

@Suite(.timeLimit(.minutes(15))) struct LogFileTests {
  private func truncated(_ text: String, _ count: Int64) -> String? {
    LogFile.truncated(Array(text.utf8), toLines: count).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    arguments: [
      ("", 3, nil), ("\n", 1, nil), ("a\n", 1, nil), ("a", 1, nil), ("a\nb\n", 2, nil),
      ("a\nb\n", 1, "b\n"), ("a\nb", 1, "b"), ("a\nb\nc\n", 2, "b\nc\n"),
      ("a\n\n\n", 2, "\n\n"), ("a\nb\nc", 2, "b\nc"),
    ] as [(String, Int64, String?)])
  func `the last lines are kept, and a short log is left alone`(
    text: String, count: Int64, kept: String?
  ) {
    #expect(truncated(text, count) == kept)
  }

  @Test func `a log kept to its length has exactly that many lines`() {
    var random = SplitMix64(state: 7)
    for _ in 0..<500 {
      let lines = (0..<(random.next() % 40)).map { "line \($0)\n" }
      let count = Int64(random.next() % 40) + 1
      let kept = truncated(lines.joined(), count) ?? lines.joined()
      #expect(kept == lines.suffix(Int(count)).joined())
    }
  }

  @Test(arguments: [0, -1] as [Int64])
  func `a count of nothing does not trap`(count: Int64) {
    _ = truncated("a\nb\n", count)
  }
}
