// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import UCI
import Wire

@testable import Section

@Suite struct InterviewTests {
  private typealias Effect = Interview.Effect

  private static let services = [
    "cloudflare.com-v1", "cloudflare.com-v4", "desec.io", "duckdns.org", "gone.example",
  ]
  private static let note = "password: the token; username: the zone. Set 'lookup_host' too."

  private static func list(_ names: [String]) -> [UCIOption] {
    var list = UCISection(type: "", name: "")
    for name in names { list.set(bytes(name), to: [49], line: 0) }
    return list.options
  }

  /// An interview, and the world around it: a provider that needs a password, one that is gone, and one
  /// that has no IPv6.
  private final class Talk {
    let interview: Interview
    var effect = Effect.learn
    /// The options that have been asked for, with what there was to see.
    var asked: [(option: String, text: String)] = []

    init(
      _ given: [(String, String)] = [], name: String = "", file: String = "",
      hasPerson: Bool = true,
      isSure: Bool = false
    ) throws {
      var section = UCISection(type: "service", name: "").renamed(bytes(name))
      for (option, value) in given { section.replace(bytes(option), with: bytes(value)) }
      let package = try UCIPackage.parse(bytes(file), name: bytes("ddns"))
      interview = Interview(section, in: package)
      interview.services = InterviewTests.list(services)
      (interview.hasPerson, interview.isSure) = (hasPerson, isSure)
      advance()
    }

    /// Finds out what is asked for, until a person or a test is wanted.
    func advance() {
      while effect == .learn {
        let section = interview.section
        let name = string(section.option("service_name") ?? [])
        var findings = "ddns:0: section '': Service section missing 'domain'"
        if name == "gone.example" {
          findings += "\nddns:0: section '': service 'gone.example' is retired: x"
        }
        if name == "desec.io", section.option("password") == nil {
          findings += "\nddns:0: section '': Service section missing 'password'"
        }
        if name == "duckdns.org", section.option("use_ipv6") ?? [] == "1" {
          findings += "\nddns:0: section '': service 'duckdns.org' has no IPv6"
        }
        effect = interview.learned(bytes(findings), note: bytes(name == "desec.io" ? note : ""))
      }
      if effect == .ask { asked.append((string(interview.option), string(interview.text))) }
    }

    @discardableResult
    func say(_ answers: String...) -> Self {
      for answer in answers {
        #expect(effect == .ask, "nobody asked for \(answer)")
        effect = interview.answered(bytes(answer))
        advance()
      }
      return self
    }

    func tried(works: Bool) -> Effect {
      effect = interview.tried(works: works)
      advance()
      return effect
    }

    var written: String { string(interview.section.written()) }
  }

  private static let complete = [
    ("service_name", "desec.io"), ("domain", "home.example.com"), ("username", "u"),
    ("password", "p"),
  ]

