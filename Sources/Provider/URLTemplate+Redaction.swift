// SPDX-License-Identifier: Apache-2.0

import Wire

extension URLTemplate {
  /// A URL without the secrets that were typed into it instead of being given as options.
  static func withoutLiteralSecrets(_ url: [UInt8]) -> [UInt8] {
    withoutSecretParameters(withoutCredentials(url))
  }

  /// `scheme://user:password@host/` as `scheme://***@host/`.
  private static func withoutCredentials(_ url: [UInt8]) -> [UInt8] {
    guard let scheme = url.firstIndex(of: [UInt8]("://")) else { return url }
    let start = scheme + 3
    let end = url[start...].firstIndex { byte in
      byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }
    guard let at = url[start..<(end ?? url.endIndex)].lastIndex(of: UInt8(ascii: "@")) else {
      return url
    }
    return url[..<start] + [UInt8]("***") + url[at...]
  }

  private static func withoutSecretParameters(_ url: [UInt8]) -> [UInt8] {
    guard let query = url.firstIndex(of: UInt8(ascii: "?")) else { return url }
    var result = Array(url[...query])
    for (index, item) in Array(url[(query + 1)...]).pieces(separatedBy: UInt8(ascii: "&"))
      .enumerated()
    {
      if index > 0 { result.append(UInt8(ascii: "&")) }
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      if name.count < item.count, isSecretName(name.lowercased) {
        result += name
        result.append(literal: "=***")
      } else {
        result += item
      }
    }
    return result
  }

  private static func isSecretName(_ name: [UInt8]) -> Bool {
    switch name {
    case "password", "passwd", "pass", "pwd", "pw", "p", "token", "key", "apikey", "api_key", "k",
      "secret", "auth", "sha", "login_token":
      true
    default: false
    }
  }
}
