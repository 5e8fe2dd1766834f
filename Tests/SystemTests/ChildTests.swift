// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Wire

@testable import System

@Suite(.timeLimit(.minutes(15)), .serialized) struct ChildTests {
  private func shell(
    _ script: String, patience: Int64 = 10_000, limit: Int = 4_096
  ) throws -> (ending: Child.Ending?, output: [UInt8], errors: [UInt8]) {
    try Child.run(
      bytes("/bin/sh"), ["sh", "-c", script].map { bytes($0) }, patience: patience,
      outputLimit: limit)
  }

  /// Whether a process lives; one that nobody has reaped yet does not.
  private func lives(_ id: Int32) -> Bool {
    guard let stat = try? File.read(bytes("/proc/\(id)/stat"), limit: 4_096) else { return false }
    return !string(stat).contains(") Z ")
  }

  private func waitForTheEnd(of id: Int32) throws -> Bool {
    let deadline = Clock.uptime + 2_000
    while lives(id), Clock.uptime < deadline {
      _ = try Poll.wait(for: [], until: Clock.uptime + 2)
    }
    return !lives(id)
  }

  private var openDescriptors: Int { File.names(in: bytes("/proc/self/fd")).count }

  @Test(arguments: [0, 1, 64, 78, 127, 255])
  func `a status arrives as it is`(status: Int32) throws {
    #expect(try shell("exit \(status)").ending == .exited(status))
  }

  @Test(arguments: [9, 15, 1, 11])
  func `a signal is told apart from a status`(signal: Int32) throws {
    #expect(try shell("kill -\(signal) $$").ending == .killed(signal))
  }

  @Test func `descriptor 1 is the answer, 2 and 3 are the report, 0 is empty`() throws {
    let result = try shell("echo out; echo err >&2; echo report >&3; read x; echo $?")
    #expect(string(result.output) == "out\n1\n")
    #expect(string(result.errors) == "err\nreport\n")
  }

  @Test func `a child has the arguments, our environment and what is added`() throws {
    let script = "printf '%s|' \"$@\" \"$DDNS_A\" \"${PATH:+path}\""
    let child = try Child(
      running: bytes("/bin/sh"), ["sh", "-c", script, "x", "a b", "", "ü$(y)"].map { bytes($0) },
      environment: [bytes("DDNS_A=1 2")])
    var output: [UInt8] = []
    while true {
      let part = try child.output.read(limit: 100)
      if part.isEmpty { break }
      output += part
    }
    #expect(string(output) == "a b||ü$(y)|1 2|path|")
  }

  @Test func `a child has no descriptor of ours but 0 to 3`() throws {
    let folder = try Folder()
    try File.append(bytes("x"), to: folder.file("held"))
    let held = try File.open(folder.file("held"))
    let result = try shell("ls -l /proc/self/fd /proc/$$/fd", limit: 65_536)
    #expect(result.ending == .exited(0))
    #expect(!string(result.output).contains(folder.path))
    #expect(held.rawValue > 2)
  }

  @Test func `a program that is not there is an error at once`() throws {
    let error = failure { _ = try Child(running: bytes("/nowhere/x"), [bytes("x")]) }
    #expect(error?.kind == .notFound)
    #expect(
      error.map { string($0.message.bytes) }
        == "cannot run /nowhere/x: No such file or directory")
  }

  @Test func `a script that sleeps is ended at its deadline`() throws {
    let start = Clock.uptime
    let result = try shell("echo begun; sleep 20", patience: 200)
    #expect(result.ending == nil)
    #expect(string(result.output) == "begun\n")
    let time = Clock.uptime - start
    #expect(time >= 200)
    #expect(time < 5_000)
  }

  @Test func `a script that closes its output and sleeps is ended at its deadline`() throws {
    let start = Clock.uptime
    #expect(try shell("exec >&- 2>&- 3>&-; sleep 20", patience: 200).ending == nil)
    #expect(Clock.uptime - start < 5_000)
  }

  @Test func `a script that floods is ended at the limit of its output`() {
    let start = Clock.uptime
    #expect(failure { _ = try shell("yes") }?.kind == .tooLarge)
    #expect(failure { _ = try shell("head -c 4097 /dev/zero; sleep 20") }?.kind == .tooLarge)
    #expect(Clock.uptime - start < 5_000)
  }

  @Test func `a script that never stops complaining is ended at its deadline`() throws {
    let start = Clock.uptime
    let result = try shell("timeout 2 yes >&2", patience: 200)
    #expect(result.ending == nil)
    #expect(Clock.uptime - start < 1_500)
  }

  @Test func `output of exactly the limit is fine, and complaints end with a whole line`() throws {
    let result = try shell("head -c 4096 /dev/zero; yes 'some 16 bytes a' | head -n 100000 >&2")
    #expect(result.ending == .exited(0))
    #expect(result.output.count == 4_096)
    // A secret that was cut would not be known any more.
    #expect(string(result.errors).hasSuffix("\nsome 16 bytes a"))
    #expect(result.errors.count == 4_095)
    #expect(try shell("head -c 3000000 /dev/zero >&2").errors.isEmpty)
  }

  @Test func `what a child started ends with it at its deadline`() throws {
    let result = try shell("sleep 20 & echo $!; wait", patience: 300)
    let id = try #require(Int32(string(result.output).dropLast()))
    #expect(try waitForTheEnd(of: id))
  }

  @Test func `what a child left behind holds nothing up`() throws {
    let start = Clock.uptime
    let result = try shell("sleep 20 >/dev/null 2>&1 3>&1 & echo $!")
    #expect(result.ending == .exited(0))
    #expect(Clock.uptime - start < 5_000)
    let id = try #require(Int32(string(result.output).dropLast()))
    #expect(try waitForTheEnd(of: id))
  }

  @Test func `a child that is let go is dead and reaped, with its group`() throws {
    var ids: [Int32] = []
    do {
      let child = try Child(
        running: bytes("/bin/sh"), ["sh", "-c", "sleep 20 & echo $!; wait"].map { bytes($0) })
      ids = [child.id, try #require(Int32(string(try child.output.read(limit: 20)).dropLast()))]
      #expect(ids.allSatisfy { lives($0) })
    }
    #expect(File.info(bytes("/proc/\(ids[0])")) == nil)
    #expect(try waitForTheEnd(of: ids[1]))
  }

  @Test func `a signal reaches the whole group`() throws {
    var child = try Child(
      running: bytes("/bin/sh"), ["sh", "-c", "sleep 20 & echo $!; wait"].map { bytes($0) })
    let id = try #require(Int32(string(try child.output.read(limit: 20)).dropLast()))
    let early = child.ending()
    #expect(early == nil)
    child.signal(.terminate)
    #expect(try waitForTheEnd(of: id))
    while true {
      guard let ending = child.ending() else {
        _ = try Poll.wait(for: [], until: Clock.uptime + 2)
        continue
      }
      #expect(ending == .killed(15))
      return
    }
  }

  @Test func `two thousand children leave no descriptor and no zombie`() throws {
    let before = openDescriptors
    for _ in 0..<2_000 {
      var child = try Child(running: bytes("/bin/true"), [bytes("true")])
      while try !child.output.read(limit: 10).isEmpty {}
      while child.ending() == nil { _ = try Poll.wait(for: [], until: Clock.uptime + 1) }
      let id = child.id
      #expect(File.info(bytes("/proc/\(id)")) == nil)
    }
    // Other suites open and close some meanwhile.
    #expect(openDescriptors < before + 200)
  }
}
