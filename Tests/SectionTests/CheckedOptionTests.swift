// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Section

@Suite(.timeLimit(.minutes(15))) struct CheckedOptionTests {
  @Test(arguments: [
    (CheckedOption.domain, "a-b_c.example,*.d@e", true), (.domain, "a/b", false),
    (.domain, "a b", false), (.domain, "a:b", false), (.domain, "ä", false),
    (.lookupHost, "a.example:53", true), (.lookupHost, "a,b", false), (.lookupHost, "*.a", false),
    (.dnsServer, "2001:db8::1", true), (.dnsServer, "[::1]", false),
    (.paramOpt, "a&b=c,/:# d", true),
    (.paramOpt, "$(reboot)", false), (.paramOpt, "a;b", false), (.paramOpt, "a\\b", false),
    (.paramOpt, "a*b", false), (.paramOpt, "", true), (.domain, "", true),
  ])
  func `characters outside the rules are refused`(
    option: CheckedOption, value: String, isAllowed: Bool
  ) {
    #expect((option.violation(in: Array(value.utf8)) == nil) == isAllowed)
  }

  @Test func `a refusal has the words of ddns-scripts`() {
    #expect(
      CheckedOption.domain.violation(in: [0])
        == "sanitize on domain found characters outside allowed subset: use letters, digits and @._-*,"
    )
    #expect(
      CheckedOption.paramOpt.violation(in: Array("`".utf8))
        == "sanitize on param_opt found rejected characters: use none of \"'`$!();><{}?|[]*\\")
  }
}
