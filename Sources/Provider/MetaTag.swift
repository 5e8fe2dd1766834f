// SPDX-License-Identifier: Apache-2.0

import Wire

/// Finds `<meta name="..." content="...">` in a page.
enum MetaTag {
  /// The content of the first tag of this name, whose case does not count; nil when there is none.
  static func content(of name: Literal, in page: [UInt8]) -> ArraySlice<UInt8>? {
    for tag in page.split(separator: UInt8(ascii: "<")) {
      let text = tag.prefix { $0 != UInt8(ascii: ">") }
      guard text.prefix(5).equalsIgnoringCase("meta "),
        attribute("name", in: text)?.equalsIgnoringCase(name) == true
      else { continue }
      return attribute("content", in: text)
    }
    return nil
  }

  private static func attribute(
    _ name: Literal, in tag: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    // What is in quotes is every other piece, and in front of each is its name.
    let pieces = tag.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    for (index, piece) in pieces.enumerated() where index + 1 < pieces.count && index % 2 == 0 {
      let words = piece.trimmed
      if words.last == UInt8(ascii: "="),
        words.dropLast().trimmed.suffix(name.count).equalsIgnoringCase(name)
      {
        return pieces[index + 1]
      }
    }
    return nil
  }
}
