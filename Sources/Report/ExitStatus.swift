// SPDX-License-Identifier: Apache-2.0

import Wire

/// How a program ends. The numbers are those of sysexits.h and are frozen (DESIGN 3).
public enum ExitStatus: Int32, Equatable, Sendable {
  /// Done; the answer, if any, is on standard output.
  case ok = 0
  /// `ddns-verify` only: the registered address is another one, or there is none.
  case differs = 1
  /// The command line is wrong.
  case usage = 64
  /// A mistake of this program.
  case software = 70
  /// The system could not give what every program needs: memory, descriptors, processes.
  case osError = 71
  /// May work later: network, time-out, SERVFAIL, HTTP 5xx, `dnserr`, `911`, clock not set.
  case temporary = 75
  /// The answer was not understood.
  case protocolError = 76
  /// The provider said no: credentials, host, abuse.
  case refused = 77
  /// Something in the configuration or the services table is wrong or missing.
  case config = 78

  /// The status of a child by its number; one it should never give counts as our own mistake.
  public init(child number: Int32) { self = ExitStatus(rawValue: number) ?? .software }

  /// The word for logs.
  public var word: Literal {
    switch self {
    case .ok: "ok"
    case .differs: "differs"
    case .usage: "usage"
    case .software: "internal error"
    case .osError: "system error"
    case .temporary: "temporary failure"
    case .protocolError: "answer not understood"
    case .refused: "refused"
    case .config: "configuration error"
    }
  }
}

/// Why a program cannot go on: the status to end with and the sentence to say.
public struct Failure: Error, Equatable, Sendable {
  /// The status to end with.
  public let status: ExitStatus
  /// What is wrong, where, and what to do; without secrets. Empty when it has been said already.
  public let message: Text

  /// A reason to end.
  public init(_ status: ExitStatus, _ message: Text) {
    self.status = status
    self.message = message
  }
}