  @Test func `a dialogue asks in order and ends with a section`() throws {
    let talk = try Talk()
    talk.say("desec.io", "home.example.com", "", "", "", "", "example.com", "secret")
    #expect(
      talk.asked.map { $0.option } == [
        "service_name", "domain", "lookup_host", "section", "use_ipv6", "ip_source", "username",
        "password",
      ])
    #expect(talk.effect == .test)
    #expect(
      talk.written == """
        config service 'home_example_com'
        \toption service_name 'desec.io'
        \toption domain 'home.example.com'
        \toption use_ipv6 '0'
        \toption ip_source 'network'
        \toption username 'example.com'
        \toption password 'secret'
        \toption lookup_host 'home.example.com'

        """)
  }

  @Test func `the provider's own words stand in front of the answer, and its note once`() throws {
    let talk = try Talk()
    talk.say("desec.io", "home.example.com", "", "", "", "")
    #expect(talk.asked.last?.text == "username (the zone): ")
    talk.say("example.com")
    #expect(talk.asked.last?.text == "password (the token): ")
    #expect(talk.interview.isSecret)
    #expect(talk.asked.filter { $0.text.contains(Self.note) }.count == 1)
  }

  @Test(arguments: [
    ("username", "username, password: of the account.", ""),
    ("password", "username, password: of the account.", "of the account"),
    ("password", "A token. password: ID 1.2 of it; domain: the zone.", "ID 1.2 of it"),
    ("domain", "A token. password: ID 1.2 of it; domain: the zone.", "the zone"),
    ("domain", "username and password: a; domain: 'host@zone', or b", "'host@zone', or b"),
    (
      "param_opt", "param_opt: its URL, as 'http://192.0.2.53:8081'; x",
      "its URL, as 'http://192.0.2.53:8081'"
    ),
    ("username", "Set 'username' to x.", ""), ("user", "username: x", ""), ("domain", "", ""),
  ])
  func `a note is cut into words for options`(option: String, note: String, words: String) {
    #expect(string(Interview.words(for: bytes(option), in: bytes(note))) == words)
  }

  @Test func `part of a name is enough where only one has it`() throws {
    let talk = try Talk()
    talk.say("duck")
    #expect(talk.asked.last?.option == "domain")
    #expect(string(talk.interview.section.option("service_name") ?? []) == "duckdns.org")
  }

  @Test(arguments: [("cloudflare", 2), ("CLOUD", 2), ("", 5), ("nowhere", 0)])
  func `candidates are listed, and asked for again`(answer: String, count: Int) throws {
    let talk = try Talk()
    talk.say(answer)
    let text = try #require(talk.asked.last?.text)
    #expect(talk.asked.map { $0.option } == ["service_name", "service_name"])
    #expect(Self.services.filter { text.contains(" \($0)") }.count == count)
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 80 })
  }

  @Test func `a provider that is gone, or lacks the family, is asked for again and says why`()
    throws
  {
    let talk = try Talk()
    talk.say("gone")
    #expect(talk.asked.last?.text.hasPrefix("  service 'gone.example' is retired: x\n") == true)
    talk.say("duckdns.org", "home.example.com", "", "1")
    #expect(talk.asked.last?.option == "use_ipv6")
    #expect(talk.asked.last?.text.contains("has no IPv6") == true)
    talk.say("0")
    #expect(talk.asked.last?.option == "ip_source")
  }

  @Test func `what is needed is asked for until it is there`() throws {
    let talk = try Talk()
    talk.say("duckdns.org", "", "  ", "home.example.com", "", "", "interface", "", "eth1")
    #expect(
      talk.asked.map { $0.option } == [
        "service_name", "domain", "domain", "domain", "section", "use_ipv6", "ip_source",
        "ip_interface", "ip_interface",
      ])
    #expect(talk.effect == .test)
  }

  @Test func `a section's name is a name, and no other section's`() throws {
    let file = "config service 'home_example_com'\nconfig ddns 'global'\n"
    let talk = try Talk(file: file)
    talk.say("duckdns.org", "home.example.com")
    #expect(talk.asked.last?.text.contains("[home_example_com_]") == true)
    talk.say("global", "a b", "home_example_com", "it's", "mine")
    #expect(talk.asked.last?.option == "use_ipv6")
    let refused = try Talk(
      Self.complete, name: "global", file: file, hasPerson: false)
    #expect(refused.effect == .refuse)
    #expect(string(refused.interview.text) == "option -S: there is a section 'global'")
  }

  @Test func `what is given is not asked`() throws {
    let talk = try Talk(
      Self.complete + [("use_ipv6", "both"), ("ip_source", "web")], name: "home")
    #expect(talk.asked.map { $0.option } == ["lookup_host"])
    talk.say("")
    #expect(talk.effect == .test)
    #expect(talk.written.contains("config service 'home'\n"))
  }

  @Test func `a password that is elsewhere is not asked for`() throws {
    let talk = try Talk(
      [("service_name", "desec.io"), ("password_file", "/etc/p")], hasPerson: false)
    #expect(string(talk.interview.text) == "option --domain is missing")
    let whole = try Talk(
      [("service_name", "desec.io"), ("domain", "a.example"), ("password_file", "/etc/p")],
      hasPerson: false)
    #expect(whole.effect == .test)
  }

  @Test(arguments: [
    ([], "option --service-name is missing"),
    (
      [("service_name", "cloudflare")],
      "option --service-name: one of cloudflare.com-v1 cloudflare.com-v4"
    ),
    ([("service_name", "duck")], "option --service-name: one of duckdns.org"),
    (
      [("service_name", "gone.example")],
      "option --service-name: service 'gone.example' is retired: x"
    ),
    ([("service_name", "desec.io")], "option --domain is missing"),
    ([("service_name", "desec.io"), ("domain", "a.example")], "option --password is missing"),
    (
      [("service_name", "desec.io"), ("domain", "a\nb")],
      "option --domain: no control characters"
    ),
  ])
  func `without a person what is missing is named`(given: [(String, String)], words: String) throws
  {
    let talk = try Talk(given, hasPerson: false)
    #expect(talk.effect == .refuse && talk.asked.isEmpty)
    #expect(string(talk.interview.text) == words)
  }

  @Test func `without a person what works is written, and what does not only if that is said`()
    throws
  {
    for (works, isSure, effect) in [
      (true, false, Effect.write), (false, false, .stop), (false, true, .write),
    ] {
      let talk = try Talk(Self.complete, hasPerson: false, isSure: isSure)
      #expect(talk.effect == .test)
      #expect(talk.tried(works: works) == effect)
    }
    #expect(try Talk(Self.complete, hasPerson: false).interview.begin() == .stop)
  }

  @Test func `the last question writes, stops, or asks anew`() throws {
    for (works, answer, effect) in [
      (true, "", Effect.write), (false, "", .stop), (false, "yes", .write), (true, "N", .stop),
      (true, "what", .ask), (true, "change", .ask),
    ] {
      let talk = try Talk(Self.complete, name: "home")
      talk.say("", "", "")
      #expect(talk.tried(works: works) == .ask)
      talk.say(answer)
      #expect(talk.effect == effect, "\(answer)")
    }
    #expect(
      try Talk(Self.complete, hasPerson: true, isSure: true).interview.tried(works: false) == .write
    )
  }

  @Test func `asked anew, an empty answer is the one of before`() throws {
    let talk = try Talk(Self.complete, name: "home")
    talk.say("", "", "")
    let before = talk.written
    #expect(talk.tried(works: true) == .ask)
    talk.asked = []
    talk.say("change", "", "", "", "", "", "", "", "")
    #expect(talk.effect == .test)
    #expect(talk.asked.first?.text.contains("[desec.io]") == true)
    #expect(talk.asked.last?.text == "password (the token) [***]: ")
    let lines = { (text: String) in Set(text.split(separator: "\n")) }
    #expect(lines(talk.written) == lines(before))
  }

  /// What may be in an answer: all that has a meaning in UCI, and some that has none.
  private static let alphabet = bytes("'\"\\#;$`\n\r\t\0\u{1b}\u{7f} ab=[]{}()*%&é")

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `whatever is answered is read back as it is, or refused`(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    for _ in 0..<25 {
      let answer = (0..<Int.random(in: 1...12, using: &random)).map { _ in
        Self.alphabet.randomElement(using: &random) ?? 0
      }
      for option in ["password", "username", "domain"] {
        var given = Self.complete.filter { $0.0 != option }.map { (bytes($0.0), bytes($0.1)) }
        given.append((bytes(option), answer))
        var section = UCISection(type: "service", name: "home")
        for (name, value) in given { section.replace(name, with: value) }
        let interview = Interview(section, in: UCIPackage(name: bytes("ddns")))
        interview.services = Self.list(["desec.io"])
        interview.hasPerson = false
        var effect = Effect.learn
        while effect == .learn { effect = interview.learned([], note: []) }
        let isClean = !answer.contains { $0 < 32 || $0 == 127 }
        let meant = option == "password" ? answer : Array(answer.trimmed)
        guard effect == .test else {
          #expect(
            effect == .refuse && (!meant.allSatisfy { $0 >= 32 && $0 != 127 } || meant.isEmpty))
          continue
        }
        #expect(isClean || meant.allSatisfy { $0 >= 32 && $0 != 127 })
        let text = bytes("config ddns 'global'\n\n") + interview.section.written()
        let package = try UCIPackage.parse(text, name: bytes("ddns"))
        #expect(package.sections.count == 2)
        #expect(package.sections[1].option(bytes(option)) ?? [] == meant)
        #expect(package.sections[1].options.count == interview.section.options.count)
      }
    }
  }
}
