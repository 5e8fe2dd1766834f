// SPDX-License-Identifier: Apache-2.0

extension Range<Int> {
  /// Where those end that a test holds for; it holds for none behind one it does not hold for.
  public func end(of isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
