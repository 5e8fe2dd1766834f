// SPDX-License-Identifier: Apache-2.0

import Wire

/// The ways a secret may be written in a request, its echo or a shell's trace, each written down
/// here anew.
enum Spelling {
  private static let hex = Array("0123456789abcdef".utf8)

  /// The whole in one encoding.
  static func wholes(of secret: [UInt8]) -> [[UInt8]] {
    [secret, percent(secret, isUpper: false), percent(secret, isUpper: true), json(secret)]
      + base64s(of: secret)
  }

  static func percent(_ secret: [UInt8], isUpper: Bool) -> [UInt8] {
    secret.flatMap { byte -> [UInt8] in
      if byte.isDigit || byte.isLetter || "-_.~".utf8.contains(byte) { return [byte] }
      let digits = [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      return [UInt8(ascii: "%")] + digits.map { isUpper && $0.isLetter ? $0 - 32 : $0 }
    }
  }

  static func json(_ secret: [UInt8]) -> [UInt8] {
    secret.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x22, 0x5c: [0x5c, byte]
      case 8: Array("\\b".utf8)
      case 9: Array("\\t".utf8)
      case 10: Array("\\n".utf8)
      case 12: Array("\\f".utf8)
      case 13: Array("\\r".utf8)
      case 0..<32: Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: [byte]
      }
    }
  }

  /// With and without padding, and in the alphabet for URLs.
  static func base64s(of secret: [UInt8]) -> [[UInt8]] {
    let padded = Base64.encode(secret)
    let bare = Array(padded.prefix { $0 != UInt8(ascii: "=") })
    let forURLs = bare.map { byte -> UInt8 in
      byte == UInt8(ascii: "+")
        ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
    }
    return [padded, bare, forURLs]
  }

  /// All ways a page, a log or a shell may write one byte.
  static func escapes(of byte: UInt8) -> [[UInt8]] {
    let code = String(byte, radix: 16)
    let two = byte < 16 ? "0" + code : code
    let octal = String(byte, radix: 8)
    var forms = [
      "%" + two, "\\u00" + two, "&#\(byte);", "&#x\(code);", "&#0\(byte);", "\\x" + two,
    ]
    forms += forms.map { form in
      // The digits only: `\U` and `%X` would be something else.
      String(form.prefix(2)) + form.dropFirst(2).uppercased()
    }
    forms.append("%" + two.uppercased())
    forms.append("\\" + String(repeating: "0", count: 3 - octal.count) + octal)
    let named: [UInt8: [String]] = [
      34: ["&quot;", "\\\""], 38: ["&amp;"], 39: ["&apos;", "&#39;", "'\\''", "\\'", "'\"'\"'"],
      60: ["&lt;"], 62: ["&gt;"], 36: ["\\$"], 96: ["\\`"], 35: ["&num;"], 27: ["\\E"],
      32: ["+"], 92: ["\\\\"], 47: ["\\/", "&sol;"], 10: ["\\n"], 9: ["\\t"], 13: ["\\r"],
      8: ["\\b"], 12: ["\\f"], 7: ["\\a"], 11: ["\\v"],
    ]
    return [[byte]] + (forms + (named[byte] ?? [])).map { Array($0.utf8) }
  }
}
