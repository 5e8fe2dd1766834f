// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct BisectionTests {
  @Test func `a bisection finds every place in a few questions`() {
    for count in [0, 1, 2, 3, 10, 1_000] {
      for end in stride(from: 0, through: count, by: Swift.max(count / 50, 1)) {
        var questions = 0
        let found = (5..<(5 + count)).end(of: {
          questions += 1
          return $0 < 5 + end
        })
        #expect(found == 5 + end)
        #expect(1 << questions <= 2 * count + 1, "\(questions) for \(count)")
      }
    }
  }
}
