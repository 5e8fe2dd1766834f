// SPDX-License-Identifier: Apache-2.0

import Wire

/// The text tables of ddns-scripts before 2.8 (contract 2.1).
///
/// One provider a line: name, URL or script, and perhaps an expression for success. A table is for
/// one address family; the file's name says which.
public enum ServiceTable {
  /// The largest table, in bytes.
  public static let fileLimit = 262_144
  /// The longest row, in bytes.
  public static let rowLimit = 16_384

  /// The provider of exactly this name; the first of several counts, nil when there is none.
  public static func provider(
    named name: [UInt8], in table: [UInt8], file: [UInt8]
  ) throws(ServiceError) -> ServiceEntry? {
    guard table.count <= fileLimit else {
      throw ServiceError(.tooLarge(limit: fileLimit), service: name, file: file)
    }
    for line in table.lines where line.first != UInt8(ascii: "#") {
      guard let row = fields(of: line), row.name == name else { continue }
      guard line.count <= rowLimit else {
        throw ServiceError(.tooLarge(limit: rowLimit), service: name, file: file)
      }
      guard !row.url.isEmpty else {
        throw ServiceError(.badMember([UInt8]("url")), service: name, file: file)
      }
      return try ServiceEntry(name: name, target: row.url, try rules(row.answer, name, file))
    }
    return nil
  }

  private static func rules(
    _ answer: [UInt8], _ name: [UInt8], _ file: [UInt8]
  ) throws(ServiceError) -> Service.Rules {
    guard PatternCost.isAffordable(answer) else {
      throw ServiceError(.largePattern([UInt8]("answer")), service: name, file: file)
    }
    return Service.Rules(answer: answer.isEmpty ? nil : answer)
  }

  /// The names in a table, in order.
  public static func names(in table: [UInt8]) -> [ArraySlice<UInt8>] {
    table.lines.filter { $0.first != UInt8(ascii: "#") }.compactMap { fields(of: $0)?.name[...] }
  }

  /// The three fields of a row, the third of which takes all the rest; nil for an empty line.
  private static func fields(
    of line: ArraySlice<UInt8>
  ) -> (name: [UInt8], url: [UInt8], answer: [UInt8])? {
    var reader = ByteReader(line.filter { $0 != UInt8(ascii: "\"") })
    _ = reader.take(while: { $0.isSpace })
    let name = Array(reader.take(while: { !$0.isSpace }))
    guard !name.isEmpty else { return nil }
    _ = reader.take(while: { $0.isSpace })
    let url = Array(reader.take(while: { !$0.isSpace }))
    return (name, url, Array(reader.take(while: { _ in true }).trimmed))
  }
}
