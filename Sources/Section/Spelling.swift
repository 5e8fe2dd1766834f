// SPDX-License-Identifier: Apache-2.0

/// What somebody may have meant by a word that nobody knows.
public enum Spelling {
  /// The word with the fewest letters to change, at most two and fewer than half of them.
  public static func nearest(
    to name: [UInt8], in known: [ArraySlice<UInt8>]
  ) -> ArraySlice<UInt8>? {
    var best: ArraySlice<UInt8>?
    var least = min(3, (name.count + 1) / 2)
    for candidate in known {
      let changes = distance(name, candidate)
      if changes < least || changes == least && isBefore(candidate, best) {
        (best, least) = (candidate, changes)
      }
    }
    return best
  }

  /// Whether a candidate that is as near goes before the best one.
  private static func isBefore(_ candidate: ArraySlice<UInt8>, _ best: ArraySlice<UInt8>?) -> Bool {
    best.map { candidate.lexicographicallyPrecedes($0) } ?? false
  }

  /// How many bytes have to be put in, taken away or replaced (Levenshtein).
  private static func distance(_ one: [UInt8], _ other: ArraySlice<UInt8>) -> Int {
    var row = Array(0...other.count)
    for (index, byte) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, their) in other.enumerated() {
        let replaced = diagonal + (byte == their ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, min(diagonal, row[column]) + 1)
      }
    }
    return row[other.count]
  }
}
