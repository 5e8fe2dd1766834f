// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct UCIDeltaTests {
  static let base = """
    config service a
      option domain one
      list l x
      list l y
      list l x
    config service
      option domain two
    config service c

    """

  private func show(_ delta: String) throws(UCIError) -> [String] {
    var package = try parse(Self.base)
    package.apply(delta: bytes(delta))
    return string(package.show(extended: false)).split(separator: "\n").map { line in
      String(line.hasPrefix("ddns.") ? line.dropFirst("ddns.".count) : line)
    }
  }

  static let first = ["a=service", "a.domain='one'", "a.l='x' 'y' 'x'"]
  static let second = ["cfg025996=service", "cfg025996.domain='two'"]
  static let third = ["c=service"]
  static let unchanged = first + second + third

  static let edits: [(String, Range<Int>, [String])] = [
    ("-ddns.a.domain\n", 1..<2, []),
    ("-ddns.a\n", 0..<3, []),
    ("-ddns.a.l='1'\n", 2..<3, ["a.l='x' 'x'"]),
    ("-ddns.a.l='9'\n", 0..<0, []),
    ("-ddns.a.l\n", 2..<3, []),
    ("@ddns.a='b'\n", 0..<3, ["b=service", "b.domain='one'", "b.l='x' 'y' 'x'"]),
    ("@ddns.a.domain='host'\n", 1..<2, ["a.host='one'"]),
    ("|ddns.a.l='z'\n", 2..<3, ["a.l='x' 'y' 'x' 'z'"]),
    ("|ddns.a.domain='z'\n", 1..<2, ["a.domain='one' 'z'"]),
    ("|ddns.c.n='z'\n", 6..<6, ["c.n='z'"]),
    ("~ddns.a.l='x'\n", 2..<3, ["a.l='y'"]),
    ("~ddns.a.domain='one'\n", 0..<0, []),
    ("^ddns.c='0'\n", 0..<6, third + first + second),
    ("^ddns.a='9'\n", 0..<6, second + third + first),
    ("^ddns.a='1'\n", 0..<6, second + first + third),
    // Numbers as strtol and scanf read them.
    ("^ddns.a=' 1'\n", 0..<6, second + first + third),
    ("^ddns.a='1x'\n", 0..<6, second + first + third),
    ("^ddns.a='+1'\n", 0..<6, second + first + third),
    ("^ddns.c='x'\n", 0..<6, third + first + second),
    ("^ddns.c=''\n", 0..<6, third + first + second),
    ("^ddns.c='-1'\n", 0..<6, third + first + second),
    ("^ddns.c='99999999999999999999'\n", 0..<6, third + first + second),
    ("-ddns.a.l=' 1x'\n", 2..<3, ["a.l='x' 'x'"]),
    ("-ddns.a.l='-1'\n", 0..<0, []),
    ("-ddns.a.l='x'\n", 0..<0, []),
    ("-ddns.a.l=''\n", 2..<3, []),
  ]

  /// What `unchanged` becomes when its lines `range` are replaced.
  private func changed(_ range: Range<Int>, to lines: [String]) -> [String] {
    var result = Self.unchanged
    result.replaceSubrange(range, with: lines)
    return result
  }

  @Test(arguments: [
    ("ddns.a.domain='three'\n", 1..<2, ["a.domain='three'"]),
    ("ddns.a.domain='it'\\''s'\n", 1..<2, [#"a.domain='it'\''s'"#]),
    ("ddns.a.domain='a=b.c'", 1..<2, ["a.domain='a=b.c'"]),
    ("ddns.a.domain=''\n", 1..<2, []),
    ("ddns.c.new='1'\n", 6..<6, ["c.new='1'"]),
    ("ddns.c.new='two\nlines'\nddns.c.z='2'\n", 6..<6, ["c.new='two", "lines'", "c.z='2'"]),
    ("ddns.cfg025996.domain='3'\n", 4..<5, ["cfg025996.domain='3'"]),
    ("ddns.a.l='1'\n", 2..<3, ["a.l='1'"]),
    ("ddns.a.l=''\n", 2..<3, []),
    ("ddns.a.domain='one\ttab\rreturn\u{7f}'\n", 1..<2, ["a.domain='one\ttab\rreturn\u{7f}'"]),
    ("ddns.a='other'\n", 0..<1, ["a=other"]),
    ("ddns.d='service'\nddns.d.domain='4'\n", 6..<6, ["d=service", "d.domain='4'"]),
    ("ddns.c=''\n", 5..<6, []),
    ("ddns.d=''\n", 0..<0, []),
  ])
  func `sets options and sections`(
    delta: String, range: Range<Int>, lines: [String]
  ) throws {
    #expect(try show(delta) == changed(range, to: lines))
  }

  @Test(arguments: edits)
  func `deletes, renames, reorders and edits lists`(
    delta: String, range: Range<Int>, lines: [String]
  ) throws {
    #expect(try show(delta) == changed(range, to: lines))
  }

  @Test func `adds an anonymous section under the name uci add made up`() throws {
    var package = try parse(Self.base)
    package.apply(delta: bytes("+ddns.cfg0d5996='service'\nddns.cfg0d5996.domain='four'\n"))
    let added = package.section(at: bytes("@service[-1]"))
    #expect(added?.isAnonymous == true)
    #expect(added.map { string($0.name) } == "cfg0d5996")
    #expect(added?.option("domain").map(string) == "four")
    #expect(added?.line == 0)
    #expect(string(package.show()).hasSuffix("ddns.@service[3].domain='four'\n"))
  }

  /// libuci makes a new section, a named one, unless the new type is as long as the old.
  @Test(arguments: [
    ("ddns.cfg025996='server0'\n", true), ("ddns.cfg025996='other'\n", false),
    ("+ddns.cfg025996='other'\n", true), ("ddns.cfg025996='service'\n", true),
  ])
  func `a new type makes an anonymous section a named one`(
    delta: String, isAnonymous: Bool
  ) throws {
    var package = try parse(Self.base)
    package.apply(delta: bytes(delta))
    #expect(package.section(named: "cfg025996")?.isAnonymous == isAnonymous)
    #expect(package.section(named: "cfg025996")?.option("domain").map(string) == "two")
  }

  @Test func `makes a renamed section a named one`() throws {
    var package = try parse(Self.base)
    package.apply(delta: bytes("@ddns.cfg025996='home'\n"))
    #expect(package.section(named: "home")?.isAnonymous == false)
  }

  @Test(arguments: [
    "ddns\n", "ddns=1\n", "ddns.a\n", "ddns.a.domain\n", "ddns.a.domain.x='1'\n",
    "other.a.domain='1'\n", "ddns.none.domain='1'\n", "ddns.my-x='service'\n",
    "ddns.a.my-x='1'\n", "ddns.@service[0].domain='1'\n", "ddns.x='two words'\n",
    "ddns.a.domain='1' 2\n", "@ddns.a='my-x'\n", "@ddns.a\n", "@ddns.none='b'\n", "-ddns.none\n",
    "-ddns.a.none\n", "^ddns.a.domain='1'\n", "^ddns.a='x'\n", "|ddns.a='1'\n",
    "|ddns.none.l='1'\n",
    "~ddns.a='x'\n", "~ddns.a.none='x'\n", "=\n", "-\n", "\n", "# comment\n", "ddns..x='1'\n",
    "ddns.='service'\n", ".a.domain='1'\n", "ddns.a.domain='\u{1}'\n",
    "ddns.a.domain='a\u{1b}[m'\n", "|ddns.a.l='\u{b}'\n",
    "ddns.a.domain='open",
  ])
  func `ignores a bad line`(line: String) throws {
    #expect(try show(line) == Self.unchanged)
    #expect(try show("ddns.c.z='1'\n" + line) == Self.unchanged + ["c.z='1'"])
    if line.hasSuffix("\n") {
      #expect(try show(line + "ddns.c.z='1'\n") == Self.unchanged + ["c.z='1'"])
    }
  }

  @Test func `lets the volatile state win over the uncommitted changes`() throws {
    var package = try parse(Self.base)
    package.apply(delta: bytes("ddns.a.domain='tmp'\nddns.a.x='1'\n"))
    package.apply(delta: bytes("ddns.a.domain='state'\n"))
    #expect(package.section(named: "a")?.option("domain").map(string) == "state")
    #expect(package.section(named: "a")?.option("x").map(string) == "1")
    #expect(package.section(named: "a")?.line(of: bytes("domain")) == 0)
  }
}
