// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Provider

@Suite(.timeLimit(.minutes(15))) struct ServiceTableTests {
  private let table = """
    # a comment "x" "http://comment"
    \t
    "first.example"\t"http://one/[IP]"\t"good|No change"
    "second.example" "http://two/"
    "first.example"\t"http://late/"
    "script.example"\t"update_x.sh"
     "blank.example"   http://three/   a  b\u{20}
    "empty.example"
    "Case.example"\t"https://four/"\r
    """

  private func find(_ name: String) throws(ServiceError) -> ServiceEntry? {
    try ServiceTable.provider(
      named: Array(name.utf8), in: Array(table.utf8), file: Array("/etc/ddns/services".utf8))
  }

  @Test func `the first row of exactly this name counts`() throws {
    let service = try #require(try find("first.example"))
    #expect(service.template == URLTemplate(Array("http://one/[IP]".utf8)))
    #expect(service.rules.answer == Array("good|No change".utf8))
    #expect(service.rules.dialect == .undeclared)
  }

  @Test(
    arguments: [
      ("second.example", "http://two/", nil), ("blank.example", "http://three/", "a  b"),
      ("Case.example", "https://four/", nil),
    ] as [(String, String, String?)])
  func `fields are separated by any blanks, and the third takes the rest`(
    name: String, url: String, answer: String?
  ) throws {
    let service = try #require(try find(name))
    #expect(service.template == URLTemplate(Array(url.utf8)))
    #expect(service.rules.answer == answer.map { Array($0.utf8) })
  }

  @Test(arguments: ["case.example", "first", "x", "#", "", "\"first.example\""])
  func `no other name is found`(name: String) throws {
    #expect(try find(name) == nil)
  }

  @Test func `a script is one of /usr/lib/ddns`() throws {
    #expect(try find("script.example")?.script == Array("/usr/lib/ddns/update_x.sh".utf8))
  }

  @Test func `a row without a URL is an error`() {
    #expect(throws: ServiceError.self) { try find("empty.example") }
  }

  @Test func `a row's expression that takes all memory is refused`() {
    let name = Array("a".utf8)
    let table = Array("a http://x/ ((a{1,255}){1,255}){1,255}\n".utf8)
    #expect(
      throws: ServiceError(.largePattern(Array("answer".utf8)), service: name, file: [])
    ) { try ServiceTable.provider(named: name, in: table, file: []) }
  }

  @Test func `the limits of table and row hold`() {
    let row = Array("a http://x/".utf8) + [UInt8](repeating: 120, count: ServiceTable.rowLimit)
    let name = Array("a".utf8)
    #expect(throws: ServiceError(.tooLarge(limit: ServiceTable.rowLimit), service: name, file: []))
    {
      try ServiceTable.provider(named: name, in: row, file: [])
    }
    let table = [UInt8](repeating: 10, count: ServiceTable.fileLimit + 1)
    #expect(throws: ServiceError(.tooLarge(limit: ServiceTable.fileLimit), service: name, file: []))
    {
      try ServiceTable.provider(named: name, in: table, file: [])
    }
  }
}
