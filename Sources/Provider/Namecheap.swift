// SPDX-License-Identifier: Apache-2.0

import Section
import Wire

/// Reads Namecheap's XML answer by looking for the few elements that matter.
///
/// An XML parser would be no help: the answer declares UTF-16 and is ASCII. Success and failure
/// both come with status 200 and `<Done>true</Done>`; only `ErrCount` tells them apart.
enum Namecheap {
  /// Whether the bytes look like an answer of this kind.
  static func recognises(_ body: [UInt8]) -> Bool {
    element("ErrCount", in: asBytes(body)) != nil
  }

  /// The outcome of an answer; nil when it has no error count.
  static func outcome(of body: [UInt8], sent: Judgement.Sent) -> Outcome? {
    let text = asBytes(body)
    guard let count = element("ErrCount", in: text).flatMap({ $0.decimalValue }) else { return nil }
    let error = element("Err1", in: text) ?? []
    guard count == 0, error.isEmpty else {
      let number = element("ResponseNumber", in: text).flatMap { $0.decimalValue }
      return Outcome(word(number: number, error: error), quote: Quote(error.indices, of: text))
    }
    if let stored = element("IP", in: text).flatMap({ IPAddress($0) }), !sent.addresses.isEmpty,
      !sent.addresses.contains(stored)
    {
      return Outcome(
        .notUnderstood, word: .unknown, reason: "the provider stored \(stored) instead")
    }
    return Outcome(.good)
  }

  private static func word(number: Int64?, error: ArraySlice<UInt8>) -> ResultWord {
    switch number {
    case 304_156: return .badauth
    case 316_153, 380_091: return .nohost
    default: break
    }
    switch error.lowercased {
    case "passwords do not match": return .badauth
    case "domain name not found", "no records updated. a record not found;": return .nohost
    default: return .emergency
    }
  }

  /// The text of the first element of this name, trimmed; nil when there is none.
  private static func element(_ name: Literal, in text: [UInt8]) -> ArraySlice<UInt8>? {
    var index = text.startIndex
    while let open = text[index...].firstIndex(of: UInt8(ascii: "<")) {
      let nameEnd = open + 1 + name.count
      guard nameEnd < text.endIndex else { return nil }
      index = open + 1
      guard text[index..<nameEnd].equalsIgnoringCase(name), text[nameEnd] == UInt8(ascii: ">")
      else { continue }
      let content = text[(nameEnd + 1)...]
      guard let close = content.firstIndex(of: UInt8(ascii: "<")) else { return nil }
      return content[..<close].trimmed
    }
    return nil
  }

  /// The answer in one byte a character, should it really come in UTF-16.
  private static func asBytes(_ body: [UInt8]) -> [UInt8] {
    let start = body.prefix(2)
    let isUTF16 =
      start.elementsEqual([0xff, 0xfe]) || start.elementsEqual([0xfe, 0xff])
      || start.elementsEqual([0x3c, 0]) || start.elementsEqual([0, 0x3c])
    return isUTF16 ? body.filter { $0 != 0 } : body
  }
}

extension Service.Rules {
  /// The option `username`, or the hosts in it, each of which wants a request of its own: Namecheap
  /// takes one at a time. `@ -a www` is what users have from ez-ipupdate.
  public func usernames(_ option: [UInt8]) -> [[UInt8]] {
    guard dialect == .namecheap else { return [option] }
    var names: [[UInt8]] = []
    for word in option.replacing([UInt8(ascii: ",")], with: [UInt8(ascii: " ")]).words {
      let name = [UInt8](word)
      if name != "-a" { names.append(name) }
    }
    return names
  }
}
