// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI

@Suite(.timeLimit(.minutes(15)))
struct UCIPackageTests {
  static let text = """
    config ddns global
      option upd_privateip 0
    config service
      option domain first
      list l one
    config service named
      option domain second
      option quote "it's"
    config service
      option domain third
    config other
    """

  @Test func `gives anonymous sections the names libuci gives`() throws {
    let package = try parse(Self.text)
    #expect(
      package.sections.map { string($0.name) }
        == ["global", "cfg025996", "named", "cfg045996", "cfg0503e7"])
    #expect(package.sections.map(\.isAnonymous) == [false, true, false, true, true])
  }

  @Test(arguments: [
    ("dnsmasq", "cfg01411c"), ("defaults", "cfg01e63d"), ("system", "cfg01e48a"),
    ("service", "cfg015996"),
  ])
  func `hashes the type as routers show it`(type: String, name: String) throws {
    #expect(try parse("config \(type)").sections.map { string($0.name) } == [name])
  }

  @Test func `counts anonymous sections in hexadecimal, past 255 with three digits`() throws {
    let package = try parse(String(repeating: "config service\n", count: 300))
    #expect(string(package.sections[9].name) == "cfg0a5996")
    #expect(string(package.sections[254].name) == "cfgff5996")
    #expect(string(package.sections[255].name) == "cfg1005996")
  }

  @Test(arguments: [
    ("@service[0]", "first"), ("@service[1]", "second"), ("@service[2]", "third"),
    ("@service[-1]", "third"), ("@service[-3]", "first"), ("named", "second"),
    ("cfg045996", "third"), ("@[1]", "first"), ("@[-2]", "third"),
  ])
  func `finds a section by name or by position`(reference: String, domain: String) throws {
    let section = try parse(Self.text).section(at: bytes(reference))
    #expect(section?.option("domain").map(string) == domain)
  }

  @Test(arguments: [
    "@service[3]", "@service[-4]", "@none[0]", "@service[]", "@service[x]", "@service[0",
    "@service",
    "@service[0]x", "@service[99999999999999999999]", "@service[--1]", "@", "@]", "", "missing",
  ])
  func `finds nothing for a reference that is none`(reference: String) throws {
    #expect(try parse(Self.text).section(at: bytes(reference)) == nil)
  }

  @Test func `tells options from lists`() throws {
    let section = try parse(Self.text).section(named: "cfg025996")
    #expect(section?.option("domain").map(string) == "first")
    #expect(section?.list("l")?.map(string) == ["one"])
    #expect(section?.option("l") == nil)
    #expect(section?.list("domain") == nil)
    #expect(section?.option(bytes("none")) == nil)
    #expect(section?.list(bytes("none")) == nil)
    #expect(try parse(Self.text).sections(ofType: "service").count == 3)
    #expect(try parse(Self.text).section(named: bytes("none")) == nil)
  }

  @Test func `shows exactly what uci show prints`() throws {
    let expected = """
      ddns.global=ddns
      ddns.global.upd_privateip='0'
      ddns.@service[0]=service
      ddns.@service[0].domain='first'
      ddns.@service[0].l='one'
      ddns.named=service
      ddns.named.domain='second'
      ddns.named.quote='it'\\''s'
      ddns.@service[2]=service
      ddns.@service[2].domain='third'
      ddns.@other[0]=other

      """
    let package = try parse(Self.text)
    #expect(string(package.show()) == expected)
    let names = expected.replacing("@service[0]", with: "cfg025996")
      .replacing("@service[2]", with: "cfg045996").replacing("@other[0]", with: "cfg0503e7")
    #expect(string(package.show(extended: false)) == names)
  }

  @Test func `shows every item of a list in quotes`() throws {
    #expect(
      try values("config a x\nlist l 'a b'\nlist l c\nlist l ''\nlist l \"d'e\"")
        == [#"x.l='a b' 'c' '' 'd'\''e'"#])
  }

  @Test(
    arguments: [
      ("1", true), ("on", true), ("true", true), ("yes", true), ("enabled", true),
      ("0", false), ("off", false), ("false", false), ("no", false), ("disabled", false),
      ("", nil), ("2", nil), ("On", nil), ("YES", nil), ("enable", nil), ("1 ", nil), ("00", nil),
    ] as [(String, Bool?)])
  func `knows the ten words for yes and no`(word: String, expected: Bool?) {
    #expect(UCIBoolean.parse(bytes(word)) == expected)
  }

  private func excerpt(_ package: UCIPackage, _ names: [[UInt8]]) -> [UInt8] {
    names.compactMap { package.section(named: $0) }.flatMap { UCIPackage.excerpt(of: $0) }
  }

  @Test func `an excerpt is read as the same sections, on the same lines`() throws {
    let package = try parse(
      """
      # a comment
      config ddns 'global'
      	option upd_privateip '1'

      config service 'other'
      	option enabled '1'

      config service 'home'
      	option password 'it'\\''s "x"'
      	# another
      	option param_opt 'two
      lines'
      	option enabled '1'
      config service
      	list domain 'a'
      	list domain 'b c'
      """)
    let anonymous = try #require(package.sections.last?.name)
    let wanted = [bytes("global"), bytes("home"), anonymous]
    let read = try UCIPackage.parse(excerpt(package, wanted), name: bytes("ddns"))
    #expect(read.sections.map { $0.name } == wanted)
    for section in read.sections {
      let original = try #require(package.section(named: section.name))
      #expect(section.options.map { $0.name } == original.options.map { $0.name })
      #expect(section.options.map { $0.value } == original.options.map { $0.value })
      #expect(section.line == original.line)
    }
    for section in read.sections {
      #expect(
        section.options.map { $0.line }
          == package.section(named: section.name)?.options.map { $0.line })
    }
    #expect(read.section(named: "home")?.line(of: bytes("password")) == 9)
    #expect(read.section(named: "home")?.line(of: bytes("enabled")) == 13)
  }

  // Found by a fuzzer.
  @Test func `an excerpt keeps a type that has to be quoted`() throws {
    let package = try parse("config ser\"'\" 'home'\n\toption a b\n")
    let read = try UCIPackage.parse(excerpt(package, [bytes("home")]), name: bytes("ddns"))
    #expect(read.sections.map { $0.type } == [bytes("ser'")])
  }

  @Test func `an excerpt is as long as what is in it, wherever that stands in the file`() throws {
    let package = try parse(
      String(repeating: "# far away\n", count: 9_000) + "config a 'x'\n\toption b c\n")
    #expect(string(excerpt(package, [bytes("x")])) == "#@9001\nconfig a 'x'\noption b 'c'\n")
  }

  @Test func `a comment like those of an excerpt counts no lines in another text`() throws {
    let read = try parse("config a 'x'\n#@70\n\toption b c\n")
    #expect(read.section(named: "x")?.line(of: bytes("b")) == 3)
    let value = try parse("#@5\nconfig a 'x'\n\toption b 'c\n#@70\n'\n\toption d e\n")
    #expect(value.section(named: "x")?.option("b") == bytes("c\n#@70\n"))
    #expect(value.section(named: "x")?.line(of: bytes("d")) == 9)
  }
}
