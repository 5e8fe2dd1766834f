// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import DNS

@Suite(.timeLimit(.minutes(15))) struct DNSAnswerObservedTests {
  private func observed(_ content: DNSAnswer.Content, _ family: IPAddress.Family = .v4) -> [String]
  {
    DNSAnswer(name: .root, content: content, ttl: 0).observed(family).map {
      String(decoding: $0.text.bytes, as: UTF8.self)
    }
  }

  private func texts(_ texts: [[UInt8]], recordClass: UInt16 = 1) -> DNSAnswer.Content {
    .records(
      texts.map {
        DNSRecord(.root, .txt, ttl: 0, recordClass: recordClass, data: .other($0))
      })
  }

  private func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

  @Test func `a text is an address, others beside it are not`() {
    #expect(
      observed(texts([text("edns0-client-subnet 8.8.4.0/24"), text("8.8.4.4")])) == ["8.8.4.4"])
    #expect(observed(texts([text("8.8.4.4")], recordClass: 3)) == ["8.8.4.4"])
    #expect(observed(texts([text("2a02:8010:1::7"), text("8.8.4.4")]), .v6) == ["2a02:8010:1::7"])
    #expect(
      observed(texts([text("8.8.4.4") + text("x")])) == ["8.8.4.4"], "the first string counts")
  }

  @Test func `two addresses stay two, the same one twice is one`() throws {
    #expect(observed(texts([text("8.8.4.4"), text("8.8.4.5")])).count == 2)
    #expect(observed(texts([text("8.8.4.4"), text("8.8.4.4")])) == ["8.8.4.4"])
    let two = try [[8, 8, 4, 4], [8, 8, 4, 5]].map {
      try #require(IPAddress(octets: $0 as [UInt8]))
    }
    #expect(observed(.addresses(two)).count == 2)
    #expect(observed(.addresses(two), .v6).isEmpty)
  }

  @Test(arguments: [[], [0], [9, 56], [7] + Array("8.8.4.44".utf8), [255]] as [[UInt8]])
  func `a text that is cut or empty is no address`(data: [UInt8]) {
    let found = observed(texts([data]))
    #expect(found.isEmpty || found == ["8.8.4.4"] && data.first == 7)
  }
}
