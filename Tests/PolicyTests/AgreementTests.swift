// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Wire

@testable import Policy

@Suite(.timeLimit(.minutes(15))) struct AgreementTests {
  /// After how many answers it is settled, and on which address; nil when it is not.
  private func settled(_ known: String?, _ answers: [String]) -> (Int, String)? {
    var agreement = Agreement(known: known.map { ip($0) })
    for (index, answer) in answers.enumerated() where !agreement.isHopeless {
      if agreement.take(ip(answer), from: bytes("s\(index)")) { return (index + 1, answer) }
    }
    return nil
  }

  @Test(
    arguments: [
      ("8.8.4.4", ["8.8.4.4"], 1, "8.8.4.4"), ("8.8.4.4", ["9.9.9.9", "9.9.9.9"], 2, "9.9.9.9"),
      ("8.8.4.4", ["9.9.9.9", "8.8.4.4", "8.8.4.4"], 3, "8.8.4.4"),
      ("8.8.4.4", ["9.9.9.9", "8.8.4.4", "9.9.9.9"], 3, "9.9.9.9"),
      ("8.8.4.4", ["9.9.9.9", "8.8.4.4"], 0, ""), ("8.8.4.4", ["9.9.9.9"], 0, ""),
      ("8.8.4.4", ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.3"], 0, ""),
      (nil, ["8.8.4.4"], 0, ""), (nil, ["8.8.4.4", "8.8.4.4"], 2, "8.8.4.4"),
    ] as [(String?, [String], Int, String)])
  func `one confirms what is published, two of three agree on what is new`(
    known: String?, answers: [String], count: Int, address: String
  ) {
    let found = settled(known, answers)
    #expect(found?.0 ?? 0 == count && found?.1 ?? "" == address, "\(String(describing: found))")
  }

  @Test func `what each has said is told`() {
    var agreement = Agreement(known: nil)
    _ = agreement.take(ip("8.8.4.4"), from: bytes("http://a/"))
    agreement.note("http://b/: HTTP status 500")
    _ = agreement.take(ip("9.9.9.9"), from: bytes("http://c/"))
    #expect(
      agreement.account
        == "http://a/ says 8.8.4.4; http://b/: HTTP status 500; http://c/ says 9.9.9.9")
  }
}
