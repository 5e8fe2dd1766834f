// SPDX-License-Identifier: Apache-2.0

import Wire

/// The signals this product knows.
public enum Signal: Int32, Equatable, Sendable {
  /// Read the configuration again and check now.
  case hangup = 1
  /// Stop.
  case interrupt = 2
  /// Stop.
  case quit = 3
  /// Stop at once, without a chance to say so.
  case kill = 9
  /// Check now.
  case user1 = 10
  /// Go offline and stop.
  case user2 = 12
  /// Stop.
  case terminate = 15
  /// A child has ended.
  case child = 17

  /// The name a person knows.
  public var name: Literal {
    switch self {
    case .hangup: "SIGHUP"
    case .interrupt: "SIGINT"
    case .quit: "SIGQUIT"
    case .kill: "SIGKILL"
    case .user1: "SIGUSR1"
    case .user2: "SIGUSR2"
    case .terminate: "SIGTERM"
    case .child: "SIGCHLD"
    }
  }
}
