// SPDX-License-Identifier: Apache-2.0

import CSystem
import Wire

/// Signals as something to wait for instead of something that interrupts.
public struct SignalSource: ~Copyable {
  let descriptor: FileDescriptor

  /// The number to poll on.
  public var rawValue: Int32 { descriptor.rawValue }

  /// Blocks HUP INT QUIT USR1 USR2 TERM CHLD and opens a descriptor for them. The C function is
  /// `signalfd`.
  public init() throws(SystemError) {
    descriptor = try opened("watch signals", [], csys_signals_open())
  }

  /// The next pending signal; nil when there is none.
  public borrowing func next() -> Signal? { Signal(rawValue: csys_signals_next(rawValue)) }
}
