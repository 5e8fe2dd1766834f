// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The spellings a secret may show up in: a log of ours never holds one, and tests search for them.
package struct Redactor: Sendable {
  private let spellings: [String]

  package init(_ secrets: [String]) {
    spellings = Set(secrets.filter { !$0.isEmpty }.flatMap { Redactor.spellings(of: $0) })
      .sorted { $0.count > $1.count }
  }

  package func redact(_ text: String) -> String {
    spellings.reduce(text) { $0.replacingOccurrences(of: $1, with: "***") }
  }

  /// The first spelling of a secret that `text` holds.
  package func leak(in text: String) -> String? {
    spellings.first { text.contains($0) }
  }

  /// Raw, percent-encoded in both cases and for all bytes, base64, and as JSON writes it.
  private static func spellings(of secret: String) -> [String] {
    let bytes = Array(secret.utf8)
    let kept = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
    let lower = bytes.map {
      kept.contains($0) ? String(UnicodeScalar($0)) : String(format: "%%%02x", $0)
    }.joined()
    let upper = bytes.map {
      kept.contains($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0)
    }.joined()
    let json = secret.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\\"")
    return [secret, lower, upper, Data(bytes).base64EncodedString(), json]
  }
}
