// SPDX-License-Identifier: Apache-2.0

import Wire

/// Goes through the tags of an XML text: as much of XML as is in what gateways send.
///
/// Prefixes of names are dropped, attributes, comments and declarations skipped. An end tag's name
/// begins with `/`.
struct XMLScanner {
  private var reader: ByteReader

  init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  /// The next tag's name, and the text that follows it up to the next tag; nil at the end.
  @inline(never)
  mutating func next() -> (name: [UInt8], text: [UInt8])? {
    _ = reader.take { $0 != UInt8(ascii: "<") }
    guard reader.next() != nil else { return nil }
    let tag = reader.take { $0 != UInt8(ascii: ">") }
    guard reader.next() != nil else { return nil }
    let isEnd = tag.first == UInt8(ascii: "/")
    var name = (isEnd ? tag.dropFirst() : tag).prefix { !$0.isSpace && $0 != UInt8(ascii: "/") }
    if let colon = name.lastIndex(of: UInt8(ascii: ":")) { name = name[(colon + 1)...] }
    let text = Array(reader.take { $0 != UInt8(ascii: "<") }.trimmed)
    return (
      (isEnd ? [UInt8(ascii: "/")] : []) + name,
      text.replacing([UInt8]("&amp;"), with: [UInt8(ascii: "&")])
    )
  }
}
