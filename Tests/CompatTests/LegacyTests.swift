// SPDX-License-Identifier: Apache-2.0

import Report
import Testing
import Wire

@testable import Compat

@Suite(.timeLimit(.minutes(15))) struct LegacyTests {
  private func translated(_ line: String) -> String {
    let words = Legacy.translated(line.split(separator: " ").map { Array($0.utf8) })
    return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  @Test(arguments: [
    ("myddns 0", "-S myddns -v 0 start"), ("myddns", "-S myddns -v 1 start"),
    ("myddns 2", "-S myddns -v 2 start"),
    ("myddns -c /x", "-S myddns -v 1 -c /x start"),
    ("myddns 2 -c /x", "-S myddns -v 2 -c /x start"),
    ("-S myddns -v 0 -- start", "-S myddns -v 0 -- start"), ("-V", "-V"), ("", ""),
  ])
  func `all three generations of the command line are taken (contract 6.1)`(
    old: String, new: String
  ) {
    #expect(translated(old) == new)
  }

  @Test(
    arguments: [(.ok, 0), (.differs, 1), (.usage, 1), (.config, 1)] as [(Report.ExitStatus, Int32)])
  func `callers of the old name know 0 and 1`(status: Report.ExitStatus, folded: Int32) {
    #expect(Legacy.folded(status) == folded)
  }
}
