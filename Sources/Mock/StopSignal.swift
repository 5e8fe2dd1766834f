// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Wakes every waiting thread of a server at once: the read end of a pipe whose write end is
/// closed. All waiting in this module goes through it, so a stopped server leaves no thread behind.
final class StopSignal: Sendable {
  enum Outcome { case ready, stopped, timeout }

  private let readEnd: Int32
  private let writeEnd: Mutex<Int32>

  init() throws(MockError) {
    var ends: [Int32] = [-1, -1]
    let made = Spawning.lock.withLock { _ in
      let made = pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return made
    }
    guard made == 0 else { throw MockError("pipe: errno \(errno)") }
    readEnd = ends[0]
    writeEnd = Mutex(ends[1])
  }

  deinit {
    raise()
    close(readEnd)
  }

  func raise() {
    writeEnd.withLock { end in
      if end >= 0 { close(end) }
      end = -1
    }
  }

  /// Waits without a descriptor; true when stopped before the time was over.
  func wait(seconds: Double) -> Bool {
    wait(for: -1, events: 0, seconds: seconds) == .stopped
  }

  /// Waits until `descriptor` is ready; `poll` ignores a negative one.
  func wait(for descriptor: Int32, events: Int32, seconds: Double?) -> Outcome {
    let deadline = seconds.map { Clock.now() + $0 }
    while true {
      var entries = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(events), revents: 0),
      ]
      let left = deadline.map { max(0, $0 - Clock.now()) }
      let count = poll(&entries, 2, left.map { Int32(($0 * 1000).rounded(.up)) } ?? -1)
      if count < 0 && errno == EINTR { continue }
      if entries[0].revents != 0 { return .stopped }
      if count > 0 { return .ready }
      return .timeout
    }
  }
}

/// Seconds on the monotonic clock.
package enum Clock {
  package static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
