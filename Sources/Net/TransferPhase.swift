// SPDX-License-Identifier: Apache-2.0

import Wire

/// How far a transfer has come.
public enum TransferPhase: Equatable, Sendable {
  /// Until the TCP connection stands; through a proxy, until that has connected us to the server.
  case connecting
  /// Until TLS stands.
  case securing
  /// Until the answer begins.
  case waiting
  /// Until the answer is complete.
  case receiving

  /// The complaint about a deadline missed in this phase.
  var message: Text {
    switch self {
    case .connecting: "no connection in time"
    case .securing: "no TLS handshake in time"
    case .waiting: "connected, but no answer in time"
    case .receiving: "answer not complete in time"
    }
  }
}
