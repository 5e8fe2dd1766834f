// SPDX-License-Identifier: Apache-2.0

import Wire

/// Why a question has no answer: the last thing that went wrong, and at which server.
///
/// What is registered is then unknown, which is not the same as "nothing".
public final class DNSFailure: Error, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// There is no server to ask.
    case noServers
    /// The deadline had passed before anything could be asked.
    case noTime
    /// Nothing came back within so many milliseconds.
    case silence(milliseconds: Int64)
    /// Only bytes that are no answer to the question came back within so many milliseconds.
    case unusable(milliseconds: Int64)
    /// The server answered with an error.
    case rcode(DNSRcode)
    /// The server did not do what was asked for; whether it has shown that it has the key.
    case notUpdated(DNSRcode, isSigned: Bool)
    /// The signature of the update, or of its answer, is wrong.
    case signature(TSIGProblem)
    /// The server knows only who else might know.
    case referral
    /// The system could not send or receive, in its words.
    case unreachable(Text)
    /// The TCP connection ended before the answer was complete.
    case closed
    /// What came over TCP is no answer to the question.
    case malformed
    /// A loop of CNAME records, or more than 8 of them.
    case tooManyAliases
  }

  /// The server asked last; nil when none was.
  public let server: DNSServer?
  /// What went wrong there.
  public let reason: Reason

  /// A failure.
  public init(_ reason: Reason, at server: DNSServer? = nil) {
    self.server = server
    self.reason = reason
  }

  /// Whether the same went wrong at the same server.
  public static func == (left: DNSFailure, right: DNSFailure) -> Bool {
    left.server == right.server && left.reason == right.reason
  }

  /// `dns server 192.0.2.1: no answer within 5 s`.
  public var message: Text {
    guard let server else { return "dns: \(words)" }
    return "dns server \(server.text): \(words)"
  }

  private var words: Text {
    switch reason {
    case .noServers: "no server to ask"
    case .noTime: "no time left to ask"
    case .silence(let milliseconds): "no answer within \(Self.duration(milliseconds))"
    case .unusable(let milliseconds): "no usable answer within \(Self.duration(milliseconds))"
    case .rcode(let rcode): "\(rcode.text): \(rcode.message)"
    case .notUpdated(let rcode, let isSigned):
      "\(rcode.text): \(rcode.updateMessage)\(isSigned ? "" : " (not signed: perhaps the key is wrong)" as Literal)"
    case .signature(let problem): problem.message
    case .referral: "the server does not know the name and only refers to others"
    case .unreachable(let detail): detail
    case .closed: "connection closed before the answer was complete"
    case .malformed: "answer not understood"
    case .tooManyAliases: "a loop of CNAME records, or more than \(DNSMessage.aliasLimit)"
    }
  }

  private static func duration(_ milliseconds: Int64) -> Text {
    milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
