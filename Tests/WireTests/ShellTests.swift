// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@Suite struct ShellTests {
  @Test(arguments: [
    ("", []), ("  ", []), ("/bin/ip -4 x", ["/bin/ip", "-4", "x"]), (" a\t b\n", ["a", "b"]),
    ("a 'b c'", ["a", "b c"]), (#"a "b \" c"d"#, ["a", #"b " cd"#]),
    (#"a\ b 'c\'"#, ["a b", #"c\"#]),
    ("a '' b", ["a", "", "b"]), ("a ; $(b) `c` $d", ["a", ";", "$(b)", "`c`", "$d"]),
    ("'open to the end", ["open to the end"]),
  ])
  func `cuts a command line as a shell does, without running anything`(
    text: String, words: [String]
  ) {
    #expect(Array(text.utf8).shellWords == words.map { Array($0.utf8) })
  }

  @Test func `quoting keeps every byte, and is read back`() {
    let every = (1...255).map { UInt8($0) }
    #expect(every.shellQuoted.shellWords == [every])
    #expect([UInt8]("it's").shellQuoted == [UInt8](#"'it'\''s'"#))
    #expect([UInt8]().shellQuoted == [UInt8]("''"))
  }
}
