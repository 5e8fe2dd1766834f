// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A started program, in a process group of its own. Its output goes to files, so a grandchild that
/// keeps them open holds nobody up. Whatever still runs is killed with the last reference.
package final class Child: Sendable {
  package struct Result: Sendable {
    /// The exit status, 128 + n after signal n, and -1 when it did not end in time.
    package let status: Int32
    package let stdout: String
    package let stderr: String
    package let seconds: Double
  }

  package let pid: pid_t
  private let outputPath: String
  private let errorPath: String
  private let start = Clock.now()
  private let end = Mutex<(status: Int32, time: Double)?>(nil)

  /// Starts `program` with exactly this environment; only descriptors 0 to 2 are handed over.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws(MockError) {
    let serial = Spawning.lock.withLock { count in
      count += 1
      return count
    }
    let stem = NSTemporaryDirectory() + "/child-\(getpid())-\(serial)"
    (outputPath, errorPath) = (stem + ".out", stem + ".err")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var every = sigset_t()
    var none = sigset_t()
    sigfillset(&every)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &every)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process: pid_t = 0
    let code = Spawning.lock.withLock { _ in
      posix_spawnp(&process, program, &actions, &attributes, &words, &variables)
    }
    guard code == 0 else { throw MockError("cannot start \(program): errno \(code)") }
    pid = process
  }

  deinit {
    if poll() == nil {
      kill(-pid, SIGKILL)
      var ignored: Int32 = 0
      waitpid(pid, &ignored, 0)
    } else {
      kill(-pid, SIGKILL)  // descendants that outlived it
    }
    unlink(outputPath)
    unlink(errorPath)
  }

  /// Runs a program to its end.
  package static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
    seconds: Double = 30
  ) throws(MockError) -> Result {
    try Child(program, arguments, environment: environment).wait(seconds: seconds)
  }

  package var isRunning: Bool { poll() == nil }
  package var stdout: String { Child.text(outputPath) }
  package var stderr: String { Child.text(errorPath) }

  package func signal(_ number: Int32) {
    if poll() == nil { kill(pid, number) }
  }

  /// Waits for the end, at most that long, and kills what is late.
  @discardableResult
  package func wait(seconds: Double = 30) -> Result {
    _ = Wait.until(within: seconds) { self.poll() != nil }
    return finish()
  }

  /// Waits for all of them at once, without holding a thread of the caller's. The time is what it
  /// says, however slow programs are, and begins once they are `atWork`, or three seconds later: a
  /// loaded machine takes long to start a program.
  package static func ended(
    _ children: [Child], within seconds: Double,
    once atWork: @escaping @Sendable () -> Bool = { true }
  ) async -> [Result] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        _ = Wait.until(within: 3, atWork)
        _ = Wait.until(Clock.now() + seconds) { children.count { $0.poll() == nil } == 0 }
        continuation.resume(returning: children.map { $0.finish() })
      }
    }
  }

  private func finish() -> Result {
    let ended = poll()
    if ended == nil {
      kill(-pid, SIGKILL)
      // Until it is gone it may hold locks: the kernel first ends a write to the disk it is in.
      var ignored: Int32 = 0
      end.withLock { end in
        if end == nil, waitpid(pid, &ignored, 0) == pid { end = (-1, Clock.now()) }
      }
    }
    return Result(
      status: ended?.status ?? -1, stdout: stdout, stderr: stderr,
      seconds: (ended?.time ?? Clock.now()) - start)
  }

  private func poll() -> (status: Int32, time: Double)? {
    end.withLock { end in
      if end != nil { return end }
      var code: Int32 = 0
      guard waitpid(pid, &code, WNOHANG) == pid else { return nil }
      let signal = code & 0x7f
      end = (signal == 0 ? (code >> 8) & 0xff : 128 + signal, Clock.now())
      return end
    }
  }

  private static func text(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      fatalError("cannot read \(path): errno \(errno)")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// Waiting for what has no event to wait for: files, children.
package enum Wait {
  /// What each limit here is multiplied by: programs that QEMU runs are slower (tools/emulate.sh).
  package static let slowness =
    ProcessInfo.processInfo.environment["DDNS_SLOWNESS"].flatMap { Double($0) } ?? 1

  /// Asks until `condition` holds; false when `seconds` were over before.
  package static func until(within seconds: Double, _ condition: () -> Bool) -> Bool {
    until(Clock.now() + seconds * slowness, condition)
  }

  fileprivate static func until(_ limit: Double, _ condition: () -> Bool) -> Bool {
    while !condition() {
      if Clock.now() >= limit { return false }
      Glibc.poll(nil, 0, 5)
    }
    return true
  }
}
