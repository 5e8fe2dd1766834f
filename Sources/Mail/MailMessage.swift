// SPDX-License-Identifier: Apache-2.0

import Wire

/// A mail with a text in UTF-8 (RFC 5322, 2045, 2047): what is in it are lines of ASCII, whatever
/// the servers on its way can do.
public struct MailMessage: Sendable {
  private let from: [UInt8]
  private let to: [[UInt8]]
  private let subject: [UInt8]
  private let text: [UInt8]
  private let date: [UInt8]
  private let id: [UInt8]

  /// A mail between addresses. The date has the form `Sun, 22 Nov 2026 05:00:00 +0000`, the id is a
  /// word that no other mail has.
  public init(
    from: [UInt8], to: [[UInt8]], subject: [UInt8], text: [UInt8], date: [UInt8], id: [UInt8]
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.date = date
    self.id = id
  }

  /// The longest line of the body, and the most bytes in one encoded word.
  private static let lineLimit = 75
  private static let wordLimit = 42

  /// The whole message; its lines end with CR LF.
  public var encoded: [UInt8] {
    let recipients = Array(to.joined(separator: [UInt8](", ")))
    let domain = from.split(separator: UInt8(ascii: "@")).last ?? []
    let head: Text = """
      From: <\(from)>\r
      To: \(recipients)\r
      Subject: \(Self.words(subject))\r
      Date: \(date)\r
      Message-ID: <\(id)@\(domain)>\r
      Auto-Submitted: auto-generated\r
      MIME-Version: 1.0\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Transfer-Encoding: quoted-printable\r
      \r\n
      """
    return head.bytes + Self.quotedPrintable(text)
  }

  /// A text in a field: as it is, or as encoded words.
  static func words(_ text: [UInt8]) -> [UInt8] {
    let text = Array(text.filter { $0 != 13 && $0 != 10 })
    if text.allSatisfy({ $0 >= 32 && $0 < 127 }), text.count <= 66 { return text }
    var result: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      var part = rest.prefix(Self.wordLimit)
      // No character is torn apart.
      while part.count < rest.count, rest[part.endIndex] & 0xc0 == 0x80, part.count > 1 {
        part = part.dropLast()
      }
      rest = rest.dropFirst(part.count)
      if !result.isEmpty { result.append(literal: "\r\n ") }
      result += Text("=?UTF-8?B?\(Base64.encode(Array(part)))?=").bytes
    }
    return result
  }

  /// A body of lines that end with LF.
  static func quotedPrintable(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var length = 0
    for (index, byte) in text.enumerated() {
      if byte == 10 {
        result.append(literal: "\r\n")
        length = 0
        continue
      }
      let isLast = index + 1 == text.count || text[index + 1] == 10
      let isPlain = byte > 32 && byte < 127 && byte != UInt8(ascii: "=") || byte == 32 && !isLast
      if length + (isPlain ? 1 : 3) > lineLimit {
        result.append(literal: "=\r\n")
        length = 0
      }
      if isPlain {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "="))
        for digit in [byte >> 4, byte & 15] {
          result.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") - 10))
        }
      }
      length += isPlain ? 1 : 3
    }
    if length > 0 { result.append(literal: "\r\n") }
    return result
  }
}
