// SPDX-License-Identifier: Apache-2.0

import Mock
import Testing

/// An answer of a provider and what has to come of it.
struct AnswerCase: Sendable, CustomTestStringConvertible {
  let http: Int
  let body: String
  let word: String
  let status: Int32

  init(_ http: Int, _ body: String, _ word: String, _ status: Int32) {
    (self.http, self.body, self.word, self.status) = (http, body, word, status)
  }

  var testDescription: String { "\(http) \(body.debugDescription) is \(word), \(status)" }

  static let known = [
    AnswerCase(200, "good 81.2.69.142", "good", 0),
    AnswerCase(200, "good", "good", 0),
    AnswerCase(200, "GOOD 81.2.69.142\r\n", "good", 0),
    AnswerCase(200, "\u{feff}good 81.2.69.142\r\n\r\n", "good", 0),
    AnswerCase(200, "nochg 81.2.69.142\n", "nochg", 0),
    AnswerCase(200, "badauth\n", "badauth", 77),
    AnswerCase(401, "badauth\n", "badauth", 77),
    AnswerCase(403, "abuse", "abuse", 77),
    AnswerCase(200, "nohost\n", "nohost", 77),
    AnswerCase(404, "nohost\n", "nohost", 77),
    AnswerCase(200, "notfqdn", "notfqdn", 77),
    AnswerCase(200, "numhost", "numhost", 77),
    AnswerCase(200, "abuse", "abuse", 77),
    AnswerCase(200, "badagent", "badagent", 77),
    AnswerCase(200, "!donator", "!donator", 77),
    AnswerCase(200, "!yours", "!yours", 77),
    AnswerCase(200, "dnserr", "dnserr", 75),
    AnswerCase(200, "911", "911", 75),
    AnswerCase(500, "911\n", "911", 75),
  ]

  /// Where only the class is fixed, not the word.
  static let failures = [
    AnswerCase(500, "<html>Internal Server Error</html>", "", 75),
    AnswerCase(502, "", "", 75),
    AnswerCase(503, "Service Unavailable", "", 75),
    AnswerCase(429, "slow down", "", 75),
  ]

  /// Answers that do not fit the rule of a table row.
  static let unknown = [
    AnswerCase(200, "", "", 76),
    AnswerCase(200, "<html><body>Welcome, goodbye</body></html>", "", 76),
    AnswerCase(200, "goodness", "", 76),
    AnswerCase(200, "ERROR: Invalid update URL (2)", "", 76),
  ]
}

extension EndToEnd {
  @Suite struct AnswerTests {
    @Test(arguments: AnswerCase.known)
    func `judges the first word before the HTTP status`(answer: AnswerCase) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(answer.http, answer.body)))
      let result = try world.update([World.seen])
      #expect(result.stdout == answer.word + "\n")
      #expect(result.status == answer.status)
      #expect(world.updates.count == 1, "one request, no retry by the tool")
    }

    @Test(arguments: AnswerCase.failures)
    func `an HTTP error is no success (B16, users 12)`(answer: AnswerCase) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(answer.http, answer.body)))
      let result = try world.update([World.seen])
      #expect(result.status == answer.status)
      #expect(!result.stdout.contains("good") && !result.stdout.contains("nochg"))
    }

    @Test(arguments: AnswerCase.unknown)
    func `what the row's rule does not know is not understood (users 12)`(
      answer: AnswerCase
    ) throws {
      let world = try World()
      try world.service("row.test", url: world.nicUpdate, answer: "^(good|nochg)( |$)")
      try world.configure(["service_name": "row.test", "update_url": nil])
      world.mock.http.script.add(
        "/nic/update", .respond(HTTPAnswer(answer.http, answer.body)))
      let result = try world.update([World.seen])
      #expect(result.status == answer.status)
      #expect(!result.stdout.contains("good"))
    }

    @Test func `a provider file whose expression takes all memory is refused`() throws {
      let world = try World()
      try world.service("row.test", url: world.nicUpdate, answer: "((a{1,255}){1,255}){1,255}")
      try world.configure(["service_name": "row.test", "update_url": nil])
      let result = try world.update([World.seen])
      #expect(result.status == 78)
      #expect(result.stderr.contains("the expression 'answer' takes too much memory"))
      #expect(result.seconds < 5 * Wait.slowness)
      #expect(world.updates.isEmpty)
    }

    @Test func `a custom URL without a rule takes what HTTP calls a success (2.2)`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("Thank you\n")))
      #expect(try world.update([World.seen]).status == 0)
    }

    @Test(arguments: [401, 403, 404])
    func `an HTTP error without a known word is a failure (B16)`(status: Int) throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer(status, "<html></html>")))
      #expect([75, 76, 77].contains(try world.update([World.seen]).status))
    }

    @Test func `good 127.0.0.1 for another address means the agent is not approved`() throws {
      let world = try World()
      try world.configure()
      world.mock.http.script.add("/nic/update", .respond(HTTPAnswer("good 127.0.0.1\n")))
      #expect(try world.update([World.seen]).status == 77)
    }

    @Test func `wrong credentials are told in words, not as unable to update`() throws {
      let world = try World()
      try world.configure(["password": "wrong-Pw-42"])
      let result = try world.update([World.seen])
      #expect(result.status == 77)
      #expect(result.stdout == "badauth\n")
      #expect(result.stderr.contains("badauth"))
      #expect(!result.output.contains("wrong-Pw-42"))
    }
  }
}
