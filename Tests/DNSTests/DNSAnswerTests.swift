// SPDX-License-Identifier: Apache-2.0

import DNS
import Testing
import Wire

@Suite(.timeLimit(.minutes(15))) struct DNSAnswerTests {
  private func reply(
    _ build: (inout ReplyBuilder) -> Void, to question: DNSQuestion = Vector.home,
    acceptsGlue: Bool = false
  ) throws -> DNSReply {
    var builder = ReplyBuilder()
    build(&builder)
    return try DNSMessage(parsing: builder.bytes).reply(to: question, acceptsGlue: acceptsGlue)
  }

  private func addresses(
    _ list: [String], ttl: UInt32, at owner: String = "home.example.com"
  ) -> DNSReply {
    .answer(DNSAnswer(name: name(owner), content: .addresses(list.map(ip)), ttl: ttl))
  }

  @Test func `takes every address once, with the smallest TTL`() throws {
    let reply = try reply {
      $0.answers = [
        ReplyBuilder.address("home.example.com", "192.0.2.1", ttl: 60),
        ReplyBuilder.address("HOME.example.com", "192.0.2.2", ttl: 30),
        ReplyBuilder.address("home.example.com", "192.0.2.1", ttl: 90),
      ]
    }
    #expect(reply == addresses(["192.0.2.1", "192.0.2.2"], ttl: 30))
  }

  @Test func `takes an authoritative answer`() throws {
    let reply = try DNSMessage(parsing: Vector.answer).reply(to: Vector.home)
    #expect(
      reply
        == .answer(
          DNSAnswer(
            name: Vector.home.name, content: .addresses([ip("203.0.113.7")]), ttl: 60,
            isAuthoritative: true)))
  }

  @Test func `ignores records of other owners, types and classes`() throws {
    let reply = try reply {
      $0.answers = [
        ReplyBuilder.address("other.example.com", "192.0.2.1"),
        ReplyBuilder.address("home.example.com", "2001:db8::1"),
        ReplyBuilder.record("home.example.com", .a, recordClass: 3, data: [192, 0, 2, 3]),
        ReplyBuilder.address("home.example.com", "192.0.2.4"),
      ]
    }
    #expect(reply == addresses(["192.0.2.4"], ttl: 60))
  }

  @Test func `follows aliases inside the message, in any order`() throws {
    let reply = try reply {
      $0.answers = [
        ReplyBuilder.address("c.example", "192.0.2.1", ttl: 50),
        ReplyBuilder.alias("b.example", "c.example", ttl: 20),
        ReplyBuilder.alias("home.example.com", "B.example", ttl: 40),
      ]
    }
    #expect(reply == addresses(["192.0.2.1"], ttl: 20, at: "c.example"))
  }

  @Test func `gives the CNAME record itself to who asks for it`() throws {
    let question = DNSQuestion(Vector.home.name, .cname)
    let reply = try reply(
      { $0.answers = [ReplyBuilder.alias("home.example.com", "b.example")] }, to: question)
    let record = DNSRecord(question.name, .cname, ttl: 60, data: .alias(name("b.example")))
    #expect(reply == .answer(DNSAnswer(name: question.name, content: .records([record]), ttl: 60)))
  }

  @Test func `asks on when an alias leads out of the message`() throws {
    let reply = try reply {
      $0.answers = [
        ReplyBuilder.alias("home.example.com", "b.example", ttl: 9),
        ReplyBuilder.alias("b.example", "c.example", ttl: 10),
      ]
      $0.authority = [ReplyBuilder.soa("example.com", ttl: 5, minimum: 5)]
    }
    #expect(reply == .alias(name("c.example"), hops: 2, ttl: 9))
  }

  @Test(arguments: ["a.example", "home.example.com"])
  func `refuses a loop of aliases`(target: String) throws {
    let reply = try reply {
      $0.answers = [
        ReplyBuilder.alias("home.example.com", target),
        ReplyBuilder.alias("a.example", "home.example.com"),
      ]
    }
    #expect(reply == .tooManyAliases)
  }

  @Test(arguments: [8, 9])
  func `follows eight aliases and no more`(count: Int) throws {
    let names = ["home.example.com"] + (1...count).map { "n\($0).example" }
    let reply = try reply {
      $0.answers = zip(names, names.dropFirst()).map { ReplyBuilder.alias($0, $1) }
      $0.answers.append(ReplyBuilder.address(names[count], "192.0.2.1"))
    }
    #expect(
      reply == (count == 8 ? addresses(["192.0.2.1"], ttl: 60, at: "n8.example") : .tooManyAliases))
  }

  @Test(arguments: [(300, 60, 60), (60, 300, 60)] as [(UInt32, UInt16, UInt32)])
  func `keeps an absence for the smaller of TTL and MINIMUM`(
    ttl: UInt32, minimum: UInt16, expected: UInt32
  ) throws {
    for (flags, absence) in [(0x8183, .nxDomain), (0x8180, .noData)]
      as [(UInt16, DNSAnswer.Absence)]
    {
      let reply = try reply {
        $0.flags = flags
        $0.authority = [ReplyBuilder.soa("example.com", ttl: ttl, minimum: minimum)]
      }
      guard case .answer(let answer) = reply else {
        Issue.record("no answer")
        continue
      }
      #expect(answer.content == .none(absence))
      #expect(answer.ttl == expected)
      #expect(answer.authority?.name == name("example.com"))
      #expect(answer.addresses.isEmpty)
    }
  }

  @Test func `finds the zone in the answer to a SOA question`() throws {
    let question = DNSQuestion(Vector.home.name, .soa)
    guard
      case .answer(let answer) = try DNSMessage(parsing: Vector.noData).reply(to: question),
      case .startOfAuthority(let soa) = answer.authority?.data
    else {
      Issue.record("no authority")
      return
    }
    #expect(answer.content == .none(.noData))
    #expect(answer.authority?.name == name("example.com"))
    #expect(soa.primary == name("ns1.example.com"))
  }

  @Test func `does not believe the SOA record of a foreign zone`() throws {
    let reply = try reply {
      $0.flags = 0x8183
      $0.authority = [ReplyBuilder.soa("example.org", ttl: 300, minimum: 300)]
    }
    #expect(
      reply == .answer(DNSAnswer(name: Vector.home.name, content: .none(.nxDomain), ttl: 0)))
  }

  @Test func `an empty answer without SOA record is an absence too`() throws {
    #expect(
      try reply { _ in }
        == .answer(DNSAnswer(name: Vector.home.name, content: .none(.noData), ttl: 0)))
  }

  @Test func `an alias to nothing is an absence at its target`() throws {
    let reply = try reply {
      $0.flags = 0x8183
      $0.answers = [ReplyBuilder.alias("home.example.com", "gone.example")]
    }
    #expect(
      reply == .answer(DNSAnswer(name: name("gone.example"), content: .none(.nxDomain), ttl: 0)))
  }

  @Test func `a referral says nothing about the name`() throws {
    let message = try DNSMessage(parsing: Vector.glue)
    #expect(message.reply(to: DNSQuestion(name("ns1.example.com"), .a)) == .referral)
  }

  @Test func `takes the glue of a referral when asked to`() throws {
    let message = try DNSMessage(parsing: Vector.glue)
    let question = DNSQuestion(name("ns1.example.com"), .a)
    #expect(
      message.reply(to: question, acceptsGlue: true)
        == addresses(["203.0.113.7"], ttl: 172_800, at: "ns1.example.com"))
    let other = DNSQuestion(name("ns1.example.com"), .aaaa)
    #expect(message.reply(to: other, acceptsGlue: true) == .referral)
  }

  @Test(arguments: [DNSRcode.servFail, .refused, .formErr, .notImp])
  func `a failing server says nothing about the name`(rcode: DNSRcode) throws {
    let reply = try reply { $0.flags = 0x8180 | rcode.number }
    #expect(reply == .failure(rcode))
  }
}
