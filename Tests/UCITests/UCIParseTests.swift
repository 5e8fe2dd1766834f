// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct UCIParseTests {
  @Test(arguments: [
    ("config service x\n option a b\n", ["x.a='b'"]),
    ("c service x\n o a b\n l c d\n", ["x.a='b'", "x.c='d'"]),
    ("p ddns\nc service x\n o a b\n", ["x.a='b'"]),
    ("package d-d_2\nc service x\n o a b\n", ["x.a='b'"]),
    ("config\tservice\tx\n\t \toption\ta\tb", ["x.a='b'"]),
    ("config 'service' \"x\"\n option 'a' 'b'\n list \"c\" d\n", ["x.a='b'", "x.c='d'"]),
  ])
  func `knows the keywords and their first letters`(text: String, expected: [String]) throws {
    #expect(try values(text) == expected)
  }

  @Test(arguments: [
    "configuration service x", "cfg service x", "'config' service x", "con\\fig service x",
    "; config service x", "Option a b", "config#x", "option\u{b}a b",
  ])
  func `refuses any other keyword`(text: String) {
    let error = fault(text)
    guard case .unknownKeyword = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.line == 1)
  }

  @Test(arguments: [
    ("\r\n# comment\r\nconfig service x\r\n\toption a 'b'\r\n\toption c d\r\n"),
    ("\n\n  # comment\n \t config service x # here too\n option a 'b'#\n option c d #\n"),
    ("package other\nconfig service x\noption a b\noption c 'd'"),
  ])
  func `takes CRLF, comments, blank lines and a package line`(text: String) throws {
    #expect(try values(text) == ["x.a='b'", "x.c='d'"])
    #expect(try parse(text).name == bytes("ddns"))
  }

  @Test(arguments: [
    (#"foo"bar baz"'q'"#, "foobar bazq"),
    (#"'a'"b"c"#, "abc"),
    (#"''x"#, "x"),
    (#"'it'\''s'"#, "it's"),
    (#"'a\nb\'"#, #"a\nb\"#),
    ("\"a\\nb\\\"c\\\\d\"", #"anb"c\d"#),
    ("b\\#c", "b#c"),
    (#"a\ b\;c\'d"#, "a b;c'd"),
    ("b#c", "b"),
    ("b#c 'd", "b"),
    ("'b#c;d'", "b#c;d"),
    (#""b#c;d""#, "b#c;d"),
    ("'one\ntwo\n\nthree'", "one\ntwo\n\nthree"),
    ("\"one\ntwo\"", "one\ntwo"),
    ("'one\r\ntwo'", "one\r\ntwo"),
    ("one\\\ntwo", "onetwo"),
    ("one\\\r\ntwo", "onetwo"),
    ("\"one\\\ntwo\"", "onetwo"),
    ("'one\\\ntwo'", "one\\\ntwo"),
    ("one\\", "one"),
    ("http://a/?b=c&d=[IP]", "http://a/?b=c&d=[IP]"),
  ])
  func `reads a value with its quotes, escapes and continuations`(
    value: String, expected: String
  ) throws {
    let section = try parse("config service x\noption a \(value)").section(named: "x")
    #expect(section?.option("a").map(string) == expected)
    // A backslash at the end of the file protects nothing; with more behind it joins the next line.
    guard !value.hasSuffix("one\\") else { return }
    let more = try parse("config service x\noption a \(value)\noption z 1\n").section(named: "x")
    #expect(more?.option("a").map(string) == expected)
    #expect(more?.option("z").map(string) == "1")
  }

  @Test func `ends a continued word where the next line begins with a blank`() {
    #expect(
      fault("config service x\noption a one\\\n  two\n")
        == UCIError(.tooManyArguments, line: 3, byte: 3))
  }

  @Test(arguments: [
    ("option a 1 ; option b 2", ["x.a='1'", "x.b='2'"]),
    ("option a 1 ;option b 2 ; # c\n", ["x.a='1'", "x.b='2'"]),
    ("option a 1 ;option b 2 ;", ["x.a='1'", "x.b='2'"]),
    ("option a 1; option b 2", ["x.a='1'"]),
    ("option a 1; nonsense 'open", ["x.a='1'"]),
    ("option a '1'; option b 2", ["x.a='1'", "x.b='2'"]),
    ("option a '1;2' ; option b \";\"", ["x.a='1;2'", "x.b=';'"]),
  ])
  func `separates by a semicolon of its own and stops at an attached one`(
    text: String, expected: [String]
  ) throws {
    #expect(try values("config service x ; # c\n" + text) == expected)
  }

  @Test(arguments: ["option a 1 ;\n", "option a '1';\n", "option a 1 ; \t\r\n", "list a 1 ;\n\n"])
  func `refuses a line that ends after a semicolon, as libuci does`(text: String) {
    let error = fault("config service x\n" + text)
    #expect(error?.kind == .unknownKeyword([]) && error?.line == 2)
    #expect(error?.message == "nothing follows this ;")
  }

  @Test(arguments: [
    ("option a", []), ("option a ''", []), ("option a \"\"", []), ("option a #b", []),
    ("option a 1\noption a", ["x.a='1'"]), ("option a 1\noption a ''", ["x.a='1'"]),
    ("list a 1\nlist a 2\noption a ''", ["x.a='1' '2'"]), ("option a 1\nlist a", ["x.a='1' ''"]),
    ("option a ''\noption b 2\noption a 1", ["x.b='2'", "x.a='1'"]),
    ("option a 1\noption b 2\noption a 3", ["x.a='3'", "x.b='2'"]),
    ("option a 1\nlist a 2\nlist a 3", ["x.a='1' '2' '3'"]),
    ("list a 1\nlist a 2\noption a 3", ["x.a='3'"]),
    ("list a 1\noption b 2\nlist a 3", ["x.a='1' '3'", "x.b='2'"]),
  ])
  func `replaces, joins and passes over what is empty as libuci does`(
    text: String, expected: [String]
  ) throws {
    #expect(try values("config service x\n" + text) == expected)
  }

  @Test func `merges sections of one name`() throws {
    let package = try parse(
      """
      config service a
        option one 1
      config service b
        option two 2
      config service 'a'
        option one 3
        option four 4
      """)
    #expect(package.sections.map { string($0.name) } == ["a", "b"])
    #expect(package.section(named: "a")?.option("one").map(string) == "3")
    #expect(package.section(named: "a")?.option("four").map(string) == "4")
    #expect(package.section(named: "a")?.line == 1)
    #expect(package.section(named: "a")?.line(of: bytes("one")) == 6)
    #expect(package.section(named: "b")?.line == 3)
  }

  @Test(arguments: [
    ("", 1), ("\n", 1), ("# only this", 1), ("package ddns\n\n", 1), (" \t\r\n", 1),
  ])
  func `takes a file without sections`(text: String, line: Int) throws {
    #expect(try parse(text) == UCIPackage(name: bytes("ddns")))
  }

  @Test func `remembers the line of everything, also after a value of several lines`() throws {
    let section = try parse(
      "\nconfig service x\noption a 'one\ntwo'\nlist l 1\noption b c\nlist l 2"
    )
    .sections.first
    #expect(section?.line == 2)
    #expect(section?.options.map(\.line) == [3, 7, 6])
    #expect(section?.line(of: bytes("none")) == nil)
  }
}
