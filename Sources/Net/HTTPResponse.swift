// SPDX-License-Identifier: Apache-2.0

import Wire

/// The answer to a request.
public final class HTTPResponse {
  /// 200-599; what it means is the caller's business.
  public let status: Int
  /// Status line and fields as they were received, with their line ends.
  public let head: [UInt8]
  /// The body, without chunks and their sizes.
  public let body: [UInt8]
  /// The absolute URL of a Location field with a 3xx status; empty when there is none.
  public let redirect: [UInt8]
  /// The address of our end of the connection.
  public let localAddress: IPAddress?
  /// The address of the other end: the server's, or the proxy's.
  public let remoteAddress: IPAddress?

  /// Whether a redirect has led to another origin, whose answer this is.
  public internal(set) var isElsewhere = false
  /// Whether that origin was asked without the credentials of the request.
  public internal(set) var lacksCredentials = false

  /// An answer.
  public init(
    status: Int, head: [UInt8] = [], body: [UInt8] = [], redirect: [UInt8] = [],
    localAddress: IPAddress? = nil, remoteAddress: IPAddress? = nil
  ) {
    self.status = status
    self.head = head
    self.body = body
    self.redirect = redirect
    self.localAddress = localAddress
    self.remoteAddress = remoteAddress
  }

  /// The value of the first field of this name, without white space around it; nil when absent.
  public func field(_ name: Literal) -> [UInt8]? {
    for line in head.lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        line[..<colon].equalsIgnoringCase(name)
      else { continue }
      return Array(line[(colon + 1)...].trimmed)
    }
    return nil
  }

  /// When to come back: seconds or a date, as received (RFC 9110 §10.2.3).
  public var retryAfter: [UInt8]? { field("retry-after") }
}
