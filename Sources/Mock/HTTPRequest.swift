// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One HTTP request as it came in.
package struct HTTPRequest: Sendable {
  package struct Field: Equatable, Sendable {
    package let name: String
    package let value: String
  }

  /// The request line and the fields, byte for byte, without the blank line.
  package let head: String
  package let method: String
  package let target: String
  package let version: String
  package let fields: [Field]
  package let body: [UInt8]
  /// The loopback address it came in on.
  package let server: String
  /// Where it came from; the TLS front of the tests connects from an address of its own.
  package let peer: String

  package static let tlsFrontAddress = "127.0.0.2"
  package var isTLS: Bool { peer == HTTPRequest.tlsFrontAddress }

  /// Parses a head; nil when it has no request line.
  init?(head: [UInt8], body: [UInt8], server: String, peer: String) {
    self.head = String(decoding: head, as: UTF8.self)
    let lines = self.head.components(separatedBy: "\r\n")
    let words = lines[0].components(separatedBy: " ")
    guard words.count == 3 else { return nil }
    (method, target, version) = (words[0], words[1], words[2])
    fields = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      return Field(name: String(parts[0]), value: String(value))
    }
    self.body = body
    self.server = server
    self.peer = peer
  }

  package func field(_ name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The target up to the question mark, without scheme and authority of the proxy form.
  package var path: String {
    let bare = target.split(separator: "?", maxSplits: 1)[0]
    guard let scheme = bare.range(of: "://") else { return String(bare) }
    let rest = bare[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  /// The query items in order, percent-decoded; an item without `=` has an empty value.
  package var query: [Field] {
    guard let mark = target.firstIndex(of: "?") else { return [] }
    return target[target.index(after: mark)...].split(separator: "&").map { item in
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count > 1 ? String(parts[1]) : ""
      let name = String(parts[0])
      return Field(
        name: name.removingPercentEncoding ?? name, value: value.removingPercentEncoding ?? value)
    }
  }

  package func item(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// User and password of a Basic field.
  package func basic(_ name: String = "Authorization") -> (user: String, password: String)? {
    guard let value = field(name), value.hasPrefix("Basic "),
      let data = Data(base64Encoded: String(value.dropFirst(6)))
    else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}

/// What a well-behaved server answers.
package struct HTTPAnswer: Equatable, Sendable {
  package var status: Int
  package var fields: [String]
  package var body: [UInt8]

  package init(_ body: String) {
    self.init(200, body)
  }

  package init(_ status: Int, fields: [String] = [], _ body: String) {
    self.status = status
    self.fields = fields
    self.body = Array(body.utf8)
  }

  /// The head up to and with the blank line. Without a length the body ends with the connection.
  func head(length: Int?) -> [UInt8] {
    var lines = ["HTTP/1.1 \(status) \(HTTPAnswer.reason(status))"]
    if !fields.contains(where: { $0.lowercased().hasPrefix("content-type:") }) {
      lines.append("Content-Type: text/plain")
    }
    if let length { lines.append("Content-Length: \(length)") }
    lines += fields + ["Connection: close", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 407: "Proxy Authentication Required"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}
