// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import System

@Suite(.timeLimit(.minutes(15))) struct PollTests {
  @Test func `a wait for nothing ends at its deadline, not before`() throws {
    let start = Clock.uptime
    #expect(try Poll.wait(for: [], until: start + 30).isEmpty)
    let time = Clock.uptime - start
    #expect(time >= 30)
    #expect(time < 5_000)
  }

  @Test func `a deadline that has passed does not wait`() throws {
    let start = Clock.uptime
    #expect(try Poll.wait(for: [Poll.Interest(-1)], until: 0) == [false])
    #expect(Clock.uptime - start < 1_000)
  }

  @Test func `who is ready is told in the order of the question`() throws {
    let child = try Child(
      running: bytes("/bin/sh"), ["sh", "-c", "echo x; sleep 20"].map { bytes($0) })
    let ready = try Poll.wait(
      for: [
        Poll.Interest(child.report.rawValue), Poll.Interest(-1),
        Poll.Interest(child.output.rawValue),
      ], until: Clock.uptime + 5_000)
    #expect(ready == [false, false, true])
  }

  @Test func `the end of a pipe is readable`() throws {
    let child = try Child(running: bytes("/bin/true"), [bytes("true")])
    let pipe = child.output.rawValue
    #expect(try Poll.wait(for: [Poll.Interest(pipe)], until: Clock.uptime + 5_000) == [true])
    let rest = try child.output.read(limit: 10)
    #expect(rest.isEmpty)
  }

  @Test func `more descriptors than a poll takes are an error`() {
    let many = (0..<65).map { _ in Poll.Interest(-1) }
    #expect(failure { _ = try Poll.wait(for: many, until: 0) } != nil)
  }
}

@Suite(.timeLimit(.minutes(15))) struct SignalTests {
  @Test func `signals are read like data`() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      precondition(source.next() == nil, "a signal nobody sent")
      for (number, signal) in [
        (SIGHUP, Signal.hangup), (SIGINT, .interrupt), (SIGQUIT, .quit), (SIGUSR1, .user1),
        (SIGUSR2, .user2), (SIGTERM, .terminate),
      ] {
        raise(number)
        let ready = try Poll.wait(
          for: [Poll.Interest(source.rawValue)], until: Clock.uptime + 5_000)
        precondition(ready == [true], "\(signal) is not readable")
        precondition(source.next() == signal, "not \(signal)")
      }
      precondition(source.next() == nil, "a signal too many")
    }
  }

  @Test func `a reader that has gone does not end the program`() async {
    await #expect(processExitsWith: .success) {
      System.Process.prepare()
      raise(SIGPIPE)
    }
  }

  @Test func `a child starts without our blocked signals`() async {
    await #expect(processExitsWith: .success) {
      let source = try SignalSource()
      let result = try Child.run(
        bytes("/bin/sh"), ["sh", "-c", "kill -TERM $$; echo still here"].map { bytes($0) },
        patience: 5_000, outputLimit: 100)
      precondition(result.ending == .killed(15), "TERM was blocked in the child")
      _ = source.rawValue
    }
  }

  @Test func `dying by a signal is seen as that by a parent`() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      let source = try SignalSource()
      _ = source.rawValue
      System.Process.die(by: .terminate)
    }
  }

  @Test func `every signal has the name people know`() {
    let names: [Signal: String] = [
      .hangup: "SIGHUP", .interrupt: "SIGINT", .quit: "SIGQUIT", .kill: "SIGKILL",
      .user1: "SIGUSR1", .user2: "SIGUSR2", .terminate: "SIGTERM", .child: "SIGCHLD",
    ]
    for (signal, name) in names { #expect([UInt8](signal.name) == bytes(name)) }
  }

  @Test func `a process exists or does not`() {
    #expect(System.Process.exists(System.Process.id))
    #expect(System.Process.exists(1))
    #expect(!System.Process.exists(0x3fff_ffff))
    #expect(System.Process.executable?.isEmpty == false)
  }
}

