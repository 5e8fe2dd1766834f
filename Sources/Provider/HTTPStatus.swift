// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// A status code, for answers whose body says nothing (RFC 9110 §15).
public struct HTTPStatus: Equatable {
  let code: Int

  init(_ code: Int) { self.code = code }

  /// 2xx.
  var isSuccess: Bool { (200...299).contains(code) }

  /// Whether a `Retry-After` of this answer is obeyed.
  var mayAskForPause: Bool { code == 403 || code == 429 || code == 503 }

  /// What a code other than 2xx means; `quote` is the body.
  func outcome(quoting quote: Quote) -> Outcome {
    let outcome = outcome(because: "HTTP status \(code)")
    outcome.quote = quote
    return outcome
  }

  private func outcome(because reason: Text) -> Outcome {
    switch code {
    case 400, 422: return Outcome(.refused(.option), word: .badparam, reason: reason)
    case 401, 403: return Outcome(.refused(.auth), word: .badauth, reason: reason)
    case 404, 410: return Outcome(.refused(.host), word: .nohost, reason: reason)
    case 407: return Outcome(.refused(.option), word: .badparam, reason: "the proxy: \(reason)")
    case 408, 409, 425: return Outcome(.temporary(.busy), word: .servererror, reason: reason)
    case 429: return Outcome(.later(seconds: 300), word: .interval, reason: reason)
    case 500...599: return Outcome(.temporary(.server), word: .servererror, reason: reason)
    default: return Outcome(.notUnderstood, word: .unknown, reason: reason)
    }
  }
}
