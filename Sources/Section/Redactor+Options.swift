// SPDX-License-Identifier: Apache-2.0

import UCI
import Wire

extension Redactor {
  /// Hides what a section has of secrets, be it fit to run or not: options that are there to hold
  /// one, a user name that is elsewhere, and what stands in URLs.
  public init(_ section: UCISection) {
    for option in section.options {
      let row = OptionTable.row(option.name)
      let kind = row?.kind
      // In the address of a webhook the path is as good as a password.
      if section.type == "notify" {
        for value in option.values {
          if option.name == "header" { add(field: value) }
          if option.name == "url", let host = value.firstIndex(of: [UInt8]("://")),
            let path = value[(host + 3)...].firstIndex(of: UInt8(ascii: "/")),
            value.count - path > 16
          {
            add(Secret(Array(value[(path + 1)...])))
          }
        }
      }
      if kind == .elsewhere { add(Secret(section.option(option.elsewhere ?? []) ?? [])) }
      for value in option.values {
        if kind == .proxy {
          add(proxy: value)
        } else if option.isSecret(by: row) {
          add(Secret(value))
        } else if kind == .urls {
          // Each of several has credentials of its own. Elsewhere a blank may be part of a password.
          for url in value.words { add(url: Array(url)) }
        } else {
          add(url: value)
        }
      }
    }
  }

  /// Hides the credentials of a proxy: what is before the last `@`.
  public mutating func add(proxy: [UInt8]) {
    guard let at = proxy.lastIndex(of: UInt8(ascii: "@")) else { return }
    let start = proxy.firstIndex(of: [UInt8]("://")).map { $0 + 3 } ?? 0
    if start < at { add(credentials: proxy[start..<at]) }
  }

  /// Hides what a URL, or a template of one, has of secrets: its credentials, the parameters whose names say
  /// that they are secret, and a long query without any name.
  public mutating func add(url: [UInt8]) {
    guard url.contains(where: { $0 == 61 || $0 == 63 || $0 == 64 }) else { return }  // = ? @
    if let scheme = url.firstIndex(of: [UInt8]("://")) {
      let rest = url[(scheme + 3)...]
      let authority = rest.prefix { !$0.isOne(of: "/?# ") }
      if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
        add(credentials: authority[..<at])
      } else if let colon = authority.lastIndex(of: UInt8(ascii: ":")),
        authority.last != UInt8(ascii: "]"),
        !authority[(colon + 1)...].allSatisfy({ $0.isDigit }),
        let at = rest.lastIndex(of: UInt8(ascii: "@"))
      {
        // No port: a password that should have been percent-encoded.
        add(credentials: rest[..<at])
      }
    }
    var start = 0
    while start < url.count {
      let item = url[start...].prefix { !$0.isOne(of: "?&;# ") }
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      if name.count < item.count {
        if Self.isSecretName(name.lowercased) { add(typed: item.dropFirst(name.count + 1)) }
      } else if start > 0, url[start - 1] == UInt8(ascii: "?"), item.count >= 16 {
        add(typed: item)
      }
      start = item.endIndex + 1
    }
  }

  /// Hides the value of a header field, `Name: value`, if the name says so. Only its last word: before it
  /// may be the name of a scheme.
  public mutating func add(field: [UInt8]) {
    let name = field.prefix { $0 != UInt8(ascii: ":") }
    if Self.isSecretName(name.lowercased), let word = field.words.last { add(typed: word) }
  }

  /// A user name alone is a token; next to a password it is often part of a host's name.
  private mutating func add(credentials: ArraySlice<UInt8>) {
    let user = credentials.prefix { $0 != UInt8(ascii: ":") }
    let password = credentials.dropFirst(user.count + 1)
    add(typed: password.isEmpty ? user : password)
  }

  /// Hides what was typed between the placeholders, and what it is decoded.
  private mutating func add(typed value: ArraySlice<UInt8>) {
    var literal: [UInt8] = []
    var rest = value
    while let first = rest.first {
      let name = rest.dropFirst().prefix { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
      if first == UInt8(ascii: "["), !name.isEmpty,
        name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: "]")
      {
        add(Secret(literal))
        add(Secret(Percent.decode(literal)))
        literal = []
        rest = rest[(name.endIndex + 1)...]
      } else {
        literal.append(first)
        rest = rest.dropFirst()
      }
    }
    add(Secret(literal))
    add(Secret(Percent.decode(literal)))
  }

  /// Whether an option or a parameter of this name, in lower case, holds a secret.
  public static func isSecretName(_ name: [UInt8]) -> Bool {
    name == "pw" || name == "p" || name == "k" || name == "auth" || name == "authorization"
      || name == "sha"
      || ["pass", "pwd", "token", "key", "secret"].contains {
        name.firstIndex(of: [UInt8]($0 as Literal)) != nil
      }
  }
}

extension UCIOption {
  /// Whether it is there to hold a secret: its row says so, or the name of one nobody knows.
  public var isSecret: Bool { isSecret(by: OptionTable.row(name)) }

  fileprivate func isSecret(by row: OptionRow?) -> Bool {
    row?.isSecret ?? Redactor.isSecretName(name.lowercased)
  }

  /// The option whose value is where this one says; nil when it is about no other.
  @inline(never)
  public var elsewhere: [UInt8]? {
    // Most names do not end like `_env`, `_file` or `_command`, and need not be looked up.
    let end = name.lastIndex(of: UInt8(ascii: "_")) ?? 0
    switch name.count - end {
    case 4, 5, 8: return OptionTable.row(name)?.kind == .elsewhere ? Array(name[..<end]) : nil
    default: return nil
    }
  }

  /// The value, or the items of a list.
  public var values: [[UInt8]] {
    switch value {
    case .option(let value): [value]
    case .list(let items): items
    }
  }
}

extension UCISection {
  /// Whether part of what it says is elsewhere.
  public var hasValuesElsewhere: Bool { options.contains { $0.elsewhere != nil } }
}
