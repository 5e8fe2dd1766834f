// SPDX-License-Identifier: Apache-2.0

/// How an HTTP server misbehaves. Rules with the key `accept` act before the request is read.
package enum HTTPFault: Equatable, Sendable {
  /// This answer instead of the well-behaved one.
  case respond(HTTPAnswer)
  /// Nothing is ever said; the connection stays open.
  case silent
  /// The well-behaved answer, some bytes at a time.
  case drip(bytes: Int, every: Double)
  /// The well-behaved answer, closed after this many bytes of its body, less than it promised.
  case cut(after: Int)
  /// A body of this many bytes.
  case huge(bytes: Int)
  /// A head that never ends, of this many bytes.
  case hugeHead(bytes: Int)
  /// Bytes that are no HTTP.
  case garbage
  /// The well-behaved answer in three chunks.
  case chunked
  case redirect(String)
  /// Closed without an answer.
  case close
  /// Closed with a reset.
  case reset
  /// The well-behaved answer, later.
  case delay(Double)
}
