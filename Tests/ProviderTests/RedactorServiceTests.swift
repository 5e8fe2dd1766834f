// SPDX-License-Identifier: Apache-2.0

import Provider
import Section
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedactorServiceTests {
  private func shown(_ text: String, _ redactor: Redactor) -> String {
    string(redactor.redact(bytes(text)))
  }

  @Test func `what is typed into a provider's file is hidden`() throws {
    var service = Service(updateURL: Array("https://x/?h=[DOMAIN]&key=l1teral".utf8))
    service.registered = URLTemplate(Array("https://me:pag3@x/".utf8))
    service.registeredHeader = URLTemplate(Array("Authorization: Bearer b3arer".utf8))
    var redactor = Redactor()
    redactor.add(service)
    #expect(shown("l1teral pag3 b3arer Bearer me", redactor) == "*** *** *** Bearer me")
    service.registeredHeader = URLTemplate(Array("Authorization: Bearer [PASSWORD]".utf8))
    var other = Redactor()
    other.add(service)
    #expect(shown("[PASSWORD] Bearer", other) == "[PASSWORD] Bearer")
  }
}
