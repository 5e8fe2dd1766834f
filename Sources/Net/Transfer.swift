// SPDX-License-Identifier: Apache-2.0

import System
import Wire

/// HTTP transfers. libcurl speaks the protocol; names, deadlines and redirects are our business.
public enum Transfer {
  /// Sends a request and waits for the answer; blocks for at most the whole deadline.
  ///
  /// Any status is an answer. No name is looked up, no redirect followed, no environment read.
  public static func perform(_ request: HTTPRequest) throws(NetError) -> HTTPResponse {
    if let part = request.invalidPart { throw NetError(.invalid(part), peer: request.peer) }
    // With no certificates to trust there is no point in connecting.
    var store: TrustStore?
    if request.url.isSecure, request.trust != .ignore {
      store = try TrustStore(request.trust, peer: request.peer)
    }
    guard let handle = TransferHandle(store) else {
      throw NetError(.noResources, peer: request.peer)
    }
    // What C has is freed with it.
    defer { withExtendedLifetime(handle) {} }
    guard handle.prepare(request) else { throw NetError(.noResources, peer: request.peer) }
    if let phase = run(handle, request.deadlines) {
      throw NetError(.timedOut(phase), peer: request.peer)
    }
    if let failure = handle.failure(of: request) { throw NetError(failure, peer: request.peer) }
    return handle.response
  }

  /// Drives a transfer to its end; the phase in which a deadline passed, nil when none did.
  private static func run(
    _ handle: TransferHandle, _ deadlines: TransferDeadlines
  ) -> TransferPhase? {
    var clock = TransferClock(deadlines, at: Clock.uptime)
    while handle.step() {
      let phase = handle.phase
      let remaining = clock.remaining(in: phase, at: Clock.uptime)
      if remaining == 0 { return phase }
      handle.wait(remaining)
    }
    return nil
  }
}