@Suite(.timeLimit(.minutes(15))) struct ClockTests {
  @Test func `uptime is what /proc/uptime shows, and does not go back`() throws {
    let before = Clock.uptime
    let text = try File.read(bytes("/proc/uptime"), limit: 100)
    let seconds = try #require(Double(string(Array(text.words[0]))))
    #expect(abs(Double(before) / 1_000 - seconds) < 5)
    #expect(Clock.uptime >= before)
    #expect(Clock.wallClock > 1_700_000_000)
  }

  @Test(arguments: [
    ("%Y-%m-%d", "1970-01-02"), ("%s", "86400"), ("", ""), ("plain", "plain"), ("%%", "%"),
    ("'; reboot #", "'; reboot #"),
  ])
  func `a date format is data, not a command (users 35)`(format: String, text: String) {
    // Noon, so that the time zone of the machine does not change the day.
    let seconds: Int64 = format == "%s" ? 86_400 : 86_400 + 43_200
    #expect(string(Clock.format(seconds, bytes(format))) == text)
  }

  @Test func `a date is what strftime makes of it`() {
    let formats = [
      "%b %e %H:%M:%S", "%F %R", "%F %T", "%d.%m.%Y %H:%M", "%Y%m%d", "%a %b %e", "%H%M%S", "%j %b",
      "%-d %b", "%e%", "%D %Y", "%s %F", "%%%F", "%Ey %d", "%B %Y", "%p %H", "%I:%M %p", "%Z %R",
      "%",
    ]
    for round in 0..<2_000 {
      let format = formats[round % formats.count]
      var seconds = time_t(round * 104_729_317 % (1 << (round % 2 == 0 ? 31 : 38)))
      var parts = tm()
      localtime_r(&seconds, &parts)
      var text = [CChar](repeating: 0, count: 256)
      let count = strftime(&text, 256, format, &parts)
      let wanted = text[..<count].map { UInt8(bitPattern: $0) }
      #expect(Clock.format(Int64(seconds), bytes(format)) == wanted, "\(format) of \(seconds)")
    }
  }

  @Test func `a format that gives too much gives nothing`() {
    #expect(Clock.format(0, [UInt8](repeating: 120, count: 255)).count == 255)
    #expect(Clock.format(0, [UInt8](repeating: 120, count: 256)).isEmpty)
    #expect(Clock.format(.max, bytes("%Y")).isEmpty)
  }

  @Test func `random numbers differ`() {
    #expect(Set((0..<100).map { _ in Random.number }).count == 100)
  }

  @Test func `a variable that is not set is nil`() {
    #expect(Environment.value("PATH") != nil)
    #expect(Environment.value("DDNS_NO_SUCH_VARIABLE") == nil)
  }
}

@Suite(.timeLimit(.minutes(15))) struct SystemErrorTests {
  @Test(
    arguments: [
      (2, .notFound), (6, .notFound), (19, .notFound), (20, .notFound), (1, .denied),
      (13, .denied), (30, .denied), (11, .busy), (16, .busy), (27, .tooLarge), (110, .timedOut),
      (111, .unreachable), (113, .unreachable), (101, .unreachable), (99, .unreachable),
      (104, .unreachable), (28, .other), (12, .other), (24, .other), (0, .other),
    ] as [(Int32, SystemError.Kind)])
  func `a number of the kernel has a meaning`(number: Int32, kind: SystemError.Kind) {
    #expect(SystemError("open", number: number).kind == kind)
  }

  @Test func `an error says what was done to what, and why not`() {
    let words = { (error: SystemError) in string(error.message.bytes) }
    #expect(
      words(SystemError("open", number: 2, bytes("/x")))
        == "cannot open /x: No such file or directory")
    #expect(
      words(SystemError("make a pipe", number: 24))
        == "cannot make a pipe: Too many open files")
    #expect(
      words(SystemError(call: "read", object: bytes("/x"), kind: .tooLarge, limit: 4_096))
        == "cannot read /x: larger than 4096 bytes")
    #expect(
      words(SystemError(call: "ask", object: bytes("x"), kind: .timedOut))
        == "cannot ask x: no answer in time")
  }
}
