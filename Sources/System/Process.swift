// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// This process, and signals to others.
public enum Process {
  /// Its number.
  public static let id: Int32 = csys_pid()

  /// The path of the running executable; nil when /proc is not mounted.
  public static var executable: [UInt8]? { File.target("/proc/self/exe") }

  /// What the kernel calls this boot; `unknown` when /proc is not mounted.
  public static let boot: [UInt8] = {
    let text = (try? File.read([UInt8]("/proc/sys/kernel/random/boot_id"), limit: 64)) ?? []
    let word = Array(text.trimmed)
    return word.isEmpty || word.contains(where: { $0.isSpace }) ? [UInt8]("unknown") : word
  }()

  /// Whether a process with that number exists, be it ours or not.
  public static func exists(_ id: Int32) -> Bool {
    let error = csys_kill(id, 0).error
    return error == CSYS_OK || error == CSYS_DENIED
  }

  /// Sends a signal to a process; one that is not there, or not ours, is no error.
  public static func send(_ signal: Signal, to id: Int32) { _ = csys_kill(id, signal.rawValue) }

  /// Reaps whatever has ended and is none of these: what others leave behind becomes a child of
  /// process 1, and nobody waits for it.
  public static func reap(except own: [Int32]) {
    while true {
      let id = csys_ended_child()
      guard id > 0, !own.contains(id) else { return }
      csys_wait(id, 0, nil)
    }
  }

  /// Allows that many open descriptors, as far as the system does.
  public static func allowDescriptors(_ count: Int) { csys_allow_descriptors(count) }

  /// Dies by the signal, so that a shell sees 128 + its number.
  public static func die(by signal: Signal) { csys_die(signal.rawValue) }

  /// Dies by the signal that a child was given in our place (`Child.run`), if one was. To be called
  /// when what the child leaves behind is cleared away.
  public static func endIfAsked() {
    Output.flush()
    csys_pass_signals(0)
  }

  /// Puts /dev/null on those of the descriptors 0-3 that are closed, ignores SIGPIPE and allows no
  /// core file. To be called first in `main`.
  ///
  /// A program started without those descriptors would otherwise get a pipe there that a child's
  /// own overwrite, and a core file has passwords in it.
  public static func prepare() { csys_prepare() }

  /// Gives up what a tool needs no more once it only talks to the network: starting programs, opening
  /// files to write, signals, gaining rights. What is refused fails with EPERM. A kernel without
  /// seccomp filters does not keep to it.
  public static func confine() { csys_sandbox() }
}
